"""Sign-in by a provider: what it says counts only when it is signed, fresh, and meant for us.

The library trusts the line on which it fetches the answer. Here the signature is checked too, the issuer is
held against the setting rather than against what the provider says of itself, and a nonce ties the answer
to the one browser that asked.
"""

from typing import Any

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

# Signatures that only the provider can make: none, and those with our shared secret, are not among them.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
LEEWAY = 60  # seconds that the two clocks may differ
STATE_LENGTH = 32


class Provider(OpenIDConnectProvider):
    """Sends each browser to the provider with a nonce of its own."""

    @classmethod
    def get_package(cls) -> str:
        """Return where the addresses of this kind of sign-in are listed: they are the library's."""
        return OpenIDConnectProvider.get_package()

    def redirect(
        self,
        request: HttpRequest,
        process: Any,
        next_url: Any = None,
        data: Any = None,
        **more: Any,
    ) -> HttpResponse:
        """Return the way to the provider; the nonce follows from the state kept in the session."""
        state = get_random_string(STATE_LENGTH)
        params = {
            **(more.pop("auth_params", None) or self.get_auth_params()),
            "nonce": nonce(state),
        }
        more |= {"auth_params": params, "state_id": state}
        try:
            return super().redirect(request, process, next_url, data, **more)
        except RequestException as fault:
            return render_authentication_error(request, self, exception=fault)

    def get_auth_params_from_request(self, request: HttpRequest, action: Any) -> dict[str, Any]:
        """Return what the settings say: a link adds nothing to what the provider is asked."""
        return self.get_auth_params()

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Return what the settings say, for the same reason."""
        return self.get_scope()


class Adapter(OpenIDConnectOAuth2Adapter):
    """Takes nothing from the provider that it did not sign for us."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **more: Any
    ) -> SocialLogin:
        """Return the sign-in that the token states; raises OAuth2Error where anything is amiss."""
        said = self._verified(app, more["response"].get("id_token"))
        userinfo = self._fetch_user_info(token.token)
        if userinfo.get("sub") != said["sub"]:
            raise OAuth2Error("The profile is about somebody else than the token.")
        data = {"userinfo": userinfo, "id_token": said}
        return self.get_provider().sociallogin_from_response(request, data)

    def _verified(self, app: SocialApp, id_token: str | None) -> dict[str, Any]:
        if not id_token:
            raise OAuth2Error("The provider sent no token.")
        try:
            claims = self._decoded(app, id_token)
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as fault:
            raise OAuth2Error("The token is not good.") from fault
        if not constant_time_compare(claims["nonce"], nonce(self.request.GET["state"])):
            raise OAuth2Error("The token was made for another sign-in.")
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The token was made for another party.")
        return claims

    def _decoded(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        return jwt.decode(
            id_token,
            key=self._key(id_token),
            algorithms=ALGORITHMS,
            audience=app.client_id,
            issuer=self._issuer(app),
            leeway=LEEWAY,
            options={"require": REQUIRED},
        )

    def _key(self, id_token: str) -> jwt.PyJWK:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if _signs(key)]
        wanted = jwt.get_unverified_header(id_token).get("kid")
        fitting = [key for key in keys if wanted is None or key.key_id == wanted]
        if len(fitting) != 1:
            raise OAuth2Error("The token names no key of the provider.")
        return fitting[0]

    def _issuer(self, app: SocialApp) -> str:
        """Return the issuer of the settings; raises OAuth2Error where the provider calls itself otherwise."""
        ours = app.settings["server_url"].partition("/.well-known/")[0]
        stated = self.openid_config["issuer"]
        if stated.rstrip("/") != ours.rstrip("/"):
            raise OAuth2Error("The provider is not the one of the settings.")
        return stated


def _signs(key: jwt.PyJWK) -> bool:
    return key.public_key_use in (None, "sig") and key.algorithm_name in ALGORITHMS


def nonce(state: str) -> str:
    """Return the nonce of one sign-in: who does not hold the session's state cannot ask for it."""
    return salted_hmac("accounts.openid.nonce", state, algorithm="sha256").hexdigest()


@login_not_required
@require_safe
@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Take who comes back from the provider: sign them in, or say that it did not work, or is down."""
    try:
        return OAuth2CallbackView.adapter_view(Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except RequestException as fault:
        return render_authentication_error(request, provider_id, exception=fault)
