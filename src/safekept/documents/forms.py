"""What a document can be, for whom, and by when the law wants it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from safekept.calendars import Duration, is_working_day
from safekept.redaction import Purpose, Side

ANSWERED_WITHIN = Duration(1, "month")
EXTENDED_TO = Duration(3, "month")
"""A request for one's own record (UK GDPR, Article 12(3)): one month, and two more where it is complex."""


@dataclass(frozen=True, slots=True)
class Form:
    """One sort of document. ``title`` stands at its head; ``asks``: what must be known about who receives it."""

    side: Side
    purpose: Purpose
    label: str
    title: str
    asks: str
    hint: str = ""

    @property
    def has_clock(self) -> bool:
        """Whether the law says by when it must be answered."""
        return self.purpose is Purpose.SUBJECT_ACCESS

    @property
    def chooses_all(self) -> bool:
        """Whether every entry is in it unless left out; a letter holds what is chosen."""
        return self.purpose is not Purpose.LETTER


FORMS: Mapping[str, Form] = {
    "letter": Form(
        Side.PARENT, Purpose.LETTER, "A letter to a parent or carer", "Letter", "person",
        "What you choose of the record, with words of your own",
    ),
    "access-child": Form(
        Side.CHILD, Purpose.SUBJECT_ACCESS, "A copy for the child or young person", "Copy of your record", "",
        "They asked for what is held about them",
    ),
    "access-parent": Form(
        Side.PARENT, Purpose.SUBJECT_ACCESS, "A copy for a parent or carer", "Copy of the record", "person",
        "They asked for the child, or for what is held about themselves",
    ),
    "order": Form(
        Side.COURT, Purpose.ORDER, "What a court has ordered", "Disclosure to the court", "court",
        "The open bundle, which the parties read",
    ),
    "copy": Form(
        Side.AGENCY, Purpose.COPY, "A copy for another agency", "Copy for another agency", "agency",
        "On paper, or where they do not use Safekept",
    ),
}  # fmt: skip


def answer_by(asked_on: dt.date, extended: bool) -> dt.date:
    """The last day for answering a request for one's own record.

    The same day of the month after, or its last day; where nobody works on that day, the next day on which they do.
    """
    day = (EXTENDED_TO if extended else ANSWERED_WITHIN).last_day(asked_on)
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day
