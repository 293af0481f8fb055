"""The cache of what is owed: worked out from the whole history, written only where it changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson

from safekept.access import statements
from safekept.access.copying import copy_into
from safekept.access.viewer import current_viewer
from safekept.directory.roles import Role
from safekept.kinds.vocabularies import AGENCIES
from safekept.procedures import Obligation, Position
from safekept.record import histories
from safekept.record.histories import Subject, linked, position, subjects
from safekept.record.rows import ABOUT, ToldRow, grouped

COLUMNS = (
    "subject_id", "rule", "root", "pack", "version", "title", "owner_kind", "area", "team_id", "team_is_fallback",
    "owes", "because", "because_at", "anchor", "due", "expected_by", "expected_says", "status", "met_by", "cites",
    "missing", "says", "depends_on", "seen_by", "shown_to", "sealed_side",
)  # fmt: skip
BY_TIME_ALONE = ("explain", "changes_at")
"""Columns that move with the clock: written with the others, never a reason to write."""
TYPES = dict.fromkeys((*COLUMNS, "explain"), "text") | {
    "id": "uuid", "subject_id": "uuid", "team_id": "uuid", "team_is_fallback": "boolean", "because_at": "timestamptz",
    "due": "timestamptz", "expected_by": "timestamptz", "changes_at": "timestamptz", "cites": "text[]",
    "missing": "text[]", "depends_on": "text[]", "seen_by": "text[]",
}  # fmt: skip
WRITTEN = ("id", *COLUMNS, *BY_TIME_ALONE)
CACHED = f"SELECT id, {', '.join(COLUMNS)} FROM record_obligation WHERE subject_id = ANY(%s::uuid[])"  # noqa: S608
WRITE = (
    f"INSERT INTO record_obligation ({', '.join(WRITTEN)}) SELECT {', '.join(WRITTEN)} "  # noqa: S608
    f"FROM jsonb_to_recordset(%s::jsonb) AS r({', '.join(f'{name} {TYPES[name]}' for name in WRITTEN)}) "
    "ON CONFLICT (subject_id, rule, root, shown_to, sealed_side) DO UPDATE SET "
    + ", ".join(f"{name} = EXCLUDED.{name}" for name in WRITTEN[1:])
)
TEAMS = (
    "SELECT s.id, t.id, a.id, a.kind, a.area_id, t.is_default, t.is_coordination "
    "FROM register_thing AS s "
    "JOIN directory_agency AS a ON a.id IN ("
    "  SELECT ring.agency_id FROM access_circle AS ring WHERE ring.subject_id = s.id"
    "  UNION SELECT c.agency_id FROM directory_team AS c JOIN directory_agency AS b ON b.id = c.agency_id"
    "  WHERE c.is_coordination AND b.area_id = s.area) "
    "JOIN directory_team AS t ON t.agency_id = a.id AND (t.is_default OR t.is_coordination) "
    "WHERE s.id = ANY(%s::uuid[]) ORDER BY a.name, t.name"
)
SEALED_ENTRIES = "SELECT entry_id FROM access_sealedentry WHERE subject_id = ANY(%s::uuid[]) AND ended_at IS NULL"
HIDDEN_LINKS = (
    "WITH hidden AS (SELECT l.subject_id, l.child_id FROM unnest(%s::uuid[], %s::uuid[]) AS l(subject_id, child_id) "
    "WHERE EXISTS (SELECT 1 FROM access_closed AS c WHERE c.subject_id = l.child_id AND c.level = 'sealed') OR EXISTS ("
    "SELECT 1 FROM access_bar AS b WHERE b.subject_id = l.child_id AND b.kind = 'denied' AND b.ended_at IS NULL)), "
    "kept AS (INSERT INTO access_hiddenlink (id, subject_id, child_id) "
    "SELECT gen_random_uuid(), subject_id, child_id FROM hidden ON CONFLICT DO NOTHING) "
    "SELECT DISTINCT child_id FROM hidden"
)
"""Of pairs of a subject and a child whom an entry names: notes those where nothing shows of the child to some."""
FORGET_LINKS = "DELETE FROM access_hiddenlink WHERE subject_id = ANY(%s::uuid[])"
ANNOUNCE = "SELECT set_config('safekept.role', %s, true)"
NOBODY = "nobody"
WRITTEN_AT_ONCE = 500
ALL, LIMITED, REST = "all", "limited", "rest"
"""Whom a cached duty is shown to: all of the circle; those who see the limited entries; those who do not."""
Key = tuple[str, str, str, str]
Cached = dict[UUID, dict[Key, dict[str, Any]]]
"""Subject to rule, root, whom it is shown to and on which side of sealed entries, to the row that is cached."""


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
    rows: Sequence[ToldRow]
    position: Position


@contextmanager
def whole_history() -> Iterator[None]:
    """See every entry, for working out what is owed; the viewer is told to the database again afterwards."""
    statements.run(ANNOUNCE, [Role.LOADER.value])
    yield
    statements.run(ANNOUNCE, [current_viewer().role])


def refresh(
    ids: Sequence[UUID],
    now: dt.datetime,
    seen: Mapping[UUID, Subject] | None = None,
    told: Mapping[UUID, Sequence[ToldRow]] | None = None,
) -> dict[UUID, Standing]:
    """Work out and cache what these subjects are owed; where each whole record stands.

    ``seen``: subjects that are read already; ``told``: whole records that were just begun, and so have nothing in the
    cache yet. Call inside ``whole_history``, holding the subjects' chain heads.
    """
    begun = told or {}
    histories, cached, teams, entries = _gathered(list(ids), begun)
    known = dict(seen or {})
    named = [(one, other) for one, rows in histories.items() for other in linked(rows)]
    known |= subjects({*ids, *(other for _, other in named)} - known.keys())
    sealed = Sealed(entries, _hidden(named))
    standing: dict[UUID, Standing] = {}
    added: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    gone: list[UUID] = []
    for one in ids:
        rows = histories.get(one, [])
        then = max([now, *(row.recorded_at for row in rows)])  # a clock that went back hides nothing that is owed
        found = position(known[one], rows, then, related=known)
        standing[one] = Standing(known[one], rows, found)
        fresh, held = _fresh(known, standing[one], teams.get(one, []), then, sealed), cached.get(one, {})
        if one in begun:
            added += fresh.values()
        changed += [row for key, row in fresh.items() if one not in begun and _differs(row, held.get(key))]
        gone += [row["id"] for key, row in held.items() if key not in fresh]
    _add(added)
    _write(changed, gone)
    return standing


def _gathered(
    ids: list[UUID], begun: Mapping[UUID, Sequence[ToldRow]]
) -> tuple[Mapping[UUID, Sequence[ToldRow]], Cached, dict[UUID, list[TeamRow]], frozenset[UUID]]:
    """The records of subjects, what is cached of them, the teams around them, and their sealed entries."""
    older = [one for one in ids if one not in begun]
    around = ((TEAMS, [ids]), (SEALED_ENTRIES, [ids]))
    if not older:
        teams, sealed = statements.together(*around)
        return begun, {}, _teams(teams), _ids(sealed)
    told, held, teams, sealed = statements.together((ABOUT, [older]), (CACHED, [older]), *around)
    return {**begun, **grouped(told)}, _cached(held), _teams(teams), _ids(sealed)


def _hidden(named: Collection[tuple[UUID, UUID]]) -> frozenset[UUID]:
    """Of the children whom subjects' entries name, those of whom nothing shows to some: sealed, or denied to somebody.

    That is noted, and stays noted: who may see such a child again sees what rests on the link too. Asked also where
    no child is named, so that it does not take longer where one is.
    """
    return _ids(statements.rows(HIDDEN_LINKS, [[subject for subject, _ in named], [child for _, child in named]]))


def forget_links(subject_ids: Collection[UUID]) -> None:
    """Forget which hidden children these records name, before they are worked out again. Call as the bulk loader."""
    statements.run(FORGET_LINKS, [list(subject_ids)])


def _ids(rows: statements.Rows) -> frozenset[UUID]:
    return frozenset(row[0] for row in rows)


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


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed entries of some subjects, and those of the children whom they name of whom nothing shows to some."""

    entries: frozenset[UUID]
    children: frozenset[UUID]


def _fresh(
    known: Mapping[UUID, Subject], standing: Standing, teams: Sequence[TeamRow], now: dt.datetime, sealed: Sealed
) -> dict[Key, dict[str, Any]]:
    """What to cache. Those who do not see all that is sealed or hidden get what follows without any of it."""

    def worked_out(told: Standing, hidden: frozenset[UUID] = frozenset()) -> dict[tuple[str, str, str], dict[str, Any]]:
        return _by_audience(known, told, teams, now, hidden)

    whole = worked_out(standing)
    unsealed = [row for row in standing.rows if row.id not in sealed.entries]
    hidden = sealed.children.intersection(linked(standing.rows))
    if len(unsealed) == len(standing.rows) and not hidden:
        return {(*key, ""): row for key, row in whole.items()}
    found = position(standing.subject, unsealed, now, related=known, unknown=hidden)
    rest = worked_out(Standing(standing.subject, unsealed, found), hidden)
    fresh: dict[Key, dict[str, Any]] = {}
    for key in {**whole, **rest}:
        one, other = whole.get(key), rest.get(key)
        if one is not None and other is not None and not _differs(one, other):
            fresh[*key, ""] = one
            continue
        for row, side in ((one, "with"), (other, "without")):
            if row is not None:
                fresh[*key, side] = {**row, "sealed_side": side}
    return fresh


def _by_audience(
    known: Mapping[UUID, Subject],
    standing: Standing,
    teams: Sequence[TeamRow],
    now: dt.datetime,
    hidden: Collection[UUID],
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Where some entries are limited, those who do not see them get what follows without them."""
    subject, rows = standing.subject, standing.rows
    whole = _rows(subject, rows, standing.position, teams)
    audience = seen_by(row.audience for row in rows)
    if not audience:
        return {(*key, LIMITED if row["seen_by"] else ALL): row for key, row in whole.items()}
    unlimited = [row for row in rows if not row.audience]
    found = position(subject, unlimited, now, related=known, unknown=hidden)
    rest = _rows(subject, unlimited, found, teams)
    others = sorted(set(AGENCIES) - set(audience))
    fresh: dict[tuple[str, str, str], dict[str, Any]] = {}
    for key in {**whole, **rest}:
        one, other = whole.get(key), rest.get(key)
        if one is not None and one["seen_by"]:
            fresh[*key, LIMITED] = one
            continue
        if one is not None and other is not None and not _differs(one, other):
            fresh[*key, ALL] = one
            continue
        if one is not None:
            fresh[*key, LIMITED] = {**one, "seen_by": audience, "shown_to": LIMITED}
        if other is not None and not other["seen_by"]:
            fresh[*key, REST] = {**other, "seen_by": others, "shown_to": REST}
    return fresh


def _rows(
    subject: Subject, rows: Sequence[ToldRow], found: Position, teams: Sequence[TeamRow]
) -> dict[tuple[str, str], dict[str, Any]]:
    by_id = {str(row.id): row for row in rows}
    return {(o.rule, o.root): _row(subject, o, by_id, teams) for o in found.obligations}


def _row(subject: Subject, duty: Obligation, by_id: Mapping[str, ToldRow], teams: Sequence[TeamRow]) -> dict[str, Any]:
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
        "area": subject.area or "",
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
        "seen_by": sorted(only := histories.only_for(duty)),
        "shown_to": LIMITED if only else ALL,
        "sealed_side": "",
        "duty": duty,
    }


def seen_by(audiences: Iterable[Sequence[str]]) -> list[str]:
    """The kinds of agency that may see every one of these entries; empty: all."""
    limited = [set(audience) for audience in audiences if audience]
    return sorted(set.intersection(*limited)) or [NOBODY] if limited else []


def _differs(fresh: Mapping[str, Any], held: Mapping[str, Any] | None) -> bool:
    return held is None or any(fresh[name] != held[name] for name in COLUMNS)


def _cached(rows: statements.Rows) -> Cached:
    found: Cached = {}
    for values in rows:
        row = dict(zip(("id", *COLUMNS), values, strict=True))
        found.setdefault(row["subject_id"], {})[row["rule"], row["root"], row["shown_to"], row["sealed_side"]] = row
    return found


def _write(changed: Sequence[dict[str, Any]], gone: Sequence[UUID]) -> None:
    if gone:
        statements.run("DELETE FROM record_obligation WHERE id = ANY(%s::uuid[])", [list(gone)])
    for start in range(0, len(changed), WRITTEN_AT_ONCE):
        part = [_written(row) for row in changed[start : start + WRITTEN_AT_ONCE]]
        statements.run(WRITE, [orjson.dumps(part).decode()])


def _add(rows: Sequence[dict[str, Any]]) -> None:
    """Cache what was never cached before, by COPY."""
    if rows:
        copy_into("record_obligation", WRITTEN, (list(_written(row).values()) for row in rows))


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    duty: Obligation = row["duty"]
    values = {name: row[name] for name in COLUMNS}
    return {"id": uuid4(), **values, "explain": duty.explain, "changes_at": duty.changes_at}


def _teams(rows: statements.Rows) -> dict[UUID, list[TeamRow]]:
    """The default teams of each subject's circle, and its area's co-ordinators."""
    found: dict[UUID, list[TeamRow]] = {}
    for subject_id, *team in rows:
        found.setdefault(subject_id, []).append(TeamRow(*team))
    return found
