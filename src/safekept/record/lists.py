"""What lists of children show of their records, read for many children at once. Call inside ``viewing``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from safekept.access import statements
from safekept.access.policy import ENTRY
from safekept.access.sql import Columns, asking, first_wall
from safekept.access.viewer import Viewer
from safekept.record.walls import OBLIGATION

OPENS, CLOSES = "missing", "found"
"""The kinds of entry that open and close a missing episode."""
ENTRY_SEEN = first_wall(ENTRY, "e")
DUTY_SEEN = first_wall(OBLIGATION, "o", Columns(audience="seen_by"))
MARKING = "e.kind IN ('screening', 'missing', 'found', 'withdrawn') OR e.supersedes IS NOT NULL"
MARKS = (
    "SELECT e.subject_id, e.id, e.kind, e.supersedes, e.answers, e.fields ->> 'category' FROM record_entry AS e "  # noqa: S608
    f"WHERE e.subject_id = ANY(%(ids)s::uuid[]) AND ({MARKING}) "
    "AND (e.kind <> 'screening' OR e.subject_id = ANY(%(screened)s::uuid[])) "
    f"AND {ENTRY_SEEN} ORDER BY e.at, e.recorded_at, e.id"
)
OWED = (
    "SELECT o.subject_id, count(*) FILTER (WHERE o.due < %(now)s), count(*) FROM record_obligation AS o "  # noqa: S608
    f"WHERE o.subject_id = ANY(%(ids)s::uuid[]) AND o.status = 'open' AND {DUTY_SEEN} GROUP BY o.subject_id"
)
LAST = (
    "SELECT one.id, latest.recorded_at FROM unnest(%(ids)s::uuid[]) AS one(id) CROSS JOIN LATERAL ("  # noqa: S608
    f"SELECT e.recorded_at FROM record_entry AS e WHERE e.subject_id = one.id AND {ENTRY_SEEN} "
    "ORDER BY e.recorded_at DESC LIMIT 1) AS latest"
)
WROTE_ABOUT = (
    f"SELECT e.subject_id FROM record_entry AS e WHERE e.account_id = %(asker_account)s AND {ENTRY_SEEN} "  # noqa: S608
    "ORDER BY e.recorded_at DESC LIMIT %(most)s"
)
MENTIONED = (
    "SELECT m.thing_id, m.role, m.entry_id FROM record_mention AS m JOIN record_entry AS e ON e.id = m.entry_id "  # noqa: S608
    f"WHERE m.entry_id = ANY(%(ids)s::uuid[]) AND {ENTRY_SEEN}"
)
FALLEN_BACK = (
    "SELECT o.rule, o.root FROM record_obligation AS o WHERE o.subject_id = %(subject)s AND o.status = 'open' "  # noqa: S608
    f"AND o.team_is_fallback AND {DUTY_SEEN}"
)
OWING = (
    "SELECT DISTINCT o.team_id FROM record_obligation AS o WHERE o.subject_id = %(subject)s "  # noqa: S608
    f"AND o.status = 'open' AND {DUTY_SEEN}"
)
NAMED = f"SELECT e.id, e.kind, e.at FROM record_entry AS e WHERE e.id = ANY(%(ids)s::uuid[]) AND {ENTRY_SEEN}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands beside a child's name: the category of the latest screening that counts, and an open episode.

    ``missing`` is the category of the entry that opened it ('missing', 'absent'), empty where the child is not missing.
    """

    category: int | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class NamedEntry:
    """As much of an entry as its name needs."""

    id: UUID
    kind: str
    at: dt.datetime


NO_MARK = Mark()


def marks(viewer: Viewer, ids: Collection[UUID], screened: Collection[UUID] | None = None) -> dict[UUID, Mark]:
    """The mark of each child that has one, by the entries that the viewer may see.

    ``screened``: those of them whose category is wanted (None: all).
    """
    by_subject: dict[UUID, list[tuple[Any, ...]]] = {}
    for row in _asked(viewer, MARKS, ids, screened=list(ids if screened is None else screened)):
        by_subject.setdefault(row[0], []).append(row[1:])
    return {subject_id: _mark(told) for subject_id, told in by_subject.items()}


def owed_counts(viewer: Viewer, ids: Collection[UUID], now: dt.datetime) -> dict[UUID, tuple[int, int]]:
    """How many duties of each child are overdue, and how many are open."""
    return {row[0]: (row[1], row[2]) for row in _asked(viewer, OWED, ids, now=now)}


def last_recorded(viewer: Viewer, ids: Collection[UUID]) -> dict[UUID, dt.datetime]:
    """When something was last recorded about each child."""
    return dict(_asked(viewer, LAST, ids))


def wrote_about(viewer: Viewer, most: int) -> tuple[list[UUID], bool]:
    """Whom the viewer's latest entries, at most so many, are about: each once, the latest first; and whether
    there are more."""
    found = statements.rows(WROTE_ABOUT, asking(viewer.asker) | {"most": most})
    return list(dict.fromkeys(row[0] for row in found)), len(found) == most


def named_entries(viewer: Viewer, ids: Collection[UUID]) -> list[NamedEntry]:
    """Entries by their ids."""
    return [NamedEntry(*row) for row in _asked(viewer, NAMED, ids)]


def mentioned(viewer: Viewer, ids: Collection[UUID]) -> list[tuple[UUID, str, UUID]]:
    """What some entries mention: thing, its role there, and the entry."""
    return [(row[0], row[1], row[2]) for row in _asked(viewer, MENTIONED, ids)]


def teams_owing(viewer: Viewer, subject_id: UUID) -> set[UUID]:
    """The teams that hold an open duty of a subject."""
    found = statements.rows(OWING, asking(viewer.asker) | {"subject": subject_id})
    return {row[0] for row in found if row[0] is not None}


def fallen_back(viewer: Viewer, subject_id: UUID) -> set[tuple[str, str]]:
    """The open duties of a subject, as rule and root, that no named team holds."""
    found = statements.rows(FALLEN_BACK, asking(viewer.asker) | {"subject": subject_id})
    return {(row[0], row[1]) for row in found}


def open_episode(entries: Iterable[Any]) -> str:
    """The category of the missing episode that is open after these entries, which count and stand in order."""
    last = None
    for entry in entries:
        last = entry if entry.kind in (OPENS, CLOSES) else last
    return str(last.fields.get("category") or OPENS) if last is not None and last.kind == OPENS else ""


def _mark(told: Sequence[tuple[Any, ...]]) -> Mark:
    """From id, kind, what it corrects, what it answers, and category, in the order in which they count."""
    gone = {row[2] for row in told} | {one for row in told if row[1] == "withdrawn" for one in row[3]}
    category, missing = None, ""
    for entry_id, kind, _, _, said in told:
        if entry_id in gone:
            continue
        if kind == "screening" and said is not None:
            category = int(said)
        elif kind in (OPENS, CLOSES):
            missing = (said or OPENS) if kind == OPENS else ""
    return Mark(category, missing)


def _asked(viewer: Viewer, statement: str, ids: Collection[UUID], **values: Any) -> statements.Rows:
    return statements.rows(statement, asking(viewer.asker) | values | {"ids": list(ids)}) if ids else []
