"""What was decided about records, read for reasons: who was around them, named, kept from them, and since when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from safekept.access.models import Bar, Circle, Departure, Grant, Standing
from safekept.directory.models import Account

from .reasons import Around, Keeping, Opening, Stay


def around(ids: Collection[UUID]) -> dict[UUID, Around]:
    """Of each record: agencies, openings, denials and levels, as far as the viewer may know. Inside ``viewing``."""
    wanted = list(ids)
    stays, openings, keepings = _stays(wanted), _openings(wanted), _keepings(wanted)
    levels: dict[UUID, list[tuple]] = defaultdict(list)  # type: ignore[type-arg]
    for one in Standing.objects.filter(subject_id__in=wanted).order_by("at"):
        levels[one.subject_id].append((one.at, one.level))
    return {pk: Around(stays[pk], openings[pk], keepings[pk], levels[pk]) for pk in wanted}


def _stays(ids: list[UUID]) -> dict[UUID, list[Stay]]:
    held: dict[UUID, list[Stay]] = defaultdict(list)
    for ring in Circle.objects.filter(subject_id__in=ids):
        held[ring.subject_id].append(Stay(ring.agency_id, _lower(Circle.Basis(ring.basis).label), ring.since))
    for left in Departure.objects.filter(subject_id__in=ids):
        stay = Stay(left.agency_id, _lower(Circle.Basis(left.basis).label), left.since, left.at, left.why)
        held[left.subject_id].append(stay)
    return held


def _openings(ids: list[UUID]) -> dict[UUID, list[Opening]]:
    held: dict[UUID, list[Opening]] = defaultdict(list)
    grants = list(Grant.objects.filter(subject_id__in=ids, entry_id=None))
    names = dict(Account.objects.filter(pk__in={one.given_by for one in grants}).values_list("pk", "name"))
    for one in grants:
        ends = [moment for moment in (one.until, one.ended_at) if moment is not None]
        emergency = one.basis == Grant.Basis.BREAK_GLASS
        by = names.get(one.given_by, "").partition(",")[0]
        held[one.subject_id].append(Opening(one.account_id, emergency, one.at, min(ends, default=None), by))
    return held


def _keepings(ids: list[UUID]) -> dict[UUID, list[Keeping]]:
    held: dict[UUID, list[Keeping]] = defaultdict(list)
    for bar in Bar.objects.filter(subject_id__in=ids):
        denied = bar.kind == Bar.Kind.DENIED
        held[bar.subject_id].append(Keeping(bar.account_id, denied, bar.at, bar.ended_at))
    return held


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
