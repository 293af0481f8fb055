"""Searching before adding: misspelt, reordered, nicknamed and half-known people, with the reasons why each matches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils import timezone

from safekept.access import reading, statements
from safekept.access.policy import THING
from safekept.access.sql import asking, first_wall
from safekept.access.viewer import Viewer, current_viewer
from safekept.linking import Known, Match, name_parts, neighbourhood, normalise, parts_of, query_plan, rank, read_box
from safekept.linking.names import splits_of
from safekept.linking.tokens import Probe
from safekept.register import sought
from safekept.register.facts import read_born
from safekept.register.models import Identifier, Thing
from safekept.register.scope import seen_as

LOOKED_AT = 80
"""How many candidates are compared with care."""
WELL_MATCHED = 0.85
"""Order value from which a candidate answers a name well enough not to look further."""
MOST_READINGS = 3
"""How many ways of putting back a missing space are tried."""
COMMONEST = 20_000
"""Rows of one token that are read at most: bounds the time of a search for very common names."""
LIKELIEST = """
    SELECT thing_id FROM (
        SELECT t.thing_id, p.slot, max(p.weight) AS weight
        FROM unnest(%s::text[], %s::text[], %s::real[]) AS p(slot, token, weight)
        CROSS JOIN LATERAL (
            SELECT k.thing_id FROM register_token AS k
            WHERE k.token = p.token AND (%s::boolean OR k.kind = ANY(%s::text[])) LIMIT %s
        ) AS t
        GROUP BY t.thing_id, p.slot
    ) AS best
    GROUP BY thing_id ORDER BY sum(weight) DESC, thing_id LIMIT %s
"""
COMPARED = (
    "SELECT t.id, t.kind, t.born, t.born_precision, t.sex, t.area, t.description, "  # noqa: S608
    "ARRAY(SELECT n.name FROM register_thingname AS n WHERE n.thing_id = t.id ORDER BY n.added_at, n.id) "
    f"FROM register_thing AS t WHERE t.id = ANY(%(ids)s::uuid[]) AND {first_wall(THING, 't', Thing.wall_columns)}"
)
REGISTERED = (
    "SELECT p.part FROM unnest(%s::text[]) AS p(part) "
    "WHERE EXISTS (SELECT 1 FROM register_token AS k WHERE k.token = 'n:' || p.part)"
)
NEAR = "SELECT key, array_agg(part) FROM register_namekey WHERE key = ANY(%s::text[]) GROUP BY key"


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

    What is shown is written to the reading log; the guardian is told of a search for somebody hidden from the viewer.
    """
    asked = _asked(replace(query, text=query.text.replace("\x00", " ")))
    with seen_as(viewer):
        sought.tell(asked, sought.SEARCHED)
        best = _best(asked, list(query.kinds))[:limit]
        ids = [UUID(match.id) for match in best]
        things = {row.pk: row for row in Thing.objects.read("t.id = ANY(%(ids)s::uuid[])", ids=ids)}
        shown = [Candidate(things[UUID(m.id)], m.reasons) for m in best if UUID(m.id) in things]
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


def _best(asked: Known, kinds: list[str]) -> list[Match]:
    """Candidates in careful order; looser tokens and other readings of the name only where the first look is poor."""
    plan = query_plan(asked, _vocabulary(name_parts(asked.names)))
    compared: dict[UUID, Known] = {}
    _load([p for p in plan if not p.loose], kinds, asked, compared)
    matches = rank(asked, compared.values())
    if matches and (not asked.names or matches[0].score >= WELL_MATCHED):
        return matches
    _load(plan, kinds, asked, compared)
    readings = [asked, *_spaced(asked)]
    for reading_ in readings[1:]:
        parts = name_parts(reading_.names)
        _load(query_plan(reading_, _vocabulary(parts)), kinds, asked, compared)
    best: dict[str, Match] = {}
    for match in (m for reading_ in readings for m in rank(reading_, compared.values())):
        if match.id not in best or best[match.id].score < match.score:
            best[match.id] = match
    return sorted(best.values(), key=lambda m: (-m.score, m.id))


def _spaced(asked: Known) -> list[Known]:
    """Readings of the name with one missing space put back, where one side of it is a registered name part."""
    words = [word for name in asked.names for word in name.split()]
    splits = [(i, *halves) for i, word in enumerate(words) for halves in splits_of(word)]
    registered = _registered({half for _, *halves in splits for half in parts_of(" ".join(halves))})
    likely = [
        (i, a, b) for i, a, b in splits if registered.issuperset(parts_of(a)) or registered.issuperset(parts_of(b))
    ]
    likely.sort(key=lambda split: -max(len(half) for half in split[1:] if registered.issuperset(parts_of(half))))
    return [
        replace(asked, names=(" ".join([*words[:i], first, second, *words[i + 1 :]]),))
        for i, first, second in likely[:MOST_READINGS]
    ]


def _registered(parts: set[str]) -> set[str]:
    """Those that are part of the name of somebody whom the viewer can find: how a search goes tells of nobody else."""
    return {row[0] for row in statements.rows(REGISTERED, [list(parts)])}


def _vocabulary(parts: Sequence[str]) -> dict[str, list[str]]:
    """The registered name parts that share a remainder with each part asked about."""
    if not parts:
        return {}
    keys = {part: neighbourhood(part) for part in parts}
    held: dict[str, list[str]] = dict(statements.rows(NEAR, [sorted(set().union(*keys.values()))]))
    return {part: list({near for key in of for near in held.get(key, ())}) for part, of in keys.items()}


def _likeliest(probes: Iterable[Probe], kinds: list[str]) -> list[UUID]:
    """The things that share the heaviest tokens with the question; equality alone, so that the walls cost little."""
    plan = list(probes)
    if not plan:
        return []
    values = [[p.slot for p in plan], [p.token for p in plan], [p.weight for p in plan], not kinds, kinds]
    return [row[0] for row in statements.rows(LIKELIEST, [*values, COMMONEST, LOOKED_AT])]


def _load(probes: Iterable[Probe], kinds: list[str], asked: Known, compared: dict[UUID, Known]) -> None:
    """Add the likeliest things, read through the walls, to those compared already."""
    ids = [thing_id for thing_id in _likeliest(probes, kinds) if thing_id not in compared]
    if not ids:
        return
    marks: dict[UUID, list[tuple[str, str]]] = {}
    if asked.identifiers:
        rows = Identifier.objects.filter(thing_id__in=ids).values_list("thing_id", "scheme", "normalised")
        for thing_id, scheme, value in rows:
            marks.setdefault(thing_id, []).append((scheme, value))
    for row in statements.rows(COMPARED, asking(current_viewer().asker) | {"ids": ids}):
        thing_id, kind, born, precision, sex, area, description, names = row
        mine = tuple(marks.get(thing_id, ()))
        compared[thing_id] = Known(
            str(thing_id), kind, tuple(names), born, precision or "day", mine, sex, area or "", description
        )
