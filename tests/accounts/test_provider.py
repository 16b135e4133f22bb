"""Sign-in with OpenID Connect: claims become a profile, and take over nobody's account."""

import pytest
from allauth.core import context
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware

from accounts.models import User
from tests.factories import person

pytestmark = pytest.mark.django_db

ADDRESS = "ask@example.org"
CLAIMS = {
    "sub": "4711",
    "name": "Test Ask",
    "email": ADDRESS,
    "email_verified": True,
    "employeeHsaId": "SE2321000131-P000000000001",
    "specialty": "Kardiologi",
    "personalIdentityNumber": "198001010000",
}


@pytest.fixture(autouse=True)
def provider(settings):
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "Test",
                    "client_id": "kursmedel",
                    "secret": "x",
                    "settings": {"server_url": "https://provider.example"},
                }
            ]
        }
    }


@pytest.fixture
def come_in(rf):
    """Return a function that signs in with what a provider answered."""

    def come_in(**changes):
        request = rf.get("/")
        request.user = AnonymousUser()
        SessionMiddleware(lambda request: None).process_request(request)
        MessageMiddleware(lambda request: None).process_request(request)
        with context.request_context(request):
            answer = {"userinfo": CLAIMS | changes}
            provider = get_adapter().get_provider(request, "oidc")
            login = provider.sociallogin_from_response(request, answer)
            complete_login(request, login)
        return User.objects.filter(pk=request.session.get("_auth_user_id")).first()

    return come_in


def test_the_claims_become_the_profile(come_in):
    user = come_in()
    assert user.name == "Test Ask"
    assert user.email == ADDRESS
    assert user.hsa_id == "SE2321000131-P000000000001"
    assert user.specialty == "Kardiologi"


def test_which_claim_holds_what_is_a_setting(come_in, settings):
    settings.OIDC_CLAIMS = settings.OIDC_CLAIMS | {"email": "mail", "name": "displayName"}
    user = come_in(mail="bok@example.org", displayName="Test Bok")
    assert (user.email, user.name) == ("bok@example.org", "Test Bok")


def test_the_profile_follows_the_provider(come_in):
    come_in()
    assert come_in(specialty="Geriatrik").specialty == "Geriatrik"
    assert User.objects.count() == 1


def test_other_claims_are_not_kept(come_in):
    come_in()
    assert "personalIdentityNumber" not in str(SocialAccount.objects.get().extra_data)
    come_in()
    assert "198001010000" not in str(SocialAccount.objects.get().extra_data)


@pytest.mark.parametrize("verified", [True, False, None, "true"])
def test_an_address_takes_over_nobody(come_in, verified):
    known = person(email=ADDRESS)
    assert come_in(email_verified=verified) is None
    assert not SocialAccount.objects.filter(user=known).exists()


def test_an_unverified_address_must_be_confirmed_first(come_in, mailbox):
    assert come_in(email_verified=False) is None
    assert len(mailbox.to(ADDRESS)) == 1
