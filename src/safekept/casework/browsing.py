"""The children of a person or an agency, by name, a page at a time: however many they are, a page reads few of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.core.paginator import Paginator

from safekept.access import statements
from safekept.access.policy import CIRCLE, THING
from safekept.access.sql import asking, first_wall
from safekept.access.viewer import Viewer
from safekept.record import lists
from safekept.register import names
from safekept.register.models import Thing
from safekept.register.queries import SearchQuery
from safekept.register.queries import search as find

A_PAGE = 25
FOUND_AT_MOST = 50
COUNTED = 1_000
"""As many children are counted, and turned over page by page; of more, one page leads to the next."""
A_STRETCH, STRETCHES = 500, 4
"""Children looked through at a time, and how often, for a page of one category."""
SEEN = first_wall(THING, "t", Thing.wall_columns)
AROUND = (
    "SELECT c.subject_id FROM access_circle AS c WHERE c.agency_id = %(asker_agency)s "  # noqa: S608
    f"AND {first_wall(CIRCLE, 'c')} LIMIT {COUNTED + 1}"
)
IN_AREA = "(%(area)s = '' OR t.area = %(area)s)"
BY_NAME = (
    "SELECT t.id FROM register_thing AS t WHERE t.id = ANY(%(ids)s::uuid[]) AND t.kind = 'child' "  # noqa: S608
    f"AND {IN_AREA} AND {SEEN} ORDER BY t.label, t.id"
)
ONWARDS = (
    "SELECT t.id FROM register_thing AS t WHERE t.kind = 'child' AND (t.label, t.id) > (%(label)s, %(after)s::uuid) "  # noqa: S608
    "AND EXISTS (SELECT 1 FROM access_circle AS c "
    "WHERE c.subject_id = t.id AND c.agency_id = %(asker_agency)s OFFSET 0) "
    f"AND {IN_AREA} AND {SEEN} ORDER BY t.label, t.id LIMIT %(most)s"
)
BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True)
class Chosen:
    """What to show. ``whose`` is mine or agency; ``category`` a number as text, ``none``, or empty for any."""

    whose: str
    q: str = ""
    category: str = ""
    area: str = ""


@dataclass(frozen=True)
class Listed:
    """One page of children. ``count``: how many there are, None where they are too many to count.

    ``number`` and ``pages`` where they are counted; ``onwards``: after whom the next page begins where they are not.
    ``of_latest``: whoever asks wrote so many entries that only the latest were looked at.
    """

    ids: Sequence[UUID]
    count: int | None
    number: int = 1
    pages: int = 1
    onwards: UUID | None = None
    begun: bool = False
    of_latest: bool = False


def page(viewer: Viewer, chosen: Chosen, number: str, after: UUID | None) -> Listed:
    """The page asked for: likeliest first when searching, else by name."""
    if chosen.q:
        found = [c.thing.pk for c in find(viewer, SearchQuery(chosen.q, kinds=("child",)), FOUND_AT_MOST)]
        narrowed = set(_by_name(viewer, found, chosen))
        return _counted(viewer, [pk for pk in found if pk in narrowed], chosen, number)
    if chosen.whose == "mine":
        lately, more = lists.wrote_about(viewer, COUNTED)
        return replace(_counted(viewer, _by_name(viewer, lately, chosen), chosen, number), of_latest=more)
    around = [row[0] for row in statements.rows(AROUND, asking(viewer.asker))]
    if len(around) <= COUNTED:
        return _counted(viewer, _by_name(viewer, around, chosen), chosen, number)
    return _onwards(viewer, chosen, after)


def _by_name(viewer: Viewer, ids: Sequence[UUID], chosen: Chosen) -> list[UUID]:
    values = asking(viewer.asker) | {"ids": list(ids), "area": chosen.area}
    return [row[0] for row in statements.rows(BY_NAME, values)]


def _counted(viewer: Viewer, ids: Sequence[UUID], chosen: Chosen, number: str) -> Listed:
    left = _of_category(viewer, ids, chosen.category)
    shown = Paginator(left, A_PAGE).get_page(number)
    return Listed(list(shown.object_list), len(left), shown.number, shown.paginator.num_pages)


def _onwards(viewer: Viewer, chosen: Chosen, after: UUID | None) -> Listed:
    """The next children by name; for a category, as many as are among the next few thousand."""
    begin = names.called([after]).get(after) if after is not None else None
    place = (begin.label, begin.id) if begin is not None else ("", BEFORE_ALL)
    found: list[UUID] = []
    for _ in range(STRETCHES if chosen.category else 1):
        most = A_STRETCH if chosen.category else A_PAGE + 1
        stretch = _stretch(viewer, chosen, place, most)
        left = _of_category(viewer, stretch, chosen.category)
        found += left
        if len(found) > A_PAGE:
            return Listed(found[:A_PAGE], None, onwards=found[A_PAGE - 1], begun=begin is not None)
        if len(stretch) < most:
            return Listed(found, None, begun=begin is not None)
        last = names.called([stretch[-1]])[stretch[-1]]
        place = (last.label, last.id)
    return Listed(found, None, onwards=place[1], begun=begin is not None)


def _stretch(viewer: Viewer, chosen: Chosen, place: tuple[str, UUID], most: int) -> list[UUID]:
    values = {"label": place[0], "after": place[1], "area": chosen.area, "most": most}
    return [row[0] for row in statements.rows(ONWARDS, asking(viewer.asker) | values)]


def _of_category(viewer: Viewer, ids: Sequence[UUID], category: str) -> list[UUID]:
    """Those of some children whose category is this one; empty: any; ``none``: not screened yet."""
    if not category:
        return list(ids)
    marks, wanted = lists.marks(viewer, ids), None if category == "none" else int(category)
    return [pk for pk in ids if marks.get(pk, lists.NO_MARK).category == wanted]
