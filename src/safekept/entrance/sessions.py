"""How long one stays signed in, and that everybody has a second step."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from safekept.entrance import kept, passkeys

Answer = Callable[[HttpRequest], HttpResponse]
STARTED, LAST_USED, SECOND_STEP, DEMO = "safekept_started", "safekept_used", "safekept_second_step", "safekept_demo"
FREQUENCY = 20
"""Seconds between two writes of the time of last use, so that not every page writes the session."""


class SessionLimits:
    """Signs out after a quarter of an hour without a page, and after twelve hours in any case.

    A form that is sent too late is not carried out, but kept for its author: see ``kept``.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not by_program(request):
            now = int(time.time())
            request.session.setdefault(STARTED, now)
            used = request.session.setdefault(LAST_USED, now)
            if seconds_left(request) < 0:
                request.too_late = request.user  # type: ignore[attr-defined]
                logout(request)
            elif now - used >= FREQUENCY and not (request.method == "GET" and request.path == reverse("session")):
                request.session[LAST_USED] = now
        return self.get_response(request)

    @staticmethod
    def process_view(request: HttpRequest, view: Answer, args: Any, kwargs: Any) -> HttpResponse | None:
        """Keep a form that came too late. Here its token has been checked: nobody else's page sent it."""
        account = getattr(request, "too_late", None)
        if account is None or not kept.is_worth_keeping(request) or not getattr(view, "login_required", True):
            return None
        form_id = kept.keep(request, account)
        if form_id is None:
            return None
        return redirect_to_login(reverse("kept-form", kwargs={"form_id": form_id}))


def seconds_left(request: HttpRequest) -> int:
    """How long one stays signed in without a further page; below nought, or not signed in: no longer."""
    if not request.user.is_authenticated:
        return 0
    now = int(time.time())
    idle = request.session.get(LAST_USED, now) + settings.SESSION_IDLE_SECONDS - now
    return int(min(idle, request.session.get(STARTED, now) + settings.SESSION_LONGEST_SECONDS - now))


def by_program(request: HttpRequest) -> bool:
    """Whether a program asks with a key of its own: it has no session, and the key was given for a time."""
    return getattr(request, "program", None) is not None


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
        if (
            request.user.is_authenticated
            and not by_program(request)
            and not self._is_open(request.path)
            and not has_second_step(request)
        ):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    @staticmethod
    def _is_open(path: str) -> bool:
        """Setting up, proving who one is and leaving need no second step; nor do the style sheets."""
        names = ("mfa_activate_totp", "passkey-add", "account_logout", "leave", "healthz")
        return path.startswith("/static/") or path in {reverse(name) for name in names}
