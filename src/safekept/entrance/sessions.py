"""How long one stays signed in, and that everybody has a second step."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from safekept.entrance import passkeys

Answer = Callable[[HttpRequest], HttpResponse]
STARTED, LAST_USED, SECOND_STEP, DEMO = "safekept_started", "safekept_used", "safekept_second_step", "safekept_demo"
FREQUENCY = 20
"""Seconds between two writes of the time of last use, so that not every page writes the session."""


class SessionLimits:
    """Signs out after a quarter of an hour without a page, and after twelve hours in any case."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault(STARTED, now)
            used = request.session.setdefault(LAST_USED, now)
            idle = now - used > settings.SESSION_IDLE_SECONDS
            if idle or now - started > settings.SESSION_LONGEST_SECONDS:
                logout(request)
            elif now - used >= FREQUENCY:
                request.session[LAST_USED] = now
        return self.get_response(request)


def is_demo(request: HttpRequest) -> bool:
    """Whether a made-up person is signed in to the demonstration."""
    return bool(settings.DEMO and request.session.get(DEMO))


def has_second_step(request: HttpRequest) -> bool:
    """Whether this account has codes or a passkey set up; remembered for the session, demo accounts excepted."""
    if request.session.get(SECOND_STEP) or is_demo(request):
        return True
    has = passkeys.has_second_step(request.user)  # type: ignore[arg-type]
    if has:
        request.session[SECOND_STEP] = True
    return has


class SecondStep:
    """Sends whoever has no second step yet to set one up, before anything else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not self._is_open(request.path) and not has_second_step(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    @staticmethod
    def _is_open(path: str) -> bool:
        """Setting up, proving who one is and leaving need no second step; nor do the style sheets."""
        names = ("mfa_activate_totp", "passkey-add", "account_logout", "leave", "healthz")
        return path.startswith("/static/") or path in {reverse(name) for name in names}
