"""Staying signed in, and coming back to what one typed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from safekept.entrance import kept, sessions

SHOWN_FROM = 12
"""Letters from which a text is worth showing again: shorter ones are choices and dates."""


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """How many seconds one stays signed in without a further page. Asking does not lengthen it; POST does.

    Also gives the token for the page's forms, since signing in again elsewhere in the browser changes it.
    """
    return JsonResponse({"left": sessions.seconds_left(request), "token": get_token(request)})


def kept_form(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """What somebody sent after they had been signed out: send it now, or throw it away."""
    viewer = request.viewer  # type: ignore[attr-defined]
    found = kept.find(viewer, form_id)
    if found is None:
        return HttpResponseRedirect("/")
    if request.method != "POST":
        return render(request, "entrance/kept.html", {"kept": found, "typed": _typed(found.data)})
    found.delete()
    if "throw-away" in request.POST:
        return HttpResponseRedirect(found.path)
    return HttpResponseRedirect(found.path, preserve_request=True)


def _typed(data: dict[str, Any]) -> list[str]:
    """The texts worth reading over, without ids."""
    texts = [text.strip() for texts in data.values() for text in texts]
    return [text for text in texts if len(text) >= SHOWN_FROM and not _is_id(text)]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
