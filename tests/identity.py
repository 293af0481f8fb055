"""A faithful OpenID Connect provider on loopback, which a test can also have answer falsely."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

Claims = dict[str, Any]


class Provider:
    """Answers discovery, authorization (without a page), token, userinfo and keys.

    ``person`` is who is signed in there. ``alter`` changes the claims before they are signed; ``sign`` signs otherwise.
    """

    def __init__(self) -> None:
        self.client_id, self.secret = "safekept", secrets.token_urlsafe(16)
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.person: Claims = {}
        self.alter: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = self.signed
        self.algorithms = ["RS256"]
        self.userinfo: Claims = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []
        handler = type("Handler", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def signed(self, claims: Claims, key: Any = None, algorithm: str = "RS256") -> str:
        return str(jwt.encode({"alg": algorithm, "kid": "one"}, claims, key or self.key, algorithms=[algorithm]))

    def with_shared_secret(self, claims: Claims) -> str:
        """Signed with the client's secret, which both sides hold."""
        return self.signed(claims, OctKey.import_key(self.secret), "HS256")

    def with_public_key_as_secret(self, claims: Claims) -> str:
        """The well-known confusion: the public key, which all can read, taken for a shared secret."""
        header, body = (_b64(json.dumps(one).encode()) for one in ({"alg": "HS256", "kid": "one"}, claims))
        import hmac

        mac = hmac.new(self.key.as_pem(private=False), f"{header}.{body}".encode(), hashlib.sha256).digest()
        return f"{header}.{body}.{_b64(mac)}"

    @staticmethod
    def unsigned(claims: Claims) -> str:
        header, body = (_b64(json.dumps(one).encode()) for one in ({"alg": "none"}, claims))
        return f"{header}.{body}."

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code."""
        self.asked.append(query)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'iss': self.issuer})}"

    def token(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Trades a code, once, with the client's secret and the PKCE verifier."""
        query = self.codes.pop(sent.get("code", ""), None)
        verifier = _b64(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        basic = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        if query is None or verifier != query["code_challenge"] or authorization != f"Basic {basic}":
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 300, "nonce": query["nonce"],
            **self.person,
        }  # fmt: skip
        token = self.sign(self.alter(claims))
        return 200, {"access_token": "the-token", "token_type": "Bearer", "id_token": token, "expires_in": 300}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": self.algorithms,
        }


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(query))
            self.end_headers()
        elif parts.path == "/.well-known/openid-configuration":
            self._json(200, self.provider.discovery())
        elif parts.path == "/keys":
            self._json(200, {"keys": [self.provider.key.as_dict(private=False)]})
        elif parts.path == "/userinfo" and self.headers["Authorization"] == "Bearer the-token":
            self._json(200, self.provider.userinfo)
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        self._json(*self.provider.token(sent, self.headers.get("Authorization", "")))

    def _json(self, status: int, data: dict[str, Any]) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
