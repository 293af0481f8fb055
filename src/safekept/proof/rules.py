"""How long records are kept: rules as data, read strictly, and the day on which a record is due. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from safekept.kinds import KINDS
from safekept.kinds.vocabularies import SUBJECT_KINDS
from safekept.problems import OperatingProblem

FORMAT = "safekept-retention/1"
DEFAULT = Path(__file__).with_name("retention.yaml")
BIRTHDAY, UNBORN, LAST = "birthday", "without a birth date", "after the last entry"
KEEPS = ({BIRTHDAY, UNBORN}, {LAST})
"""What a rule may count from: both of the first, or the second."""
LONGEST = 150


class RulesProblem(OperatingProblem):
    """A file of rules cannot be used; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Entries of a kind, with one of these values in a field; no field: any of the kind."""

    kind: str
    field: str = ""
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """How long records of these kinds of subject are kept, where something of ``recorded`` is in them, if anything."""

    id: str
    says: str
    about: frozenset[str]
    recorded: tuple[Recorded, ...]
    keep: Mapping[str, int]

    def due(self, born: dt.date | None, last: dt.date) -> dt.date:
        """The first day on which this rule keeps the record no longer."""
        if LAST in self.keep:
            return _years_on(last, self.keep[LAST])
        return _years_on(last, self.keep[UNBORN]) if born is None else _years_on(born, self.keep[BIRTHDAY])


@dataclass(frozen=True, slots=True)
class Kept:
    """What a record must show for the rules: no case content, but what the rules ask about."""

    about: str
    born: dt.date | None
    last: dt.date
    recorded: frozenset[Recorded]


@dataclass(frozen=True, slots=True)
class Due:
    """The day from which a record is kept no longer, by the rule that keeps it longest."""

    day: dt.date
    rule: Rule


def due(rules: Sequence[Rule], kept: Kept) -> Due | None:
    """When a record is due; None: no rule speaks of it, and it is kept."""
    speaking = [
        rule
        for rule in rules
        if kept.about in rule.about and (not rule.recorded or kept.recorded.intersection(rule.recorded))
    ]
    return max((Due(rule.due(kept.born, kept.last), rule) for rule in speaking), key=lambda one: one.day, default=None)


def load(path: Path = DEFAULT) -> tuple[Rule, ...]:
    """The rules of a file. Raises RulesProblem, naming the file and the rule."""
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RulesProblem(f"{path} cannot be read as rules of retention: {error}") from error
    try:
        if found["format"] != FORMAT or not found["rules"]:
            raise RulesProblem(f"{path} is not of the form {FORMAT}. Begin from {DEFAULT}.")
        rules = tuple(_rule(one) for one in found["rules"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RulesProblem(f"{path}: a rule is not as it must be ({error}). Compare it with {DEFAULT}.") from error
    if len({rule.id for rule in rules}) < len(rules):
        raise RulesProblem(f"{path}: two rules have the same id.")
    return rules


def asked(rules: Collection[Rule]) -> frozenset[Recorded]:
    """Everything that some rule asks of entries."""
    return frozenset(one for rule in rules for one in rule.recorded)


def _rule(told: Mapping[str, Any]) -> Rule:
    odd = set(told) - {"id", "says", "about", "recorded", "keep"}
    if odd:
        raise ValueError(f"{', '.join(sorted(odd))} is not known")
    keep = told["keep"]
    if set(keep) not in KEEPS or not all(_is_years(years) for years in keep.values()):
        raise ValueError(f"{told['id']}: keep needs years, 1 to {LONGEST}, counted from a birthday or the last entry")
    unknown = set(told["about"]) - set(SUBJECT_KINDS)
    if unknown or not told["about"]:
        raise ValueError(f"{told['id']}: about {', '.join(sorted(unknown)) or 'nothing'}")
    recorded = tuple(_recorded(told.get("recorded") or {}))
    return Rule(str(told["id"]), str(told["says"]), frozenset(told["about"]), recorded, dict(keep))


def _recorded(told: Mapping[str, Any]) -> Iterator[Recorded]:
    for kind, asks in told.items():
        if kind not in KINDS:
            raise ValueError(f"there is no kind of entry called {kind}")
        for name, values in (asks or {"": []}).items():
            if name and name not in KINDS[kind].fields:
                raise ValueError(f"{kind} has no question called {name}")
            chosen = frozenset(str(value) for value in values)
            known = KINDS[kind].fields[name].of if name else None
            if known is not None and not chosen.issubset(known):
                raise ValueError(f"{kind}.{name} is never {', '.join(sorted(chosen - set(known)))}")
            yield Recorded(kind, name, chosen)


def _is_years(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LONGEST


def _years_on(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; the first of March for the 29th of February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)
