"""What the procedure's pages show, made from a pack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES
from safekept.procedures import Item, Library, Pack, PackList, Paragraph, Rule

WHOEVER = "The agency that recorded it"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in a list."""

    id: str
    title: str
    says: str
    clock: str
    owner: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rules under a heading."""

    id: str
    title: str
    rules: tuple[RuleLine, ...]


def packs(library: Library, own_area: str | None) -> list[dict[str, Any]]:
    """Every procedure with its areas; the one of the viewer's own area first."""
    own = library.find_pack(own_area)
    rows = [{"pack": pack, "areas": areas_of(library, pack), "own": pack is own} for pack in library.packs.values()]
    return sorted(rows, key=lambda row: (not row["own"], row["pack"].title))


def areas_of(library: Library, pack: Pack) -> list[str]:
    """Names of the areas that have adopted a procedure."""
    return sorted(area.name for area in library.areas.values() if area.pack == pack.id)


def agency(kind: str) -> str:
    """An agency kind as people say it; ``trigger`` is whoever recorded what set the rule off."""
    return WHOEVER if kind == "trigger" else AGENCIES.get(kind, kind)


def kind_title(name: str) -> str:
    """A kind of entry as people say it."""
    return KINDS[name].title if name in KINDS else name


def clock(rule: Rule) -> str:
    """The time a rule gives, or that it gives none."""
    if rule.within is not None:
        return f"Within {rule.within}" if str(rule.within) != "same day" else "The same day"
    return f"No time set; this area expects it within {_span(rule)}" if rule.expected else "No time set"


def _span(rule: Rule) -> str:
    return "the same day" if str(rule.expected) == "same day" else str(rule.expected)


def line(rule: Rule) -> RuleLine:
    """A rule as a list shows it."""
    return RuleLine(rule.id, rule.title, rule.says, clock(rule), agency(rule.owner), rule.cites)


def by_moment(pack: Pack, words: str = "") -> list[Group]:
    """Rules under the kind of entry that sets them off, in the order of the kinds."""
    found: dict[str, list[RuleLine]] = {}
    for rule in _matching(pack, words):
        found.setdefault(rule.triggers[0].kind if rule.triggers else "", []).append(line(rule))
    order = [*KINDS, ""]
    return [
        Group(kind or "always", f"After: {kind_title(kind).lower()}" if kind else "At any time", tuple(rows))
        for kind, rows in sorted(found.items(), key=lambda pair: order.index(pair[0]))
    ]


def by_owner(pack: Pack, words: str = "") -> list[Group]:
    """Rules under the agency that owes."""
    found: dict[str, list[RuleLine]] = {}
    for rule in _matching(pack, words):
        for owner in dict.fromkeys(case.owner for case in rule.owners):
            found.setdefault(owner, []).append(line(rule))
    order = ["trigger", *AGENCIES]
    return [
        Group(owner, agency(owner), tuple(rows))
        for owner, rows in sorted(found.items(), key=lambda p: order.index(p[0]))
    ]


def orders(pack: Pack, current: str) -> list[dict[str, Any]]:
    """The two ways through the rules."""
    address = reverse("procedure-rules", kwargs={"pack_id": pack.id})
    ways = (("moment", "By moment"), ("role", "By who acts"))
    return [{"text": text, "address": f"{address}?by={way}", "current": way == current} for way, text in ways]


def _matching(pack: Pack, words: str) -> Iterable[Rule]:
    wanted = words.lower().split()
    for rule in pack.rules:
        text = " ".join((rule.title, rule.says, rule.when_text, *rule.cites)).lower()
        if all(word in text for word in wanted):
            yield rule


def rule_page(pack: Pack, rule: Rule) -> dict[str, Any]:
    """Everything a rule's page shows."""
    return {
        "rule": rule,
        "clock": clock(rule),
        "owner": _who_acts(rule),
        "along": [agency(kind) for kind in rule.along],
        "owes": [kind_title(kind) for kind in dict.fromkeys(wanted.kind for wanted in rule.wanted)],
        "triggers": [kind_title(kind) for kind in dict.fromkeys(trigger.kind for trigger in rule.triggers)],
        "cited": cited(pack, rule.cites),
        "expected": _span(rule) if rule.expected else "",
        "beside": beside(pack, rule),
    }


def beside(pack: Pack, rule: Rule) -> list[tuple[str, list[RuleLine]]]:
    """The other rules of each paragraph that this one comes from: often the same duty with another clock."""
    others = [other for other in pack.rules if other.id != rule.id]
    found = [(mark, [line(other) for other in others if mark in other.cites]) for mark in rule.cites]
    return [(mark, lines) for mark, lines in found if lines]


def _who_acts(rule: Rule) -> str:
    """The owner in words, with the cases in which it is somebody else first."""
    cases = [f"{agency(case.owner)} {case.reads}" for case in rule.owners if case.where is not None]
    return ", otherwise ".join([*cases, agency(rule.owner)])


def cited(pack: Pack, marks: Sequence[str]) -> list[Paragraph]:
    """The paragraphs that these marks name; a mark without a summary stands alone."""
    return [pack.paragraphs.get(mark) or Paragraph(mark, mark, "") for mark in marks]


def grouped(found: PackList) -> list[tuple[str, list[Item]]]:
    """A list's items under their headings, in order."""
    groups: dict[str, list[Item]] = {}
    for item in found.items:
        groups.setdefault(item.group, []).append(item)
    return list(groups.items())


def paragraph_rows(pack: Pack) -> list[dict[str, Any]]:
    """Each paragraph with the rules that cite it."""
    users: dict[str, list[Rule]] = {}
    for rule in pack.rules:
        for mark in rule.cites:
            users.setdefault(mark, []).append(rule)
    return [{"paragraph": p, "rules": users.get(p.id, [])} for p in pack.paragraphs.values()]
