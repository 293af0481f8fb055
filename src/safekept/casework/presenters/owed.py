"""Duties as rows: what, for whom, by when in words, why, and the button that answers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from safekept.directory import procedures
from safekept.govuk import when
from safekept.govuk.addresses import address
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES
from safekept.procedures import Obligation

GROUPS = {
    "danger": "A child may be in danger now",
    "overdue": "Overdue",
    "today": "Due today",
    "long": "Waiting longer than the area expects",
    "week": "In the next 7 days",
    "later": "Later",
    "waiting": "Waiting without a clock",
}
FAR = dt.datetime.max.replace(tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
MISSING_WORDS = {"verbally": "told by word", "in_writing": "told in writing"}
SCREENED = frozenset({"screening"})


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty, whether the engine worked it out just now or the list of work holds it.

    ``causes``: the entries it arose from; several where one answer meets them all. ``fallback``: no team of the
    owner's kind is named in the area, so that the co-ordinator holds it.
    """

    title: str
    subject: str
    rule: str
    pack: str
    version: str
    owner: str
    owes: str
    causes: tuple[str, ...]
    cites: tuple[str, ...]
    missing: tuple[str, ...]
    due: dt.datetime | None
    expected_by: dt.datetime | None
    expected_says: str | None
    since: dt.datetime
    explain: str
    along: tuple[str, ...] = ()
    fallback: bool = False

    @classmethod
    def worked_out(cls, duty: Obligation) -> Duty:
        """From the engine's answer."""
        return cls(
            duty.title, duty.subject, duty.rule, duty.pack, duty.version, duty.owner, duty.owes, (duty.because,),
            duty.cites, duty.missing, duty.due, duty.expected_by, duty.expected_says, duty.triggered_at, duty.explain,
            duty.along,
        )  # fmt: skip

    @classmethod
    def listed(cls, kept: Any, now: dt.datetime) -> Duty:
        """From a row of the list of work."""
        return cls(
            kept.title, str(kept.subject_id), kept.rule, kept.pack, kept.version, kept.owner_kind, kept.owes,
            (kept.because,), tuple(kept.cites), tuple(kept.missing), kept.due, kept.expected_by, kept.expected_says,
            kept.because_at or now, kept.explain, fallback=kept.team_is_fallback,
        )  # fmt: skip

    def order(self) -> tuple[dt.datetime, dt.datetime]:
        """The nearest time first; without a clock, what waits longest."""
        return (self.due or FAR, self.since)


@dataclass(frozen=True, slots=True)
class Cause:
    """An entry that a duty arose from: its page, and what it is called where that is known."""

    address: str
    label: str


@dataclass(frozen=True, slots=True)
class OwedRow:
    """One duty as a page shows it. ``ours``: the viewer's own kind of agency owes it."""

    group: str
    title: str
    child: str
    child_id: str
    when: str
    precise: str
    expected: str
    owner: str
    ours: bool
    along: tuple[str, ...]
    missing: tuple[str, ...]
    cites: tuple[str, ...]
    why: str
    explain: str
    causes: tuple[Cause, ...]
    act: str
    act_text: str
    fallback: str = ""


def together(duties: Iterable[Duty]) -> list[Duty]:
    """The same thing owed to one child by one agency because of several entries, as one: the earliest time counts."""
    found: dict[tuple[str, ...], list[Duty]] = {}
    for duty in duties:
        found.setdefault((duty.subject, duty.pack, duty.owner, duty.owes, duty.title), []).append(duty)
    return [_merged(sorted(same, key=Duty.order)) for same in found.values()]


def _merged(same: Sequence[Duty]) -> Duty:
    if len(same) == 1:
        return same[0]
    return replace(
        same[0],
        causes=tuple(dict.fromkeys(cause for duty in same for cause in duty.causes)),
        cites=tuple(dict.fromkeys(cite for duty in same for cite in duty.cites)),
        missing=tuple(dict.fromkeys(part for duty in same for part in duty.missing)),
        since=min(duty.since for duty in same),
        expected_by=min((duty.expected_by for duty in same if duty.expected_by), default=None),
    )


def group_of(duty: Duty, now: dt.datetime) -> str:
    """Which group a duty stands in: danger first, then by London's days."""
    if _urgent(duty):
        return "danger"
    if duty.due is None:
        return "long" if duty.expected_by is not None and duty.expected_by < now else "waiting"
    if duty.due < now:
        return "overdue"
    today, day = when.local(now).date(), when.local(duty.due).date()
    if day == today:
        return "today"
    return "week" if day <= today + WEEK else "later"


def _urgent(duty: Duty) -> bool:
    """Whether the procedure's rule is about a child in danger now."""
    urgent = procedures.library().urgent
    return any((pack, duty.rule) in urgent for pack in duty.pack.split("+"))


def grouped(duties: Iterable[Duty], now: dt.datetime) -> dict[str, list[Duty]]:
    """Duties by when, each group in order; every group is there, empty or not."""
    found: dict[str, list[Duty]] = {key: [] for key in GROUPS}
    for duty in sorted(duties, key=Duty.order):
        found[group_of(duty, now)].append(duty)
    return found


def row(
    duty: Duty, child: str, now: dt.datetime, *, named: Mapping[str, str] | None = None, ours: str = "", note: str = ""
) -> OwedRow:
    """A duty as a row.

    ``named``: what the entries are called; ``ours``: the viewer's kind of agency (empty: treat as ours); ``note``:
    what to say where no team of the owner's kind is named.
    """
    return OwedRow(
        group=group_of(duty, now),
        title=duty.title or KINDS[duty.owes].title,
        child=child,
        child_id=str(duty.subject),
        when=when_words(duty, now),
        precise=when.by(duty.due, now) if duty.due else "",
        expected=expected_words(duty.expected_says) if duty.expected_says and not duty.due else "",
        owner=AGENCIES.get(duty.owner, duty.owner),
        ours=not ours or duty.owner == ours or duty.fallback,
        along=tuple(AGENCIES.get(kind, kind) for kind in duty.along),
        missing=tuple(missing_word(part) for part in duty.missing),
        cites=tuple(duty.cites),
        why=_rule_address(duty),
        explain=duty.explain,
        causes=tuple(_cause(one, named or {}) for one in duty.causes),
        act=action_address(duty),
        act_text="Screen" if duty.owes in SCREENED else "Record it",
        fallback=note if duty.fallback else "",
    )


def _rule_address(duty: Duty) -> str:
    """The rule as it stood in the version that the duty arose under; of two procedures, the one named first."""
    return address("procedure-rule", pack_id=_first_pack(duty), version=duty.version, rule_id=duty.rule)


def _first_pack(duty: Duty) -> str:
    """The procedure whose version a duty names, where two owe the same."""
    return duty.pack.split("+")[0]


def _cause(entry_id: str, named: Mapping[str, str]) -> Cause:
    return Cause(address("entry", entry_id=UUID(str(entry_id))), named.get(str(entry_id), ""))


def when_words(duty: Duty, now: dt.datetime) -> str:
    """``was due 2 hours ago``, ``in 9 hours``, ``waiting 3 days``."""
    if duty.due is not None:
        return when.until(duty.due, now)
    return when.waiting(duty.since, now)


def expected_words(says: str) -> str:
    """The area's own expectation, labelled as such: the procedure sets no time."""
    span = says.partition(",")[0]
    if span == "same day":
        return "this area expects it the same day"
    return f"this area expects it {span if span.startswith('within') else f'within {span}'}"


def missing_word(part: str) -> str:
    """What a duty met in part still lacks."""
    return AGENCIES.get(part) or MISSING_WORDS.get(part) or part.replace("_", " ").replace("-", " ")


def action_address(duty: Duty) -> str:
    """The form that answers a duty. It names the entry it answers, unless there are several: then it meets them all."""
    known = {"because": duty.causes[0]} if len(duty.causes) == 1 else {}
    query = urlencode({**known, "rule": duty.rule, "pack": _first_pack(duty), "version": duty.version})
    subject_id = UUID(str(duty.subject))
    if duty.owes in SCREENED:
        return f"{address('screening', subject_id=subject_id)}?{query}"
    return f"{address('record-kind', subject_id=subject_id, kind=duty.owes)}?{query}"
