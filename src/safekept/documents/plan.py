"""What somebody wants of a document, as their form says it: for whom, which entries, what is decided by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from safekept.access.problems import NotDone
from safekept.casework import queries
from safekept.govuk.values import Raw, Unreadable, first, read_date
from safekept.redaction import BY_HAND, Ground

from .forms import FORMS, Form, answer_by
from .models import Document

Place = tuple[str, int]
LONGEST_OPENING = 10_000


@dataclass(frozen=True)
class Plan:
    """A form as read. ``entries``: the ids of those chosen; ``whys``: the reason of what was decided on an entry."""

    form: str
    person: UUID | None = None
    agency: UUID | None = None
    court: str = ""
    agreed: bool = False
    asked_on: dt.date | None = None
    extended_why: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    opening: str = ""
    entries: frozenset[str] = frozenset()
    withheld: Mapping[Place, Ground] = field(default_factory=dict)
    released: frozenset[Place] = frozenset()
    whys: Mapping[str, str] = field(default_factory=dict)

    @property
    def declared(self) -> Form:
        """What sort of document it is."""
        return FORMS[self.form]

    @property
    def answer_by(self) -> dt.date | None:
        """By when the law wants it; None where it sets no time."""
        if not self.declared.has_clock or self.asked_on is None:
            return None
        return answer_by(self.asked_on, bool(self.extended_why))

    def reaches(self, day: dt.date) -> bool:
        """Whether what happened on a day can be in it."""
        return (self.first_day or day) <= day <= (self.last_day or day)


def answer_by_of(document: Document) -> dt.date | None:
    """By when the law wants a document that was put forward."""
    return Plan(document.form, asked_on=document.asked_on, extended_why=document.extended_why).answer_by


def read(raw: Raw, today: dt.date) -> Plan:
    """The plan that a form says. Raises NotDone, which names the input."""
    form = first(raw, "form")
    if form not in FORMS:
        raise NotDone("form", "Choose what is made, and for whom.")
    asked_on, first_day, last_day = (_day(raw, name) for name in ("asked", "from", "until"))
    if FORMS[form].has_clock and (asked_on is None or asked_on > today):
        raise NotDone("asked", "Give the day on which they asked: the month that the law gives runs from it.")
    if first_day and last_day and last_day < first_day:
        raise NotDone("until", "The last day is before the first. Check both days.")
    if len(first(raw, "opening")) > LONGEST_OPENING:
        raise NotDone("opening", f"Use {LONGEST_OPENING:,} characters or fewer.")
    return Plan(
        form, queries.as_uuid(first(raw, "person")), queries.as_uuid(first(raw, "agency")),
        first(raw, "court")[:200], bool(first(raw, "agreed")),
        asked_on if FORMS[form].has_clock else None, first(raw, "extended_why"), first_day, last_day,
        first(raw, "opening"), frozenset(raw.get("chosen", ())), dict(_withheld(raw)),
        frozenset(place for place, text in _places(raw, "release-") if text),
        {name.removeprefix("why-"): first(raw, name) for name in raw if name.startswith("why-")},
    )  # fmt: skip


def _day(raw: Raw, name: str) -> dt.date | None:
    try:
        return read_date(raw, name)
    except Unreadable as unreadable:
        raise NotDone(name, str(unreadable)) from None


def _withheld(raw: Raw) -> Iterator[tuple[Place, Ground]]:
    for place, text in _places(raw, "hold-"):
        if text in BY_HAND:
            yield place, Ground(text)
        elif text:
            raise NotDone("", "Choose again why that part is withheld.")


def _places(raw: Raw, prefix: str) -> Iterator[tuple[Place, str]]:
    """The inputs that are about one part of one entry: ``hold-`` entry ``.`` number."""
    for name in raw:
        entry, _, number = name.removeprefix(prefix).rpartition(".")
        if name.startswith(prefix) and entry and number.isdecimal() and len(number) < 5:
            yield (entry, int(number)), first(raw, name)
