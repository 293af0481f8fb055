"""A history as it stands at a moment: which entries count, and the facts that rules ask about.

What is not there yet (``at`` after the moment), not known yet, corrected or withdrawn is set aside;
what remains counts.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from safekept.calendars import age_on, london_date

from .history import BY_KEY, Entry, History

_BY_RECORDED = attrgetter("recorded_at", "at", "id")
_AT = attrgetter("at")
NOTHING: tuple[Entry, ...] = ()
_MOVES = frozenset(("lives-in", "placed-out-of-area"))
Span = tuple[dt.date, dt.date | None, Entry]
"""First day, last day if there is one, and the entry that says so."""


class State:
    """The counting entries of one history at ``at``, known at ``known_at``.

    ``counting`` is in counting order; ``by_kind`` groups it; ``heads`` has each by its root; ``set_aside``
    holds, for each root, the versions that no longer count; ``withdrawals`` maps a root to the entry that took it back.
    ``moves``: the subject has moved or been placed elsewhere at some time.
    """

    __slots__ = (
        "_ages",
        "_in_force",
        "_reaches",
        "_spans",
        "at",
        "by_kind",
        "circumstanced",
        "counting",
        "heads",
        "history",
        "moves",
        "roots",
        "set_aside",
        "withdrawals",
    )

    def __init__(self, history: History, at: dt.datetime, known_at: dt.datetime | None) -> None:
        self.history = history
        self.at = at
        visible = [e for e in history.entries if e.at <= at and (known_at is None or e.recorded_at <= known_at)]
        self.roots = {e.id: e.root for e in history.entries}
        self.withdrawals: dict[str, Entry] = {}
        self.set_aside: dict[str, list[Entry]] = {}
        put_right = any(e.supersedes is not None or e.kind == "withdrawn" for e in visible)
        self.counting = self._settle(visible) if put_right else visible
        self.heads = {e.root: e for e in self.counting}
        self.by_kind: dict[str, list[Entry]] = defaultdict(list)
        for e in self.counting:
            self.by_kind[e.kind].append(e)
        self.circumstanced = "circumstance" in self.by_kind
        self._spans = _spans(self.by_kind.get("circumstance", NOTHING))
        self.moves = not _MOVES.isdisjoint(self._spans)
        self._in_force: tuple[list[dt.date], list[frozenset[str]]] | None = None
        self._ages: dict[dt.datetime, int] = {}
        self._reaches: dict[str, frozenset[str]] = {}

    def _settle(self, visible: list[Entry]) -> list[Entry]:
        """Choose the one version of each entry that counts, latest recorded first, and drop the withdrawn."""
        corrected = {e.supersedes for e in visible}
        heads = [e for e in visible if e.id not in corrected]
        taken_back = self._taken_back(heads)
        versions: dict[str, list[Entry]] = defaultdict(list)
        for e in visible:
            versions[e.root].append(e)
        counting: list[Entry] = []
        for root, chain in versions.items():
            living = [e for e in chain if e.id not in corrected and e.id not in taken_back]
            head = max(living, key=_BY_RECORDED) if living else None
            if head is not None:
                counting.append(head)
            else:  # corrections run in no circle: the last of them was taken back
                self.withdrawals[root] = next(taken_back[e.id] for e in reversed(chain) if e.id in taken_back)
            if gone := [e for e in sorted(chain, key=_BY_RECORDED) if e is not head]:
                self.set_aside[root] = gone
        counting.sort(key=BY_KEY)
        return counting

    def _taken_back(self, heads: list[Entry]) -> dict[str, Entry]:
        """Map what counting withdrawals name to the withdrawal; the latest decides, and can itself be withdrawn."""
        taken: dict[str, Entry] = {}
        by_root: dict[str, list[Entry]] = defaultdict(list)
        for head in heads:
            by_root[head.root].append(head)
        for withdrawal in sorted((e for e in heads if e.kind == "withdrawn"), key=_BY_RECORDED, reverse=True):
            if withdrawal.id not in taken:
                for named in withdrawal.answers:
                    for head in by_root[self.roots.get(named, named)]:
                        if head.recorded_at <= withdrawal.recorded_at:
                            taken.setdefault(head.id, withdrawal)
        return taken

    def reach(self, entry: Entry) -> frozenset[str]:
        """Return the roots that ``entry`` answers, directly or through the entries it answers."""
        found = self._reaches.get(entry.id)
        if found is None:
            found = self._reaches[entry.id] = self._climb(entry)
        return found

    def _climb(self, entry: Entry) -> frozenset[str]:
        """Climb from answer to answer; corrections can make them run in a circle."""
        seen: set[str] = set()
        waiting: list[Entry] = [entry]
        while waiting:
            for named in waiting.pop().answers:
                root = self.roots.get(named)
                if root is not None and root not in seen:
                    seen.add(root)
                    head = self.heads.get(root)
                    if head is not None:
                        known = self._reaches.get(head.id)
                        if known is None:
                            waiting.append(head)
                        else:
                            seen |= known
        return frozenset(seen)

    def latest(self, kind: str, moment: dt.datetime) -> Entry | None:
        """Return the last counting entry of ``kind`` at or before ``moment``."""
        entries = self.by_kind.get(kind, NOTHING)
        index = bisect_right(entries, moment, key=_AT)
        return entries[index - 1] if index else None

    def between(self, kind: str, after: dt.datetime | None, until: dt.datetime) -> Sequence[Entry]:
        """Return counting entries of ``kind`` from ``after`` (inclusive) to ``until`` (inclusive)."""
        entries = self.by_kind.get(kind, NOTHING)
        first = None if after is None else bisect_left(entries, after, key=_AT)
        return entries[first : bisect_right(entries, until, key=_AT)]

    def age_at(self, moment: dt.datetime) -> int | None:
        """Return the subject's age in whole years on the London date of ``moment``, if the birth date is known."""
        born = self.history.subject.born
        if born is None:
            return None
        if moment not in self._ages:
            self._ages[moment] = age_on(born, london_date(moment))
        return self._ages[moment]

    def in_force(self, moment: dt.datetime) -> frozenset[str]:
        """Return the names of the circumstances in force on the London date of ``moment``."""
        if self._in_force is None:
            self._in_force = _changes(self._spans)
        days, names = self._in_force
        return names[bisect_right(days, london_date(moment))]

    def circumstance(self, name: str, moment: dt.datetime) -> Entry | None:
        """Return the last entry by which a circumstance is in force on the London date of ``moment``."""
        day = london_date(moment)
        for start, end, entry in reversed(self._spans.get(name, ())):
            if start <= day and (end is None or day <= end):
                return entry
        return None

    def area_at(self, moment: dt.datetime) -> str | None:
        """Return the slug of the area the subject lives in at ``moment``: the last move, or their own."""
        move = self.circumstance("lives-in", moment)
        return (move.values.get("area") if move else None) or self.history.subject.area

    def host_areas(self, moment: dt.datetime) -> Iterator[str]:
        """Yield the area that the subject is placed in at ``moment``, if any."""
        placed = self.circumstance("placed-out-of-area", moment)
        if placed is not None and placed.values.get("host_area"):
            yield placed.values["host_area"]


def _spans(entries: Iterable[Entry]) -> Mapping[str, Sequence[Span]]:
    """Return the spans of each circumstance; an entry with only an end closes those still open."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for entry in entries:
        name = entry.values.get("what")
        if name is None:
            continue
        start, end = _day(entry.values.get("from")), _day(entry.values.get("to"))
        earlier = spans[name]
        if start is None and end is not None and any(e is None for _, e, _ in earlier):
            spans[name] = [(s, end if e is None else e, x) for s, e, x in earlier]
        else:
            earlier.append((start or london_date(entry.at), end, entry))
    return spans


def _changes(spans: Mapping[str, Sequence[Span]]) -> tuple[list[dt.date], list[frozenset[str]]]:
    """Return the days on which what is in force changes, and what is in force before, between and after them."""
    steps: dict[dt.date, Counter[str]] = defaultdict(Counter)
    for name, rows in spans.items():
        for start, end, _ in rows:
            if end is None or start <= end:
                steps[start][name] += 1
                if end is not None and end < dt.date.max:
                    steps[end + dt.timedelta(days=1)][name] -= 1
    days, held = sorted(steps), Counter[str]()
    names: list[frozenset[str]] = [frozenset()]
    for day in days:
        held.update(steps[day])
        names.append(frozenset(name for name, count in held.items() if count))
    return days, names


def _day(value: str | None) -> dt.date | None:
    return None if value is None else dt.date.fromisoformat(value)
