"""One search box: phones, plates, postcodes, numbers, dates and names picked out of what was typed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from . import identifiers as ids
from .dates import DATE_FORMS, TypedDate, read_date
from .people import Known

LONGEST_QUESTION = 200
"""Characters of a question that are looked at; the rest is left out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was found in the box: a question ready for ``rank``, and the words left as names."""

    known: Known
    words: str = ""


_NUMBERS = re.compile(r"(?<![\w/])(\+?\d[\d\s()\-]{4,18}\d)(?![\w/])")
_EMAIL = re.compile(r"\S+@\S+\.\S+")
_HANDLE = re.compile(r"(?<!\S)@[\w.\-]+")
_UPN = re.compile(r"\b[A-Za-z]\d{11}[0-9A-Za-z]\b")
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z0-9]?\s?\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}\b")
_PLATE = re.compile(
    r"(?<!\S)(?=\S*[\d?*])([A-Za-z?*]{2}[\d?*]{2}\s?[A-Za-z?*]{3}|[A-Za-z]\d{1,3}\s?[A-Za-z]{3}"
    r"|[A-Za-z]{3}\s?\d{1,3}[A-Za-z]|(?=\S*[A-Za-z])(?=\S*\d)[A-Za-z0-9?*]{3,8})(?!\S)"
)


def read_box(text: str, today: dt.date, kind: str = "") -> Asked:
    """Read one search box into a question. Never fails: what is not recognised is taken as names."""
    rest = text[:LONGEST_QUESTION]
    found: list[tuple[str, str]] = []
    for scheme, pattern in (("email", _EMAIL), ("handle", _HANDLE), ("upn", _UPN)):
        rest = _take(rest, pattern, scheme, found)
    born, rest = _take_date(rest, today)
    rest = _take_numbers(rest, found)
    for scheme, pattern in (("postcode", _POSTCODE), ("vrm", _PLATE)):
        rest = _take(rest, pattern, scheme, found)
    words = " ".join(rest.split())
    return Asked(Known("", kind, (words,) if words else (), born.day, born.precision, tuple(found)), words)


def _take(text: str, pattern: re.Pattern[str], scheme: str, found: list[tuple[str, str]]) -> str:
    def keep(match: re.Match[str]) -> str:
        read = ids.normalise(scheme, match[0])
        if not read:
            return match[0]
        found.append((scheme, read.value))
        return " "

    return pattern.sub(keep, text)


def _take_date(text: str, today: dt.date) -> tuple[TypedDate, str]:
    for _, pattern in DATE_FORMS:
        match = pattern.search(text)
        read = read_date(match[0], today) if match else None
        if match and read and read.day and today.year - 120 < read.day.year:
            rest = text[: match.start()] + " " + text[match.end() :]
            about = re.search(r"\b(about|around|circa)\s*$", text[: match.start()], re.IGNORECASE)
            rest = re.sub(r"\b(about|around|circa|born)\b", " ", rest, flags=re.IGNORECASE)
            return (TypedDate(read.day, "about") if about else read), rest
    return TypedDate(), text


def _take_numbers(text: str, found: list[tuple[str, str]]) -> str:
    def keep(match: re.Match[str]) -> str:
        nhs = ids.nhs_number(match[0])
        if nhs:
            found.append(("nhs", nhs.value))
        read = ids.phone(match[0])
        if read and (not nhs or match[0].lstrip().startswith(("0", "+"))):
            found.append(("phone", read.value))
        return " " if nhs or read else match[0]

    return _NUMBERS.sub(keep, text)
