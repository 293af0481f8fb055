"""Ways into a procedure: by what happened, by who one is, by question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES, ASKED, QUESTIONS
from safekept.procedures import Guard, Pack, PackList, Rule
from safekept.procedures.pack import PromptRule

from .. import words
from ..questions import KINDS_OF_OTHERS, KINDS_OF_THE_CHILD
from .rules import RuleLine, lines, soonest_first


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens, and what the procedure says of it."""

    kind: str
    title: str
    rules: tuple[Rule, ...]
    guards: tuple[Guard, ...]
    prompts: tuple[PromptRule, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rules under a heading."""

    id: str
    title: str
    rules: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of agency, with how much it owes itself and how much it takes part in."""

    kind: str
    title: str
    owes: int
    takes_part: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with the lists and rules that answer it. ``hint``: what the procedure says beside it."""

    id: str
    text: str
    hint: str
    lists: tuple[PackList, ...]
    rules: tuple[RuleLine, ...]


def moments(pack: Pack) -> list[Moment]:
    """What sets something off, in the order of the procedure's stages (a kind at its last one), then the others."""
    stages = {t.kind: number for number, stage in enumerate(pack.stages) for t in stage.triggers}
    order = sorted(KINDS, key=lambda kind: stages.get(kind, len(stages)))
    found = (_moment(pack, kind) for kind in order)
    return [one for one in found if one.rules or one.guards or one.prompts]


def moment(pack: Pack, kind: str) -> Moment | None:
    """One of the moments, or None where the procedure says nothing of it."""
    return next((one for one in moments(pack) if one.kind == kind), None)


def _moment(pack: Pack, kind: str) -> Moment:
    return Moment(
        kind,
        words.moment(kind),
        tuple(r for r in pack.rules if any(t.kind == kind for t in r.triggers)),
        tuple(g for g in pack.guards if any(t.kind == kind for t in g.triggers)),
        tuple(p for p in pack.prompts if any(t.kind == kind for t in p.after)),
    )


def by_case(pack: Pack, rules: Iterable[Rule]) -> list[Group]:
    """Rules of one moment under the words of the case they are for; the case with the soonest duty first."""
    cases: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=soonest_first):
        cases.setdefault(rule.when_text, []).append(rule)
    return [Group(f"case-{n}", title, tuple(lines(pack, same))) for n, (title, same) in enumerate(cases.items(), 1)]


def by_moment(pack: Pack, rules: Iterable[Rule] | None = None) -> list[Group]:
    """Rules under what sets them off, each once, under the first of its moments."""
    left = {rule.id: rule for rule in (pack.rules if rules is None else rules)}
    groups = []
    for one in moments(pack):
        here = [left.pop(rule.id) for rule in one.rules if rule.id in left]
        if here:
            groups.append(Group(one.kind, one.title, tuple(lines(pack, here))))
    return groups


def roles(pack: Pack) -> list[Role]:
    """Every kind of agency that the procedure asks something of."""
    found = [
        Role(kind, words.who(kind), len(_named(pack, kind)) + len(_as_recorder(pack, kind)), len(_along(pack, kind)))
        for kind in AGENCIES
    ]
    return [one for one in found if one.owes or one.takes_part]


def role(pack: Pack, kind: str) -> dict[str, list[Group]]:
    """What an agency owes by name, what falls to it when it has recorded the cause, and where it takes part."""
    return {
        "owes": by_moment(pack, _named(pack, kind)),
        "recorded": by_moment(pack, _as_recorder(pack, kind)),
        "along": by_moment(pack, _along(pack, kind)),
    }


def _named(pack: Pack, kind: str) -> list[Rule]:
    return [rule for rule in pack.rules if any(case.owner == kind for case in rule.owners)]


def _as_recorder(pack: Pack, kind: str) -> list[Rule]:
    named = {rule.id for rule in _named(pack, kind)}
    return [
        rule
        for rule in pack.rules
        if rule.id not in named and any(case.owner == "trigger" for case in rule.owners) and _may_record(rule, kind)
    ]


def _along(pack: Pack, kind: str) -> list[Rule]:
    mine = {rule.id for rule in (*_named(pack, kind), *_as_recorder(pack, kind))}
    return [rule for rule in pack.rules if kind in rule.along and rule.id not in mine]


def _may_record(rule: Rule, agency: str) -> bool:
    """Whether an agency of this kind can record what sets a rule off."""
    when: Any = rule.row["when"]
    rows = when if isinstance(when, list) else [when]
    return any(
        (not KINDS[row["kind"]].recorded_by or agency in KINDS[row["kind"]].recorded_by)
        and _agrees(row.get("agency"), agency)
        for row in rows
    )


def _agrees(asked: Any, agency: str) -> bool:
    """Whether an agency passes a rule's question about who recorded: a word, several, or not those."""
    if asked is None:
        return True
    if isinstance(asked, Mapping):
        return "not" not in asked or not _agrees(asked["not"], agency)
    return agency in asked if isinstance(asked, list) else bool(asked == agency)


def of_the_child(pack: Pack) -> list[Answer]:
    """The five questions from the child's side, in the procedure's own words where it has them."""
    return _answers(pack, QUESTIONS, KINDS_OF_THE_CHILD)


def common(pack: Pack) -> list[Answer]:
    """Questions that people come with, as far as this procedure answers them."""
    return [one for one in _answers(pack, ASKED, KINDS_OF_OTHERS) if one.lists or one.rules]


def answer(pack: Pack, question_id: str) -> Answer | None:
    """One question with its answers, or None."""
    return next((one for one in (*of_the_child(pack), *common(pack)) if one.id == question_id), None)


def _answers(pack: Pack, texts: Mapping[str, str], kinds: Mapping[str, tuple[str, ...]]) -> list[Answer]:
    own = pack.lists.get("questions")
    items = {item.id: item for item in own.items} if own is not None else {}
    return [
        Answer(
            asked,
            items[asked].label if asked in items else text,
            items[asked].hint if asked in items else "",
            tuple(pack.lists[name] for name in pack.answers.get(asked, ())),
            tuple(lines(pack, (rule for rule in pack.rules if set(kinds[asked]) & set(rule.kinds_owed)))),
        )
        for asked, text in texts.items()
    ]
