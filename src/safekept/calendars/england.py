"""England's bank holidays, as one table.

The table is generated (``england_bank_holidays.txt``): to 2028 as published by the government,
beyond that by rule. Past its horizon a question is refused rather than answered 'not a holiday'.
"""

from __future__ import annotations

import datetime as dt
from importlib import resources


class CalendarHorizonError(ValueError):
    """A date outside the table of bank holidays."""


def _read() -> frozenset[dt.date]:
    text = resources.files(__package__).joinpath("england_bank_holidays.txt").read_text("utf-8")
    return frozenset(dt.date.fromisoformat(line) for line in text.split() if line)


HOLIDAYS = _read()
FIRST_YEAR = min(HOLIDAYS).year
LAST_YEAR = max(HOLIDAYS).year


def is_working_day(day: dt.date) -> bool:
    """Tell whether ``day`` is neither at a weekend nor a bank holiday in England.

    Raises :class:`CalendarHorizonError` for a year that the table does not hold.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CalendarHorizonError(
            f"bank holidays are known from {FIRST_YEAR} to {LAST_YEAR}; {day.isoformat()} lies outside"
        )
    return day.weekday() < 5 and day not in HOLIDAYS
