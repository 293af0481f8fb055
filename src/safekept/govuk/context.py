"""What the frame around every page shows: who is looking, and the doors that their role uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from safekept.access.policy import CASE_ROLES

from . import addresses


@dataclass(frozen=True, slots=True)
class Door:
    """One item of the navigation."""

    text: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The header of a page."""

    doors: tuple[Door, ...]
    who: str
    where: str
    searches: bool


DOORS: tuple[tuple[str, str, frozenset[str] | None], ...] = (
    ("Your work", "work", CASE_ROLES),
    ("Your desk", "desk", frozenset({"board", "administrator"})),
    ("Your desk", "guardian", frozenset({"guardian"})),
    ("Who looked at a child", "guardian-children", frozenset({"guardian"})),
    ("What a person looked at", "guardian-people", frozenset({"guardian"})),
    ("Keeping and erasing", "law", frozenset({"guardian", "administrator"})),
    ("Report a concern", "concern", CASE_ROLES),
    ("Children", "children", CASE_ROLES),
    ("The procedure", "procedures", None),
)
"""Text, address name, and the roles that use it (None: everyone signed in)."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``frame`` is None for whoever is not signed in."""
    viewer = getattr(request, "viewer", None)
    if viewer is None:
        return {"frame": None, "viewer": None}
    doors = tuple(_doors(viewer.role, request.path))
    return {
        "viewer": viewer,
        "frame": Frame(doors, viewer.name, _team(request), viewer.role in CASE_ROLES),
    }


def _doors(role: str, path: str) -> list[Door]:
    """Those of a role; the one with the longest address that the page stands under is where one is."""
    doors = [(text, addresses.address(name)) for text, name, roles in DOORS if roles is None or role in roles]
    under = [one for _, one in doors if path == one or path.startswith(one.rstrip("/") + "/")]
    here = max(under, key=len, default="")
    return [Door(text, address, address == here) for text, address in doors]


def _team(request: HttpRequest) -> str:
    team = getattr(request.user, "team", None)
    return str(team.name) if team is not None else ""
