"""Whom the police and whom children's services have on record in the co-ordinator's area, and where they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from safekept.access import reading
from safekept.access.middleware import NotAllowed
from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.directory.roles import Role

from .. import numbers as counted
from .. import queries
from ..presenters import people

A_PAGE = 25
CALLED: dict[counted.Holder, str] = {"police": "The police", "children-services": "Children’s services"}
ALONE: dict[counted.Holder, str] = {"police": "Police alone", "children-services": "Children’s services alone"}


@dataclass(frozen=True, slots=True)
class Row:
    """A child whom one of the two has on record and the other has not."""

    id: UUID
    name: str
    category: str
    since: dt.datetime
    note: str


def numbers(request: HttpRequest) -> HttpResponse:
    """The count with which the area's meeting begins; the list asked for stays in the address."""
    viewer, now = queries.viewer_of(request), timezone.now()
    _refuse_others(viewer)
    paragraphs = counted.asked_for_in(procedures.pack_of(viewer.area))
    if not paragraphs:
        raise Http404("The procedure of your area does not ask for these numbers.")
    found = counted.of_area(viewer, now)
    who: counted.Holder = "children-services" if request.GET.get("who") == "children-services" else "police"
    page = Paginator(found.alone[who], A_PAGE).get_page(request.GET.get("page", "1"))
    context = {
        "found": found,
        "area": procedures.library().areas[viewer.area].name,
        "paragraphs": paragraphs,
        "called": CALLED,
        "who": who,
        "page": page,
        "rows": _rows(viewer, list(page.object_list)),
        "tabs": [
            {"text": f"{ALONE[one]} ({len(found.alone[one]):,})", "address": f"?who={one}", "current": one == who}
            for one in counted.HOLDERS
        ],
    }
    return render(request, "casework/numbers.html", context)


def _refuse_others(viewer: Viewer) -> None:
    if viewer.role != Role.COORDINATOR:
        raise NotAllowed("These numbers are for the area’s co-ordinators, who prepare its meeting.")
    if viewer.agency_kind not in counted.HOLDERS:
        raise NotAllowed(
            "Police records are seen by police and children’s services alone, so your agency cannot compare them. "
            "Ask a co-ordinator of one of the two."
        )


def _rows(viewer: Viewer, alone: Sequence[counted.Alone]) -> list[Row]:
    """Those of one page, by name and category; what was read of them is noted."""
    reading.note("entry", (one.entry_id for one in alone))
    known = people.known(viewer, [one.id for one in alone])
    return [
        Row(child.id, child.label, known.category(child), one.since, _note(one))
        for one in alone
        if (child := known.called.get(one.id)) is not None
    ]


def _note(one: counted.Alone) -> str:
    if one.unflagged:
        return "The police have a record that does not carry the flag ES."
    return "Children’s services screened the child and found no risk." if one.no_risk else ""
