"""Duties as rows: what, for whom, by when in words, why, and the button that answers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from safekept.govuk import when
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES
from safekept.procedures import Obligation

GROUPS = {
    "overdue": "Overdue",
    "today": "Due today",
    "week": "In the next 7 days",
    "later": "Later",
    "waiting": "Waiting without a clock",
}
WEEK = dt.timedelta(days=7)
MISSING_WORDS = {"verbally": "told by word", "in_writing": "told in writing"}
SCREENED = frozenset({"screening"})


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty, whether the engine worked it out just now or the list of work holds it."""

    title: str
    subject: str
    rule: str
    pack: str
    owner: str
    owes: str
    because: str
    cites: tuple[str, ...]
    missing: tuple[str, ...]
    due: dt.datetime | None
    expected_says: str | None
    since: dt.datetime
    explain: str
    along: tuple[str, ...] = ()

    @classmethod
    def worked_out(cls, duty: Obligation) -> Duty:
        """From the engine's answer."""
        return cls(
            duty.title, duty.subject, duty.rule, duty.pack, duty.owner, duty.owes, duty.because, duty.cites,
            duty.missing, duty.due, duty.expected_says, duty.triggered_at, duty.explain, duty.along,
        )  # fmt: skip

    @classmethod
    def listed(cls, kept: Any, now: dt.datetime) -> Duty:
        """From a row of the list of work."""
        return cls(
            kept.title, str(kept.subject_id), kept.rule, kept.pack, kept.owner_kind, kept.owes, kept.because,
            tuple(kept.cites), tuple(kept.missing), kept.due, kept.expected_says, kept.because_at or now, kept.explain,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwedRow:
    """One duty as a page shows it."""

    group: str
    title: str
    child: str
    child_id: str
    when: str
    precise: str
    expected: str
    owner: str
    along: tuple[str, ...]
    missing: tuple[str, ...]
    cites: tuple[str, ...]
    why: str
    explain: str
    because: str
    act: str
    act_text: str
    due: dt.datetime | None
    since: dt.datetime
    fallback: str = ""


def group_of(due: dt.datetime | None, now: dt.datetime) -> str:
    """Which group a duty stands in, by London's days."""
    if due is None:
        return "waiting"
    if due < now:
        return "overdue"
    today, day = when.local(now).date(), when.local(due).date()
    if day == today:
        return "today"
    return "week" if day <= today + WEEK else "later"


def row(duty: Duty, child: str, now: dt.datetime, *, fallback: str = "") -> OwedRow:
    """A duty as a row; ``fallback`` says who holds it where no team of its owner's kind is set."""
    title = duty.title or KINDS[duty.owes].title
    return OwedRow(
        group=group_of(duty.due, now),
        title=title,
        child=child,
        child_id=str(duty.subject),
        when=when_words(duty, now),
        precise=when.by(duty.due, now) if duty.due else "",
        expected=f"expected {expected_words(duty.expected_says)}" if duty.expected_says and not duty.due else "",
        owner=AGENCIES.get(duty.owner, duty.owner),
        along=tuple(AGENCIES.get(kind, kind) for kind in duty.along),
        missing=tuple(missing_word(part) for part in duty.missing),
        cites=tuple(duty.cites),
        why=reverse("procedure-rule", kwargs={"pack_id": duty.pack, "rule_id": duty.rule}),
        explain=duty.explain,
        because=reverse("entry", kwargs={"entry_id": UUID(str(duty.because))}),
        act=action_address(duty.subject, duty.owes, duty.because, duty.rule),
        act_text="Screen" if duty.owes in SCREENED else "Record it",
        due=duty.due,
        since=duty.since,
        fallback=fallback,
    )


def when_words(duty: Duty, now: dt.datetime) -> str:
    """``was due 2 hours ago``, ``in 9 hours``, ``waiting 3 days``."""
    if duty.due is not None:
        return when.until(duty.due, now)
    return when.waiting(duty.since, now)


def expected_words(says: str) -> str:
    """The area's expectation as the engine says it, to follow the word 'expected'."""
    return f"the {says}" if says.startswith("same day") else says if says.startswith("within") else f"within {says}"


def missing_word(part: str) -> str:
    """What a duty met in part still lacks."""
    return AGENCIES.get(part) or MISSING_WORDS.get(part) or part.replace("_", " ").replace("-", " ")


def action_address(subject: Any, owes: str, because: Any, rule: str) -> str:
    """The form that answers a duty, knowing what it answers."""
    query = urlencode({"because": str(because), "rule": rule})
    subject_id = UUID(str(subject))
    if owes in SCREENED:
        return f"{reverse('screening', kwargs={'subject_id': subject_id})}?{query}"
    return f"{reverse('record-kind', kwargs={'subject_id': subject_id, 'kind': owes})}?{query}"


def grouped(rows: Iterable[OwedRow]) -> list[tuple[str, str, list[OwedRow]]]:
    """Rows under their headings, in order; what waits longest first among those without a clock."""
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    every = sorted(rows, key=lambda r: (r.due or far, r.since, r.child))
    found = [(key, title, [r for r in every if r.group == key]) for key, title in GROUPS.items()]
    return [entry for entry in found if entry[2]]


def counts(rows: Sequence[OwedRow]) -> dict[str, int]:
    """How many duties stand in each group."""
    return {key: sum(1 for r in rows if r.group == key) for key in GROUPS}
