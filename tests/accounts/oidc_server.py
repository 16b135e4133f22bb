"""A real provider of OpenID Connect on this machine, which a test may let say something wrong."""

import contextlib
import json
import threading

import jwt
import oidc_provider_mock
from oidc_provider_mock._storage import User
from werkzeug.serving import make_server


class Provider:
    """Authlib's provider behind a real port; `forge` changes the tokens that it hands out.

    `forge` takes the true claims and the provider's key, and returns what is handed out in their place;
    `userinfo` is what the profile says over and above the truth.
    """

    def __init__(self):
        app = oidc_provider_mock.app(require_nonce=True)
        app.after_request(self._falsify)
        app.before_request(self._remember)
        self.server = make_server("localhost", 0, app, threaded=True)
        self.url = f"http://localhost:{self.server.server_port}"
        self.forget()

    def forget(self):
        self.forge, self.userinfo, self.people, self.issuer = None, {}, {}, None
        self.moved = ""  # an address whose true answer is given only where it leads

    def knows(self, sub, **claims):
        """Let somebody have an account there."""
        self.people[sub] = User(sub=sub, claims=claims)

    def _remember(self):
        from flask import redirect, request

        if request.path == self.moved and "there" not in request.args:
            return redirect(f"{request.path}?there=1", 307)
        for user in self.people.values():
            oidc_provider_mock._storage.storage.store_user(user)
        return None

    def _falsify(self, response):
        from flask import request

        change = {
            "/oauth2/token": self._forged,
            "/userinfo": lambda said: said | self.userinfo,
            "/.well-known/openid-configuration": self._called_otherwise,
        }.get(request.path)
        if change and response.status_code == 200:
            response.set_data(json.dumps(change(response.get_json())))
        return response

    def _called_otherwise(self, configuration):
        return configuration | ({"issuer": self.issuer} if self.issuer else {})

    def _forged(self, answer):
        if self.forge is None:
            return answer
        token = answer["id_token"]
        claims = jwt.decode(token, options={"verify_signature": False})
        key = Key(oidc_provider_mock._storage.storage.jwk, jwt.get_unverified_header(token))
        return answer | {"id_token": self.forge(claims, key)}


class Key:
    """The provider's own key, with which a false claim gets a true signature."""

    def __init__(self, jwk, header):
        self.header = {name: value for name, value in header.items() if name == "kid"}
        # Whether private: the argument's name is another in a newer release.
        self.private, self.public = jwk.as_pem(True), jwk.as_pem(False)

    def sign(self, claims, key=None, algorithm="RS256"):
        return jwt.encode(claims, key or self.private, algorithm, headers=self.header)


@contextlib.contextmanager
def running():
    """Let a provider run in a thread of its own."""
    provider = Provider()
    thread = threading.Thread(target=provider.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        thread.join()
