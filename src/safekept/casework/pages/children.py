"""The children this person's agency works with: found by name, narrowed by category and area."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from safekept.access.models import Circle
from safekept.access.viewer import Viewer
from safekept.kinds.vocabularies import CATEGORIES
from safekept.procedures import load_library
from safekept.record.models import Entry
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
    chosen["category"] = chosen["category"] if chosen["category"] in (*CATEGORIES, "none") else ""
    chosen["area"] = chosen["area"] if chosen["area"] in load_library().areas else ""
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


def _rows(
    viewer: Viewer, chosen: dict[str, str], page_number: str, now: dt.datetime
) -> tuple[list[people.ChildRow], Page[Thing]]:
    """One page of the children of the scope that the filters leave; only that page is read."""
    page = Paginator(_children(viewer, chosen), A_PAGE).get_page(page_number)
    return people.rows(list(page.object_list), now), page


def _children(viewer: Viewer, chosen: dict[str, str]) -> Any:
    """By name; the likeliest first when searching."""
    if chosen["q"]:
        found = [c.thing for c in find(viewer, SearchQuery(chosen["q"], kinds=("child",)), FOUND_AT_MOST)]
        left = set(
            _narrowed(Thing.objects.filter(pk__in=[one.pk for one in found]), chosen).values_list("pk", flat=True)
        )
        return [thing for thing in found if thing.pk in left]
    if chosen["whose"] == "mine":
        ids = Entry.objects.filter(account_id=viewer.account_id).values("subject_id")
    else:
        ids = Circle.objects.filter(agency_id=viewer.agency_id).values("subject_id")
    return _narrowed(Thing.objects.filter(pk__in=ids, kind="child"), chosen).order_by("label", "pk")


def _narrowed(children: QuerySet[Thing], chosen: dict[str, str]) -> QuerySet[Thing]:
    if chosen["area"]:
        children = children.filter(area_id=chosen["area"])
    return people.of_category(children, chosen["category"]) if chosen["category"] else children
