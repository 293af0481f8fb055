"""Which entries may answer which duties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from .history import BY_KEY, Entry
from .state import State


class Answers:
    """Counting entries of one kind: those that answer nothing (``free``), and the others by what they answer.

    ``naming`` has what they answer directly, ``reaching`` also what that answers in turn.
    """

    __slots__ = ("free", "naming", "reaching")

    def __init__(self, state: State, kind: str) -> None:
        self.free: list[Entry] = []
        self.naming: defaultdict[str, list[Entry]] = defaultdict(list)
        self.reaching: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in state.by_kind.get(kind, ()):
            if not entry.answers:
                self.free.append(entry)
                continue
            for named in entry.answers:
                self.naming[state.roots.get(named, named)].append(entry)
            for root in state.reach(entry):
                self.reaching[root].append(entry)


def ids_in_order(
    trigger: Entry, since: Entry, partial: Sequence[Entry], met_by: Entry | None, lapsed_by: Entry | None
) -> tuple[str, ...]:
    """Return the ids of the entries that an item was read from, in counting order, each once."""
    last = met_by or lapsed_by
    if not partial and since is trigger:
        return (
            (trigger.id,)
            if last is None
            else (trigger.id, last.id)
            if trigger.key < last.key
            else (last.id, trigger.id)
        )
    read = {e.id: e for e in (trigger, since, *partial, *([last] if last else []))}
    return tuple(e.id for e in sorted(read.values(), key=BY_KEY))


def has_part(entry: Entry, part: tuple[str, str, object]) -> bool:
    """Tell whether an entry brings one of the parts that add up to a duty (see :class:`~.pack.Wanted`)."""
    _, name, value = part
    actual = entry.values.get(name)
    return actual is True if value is True else isinstance(actual, list) and value in actual
