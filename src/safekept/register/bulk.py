"""Adding many things at once, as imports do: the same checks in far fewer statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from safekept.access import circles
from safekept.access.copying import copy_into
from safekept.access.models import Circle
from safekept.access.viewer import Viewer
from safekept.directory.models import Area
from safekept.linking import Known
from safekept.register.facts import Checked, NewThing, ThingRefused, check
from safekept.register.indexing import bulk_tokens, key_rows
from safekept.register.scope import seen_as
from safekept.register.walls import reach_of

Read = tuple[UUID, NewThing, Checked]


def add_many(viewer: Viewer, things: Iterable[tuple[UUID, NewThing]], since: dt.datetime | None = None) -> int:
    """Add things under the keys given, all of them or none; how many. For the bulk loader alone.

    ``since``: from when on the agencies of its area work with each (default: now).

    Raises ThingRefused with the number of the first thing that cannot be added.
    """
    if not viewer.is_loader:
        raise ThingRefused([("thing", "Only the bulk loader adds many things at once.")])
    with seen_as(viewer), transaction.atomic():
        areas = frozenset(Area.objects.values_list("slug", flat=True))
        read = [_read(number, key, new, areas) for number, (key, new) in enumerate(things, 1)]
        _write_things(viewer, read)
        _write_circles(read, since or timezone.now())
        _write_tokens(read)
    return len(read)


def _read(number: int, key: UUID, new: NewThing, areas: frozenset[str]) -> Read:
    try:
        return key, new, check(new, areas)
    except ThingRefused as refused:
        raise ThingRefused([(name, f"Thing {number}: {says}") for name, says in refused.errors]) from None


def _write_things(viewer: Viewer, read: Sequence[Read]) -> None:
    now = timezone.now()
    about = ("id", "kind", "label", "born", "born_precision", "sex", "area", "description")
    copy_into("register_thing", (*about, "created_by_id", "agency_id", "created_at"), _things(viewer, read, now))
    copy_into("register_thingname", ("thing_id", "name", "kind", "added_at"), _names(read, now))
    copy_into(
        "register_identifier",
        ("thing_id", "scheme", "value", "normalised", "reach", "added_at"),
        _identifiers(read, now),
    )
    copy_into(
        "register_safecontact",
        ("thing_id", "text", "account_id", "at"),
        ((key, new.safe_contact.strip(), viewer.account_id, now) for key, new, _ in read if new.safe_contact.strip()),
    )


def _things(viewer: Viewer, read: Sequence[Read], now: dt.datetime) -> Iterable[tuple[object, ...]]:
    for key, new, found in read:
        born, said = (found.born, found.born_precision), new.description.strip()
        yield (
            key,
            new.kind,
            found.label,
            *born,
            new.sex,
            new.area or None,
            said,
            viewer.account_id,
            viewer.agency_id,
            now,
        )


def _names(read: Sequence[Read], now: dt.datetime) -> Iterable[tuple[UUID, str, str, dt.datetime]]:
    for key, _, found in read:
        for name, kind in found.names or ((found.label, "name"),):
            yield key, name, kind, now


def _identifiers(read: Sequence[Read], now: dt.datetime) -> Iterable[tuple[UUID, str, str, str, str, dt.datetime]]:
    for key, new, found in read:
        for scheme, text, value in found.identifiers:
            yield key, scheme, text[:300], value.value[:300], reach_of(new.kind, scheme).value, now


def _write_circles(read: Sequence[Read], since: dt.datetime) -> None:
    """Put the agencies of its home area and of any host area around each subject."""
    around: dict[str, list[UUID]] = defaultdict(list)
    rows = []
    for key, new, _ in read:
        homes = [(new.area, Circle.Basis.HOME_AREA)] if new.area else []
        for area, basis in (*homes, *((host, Circle.Basis.HOST_AREA) for host in new.host_areas)):
            if area not in around:
                around[area] = circles.area_agencies(area)
            rows += [(key, agency, str(basis), since) for agency in around[area]]
    copy_into("access_circle", ("subject_id", "agency_id", "basis", "since"), rows, unless_there=True)


def _write_tokens(read: Sequence[Read]) -> None:
    parts: set[str] = set()
    copy_into(
        "register_token",
        ("token", "thing_id", "kind", "reach"),
        bulk_tokens(((key, _known(key, new, found)) for key, new, found in read), parts),
        unless_there=True,
    )
    copy_into("register_namekey", ("key", "part"), sorted(set(key_rows(parts))), unless_there=True)


def _known(key: UUID, new: NewThing, found: Checked) -> Known:
    return Known(
        str(key),
        new.kind,
        tuple(name for name, _ in found.names) or (found.label,),
        found.born,
        found.born_precision or "day",
        tuple((scheme, value.value) for scheme, _, value in found.identifiers),
        new.sex,
        new.area or "",
        new.description,
    )
