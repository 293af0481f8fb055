"""Who may see a duty of a child."""

from safekept.access.policy import (
    AUDIENCE_NAMES,
    AUDIENCE_OPEN,
    IN_CIRCLE,
    LOADER,
    WORKS_CASES,
    AllOf,
    AnyOf,
    Rule,
)

OBLIGATION: Rule = AnyOf((LOADER, AllOf((WORKS_CASES, IN_CIRCLE, AnyOf((AUDIENCE_OPEN, AUDIENCE_NAMES))))))
"""A duty: those of the child's circle who may see every entry that it rests on."""
