"""Finding the few rules that an entry may set off, without testing every one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from .entry_tests import Test
from .facts import Fact
from .history import Entry
from .pack import Guard, Pack, Rule, Trigger
from .state import State

T = TypeVar("T", bound=Rule | Guard)
Conditions = tuple[Fact | None, Fact | None, Sequence[T]]
"""A ``where``, an ``unless``, and the rules or guards that have both."""
Branch = tuple[Test | None, Sequence[Conditions[T]]]
"""A test of the entry, and what it opens when it passes; the same words are the same function, asked once."""
Row = tuple[Trigger, T]


class Table(Generic[T]):
    """The rules or guards of one kind of entry, parted by the field that most of them look at."""

    __slots__ = ("by_value", "field", "other", "whole")

    def __init__(self, rows: Sequence[Row[T]]) -> None:
        self.whole = _branches(rows)
        looked_at = Counter(name for trigger, _ in rows for name in trigger.plain)
        self.field = field = max(looked_at, key=looked_at.__getitem__, default="")
        values = {value for trigger, _ in rows for value in trigger.plain.get(field, ())}
        self.by_value: dict[object, Sequence[Branch[T]]] = {
            value: _branches([row for row in rows if value in row[0].plain.get(field, values)]) for value in values
        }
        self.other = _branches([row for row in rows if field not in row[0].plain])

    def for_entry(self, entry: Entry) -> Sequence[Branch[T]]:
        """Return what the entry may set off by the value of that field; a list of values may fit any of them."""
        value = entry.values.get(self.field)
        return self.whole if type(value) is list else self.by_value.get(value, self.other)


def _branches(rows: Sequence[Row[T]]) -> Sequence[Branch[T]]:
    found: dict[Test | None, dict[tuple[Fact | None, Fact | None], list[T]]] = {}
    for trigger, item in rows:
        test, where, unless = trigger.test, item.where, None
        if isinstance(item, Rule):
            unless = item.unless
        elif where is not None and test is not None:
            where, test = _last(where, test), None
        found.setdefault(test, {}).setdefault((where, unless), []).append(item)
    return [
        (test, [(where, unless, items) for (where, unless), items in opens.items()]) for test, opens in found.items()
    ]


def _last(where: Fact, test: Test) -> Fact:
    """Join them so that the test is asked last: guards search long texts, of few children."""
    return lambda state, moment, entry: where(state, moment, entry) and entry is not None and test(entry, None)


class SetOff(Generic[T]):
    """Rules or guards by kind of subject and kind of entry."""

    __slots__ = ("_tables",)

    def __init__(self, items: Iterable[T] = ()) -> None:
        found: dict[str, dict[str, list[Row[T]]]] = defaultdict(lambda: defaultdict(list))
        for item in items:
            for subject in item.subjects:
                for trigger in item.triggers:
                    found[subject][trigger.kind].append((trigger, item))
        self._tables: dict[str, dict[str, Table[T]]] = {
            subject: {kind: Table(rows) for kind, rows in kinds.items()} for subject, kinds in found.items()
        }

    def of(self, subject: str) -> Mapping[str, Table[T]]:
        """Return the tables for a kind of subject, by kind of entry; their tests and conditions still decide."""
        return self._tables.get(subject, _NO_TABLES)


_NO_TABLES: Mapping[str, Table[Any]] = {}


class Voice:
    """A pack as it speaks of one kind of subject: its rules and guards by kind of entry, and its prompts.

    ``placed_only``: it is the pack of the area that a child is placed in, and speaks of placed children alone.
    """

    __slots__ = ("guards", "pack", "placed_only", "prompts", "rules")

    def __init__(self, pack: Pack, placed_only: bool, subject: str) -> None:
        self.pack = pack
        self.placed_only = placed_only
        self.rules = pack.rules_set_off.of(subject)
        self.guards = pack.guards_set_off.of("" if placed_only else subject)
        self.prompts = () if placed_only else pack.prompts_by_subject.get(subject, ())

    def set_off_by(self, entry: Entry, state: State) -> list[Rule]:
        """Return the rules that an entry sets off, given the state at its own moment."""
        table = self.rules.get(entry.kind)
        found = [] if table is None else _holding(table.for_entry(entry), entry, state)
        return [rule for rule in found if rule.placed] if self.placed_only else found

    def broken_by(self, entry: Entry, state: State) -> list[Guard]:
        """Return the guards that an entry contradicts."""
        table = self.guards.get(entry.kind)
        return [] if table is None else _holding(table.for_entry(entry), entry, state)


def _holding(branches: Sequence[Branch[T]], entry: Entry, state: State) -> list[T]:
    found: list[T] = []
    at = entry.at
    for test, opens in branches:
        if test is None or test(entry, None):
            for where, unless, items in opens:
                if (where is None or where(state, at, entry)) and (unless is None or not unless(state, at, entry)):
                    found += items
    return found
