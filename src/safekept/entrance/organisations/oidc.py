"""OpenID Connect: to an organisation's identity provider and back, with everything checked that comes back."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App, OAuthError
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError
from joserfc.jws import extract_compact
from requests import RequestException

from safekept.entrance.organisations.arriving import Arrival, NotLetIn
from safekept.entrance.organisations.listed import Organisation

SIGNED_WITH = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""Signatures made with a key of the provider's own; never 'none', never a secret that we hold too."""
HOUR = 3600
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""


class _Client(DjangoOAuth2App):  # type: ignore[misc]
    """Takes tokens signed with a key of the provider's own alone."""

    def parse_id_token(self, token: dict[str, Any], nonce: str, **kwargs: Any) -> Any:
        algorithm = extract_compact(token["id_token"].encode()).headers().get("alg")
        if algorithm not in SIGNED_WITH:
            raise NotLetIn(f"the token is signed with {algorithm}")
        return super().parse_id_token(token, nonce, **kwargs)


@lru_cache(maxsize=100)
def _client(organisation: Organisation, hour: int) -> _Client:
    """The client of an organisation; what it reads of the provider's settings and keys is kept for an hour."""
    return _Client(
        DjangoIntegration(organisation.id),
        name=organisation.id,
        client_id=organisation.client_id,
        client_secret=organisation.secret,
        server_metadata_url=f"{organisation.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "default_timeout": 10},
    )


def begin(request: HttpRequest, organisation: Organisation, back: str) -> HttpResponse:
    """Send the person to their provider; who showed themselves there long ago does so again. Raises NotLetIn."""
    try:
        answer: HttpResponse = _client(organisation, int(time.time() // HOUR)).authorize_redirect(
            request, back, max_age=settings.PROOF_SECONDS
        )
    except (RequestException, AuthlibBaseError, RuntimeError, ValueError, KeyError) as error:
        raise NotLetIn(f"the provider's settings cannot be read: {type(error).__name__}") from error
    return answer


def arrived(request: HttpRequest, organisation: Organisation) -> Arrival:
    """Who came back. Raises NotLetIn for whatever does not hold."""
    client = _client(organisation, int(time.time() // HOUR))
    wanted = {
        "iss": {"essential": True, "value": organisation.issuer},
        "sub": {"essential": True},
        "aud": {"essential": True, "value": organisation.client_id},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "nonce": {"essential": True},
    }
    _same_issuer(request, organisation)
    try:
        token = client.authorize_access_token(request, claims_options=wanted, leeway=LEEWAY)
        claims = token["userinfo"]
        if "email" not in claims:
            claims = {**_told_apart(client.userinfo(token=token), claims["sub"]), **claims}
    except (OAuthError, AuthlibBaseError, JoseError, RequestException) as error:
        raise NotLetIn(f"the provider's answer does not hold: {error}") from error
    except (RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotLetIn(f"the provider's answer cannot be read: {type(error).__name__}") from error
    return _arrival(organisation, claims)


def _same_issuer(request: HttpRequest, organisation: Organisation) -> None:
    """A provider that names itself in the answer must be the one that was asked (RFC 9207)."""
    if request.GET.get("iss", organisation.issuer).rstrip("/") != organisation.issuer:
        raise NotLetIn("another provider answered than the one that was asked")


def _told_apart(more: dict[str, Any], subject: str) -> dict[str, Any]:
    """What the provider says besides the token counts only if it is about the same person."""
    if more.get("sub") != subject:
        raise NotLetIn("the provider tells of somebody else than the token")
    return {name: more[name] for name in ("email", "email_verified") if name in more}


def _arrival(organisation: Organisation, claims: dict[str, Any]) -> Arrival:
    methods = claims.get("amr") or []
    said = {str(claims.get("acr", "")), *(map(str, methods) if isinstance(methods, list) else ())}
    email, at = claims.get("email"), claims.get("auth_time")
    verified = claims.get("email_verified") is True or (organisation.verifies_email and "email_verified" not in claims)
    return Arrival(
        organisation=organisation,
        subject=str(claims["sub"]),
        email=email if isinstance(email, str) and verified else "",
        took_second_step=bool(said & set(organisation.second_step)),
        proven_at=float(at) if isinstance(at, int | float) else 0.0,
    )
