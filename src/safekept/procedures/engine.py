"""``evaluate``: where a history stands under a procedure, at a moment.

A pure function. Duties are timed obligations: an entry triggers one, another entry meets it, and
nothing is stored in between.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from safekept.calendars import CalendarHorizonError, end_of_day

from .answering import Answers, has_part, ids_in_order
from .history import BY_KEY, Entry, History
from .library import Library
from .pack import Pack, Rule, Trigger, Wanted
from .position import Breach, Obligation, Position, Prompt
from .state import State

_AT = attrgetter("at")
Scopes = tuple[tuple[Pack, bool], ...]
_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def evaluate(
    library: Library,
    history: History,
    at: dt.datetime,
    known_at: dt.datetime | None = None,
    packs: Sequence[str] | None = None,
) -> Position:
    """Return the position of ``history`` at ``at`` (aware).

    ``known_at`` hides entries recorded later. ``packs`` are pack ids; without them the subject's
    area decides, at each trigger's own moment. Raises :class:`~.library.UnknownArea` when neither
    says, and :class:`~safekept.calendars.CalendarHorizonError` beyond the table of bank holidays.
    """
    return _Evaluation(library, history, at.astimezone(dt.UTC), known_at, packs).position()


class _Evaluation:
    """The working state of one call of :func:`evaluate`."""

    __slots__ = (
        "_answers", "_scopes", "at", "fixed", "history", "home", "library", "state", "steady", "waived",
    )  # fmt: skip

    def __init__(
        self,
        library: Library,
        history: History,
        at: dt.datetime,
        known_at: dt.datetime | None,
        packs: Sequence[str] | None,
    ) -> None:
        self.library = library
        self.history = history
        self.at = at
        self.state = State(history, at, known_at)
        self.fixed = tuple(library.packs[p] for p in packs) if packs else ()
        self.home = self.fixed or (library.pack_for_area(history.subject.area),)
        circumstances = self.state.by_kind.get("circumstance", ())
        self.steady = not any(c.values.get("what") in ("lives-in", "placed-out-of-area") for c in circumstances)
        self._scopes: dict[dt.datetime | None, Scopes] = {None: tuple((p, False) for p in self.home)}
        self.waived = "waiver" in self.state.by_kind
        self._answers: dict[str, Answers] = {}

    def position(self) -> Position:
        """Assemble the whole answer."""
        scopes = self._packs_at(self.at)
        duties = self._duties()
        duties.sort(key=lambda d: (d.due or _NEVER, d.rule, d.triggered_at, d.because))
        last = self.state.latest("screening", self.at)
        return Position(
            subject=self.history.subject.id,
            at=self.at,
            packs=tuple((p.id, p.version, p.hash) for p, _ in scopes),
            category=last.values.get("category") if last else None,
            stage=self._stage(scopes[0][0]),
            obligations=tuple(duties),
            prompts=tuple(self._prompts(scopes)),
            breaches=tuple(self._breaches()),
        )

    def _packs_at(self, moment: dt.datetime) -> Scopes:
        """Return the packs that speak at ``moment``, each with whether it speaks of placed children only."""
        asked = None if self.steady else moment
        if asked not in self._scopes:
            homes = self.fixed or (self.library.pack_for_area(self.state.area_at(moment)),)
            hosts = (self.library.find_pack(slug) for slug in self.state.host_areas(moment))
            placed = tuple((host, True) for host in hosts if host is not None and host not in homes)
            self._scopes[asked] = (*((p, False) for p in homes), *placed)
        return self._scopes[asked]

    # --- duties ---

    def _duties(self) -> list[Obligation]:
        found: dict[tuple[str, str], Obligation] = {}
        for entry in self.state.counting:
            for rule, pack in self._rules_set_off_by(entry):
                self._keep(found, self._duty(rule, pack, entry))
        for root, versions in self.state.set_aside.items():
            for entry in reversed(versions):
                for rule, pack in self._rules_set_off_by(entry):
                    if (rule.id, root) not in found:
                        self._keep(found, self._lapsed_with_its_trigger(rule, pack, entry))
        return list(found.values())

    def _rules_set_off_by(self, entry: Entry) -> list[tuple[Rule, Pack]]:
        state, at, subject = self.state, entry.at, self.history.subject.kind
        found: list[tuple[Rule, Pack]] = []
        for pack, placed_only in self._packs_at(at):
            table = pack.rules_set_off.of(subject).get(entry.kind)
            if table is None:
                continue
            for rule, test, where, unless in table.for_entry(entry):
                if (
                    (test is None or test(entry, None))
                    and (where is None or where(state, at, entry))
                    and (unless is None or not unless(state, at, entry))
                    and (not placed_only or rule.placed)
                ):
                    found.append((rule, pack))
        return found

    def _keep(self, found: dict[tuple[str, str], Obligation], duty: Obligation) -> None:
        """Add a duty; the same duty by two packs appears once, with both cites and the earlier due."""
        other = found.setdefault((duty.origin.id, duty.root), duty)
        if other is duty:
            return
        other.cites = other.cites + tuple(c for c in duty.cites if c not in other.cites)
        if duty.pack not in other.pack.split("+"):
            other.pack = f"{other.pack}+{duty.pack}"
        if duty.due is not None and (other.due is None or duty.due < other.due):
            other.due, other.anchor, other.origin = duty.due, duty.anchor, duty.origin
            other.status, other.changes_at, other.story = duty.status, duty.changes_at, duty.story

    def _duty(self, rule: Rule, pack: Pack, entry: Entry) -> Obligation:
        anchor = self._anchor(rule, entry) if rule.anchor is not None else None
        due = self._due(rule, entry, anchor) if rule.timed else None
        since = anchor or entry
        met_by, partial, missing = self._answer(rule, entry, since)
        lapsed_by = self._lapse(rule, entry, since, met_by) if rule.lapses or self.waived else None
        duty = self._new(rule, pack, entry, since, due)
        if lapsed_by is not None:
            duty.status = "lapsed"
        elif met_by is not None:
            duty.status = "met" if due is None or met_by.at <= due else "met-late"
            duty.met_by = met_by.id
        else:
            duty.missing, duty.absent = missing, rule.kinds_owed
            if due is not None and self.at > due:
                duty.status = "overdue"
            else:
                duty.changes_at = due
        duty.depends_on = ids_in_order(entry, since, partial, met_by if lapsed_by is None else None, lapsed_by)
        duty.story = (entry, since, met_by, lapsed_by)
        return duty

    def _new(self, rule: Rule, pack: Pack, entry: Entry, since: Entry, due: dt.datetime | None) -> Obligation:
        return Obligation(
            rule,
            rule.cites,
            self.history.subject.id,
            self._owner(rule, entry),
            entry.id,
            entry.root,
            since.id,
            entry.at,
            due,
            pack.id,
            pack.version,
        )

    def _owner(self, rule: Rule, entry: Entry) -> str:
        for case in rule.owners:
            if case.where is None or case.where(self.state, entry.at, entry):
                return (entry.agency or "other") if case.owner == "trigger" else case.owner
        raise AssertionError("the loader makes sure that the last owner has no condition")

    def _anchor(self, rule: Rule, entry: Entry) -> Entry | None:
        """Return the entry the duty counts from when it is not the trigger: in the trigger's chain, else the last."""
        wanted = rule.anchor
        if wanted is None:
            return None
        chain = self.state.reach(entry)
        last: Entry | None = None
        for candidate in self.state.between(wanted.kind, None, entry.at):
            if wanted.test is None or wanted.test(candidate, entry):
                if candidate.root in chain:
                    return candidate
                last = candidate
        return last

    def _due(self, rule: Rule, entry: Entry, anchor: Entry | None) -> dt.datetime | None:
        start = anchor if anchor is not None else entry if rule.anchor is None or rule.anchor.else_trigger else None
        try:
            due = rule.within.after(start.at) if rule.within is not None and start is not None else None
        except CalendarHorizonError as beyond:
            raise CalendarHorizonError(f"entry '{entry.id}', field 'at': {beyond}") from None
        if rule.by_field is not None and (text := entry.values.get(rule.by_field)):
            named = end_of_day(dt.date.fromisoformat(text))
            due = named if due is None or named < due else due
        return due

    # --- what meets and what ends a duty ---

    def _candidates(self, kind: str, trigger: Entry, since: Entry) -> list[list[Entry]]:
        """Return lists of the entries of a kind that may answer the duty (see :meth:`.Answers.to`)."""
        entries = self.state.by_kind.get(kind)
        if not entries or entries[-1].at < since.at:
            return []
        answers = self._answers.get(kind)
        if answers is None:
            answers = self._answers[kind] = Answers(self.state, entries)
        return answers.to(self.state, trigger, since)

    def _first(self, wanted: Wanted, trigger: Entry, since: Entry, before: Entry | None = None) -> Entry | None:
        """Return the first entry that alone is all that is wanted, if it counts before ``before``."""
        best, test, parts = before, wanted.test, wanted.parts
        for entries in self._candidates(wanted.kind, trigger, since):
            for entry in _from(since, entries):
                if best is not None and entry.key >= best.key:
                    break
                if (
                    not _before_its_trigger(entry, trigger)
                    and (test is None or test(entry, trigger))
                    and (not parts or all(has_part(entry, part) for part in parts))
                ):
                    best = entry
                    break
        return best

    def _answer(self, rule: Rule, trigger: Entry, since: Entry) -> tuple[Entry | None, list[Entry], tuple[str, ...]]:
        """Return what met the duty, the partial answers before it, and what they still lack."""
        best: Entry | None = None
        partial: list[Entry] = []
        missing: tuple[str, ...] = ()
        for wanted in rule.wanted:
            if wanted.parts:
                best, some, lacking = self._added_up(wanted, trigger, since, best)
                partial, missing = partial + some, lacking or missing
            else:
                best = self._first(wanted, trigger, since, best)
        return best, partial, () if best is not None else missing

    def _added_up(
        self, wanted: Wanted, trigger: Entry, since: Entry, before: Entry | None
    ) -> tuple[Entry | None, list[Entry], tuple[str, ...]]:
        """Return the entry with which the parts of a duty are complete, those before it, and what they lack."""
        test, outstanding = wanted.test, wanted.parts
        partial: list[Entry] = []
        for entry in _merged(since, self._candidates(wanted.kind, trigger, since)):
            if before is not None and entry.key > before.key:
                break
            if _before_its_trigger(entry, trigger) or (test is not None and not test(entry, trigger)):
                continue
            left = tuple(part for part in outstanding if not has_part(entry, part))
            if not left:
                return entry, partial, ()
            if len(left) < len(outstanding) or outstanding is wanted.parts:
                partial.append(entry)
            outstanding = left
        return before, partial, tuple(name for name, _, _ in outstanding) if partial else ()

    def _lapse(self, rule: Rule, trigger: Entry, since: Entry, met_by: Entry | None) -> Entry | None:
        """Return the entry by which the duty is no longer owed, if it came before it was met."""
        first = self._first(_waiver_of(rule), trigger, since) if self.waived else None
        for wanted in rule.lapses:
            first = self._first(wanted, trigger, since, first)
        return None if first is None or (met_by is not None and met_by.key <= first.key) else first

    def _lapsed_with_its_trigger(self, rule: Rule, pack: Pack, entry: Entry) -> Obligation:
        """Return the duty of a trigger that has since been corrected away or withdrawn."""
        anchor = self._anchor(rule, entry)
        duty = self._new(rule, pack, entry, anchor or entry, self._due(rule, entry, anchor))
        duty.status = "lapsed"
        withdrawal = self.state.withdrawals.get(entry.root)
        head = next((e for e in self.state.counting if e.root == entry.root), None)
        by = withdrawal or head
        read = [entry.id] + ([by.id] if by is not None else [])
        duty.depends_on = tuple(read)
        duty.story = (entry, anchor or entry, None, by)
        return duty

    # --- the rest ---

    def _stage(self, pack: Pack) -> str | None:
        """Return the furthest stage reached since work with the subject last ended."""
        rank = -1
        for entry in self.state.counting:
            for index, trigger in pack.stages_by_kind.get(entry.kind, ()):
                ended = rank >= 0 and pack.stages[rank].ends
                if (index >= rank or ended) and (trigger.test is None or trigger.test(entry, None)):
                    rank = index
        return pack.stages[rank].id if rank >= 0 else None

    def _prompts(self, scopes: Scopes) -> Iterator[Prompt]:
        kind = self.history.subject.kind
        said: set[str] = set()
        for pack, placed_only in scopes:
            for prompt in () if placed_only else pack.prompts:
                last: Entry | None = None
                if prompt.after:
                    last = self._last_set_off(prompt.after)
                    if last is None or self._gone(prompt.gone, last):
                        continue
                if (
                    kind in prompt.subjects
                    and prompt.id not in said
                    and (prompt.where is None or prompt.where(self.state, self.at, last))
                ):
                    said.add(prompt.id)
                    yield Prompt(prompt.id, prompt.cites, prompt.say)

    def _last_set_off(self, triggers: Sequence[Trigger]) -> Entry | None:
        last: Entry | None = None
        by_kind = self.state.by_kind
        for trigger in triggers:
            if trigger.kind in by_kind:
                for entry in reversed(by_kind[trigger.kind]):
                    if last is not None and entry.key < last.key:
                        break
                    if trigger.test is None or trigger.test(entry, None):
                        last = entry
                        break
        return last

    def _gone(self, gone: Sequence[Wanted], last: Entry) -> bool:
        for wanted in gone:
            for entry in reversed(self.state.by_kind.get(wanted.kind, ())):
                if entry.key <= last.key:
                    break
                if (wanted.test is None or wanted.test(entry, last)) and all(has_part(entry, p) for p in wanted.parts):
                    return True
        return False

    def _breaches(self) -> Iterator[Breach]:
        state, subject = self.state, self.history.subject.kind
        for entry in state.counting:
            said: set[str] = set()
            for pack, placed_only in self._packs_at(entry.at):
                table = None if placed_only else pack.guards_set_off.of(subject).get(entry.kind)
                for guard, test, where, _ in () if table is None else table.for_entry(entry):
                    if (
                        (where is None or where(state, entry.at, entry))
                        and (test is None or test(entry, None))
                        and guard.id not in said
                    ):
                        said.add(guard.id)
                        yield Breach(guard.id, guard.cites, entry.id, guard.says)


def _waiver_of(rule: Rule) -> Wanted:
    """Return what ends any duty of a rule: a decision with its reason and who took it."""

    def test(entry: Entry, _: Entry | None) -> bool:
        values = entry.values
        return bool(values.get("rule") == rule.id and values.get("reason") and values.get("by"))

    return Wanted("waiver", test, ())


def _before_its_trigger(entry: Entry, trigger: Entry) -> bool:
    """Tell whether an entry is the trigger itself, or one of its kind that came before it."""
    return entry.root == trigger.root or (entry.kind == trigger.kind and entry.key < trigger.key)


def _from(since: Entry, entries: list[Entry]) -> list[Entry]:
    return entries if entries[0].at >= since.at else entries[bisect_left(entries, since.at, key=_AT) :]


def _merged(since: Entry, lists: Sequence[list[Entry]]) -> list[Entry]:
    """Return the entries of all lists from ``since`` on, each once, in counting order."""
    return sorted({e.id: e for entries in lists for e in _from(since, entries)}.values(), key=BY_KEY)
