"""Your work as the page shows it: duties by when, then by child, and only as many as can be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from safekept.access.viewer import Viewer
from safekept.govuk import when
from safekept.kinds.vocabularies import AGENCIES
from safekept.record import lists
from safekept.register import names

from .. import queries
from . import owed, people

CHILDREN_AT_ONCE = 8
CHILDREN_AT_MOST = 100
WITH_THE_COORDINATOR = "No team is named for this: it is with the co-ordinator"
COME_TO_YOU = "No team is named for this: it has come to you"


@dataclass(frozen=True, slots=True)
class OwedChild:
    """What is owed to one child in one stretch of time."""

    id: str
    name: str
    line: str
    rows: tuple[owed.OwedRow, ...]
    missing: str = ""
    """What to say where a missing episode is open."""


@dataclass(frozen=True, slots=True)
class OwedGroup:
    """One stretch of time. ``more``: children that are not shown here."""

    key: str
    title: str
    count: int
    children: tuple[OwedChild, ...]
    more: int


def groups(
    viewer: Viewer, by_when: Mapping[str, Sequence[owed.Duty]], now: dt.datetime, only: str = ""
) -> list[OwedGroup]:
    """Each group with its first children; ``only``: that group alone, with all of them."""
    limit = CHILDREN_AT_MOST if only else CHILDREN_AT_ONCE
    shown = {
        key: dict(list(_by_child(duties).items())[:limit])
        for key, duties in by_when.items()
        if duties and only in ("", key)
    }
    every = [duty for children in shown.values() for duties in children.values() for duty in duties]
    named = queries.entry_names((cause for duty in every for cause in duty.causes), now)
    things = {str(pk): one for pk, one in names.called({UUID(duty.subject) for duty in every}).items()}
    marks = lists.marks(viewer, [one.id for one in things.values()])
    note = COME_TO_YOU if viewer.role == "co-ordinator" else WITH_THE_COORDINATOR

    def child(child_id: str, duties: Sequence[owed.Duty]) -> OwedChild:
        thing = things[child_id]
        rows = (owed.row(d, thing.label, now, named=named, ours=viewer.agency_kind, note=note) for d in duties)
        line, missing = _line(thing, now), marks.get(thing.id, lists.NO_MARK).missing
        return OwedChild(child_id, thing.label, line, tuple(rows), people.MISSING_NOW.get(missing, ""))

    return [
        OwedGroup(
            key,
            owed.GROUPS[key],
            len(by_when[key]),
            tuple(child(one, duties) for one, duties in children.items() if one in things),
            len({duty.subject for duty in by_when[key]}) - len(children),
        )
        for key, children in shown.items()
    ]


def holders(duties: Sequence[owed.Duty], now: dt.datetime) -> list[dict[str, object]]:
    """Who owes how much in an area, and how much of it is late; the most late first."""
    found: dict[str, list[int]] = {}
    for duty in duties:
        late_and_all = found.setdefault(duty.owner, [0, 0])
        late_and_all[0] += owed.group_of(duty, now) in ("overdue", "long")
        late_and_all[1] += 1
    ordered = sorted(found.items(), key=lambda pair: (-pair[1][0], -pair[1][1]))
    return [{"id": kind, "name": AGENCIES.get(kind, kind), "late": n[0], "all": n[1]} for kind, n in ordered]


def _by_child(duties: Sequence[owed.Duty]) -> dict[str, list[owed.Duty]]:
    found: dict[str, list[owed.Duty]] = {}
    for duty in duties:
        found.setdefault(duty.subject, []).append(duty)
    return found


def _line(thing: names.Called, now: dt.datetime) -> str:
    return str(when.age(thing.born, now)) if thing.born else ""
