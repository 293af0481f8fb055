"""The children this person's agency works with: found by name, narrowed by category and area."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from safekept.access.models import Circle
from safekept.access.viewer import Viewer
from safekept.kinds.vocabularies import CATEGORIES
from safekept.procedures import load_library
from safekept.register.models import Thing
from safekept.register.queries import SearchQuery
from safekept.register.queries import search as find

from .. import queries
from ..presenters import people

A_PAGE = 25
FOUND_AT_MOST = 50


def children(request: HttpRequest) -> HttpResponse:
    """Mine, or all that my agency works with; the filters stay in the address."""
    viewer, now = queries.viewer_of(request), timezone.now()
    chosen = {name: request.GET.get(name, "").strip()[:100] for name in ("whose", "q", "category", "area")}
    chosen["whose"] = chosen["whose"] if chosen["whose"] in ("mine", "agency") else "mine"
    rows, page = _rows(viewer, chosen, request.GET.get("page", "1"), now)
    context = {
        "rows": rows,
        "page": page,
        "chosen": chosen,
        "kept": urlencode({name: text for name, text in chosen.items() if text}),
        "tabs": [
            {"text": text, "address": f"?whose={whose}", "current": whose == chosen["whose"]}
            for whose, text in (("mine", "Mine"), ("agency", "My agency"))
        ],
        "categories": [("", "Any category"), *CATEGORIES.items(), ("none", "Not screened yet")],
        "areas": [("", "Any area"), *((area.slug, area.name) for area in load_library().areas.values())],
    }
    return render(request, "casework/children.html", context)


def _rows(viewer: Viewer, chosen: dict[str, str], page_number: str, now: Any) -> tuple[list[people.ChildRow], Any]:
    things = _things(viewer, chosen, now)
    page = Paginator(things, A_PAGE).get_page(page_number)
    return people.rows(list(page.object_list), now), page


def _things(viewer: Viewer, chosen: dict[str, str], now: Any) -> list[Thing]:
    """The children of the scope that the filters leave, by name (or the likeliest first when searching)."""
    if chosen["q"]:
        found = [c.thing for c in find(viewer, SearchQuery(chosen["q"], kinds=("child",)), FOUND_AT_MOST)]
    elif chosen["whose"] == "mine":
        found = list(Thing.objects.filter(pk__in=[row.id for row in people.mine(viewer, now)]).order_by("label"))
    else:
        around = Circle.objects.filter(agency_id=viewer.agency_id).values("subject_id")
        found = list(Thing.objects.filter(pk__in=around, kind="child").order_by("label"))
    if chosen["area"]:
        found = [thing for thing in found if thing.area_id == chosen["area"]]
    return _of_category(found, chosen["category"]) if chosen["category"] else found


def _of_category(things: list[Thing], category: str) -> list[Thing]:
    known = people.categories_of(thing.pk for thing in things)
    if category == "none":
        return [thing for thing in things if thing.pk not in known]
    return [thing for thing in things if str(known.get(thing.pk)) == category]
