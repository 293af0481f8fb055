"""What somebody sent when something broke: not saved, said so, and given back to them to send again.

Nothing here asks the database, which may be what broke. A form carries its own key, so that sending it again never
records it twice, even where the first one was kept and only the answer was lost.
"""

from __future__ import annotations

import sys

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render

FULL = ("53100", "58030")
"""SQLSTATE of a disk that is full, and of one that cannot be written."""
NO_ROOM = "There is no room left where records are kept, or the disk there cannot be written."
NO_ANSWER = "The database stopped answering."
BROKE = "Something went wrong here."
NEVER = ("csrfmiddlewaretoken", "password", "code", "credential", "save_draft")
"""Inputs, by a part of their name, that are never written into a page."""


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to whatever broke: what was sent is given back where a page of ours sent it."""
    error = sys.exc_info()[1]
    sent = _sent(request)
    if not sent:
        return render(request, "500.html", status=500)
    context = {"sent": sent, "reason": reason(error), "words": [text for _, text in sent if " " in text.strip()]}
    return render(request, "access/unsaved.html", context, status=503)


def reason(error: BaseException | None) -> str:
    """What broke, as a sentence for whoever typed."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return BROKE
    cause = error.__cause__
    if isinstance(cause, psycopg.Error) and cause.sqlstate in FULL:
        return NO_ROOM
    return NO_ANSWER if isinstance(error, OperationalError | InterfaceError) else BROKE


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Every input and text of a form that one of our own pages sent; of signing in, nothing."""
    if request.method != "POST" or request.path.startswith("/account/") or not _from_us(request):
        return []
    kept = [name for name in request.POST if not any(part in name for part in NEVER)]
    return [(name, text) for name in kept for text in request.POST.getlist(name)]


def _from_us(request: HttpRequest) -> bool:
    """Whether the form has our token: else another site could have its own form sent again by somebody signed in."""
    return CsrfViewMiddleware(_nothing).process_view(request, _nothing, (), {}) is None


def _nothing(request: HttpRequest) -> HttpResponse:
    """Stands for the page that the check would let through."""
    return HttpResponse()
