"""One search over people, vehicles, phones and places; and what is known about one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from safekept.access import circles
from safekept.record.models import Entry, Mention
from safekept.register.models import THING_KINDS, Identifier, Thing, ThingName
from safekept.register.queries import SearchQuery
from safekept.register.queries import search as find

from .. import queries
from ..presenters import child as presenter
from ..presenters import timeline
from ..presenters.concern import duty_desk

FOUND_AT_MOST = 20
OWN_RECORD = ("adult", "place", "group", "area", "agency", "worker")
SCHEMES = {
    "nhs": "NHS number",
    "upn": "Pupil number",
    "phone": "Phone",
    "vrm": "Number plate",
    "email": "Email",
    "handle": "Online name",
    "postcode": "Postcode",
    "uprn": "Property number",
    "police-id": "Police number",
}


def search(request: HttpRequest) -> HttpResponse:
    """What matches, and why; nothing found says what to try, and whom to ask."""
    viewer = queries.viewer_of(request)
    words = request.GET.get("q", "").strip()[:200]
    kind = request.GET.get("kind", "") if request.GET.get("kind") in THING_KINDS else ""
    found = (
        find(viewer, SearchQuery(words, kinds=(kind,) if kind else (), area=viewer.area), FOUND_AT_MOST)
        if words
        else []
    )
    around = circles.worked_with(viewer, [one.thing.pk for one in found])
    context = {
        "words": words,
        "kind": kind,
        "found": [
            {"thing": c.thing, "reasons": c.reasons, "kind": THING_KINDS[c.thing.kind], "ours": c.thing.pk in around}
            for c in found
        ],
        "kinds": [("", "Everything"), *THING_KINDS.items()],
        "desk": duty_desk(None, viewer),
    }
    return render(request, "casework/search.html", context)


def thing(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    """What is known of one person, vehicle, phone or place: names, numbers, and each entry with its part in it."""
    viewer, now = queries.viewer_of(request), timezone.now()
    found = queries.find_thing(thing_id)
    if found.kind == "child":
        return HttpResponseRedirect(reverse("child", kwargs={"subject_id": thing_id}))
    roles: dict[UUID, list[str]] = {}
    for entry_id, role in Mention.objects.filter(thing_id=thing_id).values_list("entry_id", "role"):
        roles.setdefault(entry_id, []).append(role.replace("-", " "))
    entries = list(Entry.objects.filter(pk__in=roles))
    own = found.kind in OWN_RECORD and bool(circles.may_see_record(viewer, thing_id))
    context = {
        "thing": found,
        "kind": THING_KINDS[found.kind],
        "names": list(ThingName.objects.filter(thing_id=thing_id)),
        "identifiers": [
            {"label": SCHEMES.get(row.scheme, row.scheme), "value": row.value}
            for row in Identifier.objects.filter(thing_id=thing_id)
        ],
        "lines": _lines(entries, roles, now),
        "subjects": _subjects(entries, viewer),
        "own": own,
    }
    if own:
        context |= presenter.own_record(viewer, queries.subject(viewer, thing_id), now)
    return render(request, "casework/thing.html", context)


def _lines(entries: list[Entry], roles: dict[UUID, list[str]], now: Any) -> list[dict[str, Any]]:
    lines = timeline.lines(
        entries,
        queries.wording(None, entries, now),
        queries.authors(entries),
        queries.agencies({e.agency_id for e in entries}),
        now,
    )
    subject_of = {entry.pk: entry.subject_id for entry in entries}
    names = queries.labels(subject_of.values())
    return [
        {
            "line": line,
            "roles": roles[line.id],
            "subject": names.get(str(subject_of[line.id]), ""),
            "subject_id": subject_of[line.id],
        }
        for line in lines
    ]


def _subjects(entries: list[Entry], viewer: Any) -> list[Thing]:
    """The children whose entries mention it."""
    return list(Thing.objects.filter(pk__in={entry.subject_id for entry in entries}).order_by("label"))
