"""Finding the few rules that an entry may set off, without testing every one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from .entry_tests import Test
from .facts import Fact
from .history import Entry
from .pack import Guard, Rule, Trigger

T = TypeVar("T", bound=Rule | Guard)
Row = tuple[T, Test | None, Fact | None, Fact | None]
"""A rule or guard with its test, ``where`` and ``unless``."""


class Table(Generic[T]):
    """The rows of one kind of entry, parted by the field that most of them look at."""

    __slots__ = ("by_value", "field", "other", "rows")

    def __init__(self, rows: Sequence[tuple[Trigger, Row[T]]]) -> None:
        self.rows = tuple(row for _, row in rows)
        looked_at = Counter(name for trigger, _ in rows for name in trigger.plain)
        self.field = looked_at.most_common(1)[0][0] if looked_at else None
        self.by_value: dict[object, tuple[Row[T], ...]] = {}
        self.other = self.rows
        if self.field is not None:
            field = self.field
            values = {value for trigger, _ in rows for value in trigger.plain.get(field, ())}
            for value in values:
                self.by_value[value] = tuple(r for t, r in rows if value in t.plain.get(field, values))
            self.other = tuple(row for trigger, row in rows if field not in trigger.plain)

    def for_entry(self, entry: Entry) -> tuple[Row[T], ...]:
        """Return the rows whose field may fit; a list of values may fit any of them."""
        if self.field is None:
            return self.rows
        value = entry.values.get(self.field)
        return self.rows if type(value) is list else self.by_value.get(value, self.other)


class SetOff(Generic[T]):
    """Rules or guards by kind of subject and kind of entry."""

    __slots__ = ("_tables",)

    def __init__(self, items: Iterable[T] = ()) -> None:
        found: dict[str, dict[str, list[tuple[Trigger, Row[T]]]]] = defaultdict(lambda: defaultdict(list))
        for item in items:
            unless = item.unless if isinstance(item, Rule) else None
            for subject in item.subjects:
                for trigger in item.triggers:
                    found[subject][trigger.kind].append((trigger, (item, trigger.test, item.where, unless)))
        self._tables: dict[str, dict[str, Table[T]]] = {
            subject: {kind: Table(rows) for kind, rows in kinds.items()} for subject, kinds in found.items()
        }

    def of(self, subject: str) -> Mapping[str, Table[T]]:
        """Return the tables for a kind of subject, by kind of entry; the tests of their rows still decide."""
        return self._tables.get(subject, _NO_TABLES)


_NO_TABLES: Mapping[str, Table[Any]] = {}
