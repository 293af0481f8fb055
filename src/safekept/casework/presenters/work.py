"""Your work as the page shows it: duties by when, then by child, and only as many as can be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from safekept.access.viewer import Viewer
from safekept.govuk import when
from safekept.kinds.vocabularies import AGENCIES
from safekept.record import news
from safekept.register import names

from .. import queries
from . import owed, people, timeline

PRESSING = frozenset({"danger", "overdue", "today"})
PRESSING_AT_ONCE, OTHERS_AT_ONCE = 6, 3
"""Children of a group that the overview shows: more of what presses, and enough of the rest to see what comes."""
NEW_ENTRIES_NAMED = 3
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


@dataclass(frozen=True, slots=True)
class NewChild:
    """What is new about one child. ``more``: entries that are not named here."""

    id: str
    name: str
    missing: str
    entries: tuple[str, ...]
    more: int


Shown = dict[str, dict[str, list[owed.Duty]]]
"""Key of a group to the children that are shown in it, each with its duties."""


def shown(by_when: Mapping[str, Sequence[owed.Duty]], only: str = "") -> Shown:
    """The first children of each group; ``only``: that group alone, with all of them."""
    return {
        key: dict(list(_by_child(duties).items())[: _most(key, only)])
        for key, duties in by_when.items()
        if duties and only in ("", key)
    }


def _most(key: str, only: str) -> int:
    if only:
        return CHILDREN_AT_MOST
    return PRESSING_AT_ONCE if key in PRESSING else OTHERS_AT_ONCE


def subjects(chosen: Shown) -> set[UUID]:
    """Everybody who is shown."""
    return {UUID(child) for children in chosen.values() for child in children}


def groups(
    viewer: Viewer,
    by_when: Mapping[str, Sequence[owed.Duty]],
    chosen: Shown,
    known: people.Known,
    now: dt.datetime,
) -> list[OwedGroup]:
    """Each group with the children shown in it."""
    every = [duty for children in chosen.values() for duties in children.values() for duty in duties]
    named = queries.entry_names((cause for duty in every for cause in duty.causes), now)
    things = {str(pk): one for pk, one in known.called.items()}
    note = COME_TO_YOU if viewer.role == "co-ordinator" else WITH_THE_COORDINATOR

    def child(child_id: str, duties: Sequence[owed.Duty]) -> OwedChild:
        thing = things[child_id]
        rows = (owed.row(d, thing.label, now, named=named, ours=viewer.agency_kind, note=note) for d in duties)
        return OwedChild(child_id, thing.label, _line(thing, now), tuple(rows), known.missing(thing.id))

    return [
        OwedGroup(
            key,
            owed.GROUPS[key],
            len(by_when[key]),
            tuple(child(one, duties) for one, duties in children.items() if one in things),
            len({duty.subject for duty in by_when[key]}) - len(children),
        )
        for key, children in chosen.items()
    ]


def new(unseen: Sequence[news.NewEntryRow], known: people.Known, now: dt.datetime) -> list[NewChild]:
    """What is new, child by child, whoever has the latest first."""
    by_child: dict[UUID, list[news.NewEntryRow]] = {}
    for row in unseen:
        by_child.setdefault(row.subject_id, []).append(row)
    return [
        NewChild(
            str(pk),
            known.called[pk].label,
            known.missing(pk),
            tuple(_new_line(row, now) for row in rows[:NEW_ENTRIES_NAMED]),
            len(rows[NEW_ENTRIES_NAMED:]),
        )
        for pk, rows in by_child.items()
        if pk in known.called
    ]


def _new_line(row: news.NewEntryRow, now: dt.datetime) -> str:
    who = AGENCIES.get(row.agency_kind, row.agency_kind)
    return f"{timeline.title(row.kind)}, {who}, {when.ago(row.recorded_at, now)}"


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
