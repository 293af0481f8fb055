"""Children as lists show them: who they are, where, in which category, and what presses most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, Func, OuterRef, QuerySet

from safekept.access import circles
from safekept.access.viewer import Viewer, current_viewer
from safekept.govuk import when
from safekept.kinds.vocabularies import CATEGORIES
from safekept.procedures import Pack, load_library
from safekept.record import lists
from safekept.record.models import Entry
from safekept.register import names
from safekept.register.models import Thing

MINE_AT_MOST = 30
MISSING_NOW = {"missing": "Missing now", "absent": "Absent now"}
"""What stands beside a child's name while a missing episode is open, by the category it was opened with."""
LATEST_READ = 300
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


def mine(viewer: Viewer, now: dt.datetime, most: int = MINE_AT_MOST) -> list[ChildRow]:
    """The children that this person has lately recorded something about."""
    ids = lists.wrote_about(viewer, LATEST_READ)[:MINE_AT_MOST]
    found = names.called(ids)
    return rows([found[one] for one in ids if one in found and found[one].kind == "child"][:most], now)


def rows(children: Sequence[names.Called], now: dt.datetime) -> list[ChildRow]:
    """Children with their category and what is owed, in the order given."""
    viewer, ids = current_viewer(), [child.id for child in children]
    ours, marks = circles.worked_with(viewer, ids), lists.marks(viewer, ids)
    owed, last = lists.owed_counts(viewer, ids, now), lists.last_recorded(viewer, ids)
    areas = load_library().areas
    return [
        ChildRow(
            child.id,
            child.label,
            str(when.age(child.born, now)) if child.born else "",
            areas[child.area].name if child.area in areas else "",
            category_label(load_library().find_pack(child.area), marks.get(child.id, lists.NO_MARK).category),
            last.get(child.id),
            *owed.get(child.id, (0, 0)),
            child.id in ours,
            MISSING_NOW.get(marks.get(child.id, lists.NO_MARK).missing, ""),
        )
        for child in children
    ]


def latest_screenings() -> QuerySet[Entry]:
    """For each child the latest screening that counts: neither corrected nor taken back. One row a child, in SQL.

    What corrects or takes back an entry stands on the same record, so that each child's own entries alone are read.
    """
    same = Entry.objects.filter(subject_id=OuterRef("subject_id"))
    corrected = same.filter(supersedes=OuterRef("pk"))
    taken_back = same.filter(kind="withdrawn").annotate(gone=Func(F("answers"), function="unnest"))
    counting = Entry.objects.filter(~Exists(corrected), kind="screening", fields__has_key="category")
    counting = counting.exclude(pk__in=taken_back.values("gone"))
    return counting.order_by("subject_id", "-at", "-recorded_at", "-id").distinct("subject_id")


def of_category(children: QuerySet[Thing], category: str) -> QuerySet[Thing]:
    """Those of some children whose category is this one (``none``: not screened yet), without reading histories."""
    latest = latest_screenings().filter(subject_id__in=children.order_by().values("pk"))
    if category == "none":
        return children.exclude(pk__in=latest.values("subject_id"))
    chosen = Entry.objects.filter(pk__in=latest.values("pk"), fields__category=int(category))
    return children.filter(pk__in=chosen.values("subject_id"))


def category_label(pack: Pack | None, category: int | None) -> str:
    """A category as the area's procedure names it; empty where no screening counts."""
    if category is None:
        return ""
    named = pack.lists.get("categories") if pack is not None else None
    if named is not None and any(item.id == str(category) for item in named.items):
        return named.label(str(category))
    return CATEGORIES.get(str(category), f"Category {category}")
