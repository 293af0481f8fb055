"""Known devices: a browser in which somebody once signed in with both steps. It lets nobody in; it is only not slowed
down by what others try elsewhere."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "safekept_device"
SALT = "safekept.device"
LONGEST = 180 * 86400
"""Seconds for which a device stays known without a sign-in there."""
MOST = 20
"""People of one device: a shared computer in a duty room."""


def known(request: HttpRequest, email: str) -> str | None:
    """The device's own name if this person signed in there before; None for a device that is not known for them."""
    name, people = _read(request)
    mark = _mark(name, email)
    return name if any(constant_time_compare(mark, one) for one in people) else None


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Know this device for this person from now on."""
    name, people = _read(request)
    mark = _mark(name, email)
    kept = [mark, *(one for one in people if one != mark)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps([name, *kept], salt=SALT),
        max_age=LONGEST,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    """The device's name and the marks of its people; a new name where there is no cookie that we signed."""
    try:
        name, *people = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LONGEST)
    except (signing.BadSignature, ValueError):
        return secrets.token_urlsafe(12), []
    return name, people


def _mark(name: str, email: str) -> str:
    return salted_hmac(SALT, f"{name}\n{email.lower()}", algorithm="sha256").hexdigest()[:24]
