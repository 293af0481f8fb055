"""What others recorded since somebody last looked: asked of the record itself, through both walls.

New to a person is what others recorded in the last days about the children whom that person lately wrote about, and
every concern about a child whom their agency works with. Opening the child's page clears it; so does saying that all
of it is seen. Call inside ``viewing``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from safekept.access import reading, statements
from safekept.access.policy import ENTRY
from safekept.access.sql import asking, first_wall
from safekept.access.viewer import Viewer

SPAN = dt.timedelta(days=7)
"""How far back anything is called new."""
MOST = 30
"""New entries that are read at most."""
UNSEEN = (
    "e.account_id <> %(asker_account)s AND e.recorded_at > greatest(%(since)s, ("  # noqa: S608
    "SELECT k.at FROM record_look AS k WHERE k.account_id = %(asker_account)s AND k.subject_id IS NULL)) "
    "AND NOT EXISTS (SELECT 1 FROM record_look AS k WHERE k.account_id = %(asker_account)s "
    f"AND k.subject_id = e.subject_id AND k.at >= e.recorded_at) AND {first_wall(ENTRY, 'e')} "
    "ORDER BY e.recorded_at DESC LIMIT %(most)s"
)
TOLD = "SELECT e.id, e.subject_id, e.kind, e.agency_kind, e.recorded_at FROM record_entry AS e WHERE"
NEW = (
    "(SELECT told.* FROM unnest(%(mine)s::uuid[]) AS one(id) CROSS JOIN LATERAL ("  # noqa: S608
    f"{TOLD} e.subject_id = one.id AND {UNSEEN}) AS told) "
    f"UNION ({TOLD} e.kind = 'concern' AND {UNSEEN}) ORDER BY 5 DESC, 1 LIMIT %(most)s"
)
LOOKED = (
    "INSERT INTO record_look (id, account_id, subject_id, at) VALUES (gen_random_uuid(), %s, %s, %s) "
    "ON CONFLICT (account_id, subject_id) DO UPDATE SET at = greatest(record_look.at, EXCLUDED.at)"
)


@dataclass(frozen=True, slots=True)
class NewEntryRow:
    """An entry that is new to somebody, as far as a list names it."""

    id: UUID
    subject_id: UUID
    kind: str
    agency_kind: str
    recorded_at: dt.datetime


def unseen(viewer: Viewer, mine: Collection[UUID], now: dt.datetime) -> list[NewEntryRow]:
    """What is new to the viewer, the latest first, at most ``MOST``; ``mine``: whom they lately wrote about."""
    values = asking(viewer.asker) | {"mine": list(mine), "since": now - SPAN, "most": MOST}
    found = [NewEntryRow(*row) for row in statements.rows(NEW, values)]
    reading.note("entry", (row.id for row in found))
    return found


def looked(viewer: Viewer, subject_id: UUID | None, at: dt.datetime) -> None:
    """Remember that the viewer has looked at a record; None: that they have seen everything new up to this moment."""
    statements.run(LOOKED, [viewer.account_id, subject_id, at])
