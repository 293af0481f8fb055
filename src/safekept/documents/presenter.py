"""What the pages of documents show: each entry’s parts with what is decided on them, the clock, the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.urls import reverse

from safekept.access.policy import MANAGERS
from safekept.access.viewer import Viewer
from safekept.casework import form_offers, queries
from safekept.casework.waiting import Waiting
from safekept.directory.models import Account, Agency
from safekept.govuk import when
from safekept.govuk.values import Option
from safekept.redaction import BY_HAND, GROUNDS, Ground, Item, decide, held, releasable

from . import record
from .forms import FORMS
from .making import Made
from .models import Document

SOON = dt.timedelta(days=7)
MOST_WAITING = 20


@dataclass(frozen=True)
class PartRow:
    """One part of an entry, for whoever makes or decides the document. ``by_rule``: a rule withholds it."""

    name: str
    label: str
    text: str
    ground: Ground | None
    by_rule: Ground | None
    releasable: bool
    released: bool
    frame: bool

    @property
    def says(self) -> str:
        """Why it is withheld, in a sentence."""
        ground = self.ground or self.by_rule
        return GROUNDS[ground].says if ground else ""

    @property
    def basis(self) -> str:
        """On what basis in law."""
        ground = self.ground or self.by_rule
        return GROUNDS[ground].basis if ground else ""


@dataclass(frozen=True)
class EntryRow:
    """One entry that could be in the document."""

    id: str
    title: str
    chosen: bool
    parts: tuple[PartRow, ...]
    why: str

    @property
    def withheld(self) -> int:
        """How many of its parts are withheld."""
        return sum(part.ground is not None for part in self.parts)

    @property
    def decided(self) -> bool:
        """Whether somebody decided something on it beyond the rules."""
        return any(part.released or part.ground != part.by_rule for part in self.parts)


def rows(one: Made) -> list[EntryRow]:
    """Every entry that could be in it, the latest first; what is decided on those that are."""
    return [
        EntryRow(
            item.id, f"{item.title}, {when.day(item.at)}", item.id in one.plan.entries,
            tuple(_parts(one, item)) if item.id in one.plan.entries else (), one.plan.whys.get(item.id, ""),
        )
        for item in reversed(one.items)
    ]  # fmt: skip


def _parts(one: Made, item: Item) -> list[PartRow]:
    by_rule = decide(one.recipient, item, one.secrets)
    found = []
    for number, (part, rule) in enumerate(zip(item.parts, by_rule, strict=True)):
        ground = one.rebuilt.grounds[item.id, number]
        if part.frame and (item.id, number) not in one.plan.withheld:
            rule = ground  # it goes with the rest
        apart = (secret for secret in one.secrets if held(part.text, secret) or held(part.label, secret))
        found.append(
            PartRow(
                name=f"{item.id}.{number}", label=part.label, text=part.text,
                ground=ground, by_rule=rule,
                releasable=rule is not None and not part.frame and releasable(one.recipient, rule, apart),
                released=(item.id, number) in one.plan.released and rule is not None,
                frame=part.frame,
            )
        )  # fmt: skip
    return found


def grounds_by_hand() -> list[Option]:
    """The grounds on which somebody can withhold what no rule does."""
    return [Option(one.value, GROUNDS[one].says) for one in BY_HAND]


def people(viewer: Viewer, subject_id: UUID) -> list[Option]:
    """The adults whom the record mentions, apart from whom it is about."""
    return form_offers.people_mentioned(viewer, subject_id, record.counting(subject_id), ("adult",))


def agencies(viewer: Viewer, subject: queries.Subject) -> list[Option]:
    """The agencies of the child’s area and the viewer’s, save their own."""
    areas = {viewer.area, subject.thing.area_id} - {None}
    found = Agency.objects.filter(area_id__in=areas).exclude(pk=viewer.agency_id)
    return sorted((Option(str(one.pk), one.name) for one in found), key=attrgetter("label"))


def clock(answer_by: dt.date | None, today: dt.date) -> dict[str, Any] | None:
    """By when it must be answered, and how that stands."""
    if answer_by is None:
        return None
    return {"day": answer_by, "late": answer_by < today, "soon": answer_by - today <= SOON}


def waiting_for(viewer: Viewer) -> list[Waiting]:
    """The documents that this viewer can let out: those of their agency, and none that they made."""
    if viewer.role not in MANAGERS:
        return []
    others = "t.decision = '' AND t.agency_id = %(asker_agency)s AND t.account_id <> %(asker_account)s"
    without = frozenset({"locked", "plan"})
    found = Document.objects.read(others, "ORDER BY t.at LIMIT %(most)s", without=without, most=MOST_WAITING)
    return [
        Waiting(one.subject_id, reverse("document", kwargs={"document_id": one.pk}), FORMS[one.form].label, one.at)
        for one in record.whole(found)
    ]


def people_of(documents: Collection[Document]) -> dict[UUID | None, str]:
    """The names of those who made and decided."""
    ids = {one.account_id for one in documents} | {one.decided_by for one in documents}
    return dict(Account.objects.filter(pk__in=ids - {None}).values_list("pk", "name"))
