"""The answers that a subject's forms offer, read for the viewer, and what stands beside a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.utils import timezone

from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.govuk.forms import Offers
from safekept.govuk.values import Option, Raw, first
from safekept.kinds import Kind
from safekept.kinds.vocabularies import CHILD_FIELDS
from safekept.procedures import Obligation
from safekept.record import lists
from safekept.record import queries as record_queries
from safekept.record.models import Entry
from safekept.register import names
from safekept.register.models import Thing
from safekept.register.queries import SearchQuery
from safekept.register.queries import search as find

from . import offers, queries
from .presenters.answers import gist
from .presenters.timeline import happened, title

FOUND_AT_MOST = 8
BESIDE: dict[str, tuple[str, ...]] = {
    "discussion": ("referral", "concern", "screening"),
    "meeting": ("screening", "assessment", "discussion", "child-voice", "plan"),
    "return-interview": ("missing", "found", "safe-and-well", "return-interview"),
    "plan": ("meeting", "assessment", "child-voice", "plan"),
    "review": ("plan", "meeting", "review", "child-voice"),
}
BESIDE_AT_MOST = 6


def for_form(viewer: Viewer, subject: queries.Subject, kind: type[Kind], raw: Raw) -> Offers:
    """Everything that the form of a kind offers for this subject."""
    names = {asked.name: asked for asked in kind.fields.values()}
    needs_entries = any(a.type == "ids" and a.name not in CHILD_FIELDS for a in names.values())
    now = timezone.now()
    return offers.offers(
        kind,
        subject.pack,
        entries=queries.entry_options(queries.entries_of(subject.id), now) if needs_entries else (),
        children=children(viewer, subject.id, raw, names.keys() & CHILD_FIELDS),
        areas=procedures.library().areas.values(),
        duties=_duties(viewer, subject) if "rule" in names else (),
    )


def children(viewer: Viewer, subject_id: UUID, raw: Raw, names: Any) -> list[Option]:
    """Other children: those already chosen, and those found by the name typed beside the question."""
    if not names:
        return []
    chosen = [one for name in names for text in raw.get(name, ()) if (one := queries.as_uuid(text))]
    found: dict[UUID, Option] = {thing.pk: _child(thing) for thing in Thing.objects.filter(pk__in=chosen)}
    for name in names:
        words = first(raw, f"{name}-find")
        if words:
            for candidate in find(viewer, SearchQuery(words, kinds=("child",)), FOUND_AT_MOST):
                found.setdefault(candidate.thing.pk, _child(candidate.thing, candidate.reasons))
    return [option for pk, option in found.items() if pk != subject_id]


def _child(thing: Thing, reasons: Sequence[str] = ()) -> Option:
    born = f", born {thing.born.year}" if thing.born else ""
    area = procedures.library().areas.get(thing.area_id or "")
    return Option(str(thing.pk), f"{thing.label}{born}{f', {area.name}' if area else ''}", "; ".join(reasons))


def _duties(viewer: Viewer, subject: queries.Subject) -> list[Option]:
    position = record_queries.position_of(viewer, subject.id)
    still = [duty for duty in position.obligations if duty.status in ("open", "overdue")]
    named = queries.entry_names((duty.because for duty in still), timezone.now())
    by_rule: dict[str, list[Obligation]] = {}
    for duty in still:
        by_rule.setdefault(duty.rule, []).append(duty)
    return [Option(rule, same[0].title, _because(same, named)) for rule, same in by_rule.items()]


def _because(same: Sequence[Obligation], named: Mapping[str, str]) -> str:
    """A duty's paragraphs and what made it owed."""
    cites = dict.fromkeys(cite for duty in same for cite in duty.cites)
    causes = dict.fromkeys(named.get(duty.because, "an entry") for duty in same)
    return f"{', '.join(cites)}. Because of: {'; '.join(causes)}"


def beside(
    subject: queries.Subject, kind: type[Kind], entries: Sequence[Entry], now: dt.datetime
) -> list[dict[str, Any]]:
    """The latest entries that somebody writing this one will want to see."""
    wanted = BESIDE.get(kind.name, ())
    replaced = {entry.supersedes for entry in entries}
    chosen = [e for e in reversed(entries) if e.kind in wanted and e.pk not in replaced][:BESIDE_AT_MOST]
    wording = queries.wording(subject.pack, chosen, now)
    return [
        {"entry": e, "title": title(e.kind), "when": happened(e, now), "gist": gist(e.kind, e.fields, e.text, wording)}
        for e in chosen
    ]


def people_mentioned(
    viewer: Viewer, subject_id: UUID, entries: Sequence[Entry], kinds: Collection[str]
) -> list[Option]:
    """Those of these kinds of thing whom some entries mention, by name, apart from whom the entries are about."""
    told = lists.mentioned(viewer, [one.pk for one in entries])
    found = names.called({thing for thing, _, _ in told} - {subject_id})
    some = (Option(str(pk), one.label) for pk, one in found.items() if one.kind in kinds)
    return sorted(some, key=attrgetter("label"))
