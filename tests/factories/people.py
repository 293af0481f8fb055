"""Who works where. Every call makes what is missing and gives back what is there."""

from __future__ import annotations

import itertools

from safekept.access.viewer import Viewer, viewer_for
from safekept.directory.models import Account, Agency, Area, Team
from safekept.directory.roles import Role

_numbers = itertools.count(1)


def area(slug: str = "birmingham") -> Area:
    """One of the published areas (the migrations put them all in)."""
    return Area.objects.get(slug=slug)


def agency(kind: str = "school", area_slug: str = "birmingham", name: str = "") -> Agency:
    """An agency of a kind in an area; the same name gives the same agency."""
    made, _ = Agency.objects.get_or_create(
        area=area(area_slug), name=name or f"{area_slug.title()} {kind}", defaults={"kind": kind}
    )
    return made


def team(of: Agency, name: str = "Duty team", is_default: bool = True, is_coordination: bool = False) -> Team:
    """A team of an agency; by default the one that takes what the agency owes."""
    made, _ = Team.objects.get_or_create(
        agency=of,
        name=name,
        defaults={"is_default": is_default, "is_coordination": is_coordination, "duty_phone": "07700 900123"},
    )
    return made


def account(
    of: Team | None = None, role: str = Role.PRACTITIONER, name: str = "", password: str | None = None
) -> Account:
    """An account; a new one each time."""
    number = next(_numbers)
    return Account.objects.create_user(
        f"person{number}@safekept.example",
        password,
        name=name or f"Person {number}",
        role=role,
        team=of or team(agency()),
    )


def viewer(
    kind: str = "school", area_slug: str = "birmingham", role: str = Role.PRACTITIONER, name: str = ""
) -> Viewer:
    """A viewer who works for an agency of this kind in this area."""
    return viewer_for(account(team(agency(kind, area_slug, name)), role))


def police(area_slug: str = "birmingham") -> Viewer:
    """A police officer of the area's safeguarding team."""
    return viewer("police", area_slug)


def children_services(area_slug: str = "birmingham") -> Viewer:
    """A social worker of the area's duty team."""
    return viewer("children-services", area_slug)


def coordinator(area_slug: str = "birmingham") -> Viewer:
    """The area's CSE co-ordinator."""
    place = agency("other", area_slug, f"{area_slug.title()} CSE co-ordination")
    return viewer_for(account(team(place, "CSE co-ordination", False, True), Role.COORDINATOR))
