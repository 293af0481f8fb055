"""Finding what is kept apart however somebody wrote it: case, spaces, punctuation, accents and short forms aside.

Finding too much costs a paragraph; finding too little can cost a life. Where the two pull apart, this finds too much.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from string import digits

NO_BOUNDARY = 9
"""Characters from which a text is telling enough to be found also inside a longer word."""
SHORT_NUMBERS = (6, 7, 8)
"""Digits of a phone number as people who share its area code write it."""
WHOLE_NUMBER = 10
"""Digits of a British number without its leading zero."""
FORMS = (
    ("road", "rd"), ("street", "st", "str"), ("avenue", "ave", "av"), ("close", "cl"), ("court", "ct"),
    ("drive", "dr"), ("lane", "ln"), ("square", "sq"), ("crescent", "cres", "cr"), ("gardens", "gdns"),
    ("place", "pl"), ("terrace", "ter", "terr"), ("grove", "gr", "gv"), ("way", "wy"), ("hill", "hl"),
    ("house", "hse"), ("saint", "st"),
)  # fmt: skip
"""Words of addresses that people shorten: the whole word first."""
GENERAL = frozenset({"flat", "unit", "room", "apartment", "apt", "floor", "block", "the"})
"""Words that say nothing of where an address is."""
DESCRIBING = frozenset({"a", "an", "and", "from", "in", "man", "of", "on", "the", "with", "woman", "who"})
"""Words that make a name a description (‘man with grey car’): its single words tell nobody apart."""
_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})\b", re.IGNORECASE)
_WORD = re.compile(r"[0-9]+[a-z]?(?![^\W_])|[^\W\d_]+|[0-9]+")
_DIGITS = re.compile(r"[0-9]+(?:[\W_]+[0-9]+)*")


class Sort(StrEnum):
    """What a text that is kept apart is."""

    ADDRESS = "address"
    PHONE = "phone"
    NAME = "name"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that is kept apart. ``id`` tells it apart; ``kept_from``: the people (things) it is concealed from.

    ``apart_from``: words that may stand although they are part of a name, because the recipient's or the child's
    own name holds them.
    """

    id: str
    sort: Sort
    text: str
    kept_from: frozenset[str] = frozenset()
    apart_from: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A text without all but its letters and digits, and where words begin and end in it."""

    text: str
    borders: frozenset[int]

    def holds(self, needle: str) -> bool:
        """Whether it holds the needle: whole words only, unless the needle is long."""
        at = self.text.find(needle)
        while at >= 0:
            if len(needle) >= NO_BOUNDARY or {at, at + len(needle)} <= self.borders:
                return True
            at = self.text.find(needle, at + 1)
        return False


def plain(text: str) -> str:
    """Small letters without accents or what takes no room; full-width and other digits as 0 to 9."""
    if text.isascii():
        return text.lower()
    taken = unicodedata.normalize("NFKD", text).casefold()
    seen = (c for c in taken if unicodedata.category(c) not in ("Mn", "Cf"))
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in seen)


def words(text: str) -> list[str]:
    """The words and numbers of a text, in order: ``14b`` is one, ``14Alder`` two."""
    return _WORD.findall(plain(text))


def squeezed(text: str) -> Squeezed:
    """The text with all but letters and digits left out."""
    found = words(text)
    borders = {0}
    length = 0
    for word in found:
        number = len(word) - len(word.lstrip(digits))
        borders |= {length + number, length + len(word)}
        length += len(word)
    return Squeezed("".join(found), frozenset(borders))


def numbers(text: str) -> list[str]:
    """The runs of digits in a text, whatever but letters stands between them."""
    return [re.sub(r"[^0-9]", "", run) for run in _DIGITS.findall(plain(text))]


@dataclass(frozen=True, slots=True)
class Read:
    """A text read once, to look for many things in it."""

    squeezed: Squeezed
    words: frozenset[str]
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """What to look for, for one text that is kept apart: worked out once, to look for it in many texts."""

    secret: Secret
    needles: frozenset[str]
    parts: frozenset[str]
    phones: tuple[str, ...]

    def is_in(self, text: Read, in_parts: bool = True) -> bool:
        """Whether a text holds it.

        ``in_parts``: a name's single parts count too. They do not in finished bytes, where a month or a street may
        be called like somebody.
        """
        if any(text.squeezed.holds(needle) for needle in self.needles):
            return True
        if in_parts and not self.parts.isdisjoint(text.words):
            return True
        return any(_number_held(text.runs, one) for one in self.phones)


def read(text: str) -> Read:
    """A text, to be looked through."""
    return Read(squeezed(text), frozenset(words(text)), tuple(numbers(text)))


def sought(secret: Secret) -> Sought:
    """What to look for. Only names have parts, and names hold no phone number."""
    is_name = secret.sort is Sort.NAME
    return Sought(
        secret,
        needles(secret),
        _parts(secret) if is_name else frozenset(),
        () if is_name else _phones(secret),
    )


def held(text: str, secret: Secret, in_parts: bool = True) -> bool:
    """Whether a text holds what is kept apart (``Sought.is_in``)."""
    return sought(secret).is_in(read(text), in_parts)


def needles(secret: Secret) -> frozenset[str]:
    """What to look for, squeezed. Nothing that is shorter than three characters."""
    if secret.sort is Sort.NAME:
        found = _of_name(secret.text)
    elif secret.sort is Sort.ADDRESS:
        found = _of_address(secret.text) | {squeezed(secret.text).text}
    else:
        found = {squeezed(secret.text).text}
    return frozenset(one for one in found if len(one) > 2)


def _phones(secret: Secret) -> tuple[str, ...]:
    """The phone numbers in a text that is kept apart: all of a phone's, and long ones wherever they stand."""
    runs = [run for some in re.split(r"[,;/\n]", secret.text) for run in numbers(some)]
    shortest = SHORT_NUMBERS[0] if secret.sort is Sort.PHONE else WHOLE_NUMBER
    return tuple(run for run in runs if len(run) >= shortest)


def _number_held(runs: tuple[str, ...], number: str) -> bool:
    """Whether runs of digits hold a number: whole, with or without its leading parts, or as neighbours write it."""
    if len(number) < WHOLE_NUMBER:
        return any(number in run for run in runs)
    short = {number[-size:] for size in SHORT_NUMBERS}
    return any(number[-WHOLE_NUMBER:] in run or run in short for run in runs)


def _parts(secret: Secret) -> frozenset[str]:
    """The parts of a name that tell whose it is: ``O’Brien`` also written as one word."""
    if DESCRIBING & set(secret.text.split()):
        return frozenset()
    told = {one for one in (*words(secret.text), *_chunks(secret.text)) if len(one) > 2}
    return frozenset(told) - {plain(one) for one in secret.apart_from} - DESCRIBING


def _chunks(text: str) -> list[str]:
    return [one for chunk in text.split() if (one := squeezed(chunk).text)]


def _of_name(text: str) -> set[str]:
    """A whole name, the family name also first, and the first name's letter with the family name."""
    parts = _chunks(text)
    if len(parts) < 2:
        return set()
    first, family = parts[0], parts[-1]
    return {"".join(parts), first + family, family + "".join(parts[:-1]), family + first, first[0] + family}


def _of_address(text: str) -> set[str]:
    """The postcode; the house and street; the street alone; a house's name.

    A town is no secret by itself: lines after the last one with a number are left out.
    """
    found = {squeezed(one[0]).text for one in _POSTCODE.finditer(text)}
    lines = [words(line) for line in re.split(r"[,;\n]", _POSTCODE.sub(" ", text))]
    telling = [line for line in lines if _street(line)]
    last = max((place for place, line in enumerate(telling) if len(_street(line)) < len(line)), default=0)
    return found | {form for line in telling[: last + 1] for form in _written(line)}


def _street(line: list[str]) -> list[str]:
    """What is left of a line of an address without the numbers and the like that begin it."""
    named = [place for place, word in enumerate(line) if word not in GENERAL and not word[0].isdigit()]
    return line[named[0] :] if named else []


def _written(line: list[str]) -> Iterator[str]:
    """A line of an address in all its forms: with its number and without, short words, without what follows."""
    street = _street(line)
    number = line[: -len(street)][-1:]
    yield from _shortened(line)
    for size in range(1, len(street) + 1):
        if number:
            yield from _shortened(number + street[:size])
        if size > 1:
            yield from _shortened(street[:size])


def _shortened(line: list[str]) -> set[str]:
    forms = {""}
    for word in line:
        same = {one for group in FORMS if word in group for one in group} | {word}
        forms = {begun + one for begun in forms for one in same}
    return forms
