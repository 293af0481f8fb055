"""Rules as the pages show them: what is owed, by whom, by when, from which paragraph, with which lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from safekept.calendars import LONDON
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES
from safekept.procedures import Item, Pack, PackList, Paragraph, Rule
from safekept.procedures.examples import example_of
from safekept.procedures.lists_in_use import lists_for_duty

WHOEVER = "The agency that recorded it"
SOME_MONDAY = dt.datetime(2026, 3, 2, 10, tzinfo=LONDON)
"""Clocks of different units are put in order by when they would run out, counted from here."""
NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in a list. ``lists``: the lists that whoever meets it uses."""

    id: str
    title: str
    says: str
    when: str
    clock: str
    owner: str
    cites: tuple[str, ...]
    lists: tuple[PackList, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A smallest history that sets a rule off, in words, and what is then owed."""

    when: tuple[str, ...]
    then: str


def agency(kind: str) -> str:
    """An agency kind as people say it; ``trigger`` is whoever recorded what set the rule off."""
    return WHOEVER if kind == "trigger" else AGENCIES.get(kind, kind)


def kind_title(name: str) -> str:
    """A kind of entry as people say it."""
    return KINDS[name].title if name in KINDS else name


def clock(rule: Rule) -> str:
    """The time a rule gives, or that it gives none."""
    if rule.within is not None:
        span = f"Within {rule.within}" if str(rule.within) != "same day" else "The same day"
        return f"{span}, or by the agreed date if that is earlier" if rule.by_field else span
    if rule.by_field:
        return "By the agreed date"
    return f"No time set; this area expects it {span_of(rule)}" if rule.expected else "No time set"


def span_of(rule: Rule) -> str:
    """The area's own expectation, as people say it."""
    return "the same day" if str(rule.expected) == "same day" else f"within {rule.expected}"


def soonest_first(rule: Rule) -> tuple[bool, dt.datetime, dt.datetime]:
    """The order of rules: urgent first, then by the clock, then by what the area expects, then without any."""
    due = rule.within.after(SOME_MONDAY) if rule.within else NEVER
    expected = rule.expected.after(SOME_MONDAY) if rule.expected else NEVER
    return (not rule.urgent, due, expected)


def line(pack: Pack, rule: Rule) -> RuleLine:
    """A rule as a list shows it."""
    return RuleLine(
        rule.id,
        rule.title,
        rule.says,
        rule.when_text,
        clock(rule),
        who_acts(rule),
        rule.cites,
        lists_for_duty(pack, rule),
    )


def lines(pack: Pack, rules: Iterable[Rule]) -> list[RuleLine]:
    """Rules as a list shows them, the soonest first."""
    return [line(pack, rule) for rule in sorted(rules, key=soonest_first)]


def who_acts(rule: Rule) -> str:
    """The owner in words, with the cases in which it is somebody else first."""
    cases = [f"{agency(case.owner)} {case.reads}" for case in rule.owners if case.where is not None]
    return ", otherwise ".join([*cases, agency(rule.owner)])


def rule_page(pack: Pack, rule: Rule) -> dict[str, Any]:
    """Everything a rule's page shows."""
    return {
        "rule": rule,
        "clock": clock(rule),
        "owner": who_acts(rule),
        "along": [agency(kind) for kind in rule.along],
        "owes": [kind_title(kind) for kind in dict.fromkeys(wanted.kind for wanted in rule.wanted)],
        "triggers": [kind_title(kind) for kind in dict.fromkeys(trigger.kind for trigger in rule.triggers)],
        "moments": list(dict.fromkeys(trigger.kind for trigger in rule.triggers)),
        "cited": cited(pack, rule.cites),
        "expected": span_of(rule) if rule.expected else "",
        "example": _example(_ByHash(pack), rule.id),
        "lists": lists_for_duty(pack, rule),
        "beside": beside(pack, rule),
    }


def beside(pack: Pack, rule: Rule) -> list[tuple[str, list[RuleLine]]]:
    """The other rules of each paragraph that this one comes from: often the same duty with another clock."""
    others = [other for other in pack.rules if other.id != rule.id]
    found = [(mark, [line(pack, other) for other in others if mark in other.cites]) for mark in rule.cites]
    return [(mark, rows) for mark, rows in found if rows]


class _ByHash:
    """A version, the same as another of the same text."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def __hash__(self) -> int:
        return hash(self.pack.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByHash) and self.pack.hash == other.pack.hash


@lru_cache(maxsize=500)
def _example(version: _ByHash, rule_id: str) -> Example | None:
    rule = version.pack.rule(rule_id)
    found = example_of(version.pack, rule) if rule is not None else None
    return Example(tuple(found.told[:-1]), found.told[-1].removeprefix("Then owed by ")) if found else None


def cited(pack: Pack, marks: Sequence[str]) -> list[Paragraph]:
    """The paragraphs that these marks name; a mark without a summary stands alone."""
    return [pack.paragraphs.get(mark) or Paragraph(mark, mark, "") for mark in marks]


def grouped(found: PackList) -> list[tuple[str, list[Item]]]:
    """A list's items under their headings, in order."""
    groups: dict[str, list[Item]] = {}
    for item in found.items:
        groups.setdefault(item.group, []).append(item)
    return list(groups.items())


def users_of(pack: Pack, found: PackList) -> tuple[list[str], list[Rule]]:
    """The kinds of entry whose form asks from a list, and the rules that are met with it."""
    kinds = [k.title for k in KINDS.values() if any(field.listed_in == found.id for field in k.fields.values())]
    return kinds, [rule for rule in pack.rules if found in lists_for_duty(pack, rule)]


def paragraph_rows(pack: Pack) -> list[dict[str, Any]]:
    """Each paragraph with the rules that cite it."""
    users: dict[str, list[Rule]] = {}
    for rule in pack.rules:
        for mark in rule.cites:
            users.setdefault(mark, []).append(rule)
    return [{"paragraph": p, "rules": users.get(p.id, [])} for p in pack.paragraphs.values()]
