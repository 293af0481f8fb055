"""What cannot be done about who sees a record, as sentences for whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from safekept.access.viewer import Viewer

SHORTEST_REASON = 10
"""Characters of a reason, at least."""


class NotDone(Exception):
    """Something cannot be done; ``field`` is what the sentence stands beside, empty for the page as a whole."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(says)
        self.field, self.says = field, says


def attempt(does: Callable[[], object]) -> NotDone | None:
    """Do it; what stands against it, where it cannot be done."""
    try:
        does()
    except NotDone as problem:
        return problem
    return None


def listed(problem: NotDone | None) -> list[dict[str, str]]:
    """A problem as the summary at the head of a page takes it."""
    return [{"anchor": problem.field, "text": problem.says}] if problem else []


def said(text: str, field: str, otherwise: str) -> str:
    """What was typed, where it says something. Raises NotDone."""
    if len(text.strip()) < SHORTEST_REASON:
        raise NotDone(field, otherwise)
    return text.strip()


def allow(allowed: bool, otherwise: str) -> None:
    """Raises NotDone unless allowed."""
    if not allowed:
        raise NotDone("", otherwise)


def end(viewer: Viewer, rows: QuerySet[Any], otherwise: str, **more: Any) -> None:
    """Write the end of what has not ended, in the viewer's name. Raises NotDone where nothing is left to end."""
    ended = rows.filter(ended_at=None).update(ended_at=timezone.now(), ended_by=viewer.account_id, **more)
    allow(bool(ended), otherwise)
