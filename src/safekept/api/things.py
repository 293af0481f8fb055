"""People, vehicles, phones and places: searching first, then adding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja.responses import Status

from safekept.access import reading
from safekept.api import shapes
from safekept.api.asking import Once, recorder, viewer_of
from safekept.api.service import answers, named, service
from safekept.record.histories import subjects
from safekept.record.queries import NoRecord
from safekept.register import actions, queries
from safekept.register.models import Thing, ThingName

FOUND_AT_MOST = 20


@service.post("/search", response=answers(list[shapes.Found]), **named("search"))
def search(request: HttpRequest, asked: shapes.Search) -> Any:
    """Who or what it may be, the likeliest first, with the reasons; as tolerant of spelling as the pages are."""
    query = queries.SearchQuery(
        text=asked.text, born=asked.born or None, kinds=asked.kinds, area=asked.area,
        identifiers=[(one.scheme, one.text) for one in asked.identifiers],
    )  # fmt: skip
    found = queries.search(viewer_of(request), query, FOUND_AT_MOST)
    told = _told([one.thing for one in found])
    return [{"thing": told[one.thing.pk], "reasons": list(one.reasons)} for one in found]


@service.post("/things", response=answers(shapes.Added, 201), **named("add-thing"))
def add(request: HttpRequest, new: shapes.NewThing, idempotency_key: Once) -> Any:
    """Add somebody or something that a search did not find."""
    made = actions.add_thing(
        recorder(request),
        actions.NewThing(
            kind=new.kind, names=[(one.name, one.kind) for one in new.names], label=new.label, born=new.born,
            sex=new.sex, area=new.area or None, description=new.description, client_key=idempotency_key,
            identifiers=[(one.scheme, one.text) for one in new.identifiers],
        ),
    )  # fmt: skip
    warnings = made.warnings  # type: ignore[attr-defined]
    return Status(201, {"thing": _told([made])[made.pk], "warnings": warnings})


@service.get("/things/{thing_id}", response=answers(shapes.Thing), **named("read-thing"))
def thing(request: HttpRequest, thing_id: UUID) -> Any:
    """Somebody or something, as far as one may know of it. Numbers and addresses are looked up on the pages."""
    found = queries.thing(viewer_of(request), thing_id)
    if found is None:
        raise NoRecord
    reading.about(found.pk)
    return _told([found])[found.pk]


def _told(things: Sequence[Thing]) -> dict[UUID, dict[str, Any]]:
    """Each thing as programs read it; of a child whose record is not open to one, what a search shows."""
    admitted = {key for key, one in subjects(one.pk for one in things).items() if one.admitted}
    inside = {one.pk for one in things if one.kind != "child" or one.pk in admitted}
    names: dict[UUID, list[str]] = {one.pk: [] if one.pk in inside else [one.label] for one in things}
    for row in ThingName.objects.filter(thing_id__in=inside):
        names[row.thing_id].append(row.name)
    return {
        one.pk: {
            "id": one.pk, "kind": one.kind, "label": one.label, "born": one.born, "born_precision": one.born_precision,
            "sex": one.sex, "area": one.area_id or "", "names": names[one.pk],
            "description": one.description if one.pk in inside else "",
        }
        for one in things
    }  # fmt: skip
