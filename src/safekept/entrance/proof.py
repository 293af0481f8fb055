"""When somebody last showed who they are. What opens or gives away most asks for it again after 15 minutes."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest

from safekept.entrance.sessions import is_demo

PROVEN = "safekept_proven"


def given(request: HttpRequest, at: float | None = None) -> None:
    """Somebody has just shown with both steps who they are, or did so at a moment (seconds since 1970)."""
    request.session[PROVEN] = int(time.time() if at is None else at)


def is_recent(request: HttpRequest) -> bool:
    """Whether that is recent enough. A made-up person in the demonstration has no password to show it with."""
    if is_demo(request):
        return True
    since = time.time() - int(request.session.get(PROVEN, 0))
    return bool(0 <= since <= settings.PROOF_SECONDS)
