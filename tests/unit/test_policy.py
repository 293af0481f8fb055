"""Every rule of the policy by its whole table: each combination of the facts that it may rest on, for every role.

What is expected is written once more here, in plain steps, apart from the rules.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from safekept.access import policy
from safekept.access.policy import AllOf, AnyOf, Asker, Condition, Facts, Reach, Rule, decide
from safekept.directory.roles import Role
from safekept.record.walls import OBLIGATION

ME, OTHER = UUID(int=1), UUID(int=2)
OURS, THEIRS = UUID(int=11), UUID(int=12)
CHILD, THING, ENTRY = UUID(int=21), UUID(int=22), UUID(int=23)

CASE, MANAGING = {"practitioner", "manager", "co-ordinator"}, {"manager", "co-ordinator"}
REGISTERED = ("police", "children-services")
Known = dict[str, Any]
"""What may matter of somebody asking and of a row: the name of a fact to its answer."""
ANSWERS: dict[str, tuple[Any, ...]] = {
    "role": tuple(role.value for role in Role),
    "audience": ("all", "mine", "others"),
    "kind": ("child", "adult", "concern", "screening", "referral", "sharing", "note"),
    "agency_kind": ("police", "children-services", "health"),
    "side": ("", "with", "without"),
}
"""The answers that a fact can have; every other is yes or no."""
ABOUT = {
    "in-circle": "around", "audience-open": "audience", "audience-names": "audience", "own-agency": "own_agency",
    "own": "own", "not-own": "own", "kind": "kind", "agency-kind": "agency_kind", "mention-seen": "mentioned",
    "not-kept": "kept", "not-hidden": "hidden", "opened": "opened", "not-shut": "shut", "sealed-side": "side",
    "shared": "shared", "nobody-around": "nobody", "thing-not-hidden": "thing_hidden", "role": "role",
    "answers-us": "asked",
}  # fmt: skip
"""Which fact each condition asks about."""


def inside(role: str, opened: bool, around: bool) -> bool:
    return opened or around


def admitted(role: str, kept: bool, opened: bool, around: bool) -> bool:
    return role in CASE and not kept and (opened or around)


def decides(role: str, kept: bool, opened: bool, around: bool) -> bool:
    return role in MANAGING and not kept and (opened or around)


def reviews(role: str, hidden: bool) -> bool:
    return role == "guardian" and not hidden


def record(role: str, kept: bool, opened: bool, around: bool) -> bool:
    return role == "loader" or admitted(role, kept, opened, around)


def kept_apart(role: str, kept: bool, opened: bool, around: bool) -> bool:
    return admitted(role, kept, opened, around)


def keeping_apart(role: str, kept: bool, opened: bool, around: bool, own: bool) -> bool:
    return own and admitted(role, kept, opened, around)


def for_agency(role: str, audience: str) -> bool:
    return audience in ("all", "mine")


def within(role: str, opened: bool, around: bool, audience: str) -> bool:
    return (opened or around) and audience in ("all", "mine")


def entry(
    role: str, hidden: bool, shut: bool, own: bool, kept: bool, opened: bool, around: bool, audience: str,
    own_agency: bool, shared: bool,
) -> bool:  # fmt: skip
    if role == "loader":
        return True
    if role not in CASE or hidden or shut:
        return False
    if own:
        return True
    if kept:
        return False
    return own_agency or shared or ((opened or around) and audience != "others")


def stub(role: str, hidden: bool) -> bool:
    return role == "loader" or (not hidden and (role == "guardian" or role in CASE))


def circle(role: str, hidden: bool, kept: bool, own_agency: bool, opened: bool, around: bool) -> bool:
    if role == "guardian":
        return not hidden
    return role == "loader" or (role in CASE and not kept and (own_agency or opened or around))


def joining(role: str, kept: bool, own_agency: bool, nobody: bool, opened: bool, around: bool) -> bool:
    return role == "loader" or (role in CASE and not kept and (opened or around or (own_agency and nobody)))


def leaving(role: str, kept: bool, opened: bool, around: bool) -> bool:
    return role == "loader" or decides(role, kept, opened, around)


def deciding(role: str, kept: bool, opened: bool, around: bool, own: bool) -> bool:
    return role == "loader" or (own and decides(role, kept, opened, around))


def releasing(role: str, kept: bool, opened: bool, around: bool, own: bool, hidden: bool) -> bool:
    return deciding(role, kept, opened, around, own) or (own and reviews(role, hidden))


def ending(role: str, kept: bool, opened: bool, around: bool, own: bool, hidden: bool) -> bool:
    mine = role in CASE and own and not hidden
    return mine or decides(role, kept, opened, around) or reviews(role, hidden)


def unsealing(role: str, kept: bool, opened: bool, around: bool, shut: bool, hidden: bool) -> bool:
    return reviews(role, hidden) or (not shut and decides(role, kept, opened, around))


def reasons(role: str, kept: bool, opened: bool, around: bool, shut: bool, hidden: bool) -> bool:
    return role == "loader" or reviews(role, hidden) or (not shut and admitted(role, kept, opened, around))


def own_or_reasons(role: str, kept: bool, opened: bool, around: bool, own: bool, hidden: bool) -> bool:
    mine = role in CASE and own and not hidden
    return role == "loader" or mine or reviews(role, hidden) or admitted(role, kept, opened, around)


def shares(role: str, kept: bool, opened: bool, around: bool, shut: bool, own_agency: bool, hidden: bool) -> bool:
    told = role in CASE and not kept and not shut and (own_agency or opened or around)
    return role == "loader" or reviews(role, hidden) or told


def sharing(role: str, kept: bool, opened: bool, around: bool, shut: bool, own: bool) -> bool:
    return role == "loader" or (own and not shut and admitted(role, kept, opened, around))


def asking(role: str, hidden: bool, own: bool) -> bool:
    return role in CASE and not hidden and own


def asking_to_join(role: str, hidden: bool, own: bool, own_agency: bool) -> bool:
    return asking(role, hidden, own) and own_agency


def request(role: str, kept: bool, opened: bool, around: bool, hidden: bool, own: bool, own_agency: bool) -> bool:
    if role == "loader" or reviews(role, hidden) or admitted(role, kept, opened, around):
        return True
    return role in CASE and not hidden and (own or own_agency)


def covered(role: str, own_agency: bool) -> bool:
    return role in ("loader", "guardian") or (role in CASE and own_agency)


def covering(role: str, own_agency: bool, own: bool) -> bool:
    return role == "loader" or (own_agency and (role in MANAGING or (role in CASE and own)))


def watched(role: str, hidden: bool) -> bool:
    return role == "loader" or reviews(role, hidden)


def reviewing(role: str, hidden: bool, own: bool) -> bool:
    return reviews(role, hidden) and not own


def telling(role: str, own: bool) -> bool:
    return role == "loader" or own


def draft(role: str, own: bool) -> bool:
    return role in CASE and own


def read_event(role: str, own: bool) -> bool:
    return role in ("loader", "guardian") or own


def mention(
    role: str, hidden: bool, shut: bool, own: bool, kept: bool, opened: bool, around: bool, audience: str,
    own_agency: bool, shared: bool, thing_hidden: bool,
) -> bool:  # fmt: skip
    seen = entry(role, hidden, shut, own, kept, opened, around, audience, own_agency, shared)
    return seen and (role == "loader" or not thing_hidden)


def adding(role: str, own: bool) -> bool:
    return role == "loader" or (role in CASE and own)


def look(role: str, own: bool) -> bool:
    return role in CASE and own


def answering(kept: bool, kind: str, asked: bool) -> bool:
    return kind == "sharing" and asked and not kept


def recording(
    role: str, hidden: bool, own_agency: bool, own: bool, kind: str, kept: bool, opened: bool, around: bool, asked: bool
) -> bool:
    if role == "loader":
        return True
    mine = role in CASE and not hidden and own_agency and own
    from_outside = kind in ("concern", "screening", "referral") or answering(kept, kind, asked)
    return mine and (from_outside or admitted(role, kept, opened, around))


def thing(role: str, hidden: bool, kind: str, agency_kind: str, own: bool, mentioned: bool) -> bool:
    if role == "loader" or reviews(role, hidden):
        return True
    found = kind == "child" or agency_kind in REGISTERED or role == "co-ordinator" or own or mentioned
    return role in CASE and not hidden and found


def obligation(role: str, kept: bool, opened: bool, around: bool, audience: str, side: str, part: bool) -> bool:
    told = audience != "others" and side in ("", "without" if part else "with")
    return role == "loader" or (told and admitted(role, kept, opened, around))


NAMED = {name: rule for name, rule in vars(policy).items() if isinstance(rule, AllOf | AnyOf)}
RULES: dict[str, Rule] = {**NAMED, "OBLIGATION": OBLIGATION}


def conditions(rule: Rule) -> Iterator[Condition]:
    """The leaves of a rule."""
    if isinstance(rule, Condition):
        yield rule
        return
    for part in rule.parts:
        yield from conditions(part)


def asker(known: Known) -> Asker:
    def ids(name: str, one: UUID) -> frozenset[UUID]:
        return frozenset({one} if known.get(name) else ())

    reach = Reach(
        kept=ids("kept", CHILD), hidden=ids("hidden", CHILD) | ids("thing_hidden", THING), opened=ids("opened", CHILD),
        shut=ids("shut", ENTRY), part=ids("part", CHILD),
    )  # fmt: skip
    return Asker(ME, OURS, known.get("agency_kind", "health"), known.get("role", "board"), reach)


def facts(known: Known) -> Facts:
    of = {"all": (), "mine": (known.get("agency_kind", "health"), "school"), "others": ("school",)}
    return Facts(
        circle=frozenset({OURS if known.get("around") else THEIRS}),
        audience=frozenset(of[known.get("audience", "all")]),
        agency_id=OURS if known.get("own_agency") else THEIRS,
        author=ME if known.get("own") else OTHER,
        kind=known.get("kind", "note"),
        mention_seen=known.get("mentioned", False),
        subject=CHILD,
        entry=ENTRY,
        thing=THING,
        sealed_side=known.get("side", ""),
        nobody_around=known.get("nobody", False),
        shared=known.get("shared", False),
        asked=known.get("asked", False),
    )


def every(names: set[str]) -> Iterator[Known]:
    """Every combination of answers to these."""
    listed = sorted(names)
    for answers in product(*(ANSWERS.get(name, (False, True)) for name in listed)):
        yield dict(zip(listed, answers, strict=True))


def matters(rule: Rule, expected: Callable[..., bool]) -> set[str]:
    """What the rule rests on, by itself or by what is expected of it."""
    asked = {ABOUT[condition.name] for condition in conditions(rule)}
    return asked | set(inspect.signature(expected).parameters) | ({"part"} if "side" in asked else set())


@pytest.mark.parametrize("name", RULES)
def test_the_rule_allows_what_is_expected_and_nothing_else(name: str) -> None:
    expected = globals()[name.lower()]
    asked = inspect.signature(expected).parameters
    for known in every(matters(RULES[name], expected)):
        found = decide(RULES[name], asker(known), facts(known))
        assert found.allowed is expected(**{one: known[one] for one in asked}), known
        assert bool(found) is found.allowed


CONDITIONS = {name: rule for name, rule in vars(policy).items() if isinstance(rule, Condition)}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_gives_its_own_reason(name: str) -> None:
    condition = CONDITIONS[name]
    said = set()
    for known in every({"part", ABOUT[condition.name]}):
        found = decide(condition, asker(known), facts(known))
        assert found.reason == (condition.yes if found.allowed else condition.no)
        said.add(found.reason)
    assert said == {condition.yes, condition.no}


@pytest.mark.parametrize("author", [UUID(int=0), UUID(int=2)])
def test_what_somebody_else_did_is_theirs_whatever_their_number(author: UUID) -> None:
    assert decide(policy.NOT_OWN, asker({}), Facts(author=author))
    assert not decide(policy.OWN, asker({}), Facts(author=author))


def test_the_reason_is_that_of_the_part_which_settles_it() -> None:
    mine, seen, told = policy.OWN, policy.MENTION_SEEN, policy.SHARED

    def reason(rule: Rule, **known: Any) -> str:
        return decide(rule, asker(known), facts(known)).reason

    every_one, any_one = AllOf((mine, seen, told)), AnyOf((mine, seen, told))
    assert reason(every_one, own=True) == seen.no
    assert reason(every_one) == mine.no
    assert reason(every_one, own=True, mentioned=True, shared=True) == told.yes
    assert reason(any_one, mentioned=True, shared=True) == seen.yes
    assert reason(any_one, own=True, shared=True) == mine.yes
    assert reason(any_one) == told.no


def test_who_asks_and_what_is_asked_begin_with_nothing_known() -> None:
    nobody = Asker(ME, OURS, "health", "practitioner")
    assert nobody.reach == Reach(frozenset(), frozenset(), frozenset(), frozenset(), frozenset())
    for name in (
        "SHARED",
        "ANSWERS_US",
        "MENTION_SEEN",
        "NOBODY_AROUND",
        "IN_CIRCLE",
        "AUDIENCE_NAMES",
        "OWN",
        "OWN_AGENCY",
    ):
        assert not decide(CONDITIONS[name], nobody, Facts()), name
    assert decide(policy.AUDIENCE_OPEN, nobody, Facts())
    assert decide(policy.SEALED_SIDE, nobody, Facts())


def test_what_the_policy_is_made_of_never_changes_under_it() -> None:
    for one in (policy.Decision(True, "x"), Reach(), asker({}), Facts(), policy.OWN, policy.ENTRY, policy.ADMITTED):
        with pytest.raises(FrozenInstanceError):
            setattr(one, next(iter(vars(one))), None)
