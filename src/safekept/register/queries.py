"""Searching before adding: misspelt, reordered, nicknamed and half-known people, with the reasons why each matches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection
from django.utils import timezone

from safekept.access import reading
from safekept.access.viewer import Viewer
from safekept.linking import Known, name_parts, neighbourhood, normalise, query_plan, rank, read_box
from safekept.linking.tokens import Probe
from safekept.register.facts import read_born
from safekept.register.indexing import known
from safekept.register.models import Identifier, Thing, ThingName
from safekept.register.scope import seen_as

LOOKED_AT = 150
"""How many candidates are compared with care."""
WELL_MATCHED = 0.85
"""Order value from which a candidate answers a name well enough not to look further."""
COMMONEST = 20_000
"""Rows of one token that are read at most: bounds the time of a search for very common names."""


@dataclass(frozen=True)
class SearchQuery:
    """What to look for: one box of text, and what is known besides, as typed.

    ``kinds`` limits the kinds of thing; ``area`` (a slug) puts people of that area first.
    """

    text: str = ""
    born: str | dt.date | None = None
    identifiers: Sequence[tuple[str, str]] = ()
    kinds: Sequence[str] = ()
    area: str = ""


@dataclass(frozen=True)
class Candidate:
    """Something that may be what is looked for, and why, in plain words."""

    thing: Thing
    reasons: tuple[str, ...]


def search(viewer: Viewer, query: SearchQuery, limit: int = 10) -> list[Candidate]:
    """The likeliest things first, at most ``limit``. Unreadable dates and identifiers are left out of the search.

    What is shown is written to the reading log.
    """
    asked = _asked(query)
    with seen_as(viewer):
        kinds = list(query.kinds)
        vocabulary = _vocabulary(asked)
        plan = query_plan(asked, vocabulary)
        found = _compared(asked, _likeliest([p for p in plan if not p.loose], kinds))
        if _needs_more(asked, found, limit):
            found = _compared(asked, _likeliest(plan, kinds))
        shown = [Candidate(thing, reasons) for thing, _, reasons in found[:limit]]
        reading.log(viewer, "Search", [candidate.thing.pk for candidate in shown])
    return shown


def thing(viewer: Viewer, thing_id: UUID) -> Thing | None:
    """One thing that the viewer may see, or None; the reading is logged."""
    with seen_as(viewer):
        row = Thing.objects.filter(pk=thing_id).select_related("area").first()
        if row is not None:
            reading.log(viewer, f"Opened {row.kind}", [row.pk])
    return row


def _asked(query: SearchQuery) -> Known:
    """Read the box and what stands beside it into one question."""
    box = read_box(query.text, timezone.localdate()).known
    kind = "child" if tuple(query.kinds) == ("child",) else ""
    born = read_born(query.born)
    typed = [(scheme, normalise(scheme, text)) for scheme, text in query.identifiers]
    identifiers = box.identifiers + tuple((scheme, read.value) for scheme, read in typed if read)
    asked = replace(box, kind=kind, identifiers=identifiers, area=query.area)
    return replace(asked, born=born.day, born_precision=born.precision) if born.day else asked


def _needs_more(asked: Known, found: Sequence[tuple[Thing, float, tuple[str, ...]]], limit: int) -> bool:
    if not found:
        return True
    return len(found) < limit or (bool(asked.names) and found[0][1] < WELL_MATCHED)


def _vocabulary(asked: Known) -> dict[str, list[str]]:
    """The registered name parts near each part asked about; a long part is also tried as two written together."""
    parts = name_parts(asked.names)
    if not parts:
        return {}
    keys = {part: neighbourhood(part) for part in parts}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, array_agg(part) FROM register_namekey WHERE key = ANY(%s) GROUP BY key",
            [sorted(set().union(*keys.values()))],
        )
        held: dict[str, list[str]] = dict(cursor.fetchall())
    return {part: list({near for key in of for near in held.get(key, ())}) for part, of in keys.items()}


def _likeliest(probes: Iterable[Probe], kinds: list[str]) -> list[UUID]:
    """The things that share the heaviest tokens with the question; equality alone, so that the walls cost little."""
    plan = list(probes)
    if not plan:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT thing_id FROM (
                SELECT t.thing_id, p.slot, max(p.weight) AS weight
                FROM unnest(%s::text[], %s::text[], %s::real[]) AS p(slot, token, weight)
                CROSS JOIN LATERAL (
                    SELECT k.thing_id FROM register_token AS k
                    WHERE k.token = p.token AND (%s OR k.kind = ANY(%s)) LIMIT %s
                ) AS t
                GROUP BY t.thing_id, p.slot
            ) AS best
            GROUP BY thing_id ORDER BY sum(weight) DESC, thing_id LIMIT %s
            """,
            [
                [p.slot for p in plan],
                [p.token for p in plan],
                [p.weight for p in plan],
                not kinds,
                kinds,
                COMMONEST,
                LOOKED_AT,
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def _compared(asked: Known, ids: Sequence[UUID]) -> list[tuple[Thing, float, tuple[str, ...]]]:
    """Load the likeliest through the walls and put them in careful order."""
    if not ids:
        return []
    things = {thing.pk: thing for thing in Thing.objects.filter(pk__in=ids)}
    names: dict[UUID, list[str]] = {}
    for thing_id, name in ThingName.objects.filter(thing_id__in=ids).values_list("thing_id", "name"):
        names.setdefault(thing_id, []).append(name)
    marks: dict[UUID, list[tuple[str, str]]] = {}
    if asked.identifiers:
        rows = Identifier.objects.filter(thing_id__in=ids).values_list("thing_id", "scheme", "normalised")
        for thing_id, scheme, value in rows:
            marks.setdefault(thing_id, []).append((scheme, value))
    knowns = (
        known(thing, tuple(names.get(pk, (thing.label,))), tuple(marks.get(pk, ()))) for pk, thing in things.items()
    )
    return [(things[UUID(match.id)], match.score, match.reasons) for match in rank(asked, knowns)]
