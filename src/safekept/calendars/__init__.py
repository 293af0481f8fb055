"""Elapsed hours, working days and months in London time. Pure: imports nothing of Safekept."""

from .durations import (
    LONDON,
    UTC,
    Duration,
    DurationError,
    add_months,
    add_working_days,
    age_on,
    end_of_day,
    london_date,
)
from .england import CalendarHorizonError, is_working_day

__all__ = [
    "LONDON",
    "UTC",
    "CalendarHorizonError",
    "Duration",
    "DurationError",
    "add_months",
    "add_working_days",
    "age_on",
    "end_of_day",
    "is_working_day",
    "london_date",
]
