"""Making a document: what is in it, what is withheld and why, the finished bytes, and the proof of both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils import timezone

from safekept.access import circles
from safekept.access.problems import NotDone
from safekept.access.viewer import Viewer
from safekept.casework import queries
from safekept.directory.models import Agency
from safekept.govuk import when
from safekept.redaction import (
    GROUNDS,
    Choices,
    Item,
    NotReleased,
    Part,
    Rebuilt,
    Recipient,
    Secret,
    Side,
    decide,
    held,
    prove,
    rebuild,
)
from safekept.redaction.grounds import SILENCE
from safekept.redaction.proving import Leak, Unreadable
from safekept.register import names
from safekept.vault import actions as vault

from . import record
from .forms import Form
from .plan import Plan
from .typeset import NotSet, typeset

MARKING = "Personal and confidential"
RIGHTS = (
    "If you think that something here is wrong, say so to us: it can be put right. If you are not content with this "
    "answer, ask us to look at it again, or complain to the Information Commissioner (ico.org.uk, 0303 123 1113), or "
    "to a court."
)


@dataclass(frozen=True)
class Made:
    """Everything about a document that is being made: for its maker’s eyes, and for the page that shows it."""

    subject: str
    plan: Plan
    form: Form
    recipient: Recipient
    to: str
    items: tuple[Item, ...]
    """Every entry that could be in it, chosen or not, the oldest first."""
    rebuilt: Rebuilt
    secrets: tuple[Secret, ...]

    @property
    def chosen(self) -> list[Item]:
        """The entries that it is made from."""
        return [one for one in self.items if one.id in self.plan.entries]


class HoldsWithheld(NotDone):
    """A document holds what its recipient may not have."""


def made(viewer: Viewer, subject: queries.Subject, plan: Plan) -> Made:
    """The document as it would be, by what this viewer sees. Raises NotDone."""
    received_by, to = recipient(subject, plan)
    every = [one for one in record.counting(subject.id) if plan.reaches(when.local(one.at).date())]
    items = tuple(record.items(viewer, subject, every))
    mentioned = {UUID(one.thing) for item in items for one in item.mentions}
    secrets = tuple(vault.secrets(*sorted({subject.id, *mentioned})))
    chosen = [one for one in items if one.id in plan.entries]
    places = {(item.id, number) for item in chosen for number in range(len(item.parts))}
    withheld = {place: ground for place, ground in plan.withheld.items() if place in places}
    try:
        rebuilt = rebuild(received_by, chosen, secrets, Choices(withheld, plan.released & places))
    except NotReleased as refused:
        raise NotDone("", str(refused)) from None
    return Made(str(subject.id), plan, plan.declared, received_by, to, items, rebuilt, secrets)


def finished(viewer: Viewer, subject: queries.Subject, one: Made, day: dt.date) -> bytes:
    """The bytes, proved to hold nothing that they must not. Raises NotDone, which says where to look."""
    _sound(one)
    _own_words_sound(one)
    try:
        document = typeset(_data(viewer, subject, one, day))
        leaks = prove(document, one.rebuilt.canaries)
    except (NotSet, Unreadable) as problem:
        raise NotDone("", str(problem)) from None
    if leaks:
        raise HoldsWithheld("", _where(one, leaks))
    return document


def recipient(subject: queries.Subject, plan: Plan) -> tuple[Recipient, str]:
    """Who receives it, to the rules and by name. Raises NotDone."""
    form = plan.declared
    if form.side is Side.CHILD:
        return Recipient(Side.CHILD, str(subject.id)), str(subject.thing.label)
    if form.side is Side.COURT:
        if not plan.court:
            raise NotDone("court", "Type the court and the number of the case.")
        return Recipient(Side.COURT), plan.court
    if form.side is Side.AGENCY:
        agency = Agency.objects.filter(pk=plan.agency).first() if plan.agency else None
        if agency is None:
            raise NotDone("agency", "Choose the agency.")
        inside = agency.pk in {one.agency_id for one in circles.circle_of(subject.id)}
        return Recipient(Side.AGENCY, agency=agency.kind, works_with_child=inside), agency.name
    person = names.called([plan.person]).get(plan.person) if plan.person else None
    if person is None or person.id == subject.id or person.kind != "adult":
        raise NotDone("person", "Choose the parent or carer. They must be mentioned in an entry: record one first.")
    return Recipient(Side.PARENT, str(person.id), agreed=plan.agreed), person.label


def _sound(one: Made) -> None:
    """What keeps it from being put forward. Raises NotDone."""
    if not (one.rebuilt.sections or one.plan.opening):
        raise NotDone("", "There is nothing in it yet. Choose entries, or write something.")
    for item in one.chosen:
        decided = one.plan.withheld.keys() | one.plan.released
        if any(place[0] == item.id for place in decided) and not one.plan.whys.get(item.id):
            raise NotDone(f"why-{item.id}", f"Say why, for what you decided on ‘{item.title}’.")


def _own_words_sound(one: Made) -> None:
    """Asked last, so that nothing else that is missing lets the words be tried out. Raises HoldsWithheld."""
    if one.plan.opening:
        (ground,) = decide(one.recipient, _own_words(one), one.secrets)
        if ground is not None:
            raise HoldsWithheld("opening", f"Take this out of your own words: {GROUNDS[ground].says}")


def _own_words(one: Made) -> Item:
    """The maker’s words, to be decided on like an entry that mentions everybody whom the record does.

    What the recipient is said to have done stands in entries, and not in these words.
    """
    every = dict.fromkeys(said for item in one.items for said in item.mentions)
    mentions = tuple(replace(said, role="") if said.thing == one.recipient.person else said for said in every)
    words = Part("", one.plan.opening, free=True)
    return Item("opening", "letter", "Letter", timezone.now(), one.subject, (words,), mentions=mentions)


def _data(viewer: Viewer, subject: queries.Subject, one: Made, day: dt.date) -> dict[str, Any]:
    agency = Agency.objects.get(pk=viewer.agency_id).name
    head = [["To", one.to], ["From", agency], ["Date", when.day(day)]]
    if one.recipient.side is not Side.CHILD:
        head.insert(1, ["About", str(subject.thing.label)])
    return {
        "title": one.form.title,
        "marking": MARKING,
        "head": head,
        "opening": [one.plan.opening] if one.plan.opening else [],
        "sections": [
            {"title": f"{section.title}, {when.day(section.at)}", "lines": [list(line) for line in section.lines]}
            for section in one.rebuilt.sections
        ],
        "schedule": [[str(line.number), line.title, line.told] for line in one.rebuilt.schedule],
        "silence": SILENCE,
        "closing": [RIGHTS] if one.form.has_clock else [],
    }


def _where(one: Made, leaks: list[Leak]) -> str:
    """What to look at where the proof found something."""
    by_id: Mapping[str, Secret] = {secret.id: secret for secret in one.rebuilt.canaries}
    found = [by_id[leak.secret] for leak in leaks]
    guilty = [
        f"‘{section.title}’ of {when.day(section.at)}"
        for section in one.rebuilt.sections
        if any(held(text, secret, in_parts=False) for line in section.lines for text in line for secret in found)
    ]
    look = f"Look at {' and '.join(dict.fromkeys(guilty))}" if guilty else "Look at your own words and who receives it"
    return f"Nothing leaves: the finished document held something that is withheld. {look}, and withhold that part."
