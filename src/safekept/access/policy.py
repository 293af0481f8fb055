"""The policy: who may see what, as rules made of a few plain conditions.

A rule is data. Here it is decided, with a reason, from facts alone; ``access.sql`` turns the same rule into the
predicate of a row-level-security policy and into a filter for the application's own queries. A property test holds
the three together. Nothing here imports Django.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from safekept.directory.roles import Role

CASE_ROLES = frozenset({Role.PRACTITIONER.value, Role.MANAGER.value, Role.COORDINATOR.value})
"""Roles that work with children. Boards, guardians and administrators see no case data."""

INVESTIGATING = frozenset({"police", "children-services"})
"""Agencies that may look up any person, vehicle, phone or place: those who make enquiries under the Children Act."""


@dataclass(frozen=True)
class Decision:
    """Whether something is allowed, and why, as a sentence."""

    allowed: bool
    reason: str

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True)
class Asker:
    """The part of a viewer that the policy looks at."""

    account_id: UUID
    agency_id: UUID
    agency_kind: str
    role: str


@dataclass(frozen=True)
class Facts:
    """What the policy needs to know of one row; what a rule does not ask may be left out."""

    circle: frozenset[UUID] = field(default_factory=frozenset)
    audience: frozenset[str] = field(default_factory=frozenset)
    agency_id: UUID | None = None
    author: UUID | None = None
    kind: str = ""
    mention_seen: bool = False


@dataclass(frozen=True)
class Condition:
    """One yes-or-no question about the asker and the row; ``name`` is what ``access.sql`` translates."""

    name: str
    yes: str
    no: str
    ask: Callable[[Asker, Facts], bool] = field(compare=False)
    values: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class AllOf:
    """Holds when every part holds."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class AnyOf:
    """Holds when one part holds."""

    parts: tuple[Rule, ...]


Rule = Condition | AllOf | AnyOf


def role_in(roles: frozenset[str], yes: str, no: str) -> Condition:
    """The asker's role is one of these."""
    return Condition("role", yes, no, lambda asker, _: asker.role in roles, roles)


LOADER = role_in(frozenset({Role.LOADER.value}), "The bulk loader sees all.", "This is not the bulk loader.")
GUARDIAN = role_in(
    frozenset({Role.GUARDIAN.value}), "The guardian reviews what was read.", "Only the guardian reviews what was read."
)
WORKS_CASES = role_in(CASE_ROLES, "Your role works with children.", "Your role does not work with children.")
COORDINATES = role_in(
    frozenset({Role.COORDINATOR.value}), "You are a CSE co-ordinator.", "You are not a CSE co-ordinator."
)
IN_CIRCLE = Condition(
    "in-circle",
    "Your agency works with this child.",
    "Your agency is not among those that work with this child.",
    lambda asker, facts: asker.agency_id in facts.circle,
)
AUDIENCE_OPEN = Condition(
    "audience-open", "It is for every agency in the circle.", "It is for named agencies.", lambda _, f: not f.audience
)
AUDIENCE_NAMES = Condition(
    "audience-names",
    "It is for agencies such as yours.",
    "It is not for agencies such as yours.",
    lambda asker, facts: asker.agency_kind in facts.audience,
)
OWN_AGENCY = Condition(
    "own-agency",
    "Your agency recorded it.",
    "Another agency recorded it.",
    lambda asker, facts: asker.agency_id == facts.agency_id,
)
OWN = Condition(
    "own", "You wrote it.", "Somebody else wrote it.", lambda asker, facts: asker.account_id == facts.author
)
IS_CHILD = Condition(
    "kind",
    "A child can be found by name.",
    "It is not a child.",
    lambda _, facts: facts.kind == "child",
    frozenset({"child"}),
)
INVESTIGATES = Condition(
    "agency-kind",
    "Your agency makes enquiries.",
    "Your agency does not make enquiries.",
    lambda asker, _: asker.agency_kind in INVESTIGATING,
    INVESTIGATING,
)
MENTION_SEEN = Condition(
    "mention-seen",
    "It is mentioned in something you can see.",
    "It is mentioned in nothing that you can see.",
    lambda _, facts: facts.mention_seen,
)

RECORD: Rule = AnyOf((LOADER, AllOf((WORKS_CASES, IN_CIRCLE))))
"""A child's record: its duties, its circle, that it has one."""

ENTRY: Rule = AnyOf((LOADER, AllOf((WORKS_CASES, IN_CIRCLE, AnyOf((AUDIENCE_OPEN, AUDIENCE_NAMES, OWN_AGENCY))))))
"""One entry of a record."""

RECORDING: Rule = AnyOf((LOADER, AllOf((WORKS_CASES, IN_CIRCLE, OWN_AGENCY, OWN))))
"""Adding an entry: in one's own name, for one's own agency, to a record that it may see."""

THING: Rule = AnyOf((LOADER, AllOf((WORKS_CASES, AnyOf((IS_CHILD, INVESTIGATES, COORDINATES, OWN, MENTION_SEEN))))))
"""A person, vehicle, phone, account, place or organisation. ``OWN``: one's own addition, before it is mentioned."""

ADDING: Rule = AnyOf((LOADER, AllOf((WORKS_CASES, OWN))))
"""Adding something in one's own name."""

JOINING: Rule = AnyOf((LOADER, AllOf((WORKS_CASES, AnyOf((OWN_AGENCY, IN_CIRCLE))))))
"""A child's circle: one's own agency by recording a concern, others by those already in it. Also who sees it."""

DRAFT: Rule = AllOf((WORKS_CASES, OWN))
"""A draft: its author's alone."""

LOOK: Rule = AllOf((WORKS_CASES, OWN))
"""When somebody last looked at a record: their own to know. (What was read stands in the reading log.)"""

READ_EVENT: Rule = AnyOf((GUARDIAN, OWN))
"""What was read: the guardian's to review, and everybody's own."""


def decide(rule: Rule, asker: Asker, facts: Facts) -> Decision:
    """Whether the rule holds for this asker and row, and why."""
    if isinstance(rule, Condition):
        allowed = rule.ask(asker, facts)
        return Decision(allowed, rule.yes if allowed else rule.no)
    found = [decide(part, asker, facts) for part in rule.parts]
    settles = isinstance(rule, AnyOf)  # one granted part settles AnyOf; one refused part settles AllOf
    return next((part for part in found if part.allowed is settles), found[-1])
