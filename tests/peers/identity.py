"""An identity provider that speaks OpenID Connect for real: discovery, keys, PKCE, signed ID tokens.

It keeps what a test puts into `people`, and lets a browser choose one of them by a button.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

CLIENT_ID, CLIENT_SECRET = "tutti", "a secret of the client"
KEY_ID = "first"


class IdentityProvider:
    """`people` maps a subject to its claims. Use it as a context; `issuer` is its address."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, Any]] = {}
        self.key = generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_with: RSAPrivateKey = self.key
        """Another key than the one it publishes makes tokens that nobody may believe."""
        self.audience = CLIENT_ID
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.claimed_issuer = self.issuer

    def __enter__(self) -> IdentityProvider:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    def agree(self, address: str, subject: str) -> str:
        """The person `subject` signs in here: the address that the browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = {**asked, "subject": subject}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def redeem(self, form: dict[str, str]) -> dict[str, Any] | None:
        """A code for tokens, once, for whoever holds the verifier and the secret."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if asked is None or not known or asked["code_challenge"] != challenge:
            return None
        access = secrets.token_urlsafe()
        self.tokens[access] = asked["subject"]
        now = int(time.time())
        claims = {
            "iss": self.claimed_issuer,
            "aud": self.audience,
            "sub": asked["subject"],
            "iat": now,
            "exp": now + 300,
        }
        signed = jwt.encode(claims, self.signs_with, algorithm="RS256", headers={"kid": KEY_ID})
        return {"access_token": access, "token_type": "Bearer", "id_token": signed, "expires_in": 300}


class _Handler(BaseHTTPRequestHandler):
    provider: IdentityProvider

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/.well-known/openid-configuration":
            self._say(self.provider.discovery())
        elif path == "/keys":
            self._say(self.provider.keys())
        elif path == "/userinfo":
            subject = self.provider.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            self._say({"sub": subject, **self.provider.people[subject]} if subject else None)
        elif path == "/authorize":
            self._choose()
        else:
            self._say(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._say(self.provider.redeem({name: values[0] for name, values in parse_qs(body).items()}))

    def _choose(self) -> None:
        links = "".join(
            f'<p><a href="{self.provider.agree(self.path, one)}">{claims["name"]}</a></p>'
            for one, claims in self.provider.people.items()
        )
        page = f"<!doctype html><html lang=en><title>Company</title><h1>Who are you?</h1>{links}".encode()
        self._answer(200, "text/html; charset=utf-8", page)

    def _say(self, value: Any) -> None:
        body = json.dumps(value if value is not None else {"error": "invalid_request"}).encode()
        self._answer(200 if value is not None else 400, "application/json", body)

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
