"""Bringing agencies around a child."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from safekept.access import reading, statements
from safekept.access.models import Circle
from safekept.access.policy import CIRCLE, RECORD, Decision, Facts, decide
from safekept.access.problems import NotDone, said
from safekept.access.sql import asking, first_wall
from safekept.access.viewer import Viewer
from safekept.directory.models import Agency

AROUND = (
    "SELECT c.id, c.agency_id, a.name FROM access_circle AS c JOIN directory_agency AS a ON a.id = c.agency_id "  # noqa: S608
    f"WHERE c.subject_id = %(subject)s AND {first_wall(CIRCLE, 'c')} ORDER BY c.since, a.name"
)
WORKED_WITH = (
    "SELECT c.subject_id FROM access_circle AS c WHERE c.agency_id = %(asker_agency)s "  # noqa: S608
    f"AND c.subject_id = ANY(%(ids)s::uuid[]) AND {first_wall(CIRCLE, 'c')}"
)


def join(subject_id: UUID, agency_id: UUID, basis: str) -> None:
    """Put an agency into a child's circle; nothing happens if it is there already."""
    Circle.objects.bulk_create([Circle(subject_id=subject_id, agency_id=agency_id, basis=basis)], ignore_conflicts=True)


def leave(viewer: Viewer, subject_id: UUID, agency_id: UUID, why: str) -> None:
    """Take an agency out of a circle; the database writes down that it was there, and why it is not. Raises NotDone."""
    text = said(why, "why", "Say why this agency no longer works with the child, in a sentence.")
    here = Circle.objects.filter(subject_id=subject_id)
    if not here.exclude(agency_id=agency_id).exists():
        raise NotDone("", "Somebody has to work with the child: the last agency stays.")
    statements.run("SELECT set_config('safekept.why', %s, true)", [text])
    if not here.filter(agency_id=agency_id).delete()[0]:
        raise NotDone("", "This agency is not among those that work with the child.")


def area_agencies(area_slug: str) -> list[UUID]:
    """Who is around every child of an area: children's services, the police's safeguarding team, the co-ordinator."""
    takes_duties = Q(kind__in=("children-services", "police"), teams__is_default=True)
    return list(
        Agency.objects.filter(Q(area_id=area_slug) & (takes_duties | Q(teams__is_coordination=True)))
        .order_by("name")
        .values_list("id", flat=True)
        .distinct()
    )


def join_area(subject_id: UUID, area_slug: str, basis: str) -> None:
    """Put an area's agencies into a child's circle. The viewer's own agency must be in it already (or the loader)."""
    Circle.objects.bulk_create(
        [Circle(subject_id=subject_id, agency_id=agency, basis=basis) for agency in area_agencies(area_slug)],
        ignore_conflicts=True,
    )


def surround(viewer: Viewer, subject_id: UUID, home_area: str | None, host_areas: Iterable[str] = ()) -> None:
    """The circle of a child just added: the viewer's agency, then those of the home area and of any host area."""
    if not viewer.is_loader:
        join(subject_id, viewer.agency_id, Circle.Basis.ADDED)
    if home_area:
        join_area(subject_id, home_area, Circle.Basis.HOME_AREA)
    for area in host_areas:
        join_area(subject_id, area, Circle.Basis.HOST_AREA)


def circle_of(subject_id: UUID) -> list[Circle]:
    """The agencies around a child, as far as the viewer may know, oldest first."""
    return list(Circle.objects.filter(subject_id=subject_id).select_related("agency").order_by("since", "agency__name"))


def around(viewer: Viewer, subject_id: UUID) -> dict[UUID, str]:
    """Agency id to name of those around a child, as far as the viewer may know, oldest first."""
    found = statements.rows(AROUND, asking(viewer.asker) | {"subject": subject_id})
    reading.note("circle", (row[0] for row in found))
    return {row[1]: row[2] for row in found}


def may_see_record(viewer: Viewer, subject_id: UUID, circle: Collection[UUID] | None = None) -> Decision:
    """Whether the viewer may see a child's record, and why; ``circle``: who is around the child, where that is read."""
    known = around(viewer, subject_id) if circle is None else circle
    return decide(RECORD, viewer.asker, Facts(circle=frozenset(known), subject=subject_id))


def worked_with(viewer: Viewer, subject_ids: Collection[UUID]) -> set[UUID]:
    """Those of some children in whose circle the viewer's agency is."""
    values = asking(viewer.asker) | {"ids": list(subject_ids)}
    return {row[0] for row in statements.rows(WORKED_WITH, values)} if subject_ids else set()
