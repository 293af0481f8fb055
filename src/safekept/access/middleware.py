"""Every page of a signed-in person: one transaction, one viewer, and nothing shown that is not written down."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from safekept.access import reading
from safekept.access.viewer import EVERYDAY_PURPOSE, Sight, Viewer, viewer_for, viewing
from safekept.directory.models import Account
from safekept.directory.roles import Role


class NotAllowed(PermissionDenied):
    """The policy refuses; carries what was asked for, so that the refusal is written down."""

    def __init__(self, reason: str, what: str = "", ids: tuple[UUID, ...] = ()) -> None:
        super().__init__(reason)
        self.reason, self.what, self.ids = reason, what, ids


class ViewerMiddleware:
    """Sets ``request.viewer`` and answers inside its transaction.

    What was read is written down before the answer leaves; if that fails, so does the page. Any error undoes the
    page's writes; a refusal is written down afterwards, apart.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = None  # type: ignore[attr-defined]
        request.refused = None  # type: ignore[attr-defined]
        account = request.user
        if not isinstance(account, Account) or account.role == Role.LOADER:
            return self.get_response(request)
        viewer = viewer_for(account, getattr(request, "purpose", EVERYDAY_PURPOSE))
        request.viewer = viewer  # type: ignore[attr-defined]
        response = self._answer(request, viewer)
        refused = request.refused  # type: ignore[attr-defined]
        if refused is not None:
            reading.deny(viewer, refused.what or _place(request), refused.ids, refused.reason)
        return response

    def _answer(self, request: HttpRequest, viewer: Viewer) -> HttpResponse:
        with viewing(viewer) as sight:
            response = self.get_response(request)
            if response.status_code >= 500 or getattr(request, "went_wrong", False):
                transaction.set_rollback(True)
            self._write_down(request, sight, response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @staticmethod
    def _write_down(request: HttpRequest, sight: Sight, response: HttpResponse) -> None:
        """Log what the page read. A page that went wrong shows none of it, and its transaction is undone."""
        if not transaction.get_rollback():
            reading.log_unlogged(sight, _place(request))

    @staticmethod
    def process_exception(request: HttpRequest, exception: Exception) -> None:
        """Remember that the page failed, so that its writes are undone; a refusal is kept to be written down."""
        request.went_wrong = True  # type: ignore[attr-defined]
        if isinstance(exception, NotAllowed):
            request.refused = exception  # type: ignore[attr-defined]


def _place(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.view_name if match else "") or request.path[:200]
