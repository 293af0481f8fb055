"""Alerts as the guardian reads them: what happened, who, whose record, and how often it was a false alarm."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from safekept.access.models import Alert, Grant
from safekept.govuk.when import length
from safekept.govuk.words import counted
from safekept.register import names

from .. import queries
from ..around import around
from ..patterns import PATTERNS
from ..reasons import Reason, reason

SHOWN = 50
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One alert in a list."""

    alert: Alert
    title: str
    who: str
    whose: str
    late: bool
    left: str
    own: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of those reviewed were false alarms."""

    title: str
    reviewed: int
    false: int

    @property
    def says(self) -> str:
        """In words."""
        were = "was a false alarm" if self.false == 1 else "were false alarms"
        return f"{self.false} of {self.reviewed} reviewed {were}"


def title(alert: Alert) -> str:
    """What happened, in a few words."""
    pattern = PATTERNS.get(alert.pattern)
    return pattern.title if pattern else str(Alert.Kind(alert.kind).label)


def left(due: dt.datetime | None, now: dt.datetime) -> str:
    """How long there is for the review, in hours for four days, as the clock runs: ``71 hours left to review``."""
    if due is None:
        return ""
    span = abs(due - now)
    said = counted(span // HOUR, "hour") if HOUR <= span < 96 * HOUR else length(span)
    return f"{said} left to review" if due >= now else f"review overdue by {said}"


def rows(alerts: Sequence[Alert], me: UUID, now: dt.datetime) -> list[Row]:
    """Alerts with names; only the names are read."""
    people = queries.people(one.account_id for one in alerts)
    things = names.called(one.subject_id for one in alerts if one.subject_id is not None)
    return [
        Row(
            one,
            title(one),
            queries.called(people.get(one.account_id)),
            things[one.subject_id].label if one.subject_id in things else "",
            one.due is not None and one.due < now,
            left(one.due, now),
            one.account_id == me,
        )
        for one in alerts
    ]


def rates(reviewed: Iterable[Alert]) -> tuple[Rate, list[Rate]]:
    """False alarms in all, and by kind or pattern, the commonest first."""
    held = list(reviewed)
    every = Counter(title(one) for one in held)
    false = Counter(title(one) for one in held if one.finding == Alert.Finding.FALSE_ALARM)
    each = [Rate(name, number, false[name]) for name, number in every.most_common()]
    return Rate("All", len(held), sum(false.values())), each


@dataclass(frozen=True, slots=True)
class Under:
    """What a person read of one record in a stretch of time."""

    since: dt.datetime
    until: dt.datetime
    reads: list[queries.Read]
    emergency: bool

    @property
    def says(self) -> str:
        """How much, in words."""
        opened = sum(one.is_opening for one in self.reads)
        refused = sum(not one.allowed for one in self.reads)
        parts = [f"opened the record {counted(opened, 'time')}" if opened else "did not open the record"]
        if refused:
            parts.append(f"was refused {counted(refused, 'time')}")
        return " and ".join(parts)

    @property
    def shown(self) -> list[queries.Read]:
        """The latest of them."""
        return self.reads[:SHOWN]


def under(alert: Alert, grant: Grant | None, now: dt.datetime) -> Under | None:
    """What the person then read: in the time of the emergency, or in the month before and since the alert."""
    if alert.subject_id is None:
        return None
    if grant is not None:
        ends = [moment for moment in (grant.until, grant.ended_at, now) if moment is not None]
        since, until = grant.at, min(ends)
    else:
        since, until = alert.at - dt.timedelta(days=30), now
    reads = [one for one in queries.reads_of(alert.subject_id, since, until) if one.account == alert.account_id]
    return Under(since, until, reads, grant is not None)


def why_now(alert: Alert, agency: UUID, now: dt.datetime) -> Reason | None:
    """What lets the person see the record now."""
    if alert.subject_id is None:
        return None
    return reason(around([alert.subject_id])[alert.subject_id], alert.account_id, agency, now)
