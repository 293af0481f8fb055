"""Who may see a duty of a child, and the walls around the record."""

from safekept.access import policy
from safekept.access.policy import (
    AUDIENCE_NAMES,
    AUDIENCE_OPEN,
    IN_CIRCLE,
    LOADER,
    NOT_KEPT,
    OPENED,
    SEALED_SIDE,
    WORKS_CASES,
    AllOf,
    AnyOf,
    Rule,
)
from safekept.access.rls import Wall
from safekept.access.sql import SETTINGS, Columns, predicate

OBLIGATION: Rule = AnyOf(
    (
        LOADER,
        AllOf(
            (
                WORKS_CASES,
                NOT_KEPT,
                AnyOf((OPENED, IN_CIRCLE)),
                AnyOf((AUDIENCE_OPEN, AUDIENCE_NAMES)),
                SEALED_SIDE,
            )
        ),
    )
)
"""A duty: those admitted to the record who may see every entry that it rests on."""

ANY_VIEWER = f"{SETTINGS['role']} <> ''"
TOLD = predicate(AnyOf((policy.LOADER, policy.THING_NOT_HIDDEN)), "record_mention", Columns(thing="thing_id"))
THROUGH_ENTRY = (
    f"({predicate(policy.LOADER, 'record_mention')} OR EXISTS ("  # noqa: S608
    'SELECT 1 FROM "record_entry" AS told WHERE told."id" = "record_mention"."entry_id"))'
)
WALLS = (
    Wall("record_entry", predicate(policy.ENTRY, "record_entry"), predicate(policy.RECORDING, "record_entry")),
    Wall("record_mention", f"{THROUGH_ENTRY} AND {TOLD}"),
    Wall(
        "record_obligation",
        predicate(OBLIGATION, "record_obligation", Columns(audience="seen_by")),
        predicate(policy.LOADER, "record_obligation"),
    ),
    Wall("record_draft", predicate(policy.DRAFT, "record_draft")),
    Wall("record_look", predicate(policy.LOOK, "record_look")),
    Wall("record_chainhead", ANY_VIEWER),
)
