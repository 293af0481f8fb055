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

MANAGERS = frozenset({Role.MANAGER.value, Role.COORDINATOR.value})
"""Roles that decide who sees a record to which they are admitted."""
CASE_ROLES = MANAGERS | {Role.PRACTITIONER.value}
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
class Reach:
    """What has been decided about this person and particular records, at the moment when they ask.

    ``kept``: subjects whose records are kept from them (restricted or sealed without their being named, denied, or
    a conflict of interest). ``hidden``: those of them of whom nothing shows at all (sealed, denied). ``opened``:
    subjects whose records they were named for, broke the glass for, or stand in for somebody. ``shut``: sealed
    entries that are not for them; ``part``: the subjects whose records hold such entries, or name such a hidden child.
    """

    kept: frozenset[UUID] = frozenset()
    hidden: frozenset[UUID] = frozenset()
    opened: frozenset[UUID] = frozenset()
    shut: frozenset[UUID] = frozenset()
    part: frozenset[UUID] = frozenset()


NOTHING_DECIDED = Reach()


@dataclass(frozen=True)
class Asker:
    """The part of a viewer that the policy looks at."""

    account_id: UUID
    agency_id: UUID
    agency_kind: str
    role: str
    reach: Reach = NOTHING_DECIDED


@dataclass(frozen=True)
class Facts:
    """What the policy needs to know of one row; what a rule does not ask may be left out."""

    circle: frozenset[UUID] = field(default_factory=frozenset)
    audience: frozenset[str] = field(default_factory=frozenset)
    agency_id: UUID | None = None
    author: UUID | None = None
    kind: str = ""
    mention_seen: bool = False
    subject: UUID | None = None
    entry: UUID | None = None
    thing: UUID | None = None
    sealed_side: str = ""
    nobody_around: bool = False
    shared: bool = False
    asked: bool = False


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
NOT_OWN = Condition(
    "not-own",
    "It is about what somebody else did.",
    "It is about what you did yourself.",
    lambda asker, facts: asker.account_id != facts.author,
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

NOT_KEPT = Condition(
    "not-kept",
    "The record is not kept from you.",
    "The record is kept from you.",
    lambda asker, facts: facts.subject not in asker.reach.kept,
)
NOT_HIDDEN = Condition(
    "not-hidden",
    "It is not hidden from you.",
    "There is nothing here for you.",
    lambda asker, facts: facts.subject not in asker.reach.hidden,
)
OPENED = Condition(
    "opened",
    "The record was opened to you by name.",
    "The record was not opened to you by name.",
    lambda asker, facts: facts.subject in asker.reach.opened,
)
NOT_SHUT = Condition(
    "not-shut",
    "The entry is not sealed from you.",
    "The entry is sealed from you.",
    lambda asker, facts: facts.entry not in asker.reach.shut,
)
SEALED_SIDE = Condition(
    "sealed-side",
    "It is worked out from what you may see.",
    "It is worked out from other entries than those that you may see.",
    lambda asker, facts: facts.sealed_side in ("", "without" if facts.subject in asker.reach.part else "with"),
)
SHARED = Condition(
    "shared",
    "It was shared with your agency.",
    "It was not shared with your agency.",
    lambda _, facts: facts.shared,
)
ANSWERS_US = Condition(
    "answers-us",
    "It answers what your agency was asked.",
    "It answers nothing that your agency was asked.",
    lambda _, facts: facts.asked,
)
NOBODY_AROUND = Condition(
    "nobody-around",
    "Nobody works with them yet.",
    "Others work with them already, and say who joins.",
    lambda _, facts: facts.nobody_around,
)
MANAGES = role_in(
    MANAGERS,
    "You are a manager or co-ordinator.",
    "Only a manager or co-ordinator decides this.",
)

INSIDE: Rule = AnyOf((OPENED, IN_CIRCLE))
"""Those to whom the record was opened by name, and the child's circle."""

ADMITTED: Rule = AllOf((WORKS_CASES, NOT_KEPT, INSIDE))
"""Who may see a child's record: named persons, and the child's circle where the record is open."""

RECORD: Rule = AnyOf((LOADER, ADMITTED))
"""A child's record: its duties, its circle, that it has one."""

KEPT_APART: Rule = ADMITTED
"""Addresses and contacts kept apart: those admitted to the record, and no bulk loader. Their text is locked besides."""

KEEPING_APART: Rule = AllOf((ADMITTED, OWN))
"""Keeping an address or contact apart: in one's own name, of a record to which one is admitted."""

FOR_AGENCY: Rule = AnyOf((AUDIENCE_OPEN, AUDIENCE_NAMES))
WITHIN: Rule = AllOf((INSIDE, FOR_AGENCY))
ENTRY: Rule = AnyOf(
    (
        LOADER,
        AllOf(
            (WORKS_CASES, NOT_HIDDEN, NOT_SHUT, AnyOf((OWN, AllOf((NOT_KEPT, AnyOf((WITHIN, OWN_AGENCY, SHARED)))))))
        ),
    )
)
"""One entry of a record: for those admitted, for the agency that recorded it, for an agency that it was shared with.

What somebody wrote stays theirs to read, also where the rest of the record is kept from them.
"""

THING_NOT_HIDDEN = Condition(
    "thing-not-hidden",
    "What it mentions is not hidden from you.",
    "There is nothing here for you.",
    lambda asker, facts: facts.thing not in asker.reach.hidden,
)
MENTION: Rule = AllOf((ENTRY, AnyOf((LOADER, THING_NOT_HIDDEN))))
"""What an entry mentions: whoever sees the entry, save whom they may not know of."""

FROM_OUTSIDE = frozenset({"concern", "screening", "referral"})
"""Kinds of entry that anybody whose role works with children records about any child whom they can find."""
MAY_COME_FROM_OUTSIDE = Condition(
    "kind",
    "Anybody may report, screen and refer.",
    "Only the child’s circle records this.",
    lambda _, facts: facts.kind in FROM_OUTSIDE,
    FROM_OUTSIDE,
)
IS_SHARING = Condition(
    "kind",
    "It says what was shared, or was not.",
    "It says something else than what was shared.",
    lambda _, facts: facts.kind == "sharing",
    frozenset({"sharing"}),
)
ANSWERING: Rule = AllOf((NOT_KEPT, IS_SHARING, ANSWERS_US))
"""Answering a request of another agency, on a record to which one is not admitted."""

RECORDING: Rule = AnyOf(
    (
        LOADER,
        AllOf(
            (
                WORKS_CASES,
                NOT_HIDDEN,
                OWN_AGENCY,
                OWN,
                AnyOf((MAY_COME_FROM_OUTSIDE, ADMITTED, ANSWERING)),
            )
        ),
    )
)
"""Adding an entry: in one's own name, for one's own agency, to a record open to one; some kinds to any record; and
to any record the answer to what one's own agency was asked."""

REVIEWS: Rule = AllOf((GUARDIAN, NOT_HIDDEN))
"""The guardian, save of whom it was denied to them."""

THING: Rule = AnyOf(
    (
        LOADER,
        REVIEWS,
        AllOf((WORKS_CASES, NOT_HIDDEN, AnyOf((IS_CHILD, INVESTIGATES, COORDINATES, OWN, MENTION_SEEN)))),
    )
)
"""A person, vehicle, phone, account, place or organisation. ``OWN``: one's own addition, before it is mentioned."""

ADDING: Rule = AnyOf((LOADER, AllOf((WORKS_CASES, OWN))))
"""Adding something in one's own name."""

CIRCLE: Rule = AnyOf((LOADER, REVIEWS, AllOf((WORKS_CASES, NOT_KEPT, AnyOf((OWN_AGENCY, INSIDE))))))
"""Who is around a child, as those around see it, each agency for itself, and the guardian."""

JOINING: Rule = AnyOf(
    (
        LOADER,
        AllOf((WORKS_CASES, NOT_KEPT, AnyOf((AllOf((OWN_AGENCY, NOBODY_AROUND)), INSIDE)))),
    )
)
"""Bringing an agency into a circle: whoever is admitted brings others; who adds somebody begins the circle."""

DECIDES: Rule = AllOf((MANAGES, ADMITTED))
"""A manager or co-ordinator who is admitted to the record: they answer who asks to join it."""

LEAVING: Rule = AnyOf((LOADER, DECIDES))
"""Taking an agency out of a circle."""

DECIDING: Rule = AnyOf((LOADER, AllOf((DECIDES, OWN))))
"""Closing a record or an entry: a manager or co-ordinator who is admitted, in their own name."""

RELEASING: Rule = AnyOf((DECIDING, AllOf((REVIEWS, OWN))))
"""Opening what is closed, naming who sees it, and denying: those, and the guardian."""

ENDING: Rule = AnyOf((DECIDES, REVIEWS, AllOf((WORKS_CASES, NOT_HIDDEN, OWN))))
"""Ending what was opened by name: those who name, the guardian, and the person themself."""

UNSEALING: Rule = AnyOf((AllOf((DECIDES, NOT_SHUT)), REVIEWS))
"""Opening a sealed entry, as somebody else proposed."""

STUB: Rule = AnyOf((LOADER, AllOf((AnyOf((GUARDIAN, WORKS_CASES)), NOT_HIDDEN))))
"""That a record is restricted, and whose duty desk to ask."""

REASONS: Rule = AnyOf((LOADER, REVIEWS, AllOf((ADMITTED, NOT_SHUT))))
"""Why a record was closed or opened, and what was proposed: those admitted, and the guardian."""

OWN_OR_REASONS: Rule = AnyOf((LOADER, REVIEWS, ADMITTED, AllOf((WORKS_CASES, NOT_HIDDEN, OWN))))
"""To whom a record was opened and from whom it is kept: besides those, whoever it is about."""

SHARES: Rule = AnyOf((LOADER, REVIEWS, AllOf((WORKS_CASES, NOT_KEPT, NOT_SHUT, AnyOf((OWN_AGENCY, INSIDE))))))
"""What was shared: those admitted, the agency that it was shared with, and the guardian."""

SHARING: Rule = AnyOf((LOADER, AllOf((ADMITTED, NOT_SHUT, OWN))))
"""Sharing an entry: in one's own name, of a record to which one is admitted."""

ASKING: Rule = AllOf((WORKS_CASES, NOT_HIDDEN, OWN))
"""Declaring a conflict, breaking the glass: in one's own name, about somebody whom one can find."""

ASKING_TO_JOIN: Rule = AllOf((ASKING, OWN_AGENCY))
"""Asking that one's agency may join a circle."""

REQUEST: Rule = AnyOf((LOADER, REVIEWS, ADMITTED, AllOf((WORKS_CASES, NOT_HIDDEN, AnyOf((OWN, OWN_AGENCY))))))
"""A request to join: the circle, the agency that asks, and the guardian."""

COVERED: Rule = AnyOf((LOADER, GUARDIAN, AllOf((WORKS_CASES, OWN_AGENCY))))
"""Who stands in for whom: their agency, and the guardian."""

COVERING: Rule = AnyOf((LOADER, AllOf((OWN_AGENCY, AnyOf((AllOf((WORKS_CASES, OWN)), MANAGES))))))
"""Setting who stands in: for oneself, or as a manager, within one's agency."""

WATCHED: Rule = AnyOf((LOADER, REVIEWS))
"""What the guardian is told: the guardian alone."""

REVIEWING: Rule = AllOf((REVIEWS, NOT_OWN))
"""Reviewing it: a guardian whom it is not about."""

TELLING: Rule = AnyOf((LOADER, OWN))
"""Telling the guardian: what one has done oneself, by the page that did it; what a search for patterns found."""

DRAFT: Rule = AllOf((WORKS_CASES, OWN))
"""A draft: its author's alone."""

LOOK: Rule = AllOf((WORKS_CASES, OWN))
"""When somebody last looked at a record: their own to know. (What was read stands in the reading log.)"""

READ_EVENT: Rule = AnyOf((LOADER, GUARDIAN, OWN))
"""What was read: the guardian's to review, and everybody's own. (Written by whoever reads, and by nobody else.)"""


def decide(rule: Rule, asker: Asker, facts: Facts) -> Decision:
    """Whether the rule holds for this asker and row, and why."""
    if isinstance(rule, Condition):
        allowed = rule.ask(asker, facts)
        return Decision(allowed, rule.yes if allowed else rule.no)
    found = [decide(part, asker, facts) for part in rule.parts]
    settles = isinstance(rule, AnyOf)  # one granted part settles AnyOf; one refused part settles AllOf
    return next((part for part in found if part.allowed is settles), found[-1])
