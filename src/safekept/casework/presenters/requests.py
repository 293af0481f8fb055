"""Requests between agencies as pages show them: who asks whom what, by when, and what was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from safekept.access import circles
from safekept.access.viewer import Viewer
from safekept.directory.models import Agency
from safekept.govuk import when
from safekept.kinds.vocabularies import BASES, SHARING_BASES
from safekept.kinds.working import SHARING_STEPS
from safekept.record import requests
from safekept.record.requests import Request

from .. import asks, queries
from .answers import shortened

WORDS_OF_A_ROW = 160
STANDING = {
    "open": "Waiting for an answer",
    "refused": "Refused, and not escalated yet",
    "escalated": "Refused, and escalated",
    "answered": "Answered",
    "withdrawn": "Taken back",
    "corrected": "Corrected",
}
READ = {True: "Read the answer", False: "Read the refusal"}
STANDING_IN_PART = {
    "refused": "Shared in part; what is withheld is not escalated yet",
    "escalated": "Shared in part; what is withheld is escalated",
}


@dataclass(frozen=True)
class Row:
    """One request in a list of work."""

    id: UUID
    child: str
    group: str
    who: str
    what: str
    when: str
    precise: str
    late: bool
    refused: str
    urgent: bool
    act: str


@dataclass(frozen=True)
class Given:
    """One answer, by whom and when."""

    id: UUID
    step: str
    by: str
    when: str
    phone: bool
    text: str
    basis: str
    lawful: str
    withheld: str
    reason: str


def lists(viewer: Viewer, now: dt.datetime) -> list[tuple[str, str, list[Row]]]:
    """What your work shows of requests: key, heading and rows of what one's agency was asked, asked, and oversees."""
    found = requests.waiting(viewer, now)
    if not found:
        return []
    names = queries.labels(one.entry.subject_id for one in found)
    agencies = queries.agencies({one.asker_id for one in found})
    mine = [one for one in found if one.asked.pk == viewer.agency_id and one.waits]
    ours = [one for one in found if one.asker_id == viewer.agency_id]
    others = [one for one in found if viewer.agency_id not in (one.asked.pk, one.asker_id)]
    made = (
        ("asked", "Asked of your agency", mine),
        ("ours", "Asked by your agency", ours),
        ("others", "Between others: late or refused", [one for one in others if one.late(now) or not one.waits]),
    )
    return [
        (key, title, [_row(viewer, one, names, agencies, now) for one in some]) for key, title, some in made if some
    ]


def _row(viewer: Viewer, one: Request, names: dict[str, str], agencies: dict[UUID, str], now: dt.datetime) -> Row:
    refused, late = one.standing == "refused", one.late(now)
    refusal = ("Shared in part" if one.in_part else "Refused") if refused else ""
    mine = one.asked.pk == viewer.agency_id and one.waits
    asker = agencies.get(one.asker_id, "An agency")
    soon = one.due is not None and one.due - now < dt.timedelta(days=1)
    return Row(
        one.entry.pk,
        names.get(str(one.entry.subject_id), "") or "A child",
        "overdue" if late or refused else "today" if soon else "week",
        f"{asker} asks" if mine else f"{asker} asked {one.asked.name}",
        shortened(one.entry.fields.get("what", ""), WORDS_OF_A_ROW),
        refusal.lower() if refused else when.until(one.due, now) if one.due else when.waiting(one.entry.at, now),
        when.by(one.due, now) if one.due and one.waits and not late else "",
        late,
        refusal,
        bool(one.entry.fields.get("urgent")),
        "Answer" if mine else READ[one.in_part] if refused else "Open the request",
    )


def page(viewer: Viewer, subject: queries.Subject, found: Request, now: dt.datetime) -> dict[str, Any]:
    """Everything that the page of a request shows, its form aside."""
    fields = found.entry.fields
    asker = Agency.objects.get(pk=found.asker_id)
    phones = asks.desks([asker.pk, found.asked.pk])
    ours = viewer.agency_id == found.asked.pk
    return {
        "subject": subject,
        "found": found,
        "entry": found.entry,
        "asker": asker,
        "asked": found.asked,
        "asker_phone": phones.get(asker.pk, ""),
        "asked_phone": phones.get(found.asked.pk, ""),
        "standing": (STANDING | STANDING_IN_PART if found.in_part else STANDING)[found.standing],
        "in_part": found.in_part,
        "late": found.late(now),
        "clock": _clock(found, now),
        "urgent": bool(fields.get("urgent")),
        "lawful": SHARING_BASES.get(fields.get("legal_basis", ""), ""),
        "given": given(found.answers, now),
        "may_answer": requests.may_answer(viewer, found),
        "ours": ours,
        "mine": viewer.agency_id == found.asker_id,
        "refusal": found.answers[-1].pk if found.standing == "refused" else None,
    }


def given(answers: Sequence[Any], now: dt.datetime) -> list[Given]:
    """The answers, the latest first."""
    agencies = queries.agencies({one.agency_id for one in answers})
    return [
        Given(
            one.pk,
            SHARING_STEPS[one.fields["step"]],
            agencies.get(one.agency_id, ""),
            when.moment(one.at, now),
            bool(one.fields.get("by_phone")),
            one.text,
            BASES.get(one.basis, ""),
            SHARING_BASES.get(one.fields.get("legal_basis", ""), ""),
            one.fields.get("withheld", ""),
            one.fields.get("reason", ""),
        )
        for one in reversed(answers)
    ]


def desks_around(viewer: Viewer, subject_id: UUID) -> list[tuple[str, str]]:
    """Name and phone of the duty desks of the agencies around a child."""
    around = {key: name for key, name in circles.around(viewer, subject_id).items() if key != viewer.agency_id}
    phones = asks.desks(around)
    return [(name, phones[key]) for key, name in around.items() if key in phones]


def _clock(found: Request, now: dt.datetime) -> str:
    if found.due is None:
        return ""
    by = when.by(found.due, now)
    return f"{by}, {when.until(found.due, now)}" if found.waits else by
