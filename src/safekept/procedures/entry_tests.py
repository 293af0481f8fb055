"""Tests of one entry's fields: a small closed vocabulary, compiled once into plain functions."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any
from weakref import WeakValueDictionary

from safekept.calendars import Duration, DurationError, london_date
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES

from .history import Entry
from .language import Finder, Phrase
from .reading import Lines, PackError, refuse_unknown_keys

ANSWERED_IN_PARTS = frozenset({"texts", "scores", "rows"})
"""Types of question whose answers are no single value that a procedure could compare."""
Test = Callable[[Entry, Entry | None], bool]
"""Does this entry satisfy it? The second entry is the trigger that it is compared with."""

Value = Callable[[Any, Any], bool]


def compile_test(row: Mapping[str, Any], where: str, kinds: Sequence[str]) -> Test:
    """Compile field tests; ``kinds`` are the entry kinds they apply to, for checking names and values.

    The same words compile to the same function, so that whoever asks several rules need ask it once.
    """
    parts: list[Test] = []
    for name, wanted in row.items():
        place = row.place(name) if isinstance(row, Lines) else where
        if name == "kind":
            continue
        if name == "lasts":
            parts.append(_lasts(wanted, place))
        elif name == "agency":
            check_values(_plain_values(wanted), AGENCIES, name, place)
            parts.append(_agency_test(compile_value(wanted, place)))
        else:
            _check_field(name, wanted, kinds, place)
            parts.append(_field_test(name, wanted, place))
    return _COMPILED.setdefault(json.dumps({**row, "kind": None}, sort_keys=True), _all(parts))


_COMPILED: WeakValueDictionary[str, Test] = WeakValueDictionary()


def _all(parts: Sequence[Callable[[Any, Any], bool]]) -> Callable[[Any, Any], bool]:
    """Join tests two by two: cheaper to run than a loop over them. Where there is none, everything passes."""
    return reduce(_joined, parts) if parts else _passes


def _passes(one: object, other: object) -> bool:
    return True


def _joined(first: Callable[[Any, Any], bool], second: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda one, other: first(one, other) and second(one, other)


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
    if dict(wanted) == {"given": True}:
        return lambda entry, _: bool(value := entry.values.get(name)) or value is False or type(value) is int
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
        if field.type in ANSWERED_IN_PARTS and _plain_values(wanted):
            raise PackError(place, f"'{name}' of a {kind} is answered in several parts; expected {{given: true}}")
        if field.of is not None:
            check_values(_plain_values(wanted), field.of, name, place)


def check_values(values: Sequence[Any], vocabulary: Mapping[str, str], name: str, place: str) -> None:
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
        refuse_unknown_keys(wanted, _OPERATORS, "a test")
        return _all([_OPERATORS[name](argument, place) for name, argument in wanted.items()])
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
    return lambda value, _: (bool(value) or value is False or type(value) is int) is wanted


def _mentions(words: Sequence[Any], place: str) -> Value:
    """Whole words or phrases, whatever their case. Most texts hold none of them: those are passed over fast."""
    listed = [re.escape(str(word)) for word in words]
    anywhere = re.compile("|".join(listed).lower())
    pattern = re.compile(rf"\b(?:{'|'.join(listed)})\b", re.IGNORECASE)
    return lambda value, _: (
        isinstance(value, str) and anywhere.search(value.lower()) is not None and pattern.search(value) is not None
    )


def _blames(wanted: Any, place: str) -> Value:
    """Phrases of the pack's language, outside quoted speech; the loader has put their lines in place of their ids."""
    if not isinstance(wanted, Mapping) or set(wanted) != {"words", "phrases"}:
        raise PackError(place, "'blames' can stand in the 'when' of a guard alone; expected another test here")
    found = [Phrase(name, "", "", "", tuple(catch), tuple(leave)) for name, catch, leave in wanted["phrases"]]
    finder = Finder(found, wanted["words"])
    return lambda value, _: isinstance(value, str) and bool(finder.find(value))


def whole_number(wanted: Any, place: str) -> int:
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise PackError(place, f"'{wanted}' is not a whole number; expected one")
    return wanted


def _at_least(wanted: Any, place: str) -> Value:
    limit = whole_number(wanted, place)
    return lambda value, _: isinstance(value, int) and value >= limit


def _at_most(wanted: Any, place: str) -> Value:
    limit = whole_number(wanted, place)
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
    "blames": _blames,
    "lacks": _lacks,
    "differs_from_trigger": lambda _, __: (
        lambda value, other: value is not None and other is not None and value != other
    ),
    "same_as_trigger": lambda _, __: lambda value, other: value is not None and value == other,
    "above_trigger": lambda _, __: lambda value, other: value is not None and other is not None and value > other,
}


def _lasts(wanted: Any, place: str) -> Test:
    """Compare an entry's span with a length of time: ``from`` (or the day it happened) to ``to``."""
    if not isinstance(wanted, Mapping) or len(wanted) != 1 or not {"under", "over"} >= set(wanted):
        raise PackError(place, "'lasts' takes one of 'under' or 'over' with a length of time")
    ((way, text),) = wanted.items()
    length = parse_duration(text, place)

    def test(entry: Entry, _: Entry | None) -> bool:
        start, end = entry.values.get("from"), entry.values.get("to")
        if end is None:
            return False
        last = length.last_day(dt.date.fromisoformat(start) if start else london_date(entry.at))
        actual = dt.date.fromisoformat(end)
        return actual < last - dt.timedelta(days=1) if way == "under" else actual > last

    return test


def parse_duration(text: object, place: str) -> Duration:
    """Read a length of time in a pack; raises :class:`PackError`."""
    try:
        return Duration.parse(str(text))
    except DurationError as error:
        raise PackError(place, str(error)) from None
