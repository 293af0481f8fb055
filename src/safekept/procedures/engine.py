"""``evaluate``: where a history stands under a procedure, at a moment.

A pure function. Duties are timed obligations: an entry triggers one, another entry meets it, and
nothing is stored in between.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from safekept.calendars import CalendarHorizonError, end_of_day

from .answering import Answers, has_part
from .dispatch import Voice
from .entry_tests import Test
from .history import BY_KEY, Entry, History
from .leading import Leading, leading
from .library import Library
from .pack import Guard, Pack, Rule, Trigger, Wanted
from .position import Breach, Obligation, Position, Prompt
from .state import State

_AT = attrgetter("at")
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


def obligations(library: Library, history: History, at: dt.datetime) -> list[Obligation]:
    """Return what :func:`evaluate` gives as obligations, in no order, where nothing else is asked for."""
    return _Evaluation(library, history, at.astimezone(dt.UTC), None, None).obligations()


class _Evaluation:
    """The working state of one call of :func:`evaluate`."""

    __slots__ = (
        "_answers", "_lasts", "_steady", "_voices", "at", "fixed", "history", "library", "state", "waived",
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
        self.waived = "waiver" in self.state.by_kind
        self._voices: dict[dt.datetime, tuple[Voice, ...]] = {}
        changing = self.state.moves or library.changes(history.subject.area)
        self._steady = None if changing else self._voices_at(at)
        self._answers: dict[str, Answers] = {}
        self._lasts: dict[tuple[str, Test | None], Entry | None] = {}

    def position(self) -> Position:
        """Assemble the whole answer."""
        voices = self._speaking(self.at)
        duties = self.obligations()
        duties.sort(key=lambda d: (d.due or _NEVER, d.origin.id, d.trigger.at, d.trigger.id))
        last = self.state.latest("screening", self.at)
        return Position(
            subject=self.history.subject.id,
            at=self.at,
            packs=tuple((v.pack.id, v.pack.version, v.pack.hash) for v in voices),
            category=last.values.get("category") if last else None,
            stage=self._stage(voices[0].pack),
            obligations=tuple(duties),
            prompts=tuple(self._prompts(voices)),
            breaches=tuple(self._breaches()),
            leads=self._leading(voices) if self.state.moves or self.history.related else None,
        )

    def _leading(self, voices: Sequence[Voice]) -> Leading | None:
        return leading(self.state, self.at, [v.pack.leads for v in voices if v.pack.leads is not None])

    def _speaking(self, moment: dt.datetime) -> tuple[Voice, ...]:
        """Return the packs that speak at ``moment``: always the same where nobody moved and nothing was adopted."""
        if self._steady is not None:
            return self._steady
        if moment not in self._voices:
            self._voices[moment] = self._voices_at(moment)
        return self._voices[moment]

    def _voices_at(self, moment: dt.datetime) -> tuple[Voice, ...]:
        kind = self.history.subject.kind
        homes = self.fixed or (self.library.pack_for_area(self.state.area_at(moment), moment),)
        hosts = (self.library.find_pack(slug, moment) for slug in self.state.host_areas(moment))
        placed = [Voice(host, True, kind) for host in hosts if host is not None and host not in homes]
        return (*(Voice(home, False, kind) for home in homes), *placed)

    # --- duties ---

    def obligations(self) -> list[Obligation]:
        """Work out what is owed, in no order."""
        found: dict[tuple[str, str], Obligation] = {}
        for entry in self.state.counting:
            for voice in self._speaking(entry.at):
                for rule in voice.set_off_by(entry, self.state) if entry.kind in voice.rules else ():
                    self._keep(found, self._duty(rule, voice.pack, entry))
        for root, versions in self.state.set_aside.items():
            for entry in reversed(versions):
                for voice in self._speaking(entry.at):
                    for rule in voice.set_off_by(entry, self.state):
                        if (rule.id, root) not in found:
                            self._keep(found, self._lapsed_with_its_trigger(rule, voice.pack, entry))
        return list(found.values())

    def _keep(self, found: dict[tuple[str, str], Obligation], duty: Obligation) -> None:
        """Add a duty; the same duty by two packs appears once, with both cites, as the one due earlier."""
        identity = (duty.origin.id, duty.trigger.root)
        other = found.setdefault(identity, duty)
        if other is duty:
            return
        cites = other.cites + tuple(c for c in duty.cites if c not in other.cites)
        pack = other.pack if duty.pack in other.pack.split("+") else f"{other.pack}+{duty.pack}"
        if duty.due is not None and (other.due is None or duty.due < other.due):
            found[identity] = duty
            duty.version = other.version
        found[identity].cites, found[identity].pack = cites, pack

    def _duty(self, rule: Rule, pack: Pack, entry: Entry) -> Obligation:
        anchor = self._anchor(rule, entry) if rule.anchor is not None else None
        due = self._due(rule, entry, anchor) if rule.timed else None
        since = anchor or entry
        partly: Sequence[Entry] = ()
        missing: tuple[str, ...] = ()
        if rule.simple is not None:
            answer = self._first(rule.simple, entry, since)
        else:
            answer, partly, missing = self._answer(rule, entry, since)
        ended_by = self._lapse(rule, entry, since, answer) if rule.lapses or self.waived else None
        if ended_by is not None:
            status, answer, missing = "lapsed", None, ()
        elif answer is not None:
            status, missing = "met" if due is None or answer.at <= due else "met-late", ()
        else:
            status = "overdue" if due is not None and self.at > due else "open"
        return Obligation(
            rule, self.history.subject.id, rule.sole_owner or self._owner(rule, entry), entry, since, due,
            pack.id, pack.version, rule.cites, status, answer, ended_by, partly, missing,
        )  # fmt: skip

    def _owner(self, rule: Rule, entry: Entry) -> str:
        """Return who owes it: the first whose condition holds; the loader makes sure that the last has none."""
        cases = (case for case in rule.owners if case.where is None or case.where(self.state, entry.at, entry))
        owner = next(cases).owner
        return (entry.agency or "other") if owner == "trigger" else owner

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
        start = anchor if anchor is not None else entry if rule.anchor is None else None
        try:
            due = rule.within.after(start.at) if rule.within is not None and start is not None else None
        except CalendarHorizonError as beyond:
            raise CalendarHorizonError(f"entry '{entry.id}', field 'at': {beyond}") from None
        if rule.by_field is not None and (text := entry.values.get(rule.by_field)):
            named = end_of_day(dt.date.fromisoformat(text))
            due = named if due is None else min(due, named)
        return due

    # --- what meets and what ends a duty ---

    def _candidates(self, kind: str, trigger: Entry, since: Entry) -> Sequence[list[Entry]]:
        """Return lists of the entries of a kind that may answer the duty (see :meth:`.Answers.to`)."""
        entries = self.state.by_kind.get(kind)
        if not entries or entries[-1].at < since.at:
            return ()
        answers = self._answers.get(kind)
        if answers is None:
            answers = self._answers[kind] = Answers(self.state, entries)
        return answers.to(self.state, trigger, since)

    def _first(self, wanted: Wanted, trigger: Entry, since: Entry, before: Entry | None = None) -> Entry | None:
        """Return the first entry that alone is all that is wanted, if it counts before ``before``."""
        best, test, parts = before, wanted.test, wanted.parts
        for entries in self._candidates(wanted.kind, trigger, since):
            for entry in _from(since, trigger, entries):
                if best is not None and entry.key >= best.key:
                    break
                if (test is None or test(entry, trigger)) and (
                    not parts or all(has_part(entry, part) for part in parts)
                ):
                    best = entry
                    break
        return best

    def _answer(self, rule: Rule, trigger: Entry, since: Entry) -> tuple[Entry | None, list[Entry], tuple[str, ...]]:
        """Return what met the duty, the partial answers before it, and what they lack."""
        best: Entry | None = None
        partly: list[Entry] = []
        missing: tuple[str, ...] = ()
        for wanted in rule.wanted:
            if wanted.parts:
                best, some, lacking = self._added_up(wanted, trigger, since, best)
                partly, missing = partly + some, lacking or missing
            else:
                best = self._first(wanted, trigger, since, best)
        return best, partly, missing

    def _added_up(
        self, wanted: Wanted, trigger: Entry, since: Entry, before: Entry | None
    ) -> tuple[Entry | None, list[Entry], tuple[str, ...]]:
        """Return the entry with which the parts of a duty are complete, those before it, and what they lack."""
        test, outstanding = wanted.test, wanted.parts
        partial: list[Entry] = []
        for entry in _merged(since, trigger, self._candidates(wanted.kind, trigger, since)):
            if before is not None and entry.key > before.key:
                break
            if test is not None and not test(entry, trigger):
                continue
            left = tuple(part for part in outstanding if not has_part(entry, part))
            if not left:
                return entry, partial, ()
            if not partial or len(left) < len(outstanding):
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
        ended_by = self.state.withdrawals.get(entry.root) or self.state.heads[entry.root]
        return Obligation(
            rule, self.history.subject.id, self._owner(rule, entry), entry, anchor or entry,
            self._due(rule, entry, anchor), pack.id, pack.version, rule.cites,
            "lapsed", ended_by=ended_by,
        )  # fmt: skip

    # --- the rest ---

    def _stage(self, pack: Pack) -> str | None:
        """Return the furthest stage reached since work with the subject last ended."""
        rank = -1
        for entry in self.state.counting:
            for index, trigger in pack.stages_by_kind.get(entry.kind, ()):
                later = index >= rank or pack.stages[rank].ends
                if later and (trigger.test is None or trigger.test(entry, None)):
                    rank = index
        return pack.stages[rank].id if rank >= 0 else None

    def _prompts(self, voices: Sequence[Voice]) -> Iterator[Prompt]:
        said: set[str] = set()
        for voice in voices:
            for prompt in voice.prompts:
                last: Entry | None = None
                if prompt.after:
                    last = self._last_set_off(prompt.after)
                    if last is None or self._gone(prompt.gone, last):
                        continue
                if prompt.id not in said and (prompt.where is None or prompt.where(self.state, self.at, last)):
                    said.add(prompt.id)
                    yield Prompt(prompt.id, prompt.cites, prompt.say)

    def _last_set_off(self, triggers: Sequence[Trigger]) -> Entry | None:
        last: Entry | None = None
        for trigger in triggers:
            if trigger.kind in self.state.by_kind:
                found = self._last_of(trigger)
                if found is not None and (last is None or found.key > last.key):
                    last = found
        return last

    def _last_of(self, trigger: Trigger) -> Entry | None:
        """Return the last entry that passes a trigger; several prompts ask for the same."""
        asked = (trigger.kind, trigger.test)
        if asked not in self._lasts:
            entries, test = self.state.by_kind[trigger.kind], trigger.test
            self._lasts[asked] = next((e for e in reversed(entries) if test is None or test(e, None)), None)
        return self._lasts[asked]

    def _gone(self, gone: Sequence[Wanted], last: Entry) -> bool:
        for wanted in gone:
            for entry in reversed(self.state.by_kind.get(wanted.kind, ())):
                if entry.key <= last.key:
                    break
                if (wanted.test is None or wanted.test(entry, last)) and all(has_part(entry, p) for p in wanted.parts):
                    return True
        return False

    def _breaches(self) -> Iterator[Breach]:
        for entry in self.state.counting:
            broken: dict[str, Guard] = {}
            for voice in self._speaking(entry.at):
                if entry.kind in voice.guards:
                    broken |= {guard.id: guard for guard in voice.broken_by(entry, self.state)}
            for guard in broken.values():
                yield Breach(guard.id, guard.cites, entry.id, guard.says)


def _waiver_of(rule: Rule) -> Wanted:
    """Return what ends any duty of a rule: a decision with its reason and who took it."""

    def test(entry: Entry, _: Entry | None) -> bool:
        values = entry.values
        return bool(values.get("rule") == rule.id and values.get("reason") and values.get("by"))

    return Wanted("waiver", test, ())


def _from(since: Entry, trigger: Entry, entries: list[Entry]) -> list[Entry]:
    """Return the entries, all of one kind, from ``since`` on; those of the trigger's own kind only after it."""
    if entries[0].kind == trigger.kind:
        return entries[bisect_right(entries, trigger.key, key=BY_KEY) :]
    return entries if entries[0].at >= since.at else entries[bisect_left(entries, since.at, key=_AT) :]


def _merged(since: Entry, trigger: Entry, lists: Sequence[list[Entry]]) -> list[Entry]:
    """Return the entries of all lists from ``since`` on, each once, in counting order."""
    return sorted({e.id: e for entries in lists for e in _from(since, trigger, entries)}.values(), key=BY_KEY)
