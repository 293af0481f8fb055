"""Trying a new version of a procedure on the records held, before anyone adopts it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from safekept.access import statements
from safekept.procedures import Library, Obligation, Pack, Rule, obligations
from safekept.record import histories
from safekept.record.histories import linked, subjects
from safekept.record.rows import entries_about

AT_ONCE = 500
MORE, LESS, NEWLY_LATE, SOONER, LATER = "owed more", "owed less", "newly overdue", "due sooner", "due later"
ABOUT_AREA = "SELECT id FROM register_thing WHERE area = %s AND kind = 'child' ORDER BY id"
Outcome = tuple[str, str]
"""Rule and what would change: one of ``MORE``, ``LESS``, ``NEWLY_LATE``, ``SOONER``, ``LATER``."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One duty to one subject that would change. ``due`` is what it would be under the new version (UTC)."""

    subject: UUID
    rule: str
    title: str
    what: str
    was: dt.datetime | None
    due: dt.datetime | None


@dataclass(slots=True)
class Trial:
    """What a version would change: subjects read and touched, and for each rule and outcome whom it touches."""

    read: int = 0
    touched: set[UUID] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)
    counted: Counter[Outcome] = field(default_factory=Counter)
    whom: defaultdict[Outcome, set[UUID]] = field(default_factory=lambda: defaultdict(set))

    def add(self, read: int, differences: Iterable[Difference]) -> None:
        """Take in what a number of subjects gave."""
        self.read += read
        for one in differences:
            self.touched.add(one.subject)
            self.titles[one.rule] = one.title
            self.counted[one.rule, one.what] += 1
            self.whom[one.rule, one.what].add(one.subject)


def children_of(area: str) -> list[UUID]:
    """The children of an area whose records the transaction's viewer may see."""
    return [row[0] for row in statements.rows(ABOUT_AREA, [area])]


def tried(library: Library, new: Pack, area: str, now: dt.datetime) -> Trial:
    """Try a version on every child of an area, as far as the transaction's viewer sees their records."""
    trial = Trial()
    for some in parts(children_of(area)):
        trial.add(len(some), differences(library, new, area, some, now))
    return trial


def parts(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """The ids in pieces that are read at once."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def differences(library: Library, new: Pack, area: str, ids: Sequence[UUID], now: dt.datetime) -> list[Difference]:
    """What these subjects would be owed more or less, sooner or later, had the area always followed ``new``."""
    trial = library.followed_always(new, [area])
    kinds = _setting_off_what_changed(library, new, area, now)
    told = {
        one: rows for one, rows in entries_about(ids).items() if kinds is None or any(row.kind in kinds for row in rows)
    }
    others = {other for rows in told.values() for other in linked(rows)}
    known = subjects({*ids, *others})
    found: list[Difference] = []
    for one, rows in told.items():
        read = histories.told(known[one], rows, known)
        found += _compared(one, obligations(library, read, now), obligations(trial, read, now))
    return found


def _setting_off_what_changed(library: Library, new: Pack, area: str, now: dt.datetime) -> frozenset[str] | None:
    """The kinds of entry that set off a rule which the version adds, changes or drops; None: any kind may.

    Whoever has no such entry is owed the same: a duty arises from its trigger alone.
    """
    old = library.find_pack(area, now)
    if old is None or library.changes(area) or old.language != new.language:
        return None
    before, after = ({rule.id: rule for rule in pack.rules} for pack in (old, new))
    changed = [rule_id for rule_id in {**before, **after} if _written(before, rule_id) != _written(after, rule_id)]
    rules = [pack[rule_id] for rule_id in changed for pack in (before, after) if rule_id in pack]
    return frozenset(trigger.kind for rule in rules for trigger in rule.triggers)


def _written(rules: Mapping[str, Rule], rule_id: str) -> Mapping[str, object] | None:
    return rules[rule_id].row if rule_id in rules else None


def _compared(subject: UUID, before: Sequence[Obligation], after: Sequence[Obligation]) -> Iterator[Difference]:
    old, new = _outstanding(before), _outstanding(after)
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        duty = now or was
        assert duty is not None
        for what in _what(was, now):
            yield Difference(subject, duty.rule, duty.title, what, was.due if was else None, now.due if now else None)


def _outstanding(duties: Sequence[Obligation]) -> dict[tuple[str, str], Obligation]:
    return {(d.rule, d.root): d for d in duties if d.status in ("open", "overdue")}


def _what(was: Obligation | None, now: Obligation | None) -> Iterator[str]:
    if was is None or now is None:
        yield MORE if was is None else LESS
    elif was.due != now.due:
        yield SOONER if now.due is not None and (was.due is None or now.due < was.due) else LATER
    if now is not None and now.status == "overdue" and (was is None or was.status != "overdue"):
        yield NEWLY_LATE
