"""The outermost layer: what every answer carries, refusals included, and requests that nobody can read."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import parse_header_parameters

READABLE = frozenset({"utf-8", "ascii"})
"""The character sets that forms are sent in: there, bytes mean what every part of the service takes them for."""
UNREADABLE = "safekept.unreadable"
"""Set by the server's side of the edge on a request in another character set."""
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def readable_only(application: Application) -> Application:
    """Mark a request in another character set, and keep that from Django, which could not even begin to read it."""

    def marking(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not is_readable(environ.get("CONTENT_TYPE", "")):
            environ = {**environ, "CONTENT_TYPE": "application/octet-stream", UNREADABLE: True}
        return application(environ, start_response)

    return marking


class Edge:
    """Gives every answer the headers that keep it in its place, also where a layer further in refused the request.

    A request in another character set is refused: what would be stored could differ from what was checked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        unreadable = UNREADABLE in request.META
        response = render(request, "400.html", status=400) if unreadable else self.get_response(request)
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY)
        if response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def is_readable(content_type: str) -> bool:
    """Whether a content type names no character set, or one in which a request can be read."""
    try:
        _, parameters = parse_header_parameters(content_type)  # as Django reads it, so that the two never differ
        return codecs.lookup(parameters.get("charset", "utf-8")).name in READABLE
    except (LookupError, ValueError):
        return False


class OneLine(logging.Filter):
    """A refusal is one line in the log; only what went wrong here brings its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
