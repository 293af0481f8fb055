"""The closed vocabulary of conditions, compiled once into plain functions.

Two sorts: *tests* look at one entry's fields; *facts* look at the subject at a moment (age,
circumstances, other entries). Both are data in a pack and never free code.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from safekept.calendars import Duration, DurationError, age_on, london_date
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES

from .history import Entry
from .reading import Lines, PackError, refuse_unknown_keys
from .state import State

Test = Callable[[Entry, Entry | None], bool]
"""Does this entry satisfy it? The second entry is the trigger that it is compared with."""

Fact = Callable[[State, dt.datetime, Entry | None], bool]
"""Does it hold of the subject at this moment? The entry is the trigger, if there is one."""

Value = Callable[[Any, Any], bool]

TESTS = {
    "is", "in", "any", "all", "not", "at_least", "at_most", "given", "mentions", "lacks",
    "differs_from_trigger", "below_trigger", "above_trigger",
}  # fmt: skip
FACTS = {"all", "any", "not", "age", "circumstance", "exists", "latest", "trigger", "linked_area_differs", "child_age"}


def compile_test(row: Mapping[str, Any], where: str, kinds: Sequence[str]) -> Test:
    """Compile field tests; ``kinds`` are the entry kinds they apply to, for checking names and values."""
    parts: list[Test] = []
    for name, wanted in row.items():
        place = row.place(name) if isinstance(row, Lines) else where
        if name == "kind":
            continue
        if name == "lasts":
            parts.append(_lasts(wanted, place))
        elif name == "agency":
            _check_values(_plain_values(wanted), AGENCIES, name, place)
            parts.append(_agency_test(compile_value(wanted, place)))
        else:
            _check_field(name, wanted, kinds, place)
            parts.append(_field_test(name, wanted, place))
    return _both(parts)


def _both(parts: Sequence[Test]) -> Test:
    """Join tests two by two: cheaper to run than a loop over them."""
    first = parts[0] if parts else _passes
    for second in parts[1:]:
        first = _joined(first, second)
    return first


def _passes(entry: Entry, trigger: Entry | None) -> bool:
    return True


def _joined(first: Test, second: Test) -> Test:
    return lambda entry, trigger: first(entry, trigger) and second(entry, trigger)


def _agency_test(value: Value) -> Test:
    return lambda entry, trigger: value(entry.agency, trigger.agency if trigger else None)


def _field_test(name: str, wanted: Any, place: str) -> Test:
    """Return the test of one field; the two commonest are spelt out because they run for every entry."""
    if isinstance(wanted, list):
        options = frozenset(wanted)

        def among(entry: Entry, trigger: Entry | None) -> bool:
            value = entry.values.get(name)
            return not options.isdisjoint(value) if type(value) is list else value in options

        return among
    if not isinstance(wanted, Mapping):

        def same(entry: Entry, trigger: Entry | None) -> bool:
            value = entry.values.get(name)
            return value == wanted or (type(value) is list and wanted in value)

        return same
    compared = compile_value(wanted, place)

    def test(entry: Entry, trigger: Entry | None) -> bool:
        return compared(entry.values.get(name), trigger.values.get(name) if trigger is not None else None)

    return test


def _check_field(name: str, wanted: object, kinds: Sequence[str], place: str) -> None:
    for kind in kinds:
        field = KINDS[kind].fields.get(name)
        if field is None:
            expected = ", ".join(sorted(KINDS[kind].fields)) or "none, it has no fields"
            raise PackError(place, f"a {kind} has no field '{name}'; expected one of {expected}")
        if field.of is not None:
            _check_values(_plain_values(wanted), field.of, name, place)


def _check_values(values: Sequence[Any], vocabulary: Mapping[str, str], name: str, place: str) -> None:
    for value in values:
        if str(value) not in vocabulary:
            raise PackError(place, f"'{value}' is not a value of {name}; expected one of {', '.join(vocabulary)}")


def _plain_values(wanted: object) -> list[Any]:
    """Return the values that a test compares with, whatever its shape."""
    if isinstance(wanted, Mapping):
        return [
            v for key, inner in wanted.items() if key in ("is", "in", "any", "all", "not") for v in _plain_values(inner)
        ]
    if isinstance(wanted, list):
        return [v for item in wanted for v in _plain_values(item)]
    return [] if wanted is None or isinstance(wanted, bool) else [wanted]


def compile_value(wanted: Any, place: str) -> Value:
    """Compile what is wanted of one value: a scalar, a list of alternatives, or an operator."""
    if isinstance(wanted, Mapping):
        refuse_unknown_keys(wanted, TESTS, "a test")
        parts = [_OPERATORS[name](argument, place) for name, argument in wanted.items()]
        return parts[0] if len(parts) == 1 else lambda value, other: all(part(value, other) for part in parts)
    if isinstance(wanted, list):
        return _any_of(frozenset(wanted))
    return _is(wanted)


def _is(wanted: Any) -> Value:
    return lambda value, _: value == wanted or (type(value) is list and wanted in value)


def _any_of(wanted: frozenset[Any]) -> Value:
    def test(value: Any, _: Any) -> bool:
        if type(value) is list:
            return not wanted.isdisjoint(value)
        return value in wanted

    return test


def _all_of(wanted: Sequence[Any], place: str) -> Value:
    needed = frozenset(wanted)
    return lambda value, _: type(value) is list and needed.issubset(value)


def _given(wanted: Any, place: str) -> Value:
    return lambda value, _: (value not in (None, "", [], {})) is wanted


def _mentions(words: Sequence[Any], place: str) -> Value:
    pattern = re.compile(rf"\b(?:{'|'.join(re.escape(str(w)) for w in words)})\b", re.IGNORECASE)
    return lambda value, _: isinstance(value, str) and pattern.search(value) is not None


def _number(wanted: Any, place: str) -> int:
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise PackError(place, f"'{wanted}' is not a whole number; expected one")
    return wanted


def _at_least(wanted: Any, place: str) -> Value:
    limit = _number(wanted, place)
    return lambda value, _: isinstance(value, int) and value >= limit


def _at_most(wanted: Any, place: str) -> Value:
    limit = _number(wanted, place)
    return lambda value, _: isinstance(value, int) and value <= limit


def _negation(wanted: Any, place: str) -> Value:
    inner = compile_value(wanted, place)
    return lambda value, other: not inner(value, other)


def _lacks(key: Any, place: str) -> Value:
    return lambda value, _: isinstance(value, list) and any(not (row.get(key) or "").strip() for row in value)


_OPERATORS: dict[str, Callable[[Any, str], Value]] = {
    "is": lambda wanted, _: _is(wanted),
    "in": lambda wanted, _: _any_of(frozenset(wanted)),
    "any": lambda wanted, _: _any_of(frozenset(wanted)),
    "all": _all_of,
    "not": _negation,
    "at_least": _at_least,
    "at_most": _at_most,
    "given": _given,
    "mentions": _mentions,
    "lacks": _lacks,
    "differs_from_trigger": lambda _, __: (
        lambda value, other: value is not None and other is not None and value != other
    ),
    "below_trigger": lambda _, __: lambda value, other: value is not None and other is not None and value < other,
    "above_trigger": lambda _, __: lambda value, other: value is not None and other is not None and value > other,
}


def _lasts(wanted: Any, place: str) -> Test:
    """Compare an entry's span, ``from`` to ``to``, with a length of time."""
    if not isinstance(wanted, Mapping) or len(wanted) != 1 or not {"under", "over"} >= set(wanted):
        raise PackError(place, "'lasts' takes one of 'under' or 'over' with a length of time")
    ((way, text),) = wanted.items()
    length = parse_duration(text, place)

    def test(entry: Entry, _: Entry | None) -> bool:
        start, end = entry.values.get("from"), entry.values.get("to")
        if start is None or end is None:
            return False
        last = length.last_day(dt.date.fromisoformat(start))
        actual = dt.date.fromisoformat(end)
        return actual < last - dt.timedelta(days=1) if way == "under" else actual > last

    return test


def parse_duration(text: object, place: str) -> Duration:
    """Read a length of time in a pack; raises :class:`PackError`."""
    try:
        return Duration.parse(str(text))
    except DurationError as error:
        raise PackError(place, str(error)) from None


def compile_fact(row: Any, where: str) -> Fact:
    """Compile a mapping of facts, all of which must hold."""
    if not isinstance(row, Mapping) or not row:
        raise PackError(where, "a condition is a mapping; expected any of " + ", ".join(sorted(FACTS)))
    refuse_unknown_keys(row, FACTS, "a condition")
    parts = [
        _FACTS[name](argument, row.place(name) if isinstance(row, Lines) else where) for name, argument in row.items()
    ]
    first = parts[0]
    for second in parts[1:]:
        first = _fact_and(first, second)
    return first


def _fact_and(first: Fact, second: Fact) -> Fact:
    return lambda state, moment, trigger: first(state, moment, trigger) and second(state, moment, trigger)


def _every(rows: Any, place: str) -> Fact:
    parts = [compile_fact(row, place) for row in _list(rows, place)]
    return lambda state, moment, trigger: all(part(state, moment, trigger) for part in parts)


def _some(rows: Any, place: str) -> Fact:
    parts = [compile_fact(row, place) for row in _list(rows, place)]
    return lambda state, moment, trigger: any(part(state, moment, trigger) for part in parts)


def _none(row: Any, place: str) -> Fact:
    inner = compile_fact(row, place)
    return lambda state, moment, trigger: not inner(state, moment, trigger)


def _list(rows: Any, place: str) -> list[Any]:
    if not isinstance(rows, list):
        raise PackError(place, "expected a list here")
    return rows


def _age_limits(row: Any, place: str) -> tuple[int, int]:
    if not isinstance(row, Mapping):
        raise PackError(place, "an age takes 'under', 'at_least' or both, in years")
    refuse_unknown_keys(row, {"under", "at_least"}, "an age")
    low = _number(row["at_least"], place) if "at_least" in row else 0
    return low, _number(row["under"], place) if "under" in row else 200


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
    wanted = tuple(_list(names, place))
    known = KINDS["circumstance"].fields["what"].of or {}
    _check_values(wanted, known, "circumstance", place)
    return lambda state, moment, _: state.circumstanced and state.circumstance(wanted, moment) is not None


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
    special = ("kind", "count", "in_last", "and_trigger", "answers_trigger")
    test = compile_test(_without(row, special), place, [kind])
    count = _number(row.get("count", 1), place)
    span = parse_duration(row["in_last"], place) if "in_last" in row else None
    with_trigger = row.get("and_trigger", False) is True
    answering = row.get("answers_trigger", False) is True

    def holds(state: State, moment: dt.datetime, trigger: Entry | None) -> bool:
        found = 0
        for entry in state.between(kind, span.before(moment) if span else None, moment):
            if entry is trigger and not with_trigger:
                continue
            if answering and trigger is not None and entry.answers and trigger.root not in state.reach(entry):
                continue
            if test(entry, trigger):
                found += 1
                if found >= count:
                    return True
        return False

    return holds


def _latest(row: Any, place: str) -> Fact:
    """Look at the last entry of a kind up to the moment, the trigger left out."""
    if not isinstance(row, Mapping):
        raise PackError(place, "'latest' takes a mapping with 'kind' and what is wanted of it")
    kind = _kind_of(row, place)
    test = compile_test(_without(row, ("kind",)), place, [kind])

    def holds(state: State, moment: dt.datetime, trigger: Entry | None) -> bool:
        last = state.latest(kind, moment)
        if last is not None and last is trigger:
            earlier = [e for e in state.between(kind, None, moment) if e.key < trigger.key]
            last = earlier[-1] if earlier else None
        return last is not None and test(last, trigger)

    return holds


def _trigger(row: Any, place: str) -> Fact:
    if not isinstance(row, Mapping):
        raise PackError(place, "'trigger' takes a mapping of fields")
    kinds = [row["kind"]] if "kind" in row else []
    test = compile_test(row, place, kinds)
    return lambda state, moment, trigger: trigger is not None and test(trigger, None)


def _linked_area_differs(wanted: Any, place: str) -> Fact:
    """A child that the trigger links to lives in another area (from the related histories)."""

    def holds(state: State, moment: dt.datetime, trigger: Entry | None) -> bool:
        linked = trigger.values.get("linked_children", ()) if trigger else ()
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
