"""The cache of what is owed: worked out from the whole history, written only where it changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from safekept.procedures import Obligation, Position
from safekept.record.histories import Subject, linked, position, subjects
from safekept.record.rows import EntryRow, entries_about

COLUMNS = (
    "subject_id", "rule", "root", "pack", "version", "title", "owner_kind", "team_id", "team_is_fallback", "owes",
    "because", "because_at", "anchor", "due", "expected_by", "expected_says", "status", "met_by", "cites", "missing",
    "says", "depends_on", "seen_by",
)  # fmt: skip
BY_TIME_ALONE = ("explain", "changes_at")
"""Columns that move with the clock: written with the others, never a reason to write."""
NOBODY = "nobody"
WRITTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team that can hold a duty."""

    id: UUID
    agency_id: UUID
    agency_kind: str
    area: str
    is_default: bool
    is_coordination: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a whole record stands: for Safekept's own use, never shown as it is."""

    subject: Subject
    rows: Sequence[EntryRow]
    position: Position


@contextmanager
def whole_history() -> Iterator[None]:
    """See every entry, for working out what is owed; the viewer is told to the database again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('safekept.role', true), set_config('safekept.role', 'loader', true)")
        role = cursor.fetchone()[0]
        yield
        cursor.execute("SELECT set_config('safekept.role', %s, true)", [role])


def refresh(ids: Sequence[UUID], now: dt.datetime) -> dict[UUID, Standing]:
    """Work out and cache what these subjects are owed; where each whole record stands.

    Call inside ``whole_history``, holding the subjects' chain heads.
    """
    histories = entries_about(ids)
    others = {other for rows in histories.values() for other in linked(rows)}
    known = subjects([*ids, *others], UUID(int=0))
    teams = _teams([known[one] for one in ids if one in known])
    cached = _cached(ids)
    standing: dict[UUID, Standing] = {}
    changed: list[dict[str, Any]] = []
    gone: list[UUID] = []
    for one in ids:
        rows = histories[one]
        found = position(known[one], rows, now, related=known)
        standing[one] = Standing(known[one], rows, found)
        held = cached.get(one, {})
        fresh = _fresh(known[one], rows, found, teams.get(one, []))
        changed += [row for key, row in fresh.items() if _differs(row, held.get(key))]
        gone += [row["id"] for key, row in held.items() if key not in fresh]
    _write(changed, gone)
    return standing


def team_holding(
    duty_owner: str, recorded_by: UUID | None, area: str | None, teams: Sequence[TeamRow]
) -> TeamRow | None:
    """The team around the child that holds a duty of this kind of agency: first the agency that set it off.

    Then the area's own, then any other in the circle; the area's co-ordinators where there is none.
    """
    able = [t for t in teams if t.is_default and t.agency_kind == duty_owner]
    able.sort(key=lambda t: (t.agency_id != recorded_by, t.area != area))
    return next(iter(able), None)


def coordinators(area: str | None, teams: Sequence[TeamRow]) -> TeamRow | None:
    """The area's co-ordinators, who hold what nobody else does."""
    held = [t for t in teams if t.is_coordination]
    return next((t for t in held if t.area == area), held[0] if held else None)


def _fresh(
    subject: Subject, rows: Sequence[EntryRow], found: Position, teams: Sequence[TeamRow]
) -> dict[tuple[str, str], dict[str, Any]]:
    by_id = {str(row.id): row for row in rows}
    return {(o.rule, o.root): _row(subject, o, by_id, teams) for o in found.obligations}


def _row(subject: Subject, duty: Obligation, by_id: Mapping[str, EntryRow], teams: Sequence[TeamRow]) -> dict[str, Any]:
    trigger = by_id.get(duty.because)
    team = team_holding(duty.owner, trigger.agency_id if trigger else None, subject.area, teams)
    held = team or coordinators(subject.area, teams)
    return {
        "subject_id": subject.id,
        "rule": duty.rule,
        "root": duty.root,
        "pack": duty.pack,
        "version": duty.version,
        "title": duty.title[:300],
        "owner_kind": duty.owner,
        "team_id": held.id if held else None,
        "team_is_fallback": team is None,
        "owes": duty.owes,
        "because": duty.because,
        "because_at": trigger.at if trigger else None,
        "anchor": duty.anchor,
        "due": duty.due,
        "expected_by": duty.expected_by,
        "expected_says": duty.expected_says or "",
        "status": "open" if duty.status == "overdue" else duty.status,
        "met_by": duty.met_by or "",
        "cites": list(duty.cites),
        "missing": list(duty.missing),
        "says": duty.says,
        "depends_on": list(duty.depends_on),
        "seen_by": seen_by(by_id[one].audience for one in duty.depends_on if one in by_id),
        "duty": duty,
    }


def seen_by(audiences: Iterable[Sequence[str]]) -> list[str]:
    """The kinds of agency that may see every one of these entries; empty: all."""
    limited = [set(audience) for audience in audiences if audience]
    return sorted(set.intersection(*limited)) or [NOBODY] if limited else []


def _differs(fresh: Mapping[str, Any], held: Mapping[str, Any] | None) -> bool:
    return held is None or any(fresh[name] != held[name] for name in COLUMNS)


def _cached(ids: Sequence[UUID]) -> dict[UUID, dict[tuple[str, str], dict[str, Any]]]:
    names = ("id", *COLUMNS)
    found: dict[UUID, dict[tuple[str, str], dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(names)} FROM record_obligation WHERE subject_id = ANY(%s)",  # noqa: S608
            [list(ids)],
        )
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            found.setdefault(row["subject_id"], {})[row["rule"], row["root"]] = row
    return found


def _write(changed: Sequence[dict[str, Any]], gone: Sequence[UUID]) -> None:
    names = ("id", *COLUMNS, *BY_TIME_ALONE)
    updated = ", ".join(f"{name} = EXCLUDED.{name}" for name in names[1:])
    place = "(" + ", ".join(["%s"] * len(names)) + ")"
    with connection.cursor() as cursor:
        if gone:
            cursor.execute("DELETE FROM record_obligation WHERE id = ANY(%s)", [list(gone)])
        for start in range(0, len(changed), WRITTEN_AT_ONCE):
            part = changed[start : start + WRITTEN_AT_ONCE]
            cursor.execute(
                f"INSERT INTO record_obligation ({', '.join(names)}) "  # noqa: S608
                f"VALUES {', '.join([place] * len(part))} ON CONFLICT (subject_id, rule, root) DO UPDATE SET {updated}",
                [value for row in part for value in _values(row)],
            )


def _values(row: Mapping[str, Any]) -> list[Any]:
    duty: Obligation = row["duty"]
    return [uuid4(), *(row[name] for name in COLUMNS), duty.explain, duty.changes_at]


def _teams(around: Sequence[Subject]) -> dict[UUID, list[TeamRow]]:
    """The default teams of each subject's circle, and its area's co-ordinators."""
    found: dict[UUID, list[TeamRow]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, t.id, a.id, a.kind, a.area_id, t.is_default, t.is_coordination "
            "FROM unnest(%s::uuid[], %s::text[]) AS s(id, area) "
            "JOIN directory_agency AS a ON a.id IN ("
            "  SELECT ring.agency_id FROM access_circle AS ring WHERE ring.subject_id = s.id"
            "  UNION SELECT c.agency_id FROM directory_team AS c JOIN directory_agency AS b ON b.id = c.agency_id"
            "  WHERE c.is_coordination AND b.area_id = s.area) "
            "JOIN directory_team AS t ON t.agency_id = a.id AND (t.is_default OR t.is_coordination) "
            "ORDER BY a.name, t.name",
            [[one.id for one in around], [one.area for one in around]],
        )
        for subject_id, *team in cursor.fetchall():
            found.setdefault(subject_id, []).append(TeamRow(*team))
    return found
