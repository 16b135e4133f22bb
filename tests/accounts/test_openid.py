"""Sign-in by a real provider over HTTP: what it says is taken only when it is true, fresh and for us."""

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from tests.accounts import oidc_server
from tests.accounts.test_sign_in import is_in
from tests.factories import PASSWORD, person

pytestmark = pytest.mark.django_db

ADDRESS = "ask@example.org"
SUB = "4711"
OURS, SECRET = "kursmedel", "a secret that only the two of us know"
BEGIN = reverse("openid_connect_login", args=["oidc"])


@pytest.fixture(scope="module")
def server():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with oidc_server.running() as provider:
            yield provider


@pytest.fixture
def provider(server, settings):
    server.forget()
    server.knows(SUB, name="Test Ask", email=ADDRESS, email_verified=True)
    app = {
        "provider_id": "oidc",
        "name": "Test",
        "client_id": OURS,
        "secret": SECRET,
        "settings": {"server_url": server.url, "oauth_pkce_enabled": True},
    }
    ours = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": ours | {"APPS": [app]}}
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = policy | {"form-action": [*policy["form-action"], server.url]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": allowed}
    return server


def begin(client, process="login"):
    """Return where the browser is sent."""
    return client.post(f"{BEGIN}?process={process}").url


def say_yes(address, sub=SUB):
    """Return where the provider sends the browser back to, as path and query."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def come_in(client, process="login", sub=SUB):
    return client.get(say_yes(begin(client, process), sub))


def test_one_comes_in_and_has_a_profile(client, provider):
    assert come_in(client).status_code == 302
    assert User.objects.get(pk=client.session["_auth_user_id"]).email == ADDRESS


def test_the_log_names_the_provider(client, provider, caplog):
    caplog.set_level("INFO")
    come_in(client)
    lines = [each.msg for each in caplog.records if isinstance(each.msg, dict)]
    assert [line["ways"] for line in lines if line["event"] == "signed_in"] == [["oidc"]]


def test_one_comes_in_again_as_the_same_person(client, provider):
    come_in(client)
    client.post(reverse("account_logout"))
    assert not is_in(client)
    come_in(client)
    assert is_in(client)
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_comes_in_with_a_real_browser(page, live_server, provider):
    at_home = live_server.url.replace("127.0.0.1", "localhost")
    page.goto(at_home + reverse("account_login"))
    page.get_by_role("button", name="Test").click()
    page.wait_for_url(provider.url + "/**")
    page.fill("input[name=sub]", SUB)
    page.locator("button", has_text="Authorize").click()
    page.wait_for_url(at_home + "/**")
    expect(page.locator(".who")).to_contain_text("Test Ask")


def another_key(claims, key):
    return key.sign(claims, rsa.generate_private_key(65537, 2048))


def with_changed_claims(claims, key):
    head, _body, signature = key.sign(claims).split(".")
    return f"{head}.{part(claims | {'sub': 'somebody-else'})}.{signature}"


def with_their_public_key_as_a_secret(claims, key):
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}"
    signature = hmac.new(key.public, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def part(said):
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def without(name):
    return lambda claims, key: key.sign({each: claims[each] for each in claims.keys() - {name}})


def but(**changes):
    return lambda claims, key: key.sign(claims | changes)


FORGED = {
    "of another issuer": but(iss="https://elsewhere.example"),
    "for another party": but(aud=["another"]),
    "for us among others, asked for by another": but(aud=[OURS, "another"], azp="another"),
    "that has expired": but(iat=time.time() - 7200, exp=time.time() - 3600),
    "of the future": but(iat=time.time() + 3600, exp=time.time() + 7200),
    "without an end": without("exp"),
    "without a nonce": without("nonce"),
    "with the nonce of another sign-in": but(nonce="a" * 64),
    "about nobody": without("sub"),
    "about somebody else than the profile": but(sub="somebody-else"),
    "with changed claims": with_changed_claims,
    "signed by another key": another_key,
    "signed by nobody": lambda claims, key: jwt.encode(claims, None, "none"),
    "signed with the secret that we share": lambda claims, key: key.sign(claims, SECRET, "HS256"),
    "signed with their public key as a secret": with_their_public_key_as_a_secret,
    "that is no token": lambda claims, key: "not.a.token",
    "that is empty": lambda claims, key: "",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_nobody_comes_in_by_a_token(client, provider, forge):
    provider.forge = forge
    response = come_in(client)
    assert response.status_code == 401
    assert not is_in(client)
    assert not User.objects.exists()


def test_the_true_token_signed_once_more_is_as_good(client, provider):
    """Shows that it is the falsehood, not the forging, that the tokens above are refused for."""
    provider.forge = but()
    come_in(client)
    assert is_in(client)


def test_a_profile_about_somebody_else_than_the_token_is_refused(client, provider):
    provider.userinfo = {"sub": "somebody-else"}
    assert come_in(client).status_code == 401
    assert not is_in(client)


def test_a_provider_that_calls_itself_otherwise_than_the_settings_is_refused(client, provider):
    provider.issuer = "https://elsewhere.example"
    provider.forge = but(iss=provider.issuer)
    assert come_in(client).status_code == 401
    assert not is_in(client)


def test_the_way_back_leads_in_only_once(client, provider):
    back = say_yes(begin(client))
    client.get(back)
    client.post(reverse("account_logout"))
    assert client.get(back).status_code == 401
    assert not is_in(client)


def test_the_way_back_of_another_browser_leads_nowhere(client, provider, django_user_model):
    back = say_yes(begin(client))
    victim = type(client)()
    assert victim.get(back).status_code == 401
    assert not is_in(victim)


def test_a_changed_state_leads_nowhere(client, provider):
    back = say_yes(begin(client)).replace("state=", "state=x")
    assert client.get(back).status_code == 401
    assert not is_in(client)


def test_a_code_of_another_sign_in_is_refused(client, provider):
    """Whoever smuggles a code of their own into somebody's sign-in is stopped by nonce and verifier."""
    theirs = say_yes(begin(type(client)()), sub="somebody-else")
    code = theirs.partition("code=")[2].partition("&")[0]
    own = begin(client)
    state = own.partition("state=")[2].partition("&")[0]
    back = f"{urlsplit(theirs).path}?code={code}&state={state}"
    assert client.get(back).status_code == 401
    assert not is_in(client)


def test_a_link_adds_nothing_to_what_the_provider_is_asked(client, provider):
    there = client.post(f"{BEGIN}?process=login&auth_params=nonce%3Dx%26redirect_uri%3Dy").url
    assert "nonce=x" not in there
    assert "redirect_uri=y" not in there


def test_looking_at_the_way_there_sends_nobody(client, provider):
    assert client.get(BEGIN).status_code == 200


def test_who_says_no_at_the_provider_is_told_so(client, provider):
    there = begin(client)
    answer = requests.post(there, data={"action": "deny"}, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    state = there.partition("state=")[2].partition("&")[0]
    query = back.query if "state=" in back.query else f"{back.query}&state={state}"
    page = client.get(f"{back.path}?{query}", follow=True)
    assert page.status_code == 200
    assert not is_in(client)


# The same address at the provider does not open an account that is here already


@pytest.mark.parametrize("verified", [True, False, None, "true"])
def test_nobody_takes_over_an_account_by_its_address(client, provider, mailbox, verified):
    known = person(email=ADDRESS)
    provider.knows(SUB, name="Test Ask", email=ADDRESS, email_verified=verified)
    come_in(client)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert list(User.objects.all()) == [known]
    assert len(mailbox.to(ADDRESS)) == 1


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_the_provider_did_not_confirm_is_confirmed_first(
    client, provider, mailbox, verified
):
    provider.knows(SUB, name="Test Ask", email=ADDRESS, email_verified=verified)
    come_in(client)
    assert not is_in(client)
    assert len(mailbox.to(ADDRESS)) == 1


def test_a_provider_that_does_not_answer_is_told_kindly(client, provider):
    provider.moved = "/.well-known/openid-configuration"
    page = client.post(f"{BEGIN}?process=login")
    assert page.status_code == 401
    assert "<h1>" in page.content.decode()


MOVED = ["/.well-known/openid-configuration", "/oauth2/token", "/userinfo", "/jwks"]


@pytest.mark.parametrize("path", MOVED)
def test_where_an_answer_of_the_provider_leads_we_do_not_go(client, provider, path):
    there = begin(client)
    provider.moved = path
    assert client.get(say_yes(there)).status_code == 401  # a page that says it did not work
    assert not is_in(client)
    provider.moved = ""
    come_in(client)
    assert is_in(client)


def test_who_shows_their_password_connects_the_provider_and_comes_in_by_it(client, provider):
    known = person(email=ADDRESS)
    client.force_login(known)  # as from a sign-in of long ago
    come_in(client, process="connect")
    assert not SocialAccount.objects.exists()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    come_in(client, process="connect")
    assert SocialAccount.objects.get().user == known
    client.post(reverse("account_logout"))
    come_in(client)
    assert client.session["_auth_user_id"] == str(known.pk)


def test_an_identity_that_is_connected_to_one_is_not_taken_by_another(client, provider):
    come_in(client)
    first = SocialAccount.objects.get().user
    client.post(reverse("account_logout"))
    other = person()
    client.post(reverse("account_login"), {"login": other.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    come_in(client, process="connect")
    assert SocialAccount.objects.get().user == first
