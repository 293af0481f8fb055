"""What a document is made of, and for whom: plain values, told by whoever reads the record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from safekept.kinds import Privacy


class Side(StrEnum):
    """Who receives a document."""

    CHILD = "child"
    PARENT = "parent"
    AGENCY = "agency"
    COURT = "court"


class Purpose(StrEnum):
    """What a document is for."""

    LETTER = "letter"
    SUBJECT_ACCESS = "subject-access"
    ORDER = "order"
    COPY = "copy"


SUSPECTING = frozenset({"person-of-concern", "took-part", "suspect", "suspected", "perpetrator", "exploiter"})
"""Roles in an entry that say that somebody is thought to take part in the harm."""
REPORTING = frozenset({"concern", "referral", "screening"})
"""Kinds of entry of which whoever recorded them is the one who told us."""
PERSONAL = frozenset({"child", "adult", "group", "vehicle", "phone", "account"})
"""What an entry can mention that is, or leads to, a person. Places and organisations are not."""
SOURCES = frozenset({"source", "referrer", "informant", "witness"})
"""Roles in an entry that say that somebody told us."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who receives the document. ``person``: the thing's id, of a child, parent or carer; ``agency``: its kind.

    ``works_with_child``: an agency of the circle. ``agreed``: the child has agreed that their own words may be read.
    """

    side: Side
    person: str = ""
    agency: str = ""
    works_with_child: bool = False
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody or something that an entry mentions, by every name that is known."""

    thing: str
    kind: str
    role: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph: a question and its answer, the free text, who recorded it, or whom it mentions.

    ``about``: the things that it speaks of by name. ``source``: it says who told us. ``free``: written freely.
    ``frame``: it says nothing by itself, and goes with the rest (who recorded the entry).
    """

    label: str
    text: str
    privacy: Privacy = Privacy.CASE
    about: tuple[str, ...] = ()
    source: bool = False
    free: bool = False
    frame: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a record, taken apart. ``audience``: the kinds of agency it is for; empty: all in the circle."""

    id: str
    kind: str
    title: str
    at: dt.datetime
    subject: str
    parts: tuple[Part, ...]
    audience: frozenset[str] = frozenset()
    sealed: bool = False
    mentions: tuple[Mentioned, ...] = field(default=())
