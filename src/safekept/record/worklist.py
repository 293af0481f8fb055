"""The list of what is owed: one statement for the nearest duties of every stretch of time, through both walls."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal
from uuid import UUID

from safekept.access import statements
from safekept.access.sql import Columns, asking, first_wall
from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.record.walls import OBLIGATION

Scope = Literal["mine", "team", "agency", "area"]
SOON = dt.timedelta(days=8)
MOST_LISTED, MOST_OF_ONE, MOST_LOOKED_THROUGH = 20, 400, 2_000
"""Duties of each stretch of time that a list of work reads: for an overview, for one stretch, to look for a name."""
MOST_OF_MINE = 2_000
"""Entries of one's own, the latest, that the list of one's own work begins from."""
COLUMNS = (
    "id", "subject_id", "rule", "pack", "version", "title", "owner_kind", "owes", "because", "because_at", "due",
    "expected_by", "expected_says", "status", "cites", "missing", "explain", "team_id", "team_is_fallback",
)  # fmt: skip
BY_DUE, BY_WAITING = "o.due, o.because_at, o.id", "o.because_at, o.id"
NAMED_VALUE = re.compile(r"%\((\w+)\)s")
STRETCHES = (
    ("o.rule = ANY(%(urgent)s)", BY_DUE),
    ("o.due < %(now)s", BY_DUE),
    ("o.due >= %(now)s AND o.due < %(soon)s", BY_DUE),
    ("o.due >= %(soon)s", BY_DUE),
    ("o.due IS NULL AND o.expected_by < %(now)s", BY_WAITING),
    ("o.due IS NULL AND o.expected_by >= %(now)s", BY_WAITING),
    ("o.due IS NULL AND o.expected_by IS NULL", BY_WAITING),
)
"""Urgent, overdue, soon, later, waiting too long, waiting, waiting without any expectation; each has an index."""
HELD = {
    "mine": "directory_team AS held WHERE held.id = %(team)s",
    "team": "directory_team AS held WHERE held.id = %(team)s",
    "agency": "directory_team AS held WHERE held.agency_id = %(agency)s",
}
"""The teams whose duties stand in a scope; each team's are read in order, as its index has them."""
MINE = (
    "o.subject_id IN (SELECT told.subject_id FROM record_entry AS told WHERE told.account_id = %(account)s "  # noqa: S608
    f"ORDER BY told.recorded_at DESC LIMIT {MOST_OF_MINE})"
)


@dataclass(frozen=True, slots=True)
class ListedDuty:
    """One open duty as lists of work show it: the columns of ``record_obligation`` that they need."""

    id: UUID
    subject_id: UUID
    rule: str
    pack: str
    version: str
    title: str
    owner_kind: str
    owes: str
    because: str
    because_at: dt.datetime | None
    due: dt.datetime | None
    expected_by: dt.datetime | None
    expected_says: str
    status: str
    cites: list[str]
    missing: list[str]
    explain: str
    team_id: UUID | None
    team_is_fallback: bool


def nearest(
    viewer: Viewer,
    scope: Scope,
    now: dt.datetime,
    most: int = MOST_LISTED,
    *,
    kind: str = "",
    owner: str = "",
    subject_id: UUID | None = None,
) -> list[ListedDuty]:
    """What is urgent, then of each stretch of time (overdue, the next days, later, long waiting, waiting) the first
    ``most`` duties.

    So a team with thousands of late duties still sees what is due today, and the database reads no more than is shown.
    Call inside ``viewing``.
    """
    values = asking(viewer.asker) | {
        "now": now, "soon": now + SOON, "most": most, "urgent": _urgent_rules(), "team": viewer.team_id,
        "agency": viewer.agency_id, "account": viewer.account_id, "area": viewer.area, "kind": kind, "owner": owner,
        "subject": subject_id,
    }  # fmt: skip
    statement, used = _statement(scope, bool(kind), bool(owner), subject_id is not None)
    found = (ListedDuty(*row) for row in statements.rows(statement, {name: values[name] for name in used}))
    return list({row.id: row for row in found}.values())


@cache
def _statement(scope: Scope, kind: bool, owner: bool, subject: bool) -> tuple[str, tuple[str, ...]]:
    """The statement for a list, and the names of the values that it takes."""
    narrowed = [
        "o.status = 'open'",
        first_wall(OBLIGATION, "o", Columns(audience="seen_by")),
        *([MINE] if scope == "mine" else []),
        *(["o.area = %(area)s"] if scope == "area" else ["o.team_id = held.id"]),
        *(["o.owes = %(kind)s"] if kind else []),
        *(["o.owner_kind = %(owner)s"] if owner else []),
        *(["o.subject_id = %(subject)s"] if subject else []),
    ]
    text = " UNION ALL ".join(_stretch(scope, [*narrowed, condition], order) for condition, order in STRETCHES)
    return text, tuple(dict.fromkeys(NAMED_VALUE.findall(text)))


def _stretch(scope: Scope, conditions: list[str], order: str) -> str:
    columns, following = ", ".join(f"o.{name}" for name in COLUMNS), f"ORDER BY {order} LIMIT %(most)s"
    first = f"SELECT {columns} FROM record_obligation AS o WHERE {' AND '.join(conditions)} {following}"  # noqa: S608
    if scope == "area":
        return f"({first})"
    teams, _, which = HELD[scope].partition(" WHERE ")
    return f"(SELECT o.* FROM {teams} CROSS JOIN LATERAL ({first}) AS o WHERE {which} {following})"  # noqa: S608


def _urgent_rules() -> list[str]:
    """The rules about a child in danger now, of every version of every procedure."""
    return sorted({rule for _, rule in procedures.library().urgent})
