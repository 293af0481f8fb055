"""Lengths of time as procedures write them, and the moment at which each runs out.

``24 hours`` is elapsed time. Every other unit ends at 23:59:59 in London on its last day; the
trigger's own day is not counted. Moments come in aware and go out in UTC.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from .england import is_working_day

LONDON = ZoneInfo("Europe/London")
UTC = dt.UTC

_PATTERN = re.compile(r"^(\d{1,3}) (hour|working day|day|week|month|year)s?$")
UNITS = "hours, working days, days, weeks, months or years"


class DurationError(ValueError):
    """A length of time that cannot be read; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Duration:
    """``amount`` of ``unit`` (hour, working day, day, week, month, year)."""

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read ``'3 working days'``; raise :class:`DurationError` otherwise."""
        if text == "same day":
            return cls(0, "day")
        found = _PATTERN.match(text)
        if not found:
            raise DurationError(f"'{text}' is not a length of time; expected 'same day' or a number of {UNITS}")
        return cls(int(found[1]), found[2])

    def after(self, moment: dt.datetime) -> dt.datetime:
        """Return the last moment (UTC) at which something owed within this time is in time."""
        if self.unit == "hour":
            return moment + dt.timedelta(hours=self.amount)
        return end_of_day(self.last_day(london_date(moment)))

    def last_day(self, day: dt.date) -> dt.date:
        """Return the last day of this length, counted in whole days from ``day``."""
        match self.unit:
            case "working day":
                return add_working_days(day, self.amount)
            case "day":
                return day + dt.timedelta(days=self.amount)
            case "week":
                return day + dt.timedelta(weeks=self.amount)
            case "month":
                return add_months(day, self.amount)
            case "year":
                return add_months(day, 12 * self.amount)
        raise DurationError(f"{self} is not counted in days")

    def before(self, moment: dt.datetime) -> dt.datetime:
        """Return the moment this long before ``moment``, in elapsed hours, days or weeks."""
        hours = {"hour": 1, "day": 24, "week": 168}.get(self.unit)
        if hours is None:
            raise DurationError(f"'{self}' cannot be counted back; expected hours, days or weeks")
        return moment - dt.timedelta(hours=self.amount * hours)

    def __str__(self) -> str:
        if (self.amount, self.unit) == (0, "day"):
            return "same day"
        return f"{self.amount} {self.unit}{'' if self.amount == 1 else 's'}"


@lru_cache(maxsize=65536)
def london_date(moment: dt.datetime) -> dt.date:
    """Return the date in London at ``moment``."""
    return moment.astimezone(LONDON).date()


@lru_cache(maxsize=16384)
def end_of_day(day: dt.date) -> dt.datetime:
    """Return 23:59:59 in London on ``day``, in UTC."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), LONDON).astimezone(UTC)


@lru_cache(maxsize=16384)
def add_working_days(day: dt.date, count: int) -> dt.date:
    """Return the ``count``-th working day after ``day`` (weekends and England's bank holidays skipped)."""
    while count:
        day += dt.timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day ``months`` later, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return dt.date(year, month + 1, last)
            except ValueError:
                continue
    raise DurationError(f"{day} plus {months} months is not a date")


def age_on(born: dt.date, day: dt.date) -> int:
    """Return the age in whole years on ``day``; someone born on 29 February turns on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
