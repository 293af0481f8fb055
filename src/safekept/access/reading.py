"""The reading log: who read what, for what purpose. No row in the log, no page."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from safekept.access.models import ReadEvent
from safekept.access.viewer import Sight, Viewer, current_sight, viewing


def _event(viewer: Viewer, what: str, ids: Iterable[UUID], allowed: bool = True, reason: str = "") -> ReadEvent:
    return ReadEvent(
        account_id=viewer.account_id,
        agency_id=viewer.agency_id,
        role=viewer.role,
        purpose=viewer.purpose[:200],
        what=what[:200],
        ids=sorted(set(ids)),
        allowed=allowed,
        reason=reason[:300],
    )


def log(viewer: Viewer, what: str, ids: Iterable[UUID]) -> None:
    """Write down, in the current transaction, that the viewer read these rows.

    Raises a database error when it cannot be written; the caller must then show nothing.
    """
    read = list(ids)
    _event(viewer, what, read).save(force_insert=True)
    sight = current_sight()
    if sight is not None:
        sight.logged.update(read)


def log_unlogged(sight: Sight, what: str) -> None:
    """Write down every row of the sight that no page wrote down itself, so that nothing is read unseen."""
    missed = set().union(*sight.seen.values()) - sight.logged if sight.seen else set()
    if missed:
        log(sight.viewer, what, missed)


def deny(viewer: Viewer, what: str, ids: Iterable[UUID], reason: str) -> None:
    """Write down a refusal, in a transaction of its own, so that undoing the page cannot remove it."""
    with viewing(viewer):
        _event(viewer, what, ids, allowed=False, reason=reason).save(force_insert=True)
