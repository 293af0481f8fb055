"""Leaving quickly, signing in to the demonstration, and the health check."""

from __future__ import annotations

import logging
from itertools import groupby
from typing import Any
from uuid import UUID

from allauth.account.views import LoginView, PasswordChangeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from safekept.access.health import pending_migrations
from safekept.directory.models import Account
from safekept.directory.roles import Role
from safekept.entrance import passkeys
from safekept.entrance.sessions import DEMO

NEUTRAL_PAGE = "https://www.bbc.co.uk/weather"
logger = logging.getLogger(__name__)


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; in the demonstration it also offers the made-up people."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refused = self.request.method == "GET" and self.request.GET.get("passkey") == "no"
        errors = [{"anchor": "", "text": passkeys.NOT_THIS_PASSKEY}] if refused else []
        return {
            **super().get_context_data(**kwargs),
            "demo_accounts": demo_accounts(),
            "errors": errors,
            "organisations": settings.ORGANISATIONS,
        }


def demo_accounts() -> list[tuple[str, list[Account]]]:
    """The made-up people by area; none outside the demonstration."""
    if not settings.DEMO:
        return []
    people = (
        Account.objects.filter(is_demo=True, is_active=True)
        .exclude(role=Role.LOADER)
        .select_related("team__agency__area")
        .order_by("team__agency__area__region", "team__agency__area__name", "team__agency__name", "name")
    )
    return [(area, list(group)) for area, group in groupby(people, lambda person: person.team.agency.area.name)]


class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """Changing one's password; a made-up person has none."""

    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, Account) and not request.user.has_usable_password():
            return redirect("mfa_index")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class SetUpCodes(ActivateTOTPView):  # type: ignore[misc]
    """Setting up one-time codes; whoever has them goes to the page about signing in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        account = request.user
        if isinstance(account, Account) and is_mfa_enabled(account, [Authenticator.Type.TOTP]):
            return redirect("mfa_index")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out at once, have the browser forget what it kept, and show a page that says nothing of this one."""
    logout(request)
    response = HttpResponseRedirect(NEUTRAL_PAGE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.headers["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a made-up person. Outside the demonstration this address does not exist."""
    if not settings.DEMO:
        raise Http404
    try:
        account = Account.objects.get(pk=UUID(request.POST.get("account", "")), is_demo=True, is_active=True)
    except (ValueError, Account.DoesNotExist):
        raise Http404 from None
    if account.role == Role.LOADER:
        raise Http404
    login(request, account)
    request.session[DEMO] = True
    onward = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(onward if safe else settings.LOGIN_REDIRECT_URL)


@login_not_required
@require_GET
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark, for browsers that ask for it where they always do."""
    return HttpResponsePermanentRedirect(static("safekept/mark.svg"))


@login_not_required
@never_cache
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and its tables are up to date; 503, with which of the two, when not."""
    try:
        behind = pending_migrations()
    except DatabaseError:
        logger.exception("The health check could not reach the database.")
        return JsonResponse({"ready": False, "database": "does not answer"}, status=503)
    if behind:
        return JsonResponse({"ready": False, "database": "tables are behind: run safekept migrate"}, status=503)
    return JsonResponse({"ready": True})
