"""Children as lists show them: who they are, where, in which category, and what presses most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, Func, Max, OuterRef, QuerySet

from safekept.access.models import Circle
from safekept.access.viewer import Viewer, current_viewer
from safekept.govuk import when
from safekept.kinds.vocabularies import CATEGORIES
from safekept.procedures import Pack, load_library
from safekept.record.models import Entry, Obligation
from safekept.register.models import Thing

MINE_AT_MOST = 30
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


def mine(viewer: Viewer, now: dt.datetime) -> list[ChildRow]:
    """The children that this person has lately recorded something about."""
    latest = Entry.objects.filter(account_id=viewer.account_id).order_by("-recorded_at")
    recent = latest.values_list("subject_id", flat=True)[:LATEST_READ]
    ids = list(dict.fromkeys(recent))[:MINE_AT_MOST]
    things = {thing.pk: thing for thing in Thing.objects.filter(pk__in=ids, kind="child")}
    return rows([things[pk] for pk in ids if pk in things], now)


def rows(things: Sequence[Thing], now: dt.datetime) -> list[ChildRow]:
    """Children with their category and what is owed, in the order given."""
    ids = [thing.pk for thing in things]
    viewer = current_viewer()
    ours = set(
        Circle.objects.filter(subject_id__in=ids, agency_id=viewer.agency_id).values_list("subject_id", flat=True)
    )
    categories, owed = categories_of(ids), _owed(ids, now)
    last = dict(Entry.objects.filter(subject_id__in=ids).values_list("subject_id").annotate(Max("recorded_at")))
    areas = load_library().areas
    return [
        ChildRow(
            thing.pk,
            thing.label,
            f"{when.age(thing.born, now)}" if thing.born else "",
            areas[thing.area_id].name if thing.area_id and thing.area_id in areas else "",
            category_label(load_library().find_pack(thing.area_id), categories.get(thing.pk)),
            last.get(thing.pk),
            *owed.get(thing.pk, (0, 0)),
            thing.pk in ours,
        )
        for thing in things
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


def categories_of(ids: Iterable[UUID]) -> dict[UUID, int]:
    """The category of the latest screening that counts, for each child that has one."""
    told = list(
        Entry.objects.filter(subject_id__in=list(ids), kind__in=("screening", "withdrawn"))
        .order_by("at", "recorded_at", "id")
        .values_list("pk", "subject_id", "kind", "supersedes", "answers", "fields__category")
    )
    gone = {row[3] for row in told} | {one for row in told if row[2] == "withdrawn" for one in row[4]}
    return {row[1]: int(row[5]) for row in told if row[2] == "screening" and row[5] is not None and row[0] not in gone}


def category_label(pack: Pack | None, category: int | None) -> str:
    """A category as the area's procedure names it; empty where no screening counts."""
    if category is None:
        return ""
    named = pack.lists.get("categories") if pack is not None else None
    if named is not None and any(item.id == str(category) for item in named.items):
        return named.label(str(category))
    return CATEGORIES.get(str(category), f"Category {category}")


def _owed(ids: Sequence[UUID], now: dt.datetime) -> dict[UUID, tuple[int, int]]:
    """Child to (overdue, open)."""
    counts: dict[UUID, tuple[int, int]] = {}
    for subject_id, due in Obligation.objects.filter(subject_id__in=ids, status="open").values_list(
        "subject_id", "due"
    ):
        late, still = counts.get(subject_id, (0, 0))
        counts[subject_id] = (late + (due is not None and due < now), still + 1)
    return counts
