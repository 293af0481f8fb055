"""Who and what else was involved in an entry: rows as typed, and the things that are meant.

Each row says what it is, how it is known, and its part; a row may name a thing that is on record already.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from safekept.access.viewer import Viewer
from safekept.govuk.forms import Problem
from safekept.govuk.values import MAX_ROWS, Raw, first, row_numbers, too_many
from safekept.linking import normalise
from safekept.record.models import Mention
from safekept.register.actions import NewThing, add_thing
from safekept.register.models import Identifier, Thing
from safekept.register.queries import Candidate, SearchQuery
from safekept.register.queries import search as find

KINDS = {
    "adult": "A person",
    "child": "Another child",
    "vehicle": "A vehicle",
    "phone": "A phone number",
    "account": "An online account",
    "place": "A place",
    "group": "A group",
}
ROLES = {
    "with-the-child": "Was with the child",
    "person-of-concern": "I am worried about what they do",
    "witness": "Saw or heard it",
    "took-part": "Took part",
    "used": "Was used",
    "where": "Is where it happened",
    "also-at-risk": "May be at risk too",
    "helps": "Helps or protects the child",
}
SCHEMES = {"vehicle": "vrm", "phone": "phone"}
DEFAULT_ROLE = "mentioned"
FROM_FIELDS = "linked child"
"""The role of children whom an entry's own questions name: it comes from those, never from a row."""
ITSELF = "subject"
NEW = "new"
FOUND_AT_MOST = 4
ASKED_OF = frozenset({
    "concern", "missing", "found", "safe-and-well", "return-interview", "referral", "discussion", "meeting", "note",
    "police-told", "order", "crime-record", "assessment", "child-voice", "action-agreed",
})  # fmt: skip
"""The kinds of entry whose form asks who and what was involved."""


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody or something else involved, as typed. ``thing``: the id that was chosen, ``new``, or empty."""

    number: int
    kind: str
    what: str
    role: str
    thing: str = ""
    found: tuple[Candidate, ...] = field(default=(), compare=False)

    @property
    def scheme(self) -> str:
        """By which kind of number it is known, if it is."""
        if self.kind == "account":
            return "email" if "@" in self.what.strip("@") else "handle"
        return SCHEMES.get(self.kind, "")


def others(raw: Raw) -> list[Other]:
    """Everyone and everything else that was kept, in order."""
    rows = []
    for number in row_numbers(raw, "other"):
        kind, what, role, thing = (first(raw, f"other-{number}-{part}") for part in ("kind", "what", "role", "thing"))
        if what and not first(raw, f"other-{number}-drop"):
            rows.append(Other(number, kind, what, role, thing))
    return rows


def next_number(raw: Raw) -> int:
    """The number of the next row."""
    return max((number for number in row_numbers(raw, "other")), default=-1) + 1


def problems(raw: Raw) -> list[Problem]:
    """What keeps the rows from being recorded."""
    kept = others(raw)
    said = too_many(len(kept))
    return [Problem("others", "others", f"Who, what and where else: {said[:1].lower()}{said[1:]}")] * bool(said) + [
        Problem("others", f"other-{one.number}-kind", f"Say what ‘{one.what[:40]}’ is.")
        for one in kept
        if one.kind not in KINDS
    ]


def looked_up(viewer: Viewer, raw: Raw, apart_from: Collection[UUID] = ()) -> list[Other]:
    """The rows, each with what is on record already and may be the same; no more are looked up than can be kept."""
    return [
        replace(one, found=_candidates(viewer, one, apart_from)) if place < MAX_ROWS else one
        for place, one in enumerate(others(raw))
    ]


def mentions(viewer: Viewer, rows: Sequence[Other]) -> tuple[tuple[UUID, str], ...]:
    """Thing and role of each row, adding what is not on record yet. Raises ThingRefused."""
    return tuple((_thing(viewer, one), one.role or DEFAULT_ROLE) for one in rows)


def rows_of_entry(entry_id: UUID) -> dict[str, list[str]]:
    """Form data that shows whom and what an entry mentions already, so that a correction keeps them."""
    told = Mention.objects.filter(entry_id=entry_id).exclude(role__in=(FROM_FIELDS, ITSELF))
    roles = list(told.order_by("role", "thing_id").values_list("thing_id", "role"))
    things = {thing.pk: thing for thing in Thing.objects.filter(pk__in={pk for pk, _ in roles})}
    kept = [(things[pk], role) for pk, role in roles if pk in things and things[pk].kind in KINDS]
    raw: dict[str, list[str]] = {}
    for number, (thing, role) in enumerate(kept):
        parts: Mapping[str, Any] = {"kind": thing.kind, "what": thing.label, "role": role, "thing": str(thing.pk)}
        raw |= {f"other-{number}-{part}": [text] for part, text in parts.items()}
    return raw


def _candidates(viewer: Viewer, one: Other, apart_from: Collection[UUID]) -> tuple[Candidate, ...]:
    if one.kind not in KINDS:
        return ()
    chosen = _chosen(one)
    kept = [Candidate(thing, ()) for thing in Thing.objects.filter(pk=chosen)] if chosen else []
    marks = ((one.scheme, one.what),) if one.scheme else ()
    found = find(viewer, SearchQuery(one.what, identifiers=marks, kinds=(one.kind,)), FOUND_AT_MOST)
    fresh = [c for c in found if c.thing.pk not in apart_from and c.thing.pk != chosen]
    return tuple([*kept, *fresh][:FOUND_AT_MOST])


def _chosen(one: Other) -> UUID | None:
    try:
        return UUID(one.thing)
    except ValueError:
        return None


def _thing(viewer: Viewer, one: Other) -> UUID:
    """The thing that was meant: the one chosen, else found by its exact number, else added."""
    chosen = _chosen(one)
    if chosen is not None and Thing.objects.filter(pk=chosen).exists():
        return chosen
    read = normalise(one.scheme, one.what) if one.scheme else None
    if read is None or read.error:
        return UUID(str(add_thing(viewer, NewThing(one.kind, names=[(one.what, "name")], label=one.what)).pk))
    known = Identifier.objects.filter(scheme=one.scheme, normalised=read.value, thing__kind=one.kind).first()
    if known is not None and one.thing != NEW:
        return UUID(str(known.thing_id))
    new = NewThing(one.kind, identifiers=[(one.scheme, one.what)], label=one.what)
    return UUID(str(add_thing(viewer, new).pk))
