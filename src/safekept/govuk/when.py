"""Dates and times as people say them, in Europe/London. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
END_OF_DAY = (23, 59)


def local(moment: dt.datetime) -> dt.datetime:
    """The same moment on London's clocks."""
    return moment.astimezone(LONDON)


def day(date: dt.date) -> str:
    """``4 March 2026``."""
    if isinstance(date, dt.datetime):
        date = local(date).date()
    return f"{date.day} {date:%B %Y}"


def short_day(date: dt.date) -> str:
    """``Tue 4 Mar 2026``, for rows where space is short."""
    if isinstance(date, dt.datetime):
        date = local(date).date()
    return f"{date:%a} {date.day} {date:%b %Y}"


def moment(value: dt.datetime, now: dt.datetime) -> str:
    """``Tue 4 Mar 16:10``; the year only where it is not this year's."""
    here = local(value)
    year = "" if here.year == local(now).year else f" {here.year}"
    return f"{here:%a} {here.day} {here:%b}{year} {here:%H:%M}"


def between(earliest: dt.datetime, latest: dt.datetime, now: dt.datetime) -> str:
    """``between Tue 4 Mar 16:10 and Tue 4 Mar 18:00``; of all of one day ``some time on Tue 4 Mar``."""
    one, other = local(earliest), local(latest)
    if one.date() == other.date() and (one.hour, one.minute) == (0, 0) and (other.hour, other.minute) == END_OF_DAY:
        return f"some time on {moment(earliest, now).rpartition(' ')[0]}"
    return f"between {moment(earliest, now)} and {moment(latest, now)}"


def clock(value: dt.datetime) -> str:
    """``16:10``."""
    return f"{local(value):%H:%M}"


def by(value: dt.datetime, now: dt.datetime) -> str:
    """When something is due: ``by 20:00 today``, ``by Tue 4 Mar``; no clock at the end of a day."""
    here, today = local(value), local(now).date()
    at_end = (here.hour, here.minute) == END_OF_DAY
    if here.date() == today:
        return "by the end of today" if at_end else f"by {here:%H:%M} today"
    named = f"{here:%a} {here.day} {here:%b}" + ("" if here.year == today.year else f" {here.year}")
    return f"by {named}" if at_end else f"by {named} {here:%H:%M}"


def length(span: dt.timedelta) -> str:
    """A length of time in its largest sensible unit: ``9 hours``, ``3 days``, ``2 months``."""
    span = abs(span)
    if span < HOUR:
        return _counted(max(1, span // MINUTE), "minute")
    if span < 2 * DAY:
        return _counted(span // HOUR, "hour")
    if span < 60 * DAY:
        return _counted(span // DAY, "day")
    return _counted(span // (30 * DAY), "month")


def until(due: dt.datetime, now: dt.datetime) -> str:
    """``in 9 hours`` or ``was due 2 hours ago``."""
    return f"in {length(due - now)}" if due >= now else f"was due {length(now - due)} ago"


def waiting(since: dt.datetime, now: dt.datetime) -> str:
    """``waiting 3 days``, for what the procedure sets no time for."""
    return "not yet begun" if since > now else f"waiting {length(now - since)}"


def ago(value: dt.datetime, now: dt.datetime) -> str:
    """``3 days ago``; ``just now`` within a minute."""
    return "just now" if abs(now - value) < MINUTE else f"{length(now - value)} ago"


def age(born: dt.date, now: dt.datetime) -> int:
    """Whole years by the London date."""
    today = local(now).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
