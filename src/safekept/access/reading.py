"""The reading log: who read what, for what purpose. No row in the log, no page."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from safekept.access import statements
from safekept.access.viewer import Sight, Viewer, current_sight, viewing

WRITE = (
    "INSERT INTO access_readevent (id, account_id, agency_id, role, purpose, what, ids, at, allowed, reason) "
    "VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s::uuid[], %s, %s, %s)"
)


def _write(viewer: Viewer, what: str, ids: Iterable[UUID], allowed: bool = True, reason: str = "") -> None:
    """One row of the log, written without a model: every page writes some."""
    who = (viewer.account_id, viewer.agency_id, viewer.role, viewer.purpose[:200])
    statements.run(WRITE, [*who, what[:200], list(dict.fromkeys(ids)), timezone.now(), allowed, reason[:300]])


def log(viewer: Viewer, what: str, ids: Iterable[UUID]) -> None:
    """Write down, in the current transaction, that the viewer read these rows.

    Raises a database error when it cannot be written; the caller must then show nothing.
    """
    read = list(ids)
    _write(viewer, what, read)
    sight = current_sight()
    if sight is not None:
        sight.logged.update(read)


def note(kind: str, ids: Iterable[UUID]) -> None:
    """Remember rows that were read without a model, for the row that the page writes in the end."""
    sight = current_sight()
    if sight is not None:
        sight.seen.setdefault(kind, set()).update(ids)


def about(thing_id: UUID) -> None:
    """Say whose record the page shows: it stands first among the ids that the page writes down."""
    sight = current_sight()
    if sight is not None:
        sight.about = thing_id


def log_unlogged(sight: Sight, what: str) -> None:
    """Write down every row of the sight that no page wrote down itself, so that nothing is read unseen."""
    missed = set().union(*sight.seen.values()) - sight.logged if sight.seen else set()
    if missed:
        log(sight.viewer, what, [*([sight.about] if sight.about else []), *missed])


def deny(viewer: Viewer, what: str, ids: Iterable[UUID], reason: str) -> None:
    """Write down a refusal, in a transaction of its own, so that undoing the page cannot remove it."""
    with viewing(viewer):
        _write(viewer, what, ids, allowed=False, reason=reason)
