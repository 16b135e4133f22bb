"""A passkey is set up and signs in again, in a real browser with a made-up authenticator."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import expect

from schemes.registry import SCHEMES
from tests.factories import PASSWORD, appointed

pytestmark = pytest.mark.django_db(transaction=True)

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def device(page):
    """Let the browser have an authenticator that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en-GB", "No passkey was used"),
        ("sv-SE", "Ingen inloggningsnyckel"),
        ("nb-NO", "Ingen tilgangsnøkkel"),
    ],
)
def test_a_passkey_that_fails_or_is_cancelled_says_so_at_the_button(
    new_page, live_server, locale, words
):
    page = new_page(locale=locale)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(live_server.url.replace("127.0.0.1", "localhost") + reverse("account_login"))
    said = page.get_by_role("status")
    expect(said).to_have_text("")
    page.click("#passkey_login")  # of an authenticator that knows no key
    expect(said).to_contain_text(words)
    expect(said).to_be_visible()


def test_a_passkey_is_the_second_factor_and_signs_in(page, live_server, device, caplog):
    caplog.set_level("INFO")
    at_home = live_server.url.replace("127.0.0.1", "localhost")
    user = appointed(SCHEMES[0].capacities[0].slug, second_factor=False)
    page.goto(at_home + reverse("account_login"))
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**" + reverse("mfa_index"))

    page.goto(at_home + reverse("mfa_add_webauthn"))
    page.locator("input[name=passwordless]").check()
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: not url.endswith(reverse("mfa_add_webauthn")))
    key = Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN)
    assert key.wrap().is_passwordless

    page.context.clear_cookies()
    page.goto(at_home + reverse("account_login"))
    page.click("#passkey_login")
    page.wait_for_url("**" + reverse("today"))
    expect(page.locator(".who")).to_contain_text(re.compile(user.name))

    lines = [each.msg for each in caplog.records if isinstance(each.msg, dict)]
    ways = [line["ways"] for line in lines if line["event"] == "signed_in"]
    assert ways == [["password"], ["webauthn"]]

    # A key that was taken off the account signs in no more.
    page.context.clear_cookies()
    key.delete()
    page.goto(at_home + reverse("account_login"))
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("#passkey_login")
    page.goto(at_home + reverse("decisions:queue"))
    assert reverse("account_login") in page.url
