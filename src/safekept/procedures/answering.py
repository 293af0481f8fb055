"""Which entries may answer which duties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .history import Entry
from .state import State


class Answers:
    """Counting entries of one kind: those that answer nothing (``free``), and the others by what they answer.

    ``naming`` has what they answer directly, ``reaching`` also what that answers in turn. Each list is in
    counting order.
    """

    __slots__ = ("free", "naming", "reaching")

    def __init__(self, state: State, entries: Iterable[Entry]) -> None:
        self.free: list[Entry] = []
        self.naming: dict[str, list[Entry]] = {}
        self.reaching: dict[str, list[Entry]] = {}
        roots = state.roots
        for entry in entries:
            if not entry.answers:
                self.free.append(entry)
                continue
            for named in entry.answers:
                self.naming.setdefault(roots.get(named, named), []).append(entry)
            for root in state.reach(entry):
                self.reaching.setdefault(root, []).append(entry)

    def to(self, state: State, trigger: Entry, since: Entry) -> Sequence[list[Entry]]:
        """Return lists, each in counting order, of the entries that may answer a duty; they may overlap.

        With ``answers``, an entry speaks to what it names and to what that answers; also to a later
        step in the line of the matter it names. Without, it speaks to everything open.
        """
        found = [self.free] if self.free else []
        if self.reaching:
            if named := self.reaching.get(trigger.root):
                found.append(named)
            if since is not trigger and (named := self.reaching.get(since.root)):
                found.append(named)
            if trigger.answers:
                found += [self.naming[root] for root in state.reach(trigger) if root in self.naming]
        return found


def has_part(entry: Entry, part: tuple[str, str, object]) -> bool:
    """Tell whether an entry brings one of the parts that add up to a duty (see :class:`~.pack.Wanted`)."""
    _, name, value = part
    actual = entry.values.get(name)
    return actual is True if value is True else isinstance(actual, list) and value in actual
