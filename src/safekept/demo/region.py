"""The agencies, teams and people of each made-up area."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import names
from .made import new_id


@dataclass(frozen=True, slots=True)
class MadeAccount:
    """Somebody who can sign in to the demonstration."""

    id: uuid.UUID
    name: str
    email: str
    role: str
    job: str


@dataclass(slots=True)
class MadeTeam:
    """A team; its accounts take its work."""

    id: uuid.UUID
    name: str
    duty_phone: str
    is_default: bool = False
    is_coordination: bool = False
    accounts: list[MadeAccount] = field(default_factory=list)


@dataclass(slots=True)
class MadeAgency:
    """An agency in an area, of one of the kinds that procedures know."""

    id: uuid.UUID
    name: str
    kind: str
    area: str
    teams: list[MadeTeam] = field(default_factory=list)


# kind, agency name, teams: (team name, default, coordination, [(job, role)])
_PLAN: Sequence[tuple[str, str, Sequence[tuple[str, bool, bool, Sequence[tuple[str, str]]]]]] = (
    (
        "children-services",
        "{area} Children’s Services",
        (
            ("Referral and assessment", True, False, (("Social worker", "practitioner"), ("Team manager", "manager"))),
            ("CSE co-ordination", False, True, (("CSE co-ordinator", "co-ordinator"),)),
        ),
    ),
    (
        "police",
        "{area} Police Safeguarding",
        (
            (
                "Child exploitation team",
                True,
                False,
                (("Detective constable", "practitioner"), ("Detective inspector", "manager")),
            ),
        ),
    ),
    (
        "health",
        "{area} Health Safeguarding",
        (("Safeguarding nurses", True, False, (("Sexual health nurse", "practitioner"),)),),
    ),
    (
        "school",
        "{school} School",
        (("Pastoral and safeguarding", True, False, (("Designated safeguarding lead", "practitioner"),)),),
    ),
    ("care-home", "{home} Children’s Home", (("Home staff", True, False, (("Key worker", "practitioner"),)),)),
    (
        "youth-offending",
        "{area} Youth Offending Service",
        (("Youth justice", True, False, (("Youth offending worker", "practitioner"),)),),
    ),
    ("voluntary", "{area} Young Voices", (("Direct work", True, False, (("Project worker", "practitioner"),)),)),
    ("housing", "{area} Housing", (("Tenancy support", True, False, (("Housing officer", "practitioner"),)),)),
    (
        "other",
        "{area} Safeguarding Children Board",
        (
            (
                "Board office",
                True,
                False,
                (
                    ("Board member", "board"),
                    ("Information guardian", "guardian"),
                    ("System administrator", "administrator"),
                ),
            ),
        ),
    ),
)


def build(rng: random.Random, areas: Sequence[tuple[str, str]]) -> list[MadeAgency]:
    """Return every agency of the areas (slug, name), each with its teams and people."""
    agencies = []
    taken: set[str] = set()
    for number, (slug, name) in enumerate(areas):
        words = {
            "area": name,
            "school": names.SCHOOLS[number % len(names.SCHOOLS)],
            "home": names.HOMES[number % len(names.HOMES)],
        }
        for kind, title, teams in _PLAN:
            agency = MadeAgency(new_id(rng), title.format(**words), kind, slug)
            for team_name, default, coordination, people in teams:
                team = MadeTeam(new_id(rng), team_name, names.phone(rng), default, coordination)
                team.accounts = [_account(rng, slug, job, role, taken) for job, role in people]
                agency.teams.append(team)
            agencies.append(agency)
    return agencies


def _account(rng: random.Random, area: str, job: str, role: str, taken: set[str]) -> MadeAccount:
    while True:
        full = f"{rng.choice(names.GIRLS + names.BOYS)} {rng.choice(names.FAMILIES)}"
        if full not in taken:
            taken.add(full)
            break
    mail = f"{full.lower().replace(' ', '.')}.{area}@example.org"
    return MadeAccount(new_id(rng), full, mail, role, job)
