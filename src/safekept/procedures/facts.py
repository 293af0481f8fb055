"""Facts about a subject at a moment: age, circumstances, other entries. Data in a pack, never free code."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from math import inf
from typing import Any
from weakref import WeakValueDictionary

from safekept.calendars import Duration, DurationError, age_on, london_date
from safekept.kinds import KINDS

from .entry_tests import check_values, compile_test, parse_duration, whole_number
from .history import Entry
from .reading import Lines, PackError, refuse_unknown_keys
from .state import State

Fact = Callable[[State, dt.datetime, Entry | None], bool]
"""Does it hold of the subject at this moment? The entry is the trigger, if there is one."""


def compile_fact(row: Any, where: str) -> Fact:
    """Compile a mapping of facts, all of which must hold; the same words compile to the same function."""
    if not isinstance(row, Mapping) or not row:
        raise PackError(where, "a condition is a mapping; expected any of " + ", ".join(sorted(_FACTS)))
    refuse_unknown_keys(row, _FACTS, "a condition")
    parts = [
        _FACTS[name](argument, row.place(name) if isinstance(row, Lines) else where) for name, argument in row.items()
    ]
    return _COMPILED.setdefault(json.dumps(row, sort_keys=True), reduce(_both, parts))


_COMPILED: WeakValueDictionary[str, Fact] = WeakValueDictionary()


def _both(first: Fact, second: Fact) -> Fact:
    return lambda state, moment, trigger: first(state, moment, trigger) and second(state, moment, trigger)


def _either(first: Fact, second: Fact) -> Fact:
    return lambda state, moment, trigger: first(state, moment, trigger) or second(state, moment, trigger)


def _every(rows: Any, place: str) -> Fact:
    return reduce(_both, [compile_fact(row, place) for row in _list(rows, place)])


def _some(rows: Any, place: str) -> Fact:
    return reduce(_either, [compile_fact(row, place) for row in _list(rows, place)])


def _none(row: Any, place: str) -> Fact:
    inner = compile_fact(row, place)
    return lambda state, moment, trigger: not inner(state, moment, trigger)


def _list(rows: Any, place: str) -> list[Any]:
    if not isinstance(rows, list) or not rows:
        raise PackError(place, "expected a list here, with at least one item")
    return rows


def _age_limits(row: Any, place: str) -> tuple[int, float]:
    if not isinstance(row, Mapping):
        raise PackError(place, "an age takes 'under', 'at_least' or both, in years")
    refuse_unknown_keys(row, {"under", "at_least"}, "an age")
    low = whole_number(row["at_least"], place) if "at_least" in row else 0
    return low, whole_number(row["under"], place) if "under" in row else inf


def _age(row: Any, place: str) -> Fact:
    low, high = _age_limits(row, place)

    def holds(state: State, moment: dt.datetime, _: Entry | None) -> bool:
        age = state.age_at(moment)
        return age is not None and low <= age < high

    return holds


def _child_age(row: Any, place: str) -> Fact:
    """The age of the child that the trigger names in its field ``child``, from the related histories."""
    low, high = _age_limits(row, place)

    def holds(state: State, moment: dt.datetime, trigger: Entry | None) -> bool:
        other = state.history.related.get(trigger.values.get("child", "")) if trigger else None
        if other is None or other.subject.born is None:
            return False
        return low <= age_on(other.subject.born, london_date(moment)) < high

    return holds


def _circumstance(names: Any, place: str) -> Fact:
    listed = _list(names, place)
    check_values(listed, KINDS["circumstance"].fields["what"].of or {}, "circumstance", place)
    wanted = frozenset(listed)
    return lambda state, moment, _: state.circumstanced and not wanted.isdisjoint(state.in_force(moment))


def _kind_of(row: Mapping[str, Any], place: str) -> str:
    kind = row.get("kind")
    if kind not in KINDS:
        raise PackError(place, f"'{kind}' is not a kind of entry; expected one of {', '.join(sorted(KINDS))}")
    return str(kind)


def _exists(row: Any, place: str) -> Fact:
    """Count entries up to the moment: at least ``count`` (one), in the last ``in_last``, the trigger left out."""
    if not isinstance(row, Mapping):
        raise PackError(place, "'exists' takes a mapping with 'kind' and what else is wanted")
    kind = _kind_of(row, place)
    special = ("kind", "count", "in_last", "and_trigger")
    test = compile_test(_without(row, special), place, [kind])
    count = whole_number(row.get("count", 1), place)
    span = _span_back(row["in_last"], place) if "in_last" in row else None
    with_trigger = row.get("and_trigger", False) is True

    def holds(state: State, moment: dt.datetime, trigger: Entry | None) -> bool:
        if kind not in state.by_kind:
            return False
        found = 0
        for entry in state.between(kind, span.before(moment) if span else None, moment):
            if entry is trigger and not with_trigger:
                continue
            if test(entry, trigger):
                found += 1
                if found >= count:
                    return True
        return False

    return holds


def _span_back(text: Any, place: str) -> Duration:
    span = parse_duration(text, place)
    try:
        span.before(dt.datetime.max.replace(tzinfo=dt.UTC))
    except DurationError as error:
        raise PackError(place, str(error)) from None
    return span


def _latest(row: Any, place: str) -> Fact:
    """Look at the last entry of a kind up to the moment, the trigger left out, and at what has not followed it."""
    if not isinstance(row, Mapping):
        raise PackError(place, "'latest' takes a mapping with 'kind' and what is wanted of it")
    kind = _kind_of(row, place)
    test = compile_test(_without(row, ("kind", "not_followed_by")), place, [kind])
    ending = _kind_of({"kind": row["not_followed_by"]}, place) if "not_followed_by" in row else None

    def holds(state: State, moment: dt.datetime, trigger: Entry | None) -> bool:
        last = next((e for e in reversed(state.between(kind, None, moment)) if e is not trigger), None)
        if last is None or not test(last, trigger):
            return False
        end = state.latest(ending, moment) if ending is not None else None
        return end is None or end.key <= last.key

    return holds


def _trigger(row: Any, place: str) -> Fact:
    if not isinstance(row, Mapping):
        raise PackError(place, "'trigger' takes a mapping of fields")
    kind = _kind_of(row, place) if "kind" in row else None
    test = compile_test(row, place, [kind] if kind else [])
    return lambda state, moment, trigger: (
        trigger is not None and (kind is None or trigger.kind == kind) and test(trigger, None)
    )


def _linked_area_differs(wanted: Any, place: str) -> Fact:
    """A child that the trigger links to lives in another area (from the related histories)."""

    def holds(state: State, moment: dt.datetime, trigger: Entry | None) -> bool:
        linked = trigger.values.get("linked_children") if trigger else None
        if not linked or not state.history.related:
            return False
        own = state.area_at(moment)
        others = [state.history.related[c].subject.area for c in linked if c in state.history.related]
        return any(area is not None and own is not None and area != own for area in others)

    return lambda state, moment, trigger: holds(state, moment, trigger) is wanted


def _without(row: Mapping[str, Any], names: Sequence[str]) -> Lines:
    rest = Lines({k: v for k, v in row.items() if k not in names})
    rest.where = row.where if isinstance(row, Lines) else ""
    rest.places = row.places if isinstance(row, Lines) else {}
    return rest


_FACTS: dict[str, Callable[[Any, str], Fact]] = {
    "all": _every,
    "any": _some,
    "not": _none,
    "age": _age,
    "child_age": _child_age,
    "circumstance": _circumstance,
    "exists": _exists,
    "latest": _latest,
    "trigger": _trigger,
    "linked_area_differs": _linked_area_differs,
}
