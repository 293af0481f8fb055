"""Dates as people type them, with how much of them is known."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR = r"((?:19|20)?\d{2})"
DATE_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ymd", re.compile(r"\b((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})\b")),
    ("dmy", re.compile(rf"\b(\d{{1,2}})\s*[/.\-]\s*(\d{{1,2}})\s*[/.\-]\s*{_YEAR}\b")),
    ("dMy", re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\.?,?\s+{_YEAR}\b", re.IGNORECASE)),
    ("Mdy", re.compile(rf"\b{_MONTH}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d{{2}})\b", re.IGNORECASE)),
    ("My", re.compile(rf"\b{_MONTH}\.?\s+((?:19|20)\d{{2}})\b", re.IGNORECASE)),
    ("my", re.compile(r"(?<![/\d])\b(\d{1,2})/((?:19|20)\d{2})\b")),
    ("y", re.compile(r"\b((?:19|20)\d{2})\b")),
)


@dataclass(frozen=True, slots=True)
class TypedDate:
    """A date read from text. ``precision`` is ``day``, ``month``, ``year`` or ``about``; ``error`` a sentence."""

    day: dt.date | None = None
    precision: str = "day"
    error: str = ""


def read_date(text: str, today: dt.date) -> TypedDate:
    """Read '4/5/2011', '4 May 2011', 'May 2011', '2011' or 'about 2011': day first, as in Britain.

    Two-digit years are the latest that are not after ``today``. Dates after ``today`` are refused.
    """
    about = bool(re.search(r"\b(about|around|circa|approx\w*)\b|~", text, re.IGNORECASE))
    rest = re.sub(r"\b(about|around|circa|approx\w*)\b|~|\bborn\b", " ", text, flags=re.IGNORECASE).strip()
    for form, pattern in DATE_FORMS:
        found = pattern.fullmatch(rest)
        if found:
            return _checked(form, found.groups(), today, about)
    return TypedDate(error="Write the date like 4 May 2011, 4/5/2011, May 2011 or 2011.")


def _checked(form: str, groups: tuple[str, ...], today: dt.date, about: bool) -> TypedDate:
    year, month, day, precision = _read(form, groups, today)
    try:
        value = dt.date(year, month, day)
    except ValueError:
        return TypedDate(error="There is no such day in the calendar. Check the day and the month.")
    if value > today:
        return TypedDate(error="That date is in the future. Check the year.")
    return TypedDate(value, "about" if about else precision)


def _read(form: str, groups: tuple[str, ...], today: dt.date) -> tuple[int, int, int, str]:
    if form == "ymd":
        return int(groups[0]), int(groups[1]), int(groups[2]), "day"
    if form == "dmy":
        return _year(groups[2], today), int(groups[1]), int(groups[0]), "day"
    if form == "dMy":
        return _year(groups[2], today), _month(groups[1]), int(groups[0]), "day"
    if form == "Mdy":
        return int(groups[2]), _month(groups[0]), int(groups[1]), "day"
    if form == "My":
        return int(groups[1]), _month(groups[0]), 1, "month"
    if form == "my":
        return int(groups[1]), int(groups[0]), 1, "month"
    return int(groups[0]), 1, 1, "year"


def _month(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1


def _year(text: str, today: dt.date) -> int:
    if len(text) == 4:
        return int(text)
    year = today.year - today.year % 100 + int(text)
    return year if year <= today.year else year - 100


def swapped(day: dt.date) -> dt.date | None:
    """Return the date with day and month exchanged, or None where there is no such date."""
    try:
        return day.replace(day=day.month, month=day.day)
    except ValueError:
        return None
