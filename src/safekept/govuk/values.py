"""Reads what people typed into the values of a history, and writes values back into form data. Pure.

Form data is a mapping from input name to the list of texts sent, which is also how drafts are
kept, so that nothing typed is ever lost to a value that cannot be read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safekept.kinds import Field

from .when import LONDON

Raw = Mapping[str, Sequence[str]]
"""Input name to the texts sent."""

TEXT_LIMIT = 500
NARRATIVE_LIMIT = 20_000
MAX_ROWS = 40
SCORE_RANGE = range(11)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DATE_EXAMPLE = "for example 4 March 2026"
TIME_EXAMPLE = "for example 16:10 or 4.10pm"
SLACK = dt.timedelta(minutes=5)


class Unreadable(Exception):
    """An answer that cannot be read; the message says what to do, ``part`` is the input to go to."""

    def __init__(self, message: str, part: str = "") -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True, slots=True)
class Option:
    """One answer on offer."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Answers under a heading; the heading may be empty."""

    label: str
    options: tuple[Option, ...]


def first(raw: Raw, name: str) -> str:
    """The first text sent under a name, tidied; empty when nothing was sent."""
    texts = raw.get(name) or ("",)
    return tidy(texts[0])


def tidy(text: str) -> str:
    """Trim, with plain line ends and without characters that no database keeps."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def values_of(groups: Iterable[OptionGroup]) -> set[str]:
    """Every value on offer."""
    return {option.value for group in groups for option in group.options}


def read(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> Any:
    """The answer to one question, or None where it was left empty.

    Raises ``Unreadable`` with a sentence that says what to do.
    """
    return _READERS[field.type](field, raw, offered)


def write(field: Field, value: Any) -> dict[str, list[str]]:
    """Form data that would read back as ``value``."""
    return _WRITERS[field.type](field.name, value)


def read_date(raw: Raw, name: str) -> dt.date | None:
    """Three inputs as a date; the month may be a name. None when all three are empty."""
    day, month, year = (first(raw, f"{name}-{part}") for part in ("day", "month", "year"))
    if not (day or month or year):
        return None
    for part, text in (("day", day), ("month", month), ("year", year)):
        if not text:
            raise Unreadable(f"Give the {part} as well, {DATE_EXAMPLE}.", f"{name}-{part}")
    if not re.fullmatch(r"\d{4}", year):
        raise Unreadable(f"Give the year with four digits, {DATE_EXAMPLE}.", f"{name}-year")
    number = _month(month)
    if number is None:
        raise Unreadable(f"Give the month as a number or a name, {DATE_EXAMPLE}.", f"{name}-month")
    try:
        return dt.date(int(year), number, int(day) if day.isdecimal() and len(day) <= 2 else 0)
    except ValueError:
        raise Unreadable(f"That day does not exist. Give a real date, {DATE_EXAMPLE}.", f"{name}-day") from None


def read_time(text: str, part: str) -> dt.time | None:
    """``16:10``, ``1610``, ``4.10pm`` or ``4pm``; None when empty."""
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,2})(?:[:. ]?(\d{2}))?\s*(am|pm)?", text.lower().replace(".m.", "m"))
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    half = match[3] if match else None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
    if hour > 23 or minute > 59 or (match and not match[2] and not half):
        raise Unreadable(f"Give the time as hours and minutes, {TIME_EXAMPLE}.", part)
    return dt.time(hour, minute)


def read_moment(raw: Raw, name: str, now: dt.datetime, usual: dt.time | None = None) -> dt.datetime | None:
    """A date and a time as one moment in London; not in the future. None when both are empty.

    ``usual``: the time that counts where the day alone is given, but never later than now.
    """
    date = read_date(raw, name)
    time = read_time(first(raw, f"{name}-time"), f"{name}-time")
    if date is None and time is None:
        return None
    if date is None:
        raise Unreadable(f"Give the day as well, {DATE_EXAMPLE}.", f"{name}-day")
    if time is None and usual is None:
        raise Unreadable(
            f"Give the time as well, {TIME_EXAMPLE}. If you know only the day, choose that you know it roughly.",
            f"{name}-time",
        )
    value = dt.datetime.combine(date, time or usual or dt.time(), LONDON)
    if time is None and date == now.astimezone(LONDON).date():
        return min(value, now)
    if value.astimezone(dt.UTC).astimezone(LONDON).replace(tzinfo=None) != value.replace(tzinfo=None):
        raise Unreadable("The clocks went forward over that time, so it did not exist. Give another.", f"{name}-time")
    if value > now + SLACK:
        raise Unreadable("That is later than now. Give the time at which it happened.", f"{name}-day")
    return value


def write_date(name: str, value: dt.date) -> dict[str, list[str]]:
    """Form data of a date."""
    return {f"{name}-day": [str(value.day)], f"{name}-month": [str(value.month)], f"{name}-year": [f"{value.year:04}"]}


def write_moment(name: str, value: dt.datetime) -> dict[str, list[str]]:
    """Form data of a moment, on London's clocks."""
    here = value.astimezone(LONDON)
    return {**write_date(name, here.date()), f"{name}-time": [f"{here:%H:%M}"]}


def row_numbers(raw: Raw, name: str) -> list[int]:
    """Which numbered rows of a repeated question were sent, in order."""
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,9}})-\w+")
    return sorted({int(match[1]) for key in raw if (match := pattern.fullmatch(key))})


def too_many(count: int) -> str:
    """What to say of more rows than one entry can hold; empty where it can."""
    if count <= MAX_ROWS:
        return ""
    return f"There are {count} rows, and an entry holds {MAX_ROWS}. Put the rest in a second entry."


def _rows_to_read(raw: Raw, name: str) -> list[int]:
    numbers = row_numbers(raw, name)
    if said := too_many(len(numbers)):
        raise Unreadable(said)
    return numbers


def _month(text: str) -> int | None:
    if text.isdecimal():
        return int(text) if len(text) <= 2 and 1 <= int(text) <= 12 else None
    start = text.lower()[:3]
    return MONTHS.index(start) + 1 if start in MONTHS else None


def _read_yes_no(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> bool | None:
    text = first(raw, field.name)
    if text not in ("", "yes", "no"):
        raise Unreadable("Choose yes or no.")
    return {"yes": True, "no": False}.get(text)


def _read_text(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> str | None:
    text = first(raw, field.name)
    if text == "other" and offered:  # the list's own 'somebody else' is an answer even when no one is named
        text = first(raw, f"{field.name}-other") or (text if text in values_of(offered) else "")
    return _within(text, TEXT_LIMIT) or None


def _read_narrative(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> str | None:
    return _within(first(raw, field.name), NARRATIVE_LIMIT) or None


def _within(text: str, limit: int, part: str = "") -> str:
    if len(text) > limit:
        raise Unreadable(f"Use {limit:,} characters or fewer; there are {len(text):,}.", part)
    return text


def _read_choice(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> str | None:
    text = first(raw, field.name)
    if text and text not in values_of(offered):
        raise Unreadable("Choose one of the answers shown.")
    return text or None


def _read_choices(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> list[str] | None:
    texts = [tidy(text) for text in raw.get(field.name, ()) if tidy(text)]
    if set(texts) - values_of(offered):
        raise Unreadable("Choose from the answers shown.")
    return list(dict.fromkeys(texts)) or None


def _read_day(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> str | None:
    date = read_date(raw, field.name)
    return date.isoformat() if date else None


def _read_number(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> int | None:
    text = first(raw, field.name)
    if text and field.of is not None and text not in field.of:
        raise Unreadable("Choose one of the answers shown.")
    if text and not re.fullmatch(r"-?\d{1,9}", text):
        raise Unreadable("Give a whole number, for example 3.")
    return int(text) if text else None


def _read_texts(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> dict[str, str] | None:
    if field.of is not None or offered:
        names = list(field.of) if field.of is not None else sorted(values_of(offered))
        answers = {key: _within(first(raw, f"{field.name}-{key}"), NARRATIVE_LIMIT) for key in names}
        return {key: text for key, text in answers.items() if text} or None
    pairs: dict[str, str] = {}
    for number in _rows_to_read(raw, field.name):
        key, text = (first(raw, f"{field.name}-{number}-{part}") for part in ("key", "text"))
        if text and not key:
            raise Unreadable("Say what should be better, beside who will do it.", f"{field.name}-{number}-key")
        if key in pairs:
            raise Unreadable("The same outcome stands twice. Put both in one row.", f"{field.name}-{number}-key")
        if key:
            pairs[_within(key, TEXT_LIMIT)] = _within(text, NARRATIVE_LIMIT)
    return pairs or None


def _read_scores(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> dict[str, int] | None:
    scores: dict[str, int] = {}
    for key in (option.value for group in offered for option in group.options):
        text = first(raw, f"{field.name}-{key}")
        if text and not (text.isdecimal() and len(text) <= 2 and int(text) in SCORE_RANGE):
            raise Unreadable("Give a whole number from 0 to 10.", f"{field.name}-{key}")
        if text:
            scores[key] = int(text)
    return scores or None


def _read_rows(field: Field, raw: Raw, offered: Sequence[OptionGroup]) -> list[dict[str, str]] | None:
    rows = []
    for number in _rows_to_read(raw, field.name):
        who, reason = (_within(first(raw, f"{field.name}-{number}-{part}"), 2000) for part in ("who", "reason"))
        if who and not reason:
            raise Unreadable("Say why, beside who.", f"{field.name}-{number}-reason")
        if reason and not who:
            raise Unreadable("Say who, beside why.", f"{field.name}-{number}-who")
        if who:
            rows.append({"who": who, "reason": reason})
    return rows or None


Reader = Callable[[Field, Raw, Sequence[OptionGroup]], Any]

_READERS: dict[str, Reader] = {
    "yes-no": _read_yes_no,
    "text": _read_text,
    "narrative": _read_narrative,
    "choice": _read_choice,
    "choices": _read_choices,
    "ids": _read_choices,
    "date": _read_day,
    "number": _read_number,
    "texts": _read_texts,
    "scores": _read_scores,
    "rows": _read_rows,
}


def _write_rows(name: str, value: Any) -> dict[str, list[str]]:
    return {f"{name}-{n}-{part}": [str(row.get(part, ""))] for n, row in enumerate(value) for part in ("who", "reason")}


def _write_texts(name: str, value: Any) -> dict[str, list[str]]:
    by_key = {f"{name}-{key}": [str(text)] for key, text in value.items()}
    in_rows = {f"{name}-{n}-key": [str(key)] for n, key in enumerate(value)}
    return by_key | in_rows | {f"{name}-{n}-text": [str(text)] for n, text in enumerate(value.values())}


_WRITERS: dict[str, Callable[[str, Any], dict[str, list[str]]]] = {
    "yes-no": lambda name, value: {name: ["yes" if value else "no"]},
    "text": lambda name, value: {name: [str(value)]},
    "narrative": lambda name, value: {name: [str(value)]},
    "choice": lambda name, value: {name: [value if isinstance(value, str) else value[0]]},
    "choices": lambda name, value: {name: [str(v) for v in value]},
    "ids": lambda name, value: {name: [str(v) for v in value]},
    "date": lambda name, value: write_date(name, dt.date.fromisoformat(value)),
    "number": lambda name, value: {name: [str(value)]},
    "texts": _write_texts,
    "scores": lambda name, value: {f"{name}-{key}": [str(score)] for key, score in value.items()},
    "rows": _write_rows,
}
