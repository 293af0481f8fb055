"""Asking another agency, answering, and writing down what was shared by phone: what each form asks and does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

from safekept.access.models import Circle
from safekept.access.problems import NotDone
from safekept.access.viewer import Viewer
from safekept.directory.models import Agency, Team
from safekept.govuk.values import Option, Raw, Unreadable, first, read_date
from safekept.kinds.vocabularies import BASES, SHARING_BASES
from safekept.kinds.working import SHARING_HOURS
from safekept.record import requests
from safekept.record.models import Entry

from . import queries
from .who_acts import Asked, Form

BY_A_DAY = "day"
BASIS = Asked("legal_basis", "On what basis in law?", "choice")
WHY = "It is written on the child’s record, and both agencies read it."


FORMS: dict[str, Form] = {
    "ask": Form(
        "Ask another agency about this child",
        "They find your request on their work, with its clock, and answer it there. They see what you write here and "
        "the child’s name, and nothing else of the record unless they work with the child already.",
        "Ask them",
        (
            Asked("agency", "Which agency do you ask?", "pick", "Those that work with the child stand first."),
            Asked("what", "What do you need to know?", hint="Ask for what you need, and no more."),
            Asked("reason", "Why do you need it?", hint=WHY),
            BASIS,
            Asked("soon", "How soon do you need it?", "choice"),
            Asked("day", "If by a day, which?", "day", "For example, 27 3 2026"),
        ),
    ),
    "told": Form(
        "Write down what you shared by phone",
        "For what you told another agency just now, by phone or in person, whether or not it works with the child.",
        "Put it on the record",
        (
            Asked("agency", "Whom did you tell?", "pick", "Those that work with the child stand first."),
            Asked("what", "What did you tell them?"),
            Asked("reason", "Why did they need to know?", hint="It is written on the child’s record."),
            BASIS,
        ),
    ),
}
ANSWER = (
    Asked("step", "What do you answer?", "choice"),
    Asked("text", "What do you know?", hint="Leave it empty if you share nothing, or hold nothing.", rows=6),
    Asked("basis", "Is this fact or opinion?", "choice"),
    Asked("legal_basis", "On what basis in law do you share it?", "choice", "For what you share."),
    Asked("withheld", "If in part: what do you not share?"),
    Asked("reason", "If in part, or refused: why, and on what basis in law?", hint=WHY),
)
OPTIONS: Mapping[str, tuple[Option, ...]] = {
    "legal_basis": tuple(Option(value, label) for value, label in SHARING_BASES.items()),
    "soon": (
        *(Option(value, f"Urgent: {label[:1].lower()}{label[1:]}") for value, label in SHARING_HOURS.items()),
        Option(BY_A_DAY, "By a day that I give below"),
    ),
    "step": (
        Option("shared", "We share what we know"),
        Option("partly", "We share part of it"),
        Option("nothing-held", "We hold nothing about this"),
        Option("refused", "We refuse", "A refusal goes to a manager: nobody decides it alone."),
    ),
    "basis": tuple(Option(value, label) for value, label in BASES.items()),
}


def options(ask: Asked, agencies: list[Option]) -> list[Option]:
    """What can be chosen for a question."""
    return agencies if ask.name == "agency" else list(OPTIONS.get(ask.name, ()))


def agencies(viewer: Viewer, subject_id: UUID) -> list[Option]:
    """Every other agency with the phone of its duty desk: those around the child first, then by area and name."""
    around = set(Circle.objects.filter(subject_id=subject_id).values_list("agency_id", flat=True))
    rows = list(Agency.objects.exclude(pk=viewer.agency_id).select_related("area").order_by("area__name", "name"))
    phones = desks(one.pk for one in rows)
    rows.sort(key=lambda one: one.pk not in around)
    return [
        Option(str(one.pk), f"{one.name}, {one.area.name}" + (f", {phones[one.pk]}" if one.pk in phones else ""))
        for one in rows
    ]


def desks(agency_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Agency id to the phone of its duty desk: of the team that takes what it owes, else of another that has one."""
    rows = Team.objects.filter(agency_id__in=list(agency_ids)).exclude(duty_phone="").order_by("is_default", "-name")
    return dict(rows.values_list("agency_id", "duty_phone"))


def put(viewer: Viewer, subject_id: UUID, form: str, raw: Raw) -> Entry:
    """Do what the form of this name says. Raises NotDone."""
    agency, what, why = queries.as_uuid(first(raw, "agency")), first(raw, "what"), first(raw, "reason")
    lawful, key = first(raw, "legal_basis"), key_of(raw)
    if form == "told":
        return requests.tell(viewer, subject_id, requests.Telling(agency, what, why, lawful, key))
    soon = first(raw, "soon")
    day = _day(raw) if soon == BY_A_DAY else None
    return requests.ask(viewer, subject_id, requests.Asking(agency, what, why, lawful, key, soon, day))


def answer(viewer: Viewer, request: requests.Request, raw: Raw) -> Entry:
    """Answer a request. Raises NotDone."""
    given = requests.Answer(
        step=first(raw, "step"), text=first(raw, "text"), basis=first(raw, "basis"), withheld=first(raw, "withheld"),
        reason=first(raw, "reason"), legal_basis=first(raw, "legal_basis"), client_key=key_of(raw),
    )  # fmt: skip
    return requests.answer(viewer, request, given)


def key_of(raw: Raw) -> UUID:
    """The key that makes sending the same form twice one entry."""
    return queries.as_uuid(first(raw, "client_key")) or uuid4()


def _day(raw: Raw) -> dt.date:
    try:
        found = read_date(raw, "day")
    except Unreadable as unreadable:
        raise NotDone("day", str(unreadable)) from None
    if found is None:
        raise NotDone("day", "Give the day by which you need it.")
    return found
