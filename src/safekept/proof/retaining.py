"""Which records are due by the rules of their area, said before they go and without what they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from safekept.access import reading, statements
from safekept.access.viewer import Viewer, loader, viewing
from safekept.config import database
from safekept.directory.roles import Role
from safekept.proof import acts, rules
from safekept.proof.acts import RETENTION, ActRefused

NOTICE = dt.timedelta(days=28)
"""How long what will go can be seen before it goes. The database holds to it too."""
DECIDES = frozenset({Role.GUARDIAN.value, Role.ADMINISTRATOR.value})
RECORDS = (
    "SELECT e.subject_id, t.kind, CASE WHEN t.born_precision = 'day' THEN t.born END, coalesce(t.area, ''), "
    "max(greatest(e.at, e.recorded_at)), count(*) "
    "FROM record_entry AS e JOIN register_thing AS t ON t.id = e.subject_id "
    "WHERE e.subject_id IN (SELECT subject_id FROM record_entry WHERE salt <> ''::bytea) "
    "AND (%s::uuid[] IS NULL OR e.subject_id = ANY(%s::uuid[])) GROUP BY 1, 2, 3, 4"
)
OF_KIND = "SELECT DISTINCT subject_id FROM record_entry WHERE kind = %s"
WITH_VALUE = (
    "SELECT DISTINCT subject_id FROM record_entry WHERE kind = %s "
    "AND (fields ->> %s = ANY(%s::text[]) OR fields -> %s ?| %s::text[])"
)
LIVE = "SELECT id FROM record_entry WHERE subject_id = %s AND salt <> ''::bytea ORDER BY recorded_at, id"


@dataclass(frozen=True, slots=True)
class DueRecord:
    """A record that is kept no longer from a day on, unless it is held: by its number, without case content."""

    subject_id: UUID
    area: str
    day: dt.date
    rule: rules.Rule
    entries: int
    held: bool
    announced: dt.datetime | None


def coming(viewer: Viewer, until: dt.date) -> list[DueRecord]:
    """What will go up to a day and when, the nearest first: for guardians and administrators. Raises ActRefused."""
    if viewer.role not in DECIDES:
        raise ActRefused("Information guardians and administrators see what will go. Ask one of them.")
    with viewing(viewer):
        found = due_records(until)
        reading.log(viewer, "What will go by retention", [one.subject_id for one in found])
    return found


def due_records(until: dt.date, only: Collection[UUID] | None = None) -> list[DueRecord]:
    """The records that are kept no longer on some day up to ``until``, the nearest first."""
    with viewing(loader("Reckoning how long records are kept")):
        limited = None if only is None else list(only)
        rows = statements.rows(RECORDS, [limited, limited])
        by_area = {area: rules_of(area) for area in {row[3] for row in rows}}
        showing = _showing({one for some in by_area.values() for one in rules.asked(some)})
        held = {one for act in acts.still_open("hold") for one in act.subject_ids}
        announced = {
            one: act.at for act in acts.still_open("asked") if act.basis == RETENTION for one in act.subject_ids
        }
    found = []
    for subject, kind, born, area, last, entries in rows:
        recorded = frozenset(one for one, subjects in showing.items() if subject in subjects)
        day = rules.due(by_area[area], rules.Kept(kind, born, timezone.localdate(last), recorded))
        if day is not None and day.day <= until:
            found.append(DueRecord(subject, area, day.day, day.rule, entries, subject in held, announced.get(subject)))
    return sorted(found, key=lambda one: (one.day, str(one.subject_id)))


def announce(today: dt.date) -> list[UUID]:
    """Ask for what is due when the notice ends, and is neither held nor announced yet, to be erased; the acts."""
    who = loader("Announcing what is due")
    made = []
    for one in due_records(today + NOTICE):
        if one.held or one.announced is not None:
            continue
        with viewing(who):
            entries = [row[0] for row in statements.rows(LIVE, [one.subject_id])]
        made.append(acts.ask(who, entries, RETENTION, f"{one.rule.id}, {one.day.isoformat()}", one.rule.says))
    return made


def carry_out(viewer: Viewer, asked_id: UUID, reason: str, today: dt.date) -> UUID:
    """Agree to what was announced, where it is still due: what was recorded since keeps a record. Raises ActRefused."""
    asked = next((act for act in acts.waiting(viewer) if act.id == asked_id), None)
    if asked is not None and asked.basis == RETENTION:
        due = {one.subject_id for one in due_records(today, asked.subject_ids)}
        if not due.issuperset(asked.subject_ids):
            raise ActRefused(
                "This record is kept longer now, for what was recorded since or by another rule. Refuse it."
            )
    return acts.agree(viewer, asked_id, reason)


def rules_of(area: str) -> tuple[rules.Rule, ...]:
    """The rules of an area, or the default where it has none of its own. Raises RulesProblem."""
    own = folder() / f"{area}.yaml"
    return _read(own if area and own.exists() else rules.DEFAULT)


def folder() -> Path:
    """Where areas put rules of their own."""
    return database.home() / "retention"


@cache
def _read(path: Path) -> tuple[rules.Rule, ...]:
    return rules.load(path)


def _showing(wanted: Collection[rules.Recorded]) -> dict[rules.Recorded, frozenset[UUID]]:
    """The subjects of whom something that a rule asks for is recorded."""
    found = {}
    for one in wanted:
        values = list(one.values)
        rows = (
            statements.rows(WITH_VALUE, [one.kind, one.field, values, one.field, values])
            if one.field
            else statements.rows(OF_KIND, [one.kind])
        )
        found[one] = frozenset(row[0] for row in rows)
    return found
