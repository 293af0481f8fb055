"""For each rule, a smallest history that sets it off: shown to authors, and the proof that a rule can be reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice, product
from typing import Any

from safekept.calendars import LONDON
from safekept.kinds import KINDS
from safekept.kinds.base import Field
from safekept.kinds.vocabularies import AGENCIES

from .engine import evaluate
from .history import HistoryError, parse_history
from .library import Area, Library
from .pack import Pack, Rule
from .position import Obligation

MOMENT = dt.datetime(2026, 3, 2, 10, 0, tzinfo=LONDON)
"""A Monday morning on which every example happens."""
AGES = (14, 12, 16, 17)
RECORDERS = ("school", "children-services", "police", "other")
MOST_TRIED = 300
"""Histories tried for one rule: many more than any plain rule needs, and an end for one that is made to have none."""
HOME, ELSEWHERE = "home", "elsewhere"
_DAY = MOMENT.date()
_TOLD = ("id", "kind", "at", "agency", "recorded_at", "answers")


@dataclass(frozen=True, slots=True)
class Example:
    """A history in the form of the history file, the id of the entry that sets the rule off, and the duty."""

    history: Mapping[str, Any]
    duty: Obligation

    @property
    def told(self) -> list[str]:
        """The history in words, one line for each entry and one for what is then owed."""
        lines = [_line(entry) for entry in self.history["entries"]]
        due = self.duty.due.astimezone(LONDON) if self.duty.due else None
        owner = AGENCIES.get(self.duty.owner, self.duty.owner)
        when = f"by {due:%A} {due.day} {due:%B %Y, %H:%M}" if due else "without a time in the procedure"
        return [*lines, f"Then owed by {owner}: {self.duty.title}, {when}."]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the trigger's surroundings must hold, beside the trigger."""

    earlier: tuple[Mapping[str, Any], ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    ages: tuple[int, ...] = AGES
    linked: bool = False

    def and_(self, other: _Plan) -> _Plan:
        return _Plan(
            self.earlier + other.earlier,
            {**self.fields, **other.fields},
            tuple(age for age in self.ages if age in other.ages),
            self.linked or other.linked,
        )


def example_of(pack: Pack, rule: Rule) -> Example | None:
    """Return a smallest history that sets the rule off, or None where none was found: it may be unreachable."""
    library = Library({pack.id: pack}, {slug: Area(slug, slug, "", "", pack.id) for slug in (HOME, ELSEWHERE)})
    for history in islice(_candidates(rule), MOST_TRIED):
        duty = _owed(library, pack, rule, history)
        if duty is not None:
            return _smallest(library, pack, rule, history)
    return None


def _owed(library: Library, pack: Pack, rule: Rule, history: Mapping[str, Any]) -> Obligation | None:
    try:
        read = parse_history(history)
    except HistoryError:
        return None
    found = evaluate(library, read, MOMENT, packs=[pack.id]).obligations
    return next((d for d in found if d.rule == rule.id and d.because == "trigger"), None)


def _smallest(library: Library, pack: Pack, rule: Rule, history: Mapping[str, Any]) -> Example:
    """Leave out entries and fields while the rule is still set off."""
    duty = _owed(library, pack, rule, history)
    shorter: Mapping[str, Any] | None = history
    while shorter is not None:
        history = shorter
        shorter = next((h for h in _shorter(history) if _owed(library, pack, rule, h) is not None), None)
    duty = _owed(library, pack, rule, history)
    assert duty is not None
    return Example(history, duty)


def _shorter(history: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    entries = history["entries"]
    for index, entry in enumerate(entries):
        if entry["id"] != "trigger":
            yield {**history, "entries": [*entries[:index], *entries[index + 1 :]]}
        for name in entry:
            if name not in _TOLD:
                less = {key: value for key, value in entry.items() if key != name}
                yield {**history, "entries": [*entries[:index], less, *entries[index + 1 :]]}


def _candidates(rule: Rule) -> Iterator[Mapping[str, Any]]:
    when: Any = rule.row["when"]
    for row in when if isinstance(when, list) else [when]:
        for plan in _together(_holding(rule.row.get("where")), _failing(rule.row.get("unless"))):
            for age, agency in product(plan.ages, RECORDERS):
                yield _history(rule, row, plan, age, agency)


def _history(rule: Rule, row: Mapping[str, Any], plan: _Plan, age: int, agency: str) -> Mapping[str, Any]:
    trigger = {"id": "trigger", "kind": row["kind"], "at": MOMENT.isoformat(), "agency": agency}
    trigger |= _answers(row["kind"], {**row, **plan.fields})
    if plan.linked:
        trigger["linked_children"] = ["other"]
    earlier = [
        {"id": f"earlier-{n}", "at": (MOMENT - dt.timedelta(days=7 - n)).isoformat(), "agency": agency, **entry}
        for n, entry in enumerate(plan.earlier)
    ]
    subject: dict[str, Any] = {"kind": rule.subjects[0], "id": "one", "area": HOME}
    history: dict[str, Any] = {"subject": subject, "entries": [*earlier, trigger]}
    if rule.subjects[0] == "child":
        subject["born"] = _DAY.replace(year=_DAY.year - age, month=1, day=15).isoformat()
    if plan.linked:
        history["related"] = [{"subject": {"kind": "child", "id": "other", "area": ELSEWHERE}, "entries": []}]
    return history


# --- facts: what must surround the trigger ---


def _holding(fact: Any) -> Iterator[_Plan]:
    """Yield plans under which a condition may hold; none is sure, each is tried."""
    if fact is None:
        yield _Plan()
    else:
        yield from _together(*(_one_holding(name, argument) for name, argument in fact.items()))


def _together(*parts: Iterator[_Plan]) -> Iterator[_Plan]:
    bounded = (islice(part, MOST_TRIED) for part in parts)
    return (reduce(_Plan.and_, chosen, _Plan()) for chosen in product(*bounded))


def _one_holding(name: str, argument: Any) -> Iterator[_Plan]:
    match name:
        case "all":
            yield from _together(*(_holding(row) for row in argument))
        case "any":
            for row in argument:
                yield from _holding(row)
        case "not":
            yield from _failing(argument)
        case "age" | "child_age":
            low, high = argument.get("at_least", 0), argument.get("under", 200)
            yield _Plan(ages=tuple(age for age in AGES if low <= age < high))
        case "circumstance":
            for what in argument:
                yield _Plan(earlier=({"kind": "circumstance", "what": what, "from": "2026-01-05"},))
        case "exists":
            special = ("kind", "count", "in_last", "and_trigger")
            fields = _answers(argument["kind"], {k: v for k, v in argument.items() if k not in special})
            yield _Plan(earlier=({"kind": argument["kind"], **fields},) * argument.get("count", 1))
        case "latest":
            fields = _answers(argument["kind"], {k: v for k, v in argument.items() if k != "not_followed_by"})
            yield _Plan(earlier=({"kind": argument["kind"], **fields},))
        case "trigger":
            yield _Plan(fields={k: v for k, v in argument.items() if k != "kind"})
        case "linked_area_differs":
            yield _Plan(linked=bool(argument))


def _failing(fact: Any) -> Iterator[_Plan]:
    """Yield plans under which a condition may fail: mostly by saying nothing, or with another answer."""
    yield _Plan()
    for name, argument in (fact or {}).items():
        if name == "not":
            yield from _holding(argument)
        elif name == "age":
            low, high = argument.get("at_least", 0), argument.get("under", 200)
            yield _Plan(ages=tuple(age for age in AGES if not low <= age < high))
        elif name == "trigger":
            yield _Plan(fields={key: {"not": wanted} for key, wanted in argument.items() if key != "kind"})


# --- tests: what an entry must say ---


def _answers(kind: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields of an entry that pass tests, as far as plain samples can."""
    found: dict[str, Any] = {}
    for name, test in wanted.items():
        if name == "kind":
            continue
        if name == "lasts":
            found |= _span(test)
        elif name == "agency":
            options = [a for a in AGENCIES if _passes_plainly(a, test)]
            found |= {"agency": options[0]} if options else {}
        elif (asked := KINDS[kind].fields.get(name)) is not None:
            value = _sample(asked, test)
            found |= {} if value is None else {name: value}
    return found


def _passes_plainly(value: str, test: Any) -> bool:
    if isinstance(test, Mapping):
        return "not" in test and not _passes_plainly(value, test["not"])
    return value in test if isinstance(test, list) else value == test


def _span(test: Mapping[str, str]) -> dict[str, str]:
    """A span that is shorter or longer than any that the procedures name."""
    end = _DAY + dt.timedelta(days=2 if "under" in test else 365 * 20)
    return {"from": _DAY.isoformat(), "to": end.isoformat()}


def _sample(asked: Field, test: Any) -> Any:
    """Return an answer that passes a test, or None to leave the question open."""
    if not isinstance(test, Mapping):
        first = test[0] if isinstance(test, list) else test
        return [first] if asked.type in ("choices", "ids") else first
    if test.get("given") is False:
        return None
    for operator in ("is", "in", "any", "all"):
        if operator in test:
            chosen = test[operator]
            listed = chosen if isinstance(chosen, list) else [chosen]
            if asked.type in ("choices", "ids"):
                return listed if operator == "all" else listed[:1]
            return listed[0]
    if "at_least" in test or "at_most" in test:
        return test.get("at_least", test.get("at_most"))
    if "mentions" in test:
        return str(test["mentions"][0])
    if "lacks" in test:
        return [{"who": "someone"} if test["lacks"] == "reason" else {"reason": "something"}]
    return _plain(asked, test.get("not")) if test.get("given") or asked.type not in ("yes-no",) else None


def _plain(asked: Field, but: Any) -> Any:
    """Return some answer to a question, other than ``but``."""
    refused = but if isinstance(but, list) else [but]
    options = [value for value in asked.of or ("something",) if value not in refused]
    samples: dict[str, Any] = {
        "yes-no": but is not True,
        "date": (_DAY + dt.timedelta(days=28)).isoformat(),
        "number": next((int(o) for o in options if str(o).isdigit()), 1),
        "choices": options[:1],
        "ids": ["other"],
        "texts": {options[0]: "something"} if options else {},
        "scores": {"something": 5},
        "rows": [{"who": "someone", "reason": "something"}],
    }
    return samples.get(asked.type, options[0] if options else None)


def _line(entry: Mapping[str, Any]) -> str:
    kind = KINDS[entry["kind"]]
    at = dt.datetime.fromisoformat(entry["at"]).astimezone(LONDON)
    said = [f"{kind.fields[name].label} {_said(kind.fields[name], value)}" for name, value in _own(entry, kind.fields)]
    who = AGENCIES.get(entry["agency"], entry["agency"])
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M}: {kind.title} ({who}){'. ' if said else ''}{'; '.join(said)}."


def _own(entry: Mapping[str, Any], fields: Mapping[str, Field]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in entry.items() if name in fields]


def _said(asked: Field, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    many = value if isinstance(value, list) else [value]
    return ", ".join(str((asked.of or {}).get(str(one), one)) for one in many)
