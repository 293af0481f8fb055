"""Who may see a thing's identifiers, and find it by them; the walls around the register.

A child is found by name, birth date, NHS or pupil number by anyone whose role works with children. A child's phones,
addresses and online names are for those who work with the child: an address is a place where somebody can be hurt.
"""

from __future__ import annotations

from django.db import models

from safekept.access import policy
from safekept.access.policy import (
    COORDINATES,
    INSIDE,
    INVESTIGATES,
    IS_CHILD,
    LOADER,
    MENTION_SEEN,
    NOT_HIDDEN,
    NOT_KEPT,
    OWN,
    WORKS_CASES,
    AllOf,
    AnyOf,
    Condition,
    Rule,
)
from safekept.access.rls import Wall, asked_by_function, through
from safekept.access.sql import HEARD, SETTINGS, Columns, predicate

OTHER_KINDS = frozenset(
    {"adult", "group", "vehicle", "phone", "account", "place", "organisation", "area", "agency", "worker"}
)
"""Every kind of thing but a child."""
IS_NO_CHILD = Condition(
    "kind", "It is not a child.", "It is a child.", lambda _, facts: facts.kind in OTHER_KINDS, OTHER_KINDS
)
CORRECTING: Rule = AnyOf(
    (
        LOADER,
        AllOf(
            (
                WORKS_CASES,
                NOT_KEPT,
                AnyOf(
                    (
                        AllOf((IS_CHILD, INSIDE)),
                        AllOf((IS_NO_CHILD, AnyOf((INVESTIGATES, COORDINATES, OWN, MENTION_SEEN)))),
                    )
                ),
            )
        ),
    )
)
"""Putting a fact about a thing right, and seeing what was: a child's circle, and whoever may see anything else."""


class Reach(models.TextChoices):
    """How far a fact about a thing reaches."""

    OPEN = "open", "Everyone whose role works with children"
    CIRCLE = "circle", "Those who work with the child"
    THING = "thing", "Whoever may see the thing"


OPEN_SCHEMES = frozenset({"nhs", "upn"})


def reach_of(kind: str, scheme: str = "") -> Reach:
    """How far a name or birth date (no scheme) or an identifier of a thing of this kind reaches."""
    if kind != "child":
        return Reach.THING
    return Reach.OPEN if not scheme or scheme in OPEN_SCHEMES else Reach.CIRCLE


def _reaches(reach: Reach) -> Condition:
    return Condition(
        "kind",
        "It may be looked up.",
        "It may not be looked up.",
        lambda _, facts: facts.kind == reach.value,
        frozenset({reach.value}),
    )


WITHIN_CIRCLE: Rule = AllOf((_reaches(Reach.CIRCLE), NOT_KEPT, INSIDE))
IDENTIFIER: Rule = AnyOf(
    (
        LOADER,
        AllOf(
            (
                WORKS_CASES,
                NOT_HIDDEN,
                AnyOf(
                    (
                        _reaches(Reach.OPEN),
                        WITHIN_CIRCLE,
                        AllOf((_reaches(Reach.THING), AnyOf((INVESTIGATES, COORDINATES, OWN, MENTION_SEEN)))),
                    )
                ),
            )
        ),
    )
)


def by_reach(table: str, of_many: bool = False) -> str:
    """The same rule as a row-level-security predicate over a table with ``thing_id`` and ``reach``.

    ``of_many``: for statements that look through thousands of rows. There, for those who see things by mentions alone,
    a mention is looked for in the statement itself first: asking a function for each row takes most of the time.
    """
    columns = Columns(subject="thing_id", kind="reach")
    circle = predicate(WITHIN_CIRCLE, table, columns)
    seen = f'EXISTS (SELECT 1 FROM "register_thing" AS t WHERE t."id" = "{table}"."thing_id")'  # noqa: S608
    if of_many:
        thing_id = f'"{table}"."thing_id"'
        heard = HEARD.format(thing=thing_id, account=SETTINGS["account"], agency=SETTINGS["agency"])
        told = f'EXISTS (SELECT 1 FROM "record_mention" AS told WHERE told."thing_id" = {thing_id} OFFSET 0)'  # noqa: S608
        sees_all = predicate(AnyOf((INVESTIGATES, COORDINATES)), table, columns)
        seen = f"((NOT {sees_all} AND {heard} AND {told}) OR {seen})"
    thing = f"({predicate(_reaches(Reach.THING), table, columns)} AND {seen})"
    reached = f"({predicate(_reaches(Reach.OPEN), table, columns)} OR {circle} OR {thing})"
    works = predicate(AllOf((WORKS_CASES, NOT_HIDDEN)), table, columns)
    return f"({predicate(LOADER, table)} OR ({works} AND {reached}))"


THING_COLUMNS = Columns(subject="id", author="created_by_id")
MAY_PUT_RIGHT = predicate(CORRECTING, "register_thing", THING_COLUMNS)
CORRECTED = (
    'EXISTS (SELECT 1 FROM "register_thing" AS t WHERE t."id" = "register_correction"."thing_id" AND '  # noqa: S608
    f"{predicate(CORRECTING, 't', THING_COLUMNS)})"
)
LOOKED_UP_BY_THE_GUARDIAN = (
    f"({predicate(policy.REVIEWS, 'register_token', Columns(subject='thing_id'))} "
    f"AND reach IN ('{Reach.OPEN.value}', '{Reach.THING.value}'))"
)
"""The guardian finds everybody by name and birth date, and nobody by what is for those who work with a child alone."""
WALLS = (
    Wall(
        "register_thing",
        predicate(policy.THING, "register_thing", THING_COLUMNS),
        predicate(policy.ADDING, "register_thing", THING_COLUMNS),
    ),
    Wall("register_thing", MAY_PUT_RIGHT, MAY_PUT_RIGHT, command="UPDATE", name="put_right"),
    Wall("register_thing", MAY_PUT_RIGHT, command="UPDATE", name="put_right_alone", restrictive=True),
    Wall(
        "register_thingname",
        f"({predicate(LOADER, 'register_thingname')} OR {through('register_thingname', 'thing_id', 'register_thing')})",
    ),
    Wall("register_identifier", by_reach("register_identifier")),
    Wall("register_token", f"({by_reach('register_token', of_many=True)} OR {LOOKED_UP_BY_THE_GUARDIAN})"),
    asked_by_function("register_token"),
    Wall(
        "register_safecontact",
        predicate(policy.RECORD, "register_safecontact", Columns(subject="thing_id")),
    ),
    Wall("register_correction", CORRECTED),
    Wall("register_namekey", f"{SETTINGS['role']} <> ''"),
)
