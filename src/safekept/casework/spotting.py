"""Phones, vehicles, places and online names that somebody's own words hold, to offer as cards. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from safekept.linking import normalise


@dataclass(frozen=True, slots=True)
class Spotted:
    """Something found in the words: what kind of thing it is, by which scheme it is known, and as it was typed."""

    kind: str
    scheme: str
    text: str


PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("account", "email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")),
    ("account", "handle", re.compile(r"(?<![\w.])@[A-Za-z0-9_.]{2,30}\b")),
    ("phone", "phone", re.compile(r"(?<!\w)(?:\+44|0)[\d ()-]{8,15}\d(?!\w)")),
    ("vehicle", "vrm", re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{3}\b|\b[A-Z]\d{1,3} ?[A-Z]{3}\b", re.IGNORECASE)),
    ("place", "postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)),
)
AT_MOST = 12


def spotted(text: str) -> list[Spotted]:
    """What the words hold, each once, in the order of the kinds; never more than a page can show."""
    found: dict[tuple[str, str], Spotted] = {}
    rest = text
    for kind, scheme, pattern in PATTERNS:
        for match in pattern.finditer(rest):
            read = normalise(scheme, match[0])
            if read.error or not read.value:
                continue
            found.setdefault((scheme, read.value), Spotted(kind, scheme, match[0].strip()))
        rest = pattern.sub(" ", rest)
    return list(found.values())[:AT_MOST]
