"""Children as lists show them: who they are, where, in which category, and what presses most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from safekept.access import circles
from safekept.access.viewer import Viewer, current_viewer
from safekept.directory import procedures
from safekept.govuk import when
from safekept.procedures.lists_in_use import category_label
from safekept.record import lists
from safekept.register import names

MINE_AT_MOST, MINE_SHOWN = 30, 10
MISSING_NOW = {"missing": "Missing now", "absent": "Absent now"}
"""What stands beside a child's name while a missing episode is open, by the category it was opened with."""
LATEST_READ = 120
"""Entries of one's own that are looked through for the children one lately wrote about."""


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One child in a list."""

    id: UUID
    name: str
    age: str
    area: str
    category: str
    last: dt.datetime | None
    overdue: int
    open: int
    ours: bool = True
    """Whether the viewer's agency works with the child, and so may know what is recorded and owed."""
    missing: str = ""
    """What to say where a missing episode is open."""


@dataclass(frozen=True, slots=True)
class Known:
    """What lists say of children besides what is owed: names, and marks where the viewer works with the child."""

    called: Mapping[UUID, names.Called]
    marks: Mapping[UUID, lists.Mark]

    def missing(self, child_id: UUID) -> str:
        """``Missing now`` where an episode is open, else nothing."""
        return MISSING_NOW.get(self._mark(child_id).missing, "")

    def category(self, child: names.Called) -> str:
        """The category as the child's own area names it."""
        return category_label(procedures.pack_of(child.area), self._mark(child.id).category)

    def _mark(self, child_id: UUID) -> lists.Mark:
        return self.marks.get(child_id, lists.NO_MARK)


def known(viewer: Viewer, ids: Collection[UUID]) -> Known:
    """Some children, read at once."""
    return Known(names.called(ids), lists.marks(viewer, set(ids)))


def overview(viewer: Viewer, ids: Collection[UUID], lately: Sequence[UUID]) -> tuple[Known, list[UUID]]:
    """Those whom a list names, and the first of the children lately written about, who alone need a category."""
    called = names.called({*ids, *lately})
    mine = [pk for pk in lately if pk in called and called[pk].kind == "child"][:MINE_SHOWN]
    return Known(called, lists.marks(viewer, {*ids, *mine}, mine)), mine


def lately(viewer: Viewer) -> list[UUID]:
    """Whom this person has lately recorded something about, the latest first."""
    return lists.wrote_about(viewer, LATEST_READ)[0][:MINE_AT_MOST]


def mine(viewer: Viewer, ids: Sequence[UUID], known: Known, now: dt.datetime) -> list[ChildRow]:
    """The children of ``overview`` that this person has lately recorded something about."""
    owed = lists.owed_counts(viewer, ids, now)
    return [_row(known.called[pk], known, now, None, owed.get(pk, (0, 0)), True) for pk in ids]


def rows(ids: Sequence[UUID], now: dt.datetime) -> list[ChildRow]:
    """Children with their category and what is owed, in the order given."""
    viewer = current_viewer()
    told, ours = known(viewer, ids), circles.worked_with(viewer, ids)
    owed, last = lists.owed_counts(viewer, ids, now), lists.last_recorded(viewer, ids)
    found = [told.called[pk] for pk in ids if pk in told.called]
    return [_row(one, told, now, last.get(one.id), owed.get(one.id, (0, 0)), one.id in ours) for one in found]


def _row(
    child: names.Called, known: Known, now: dt.datetime, last: dt.datetime | None, owed: tuple[int, int], ours: bool
) -> ChildRow:
    areas = procedures.library().areas
    return ChildRow(
        child.id,
        child.label,
        str(when.age(child.born, now)) if child.born else "",
        areas[child.area].name if child.area in areas else "",
        known.category(child),
        last,
        *owed,
        ours,
        known.missing(child.id),
    )
