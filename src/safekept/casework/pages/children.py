"""The children this person's agency works with: found by name, narrowed by category and area."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from safekept.directory import procedures
from safekept.kinds.vocabularies import CATEGORIES

from .. import browsing, queries
from ..presenters import people


def children(request: HttpRequest) -> HttpResponse:
    """Mine, or all that my agency works with; the filters stay in the address."""
    viewer, now = queries.viewer_of(request), timezone.now()
    chosen = {name: request.GET.get(name, "").strip()[:100] for name in ("whose", "q", "category", "area")}
    chosen["whose"] = chosen["whose"] if chosen["whose"] in ("mine", "agency") else "mine"
    chosen["category"] = chosen["category"] if chosen["category"] in (*CATEGORIES, "none") else ""
    chosen["area"] = chosen["area"] if chosen["area"] in procedures.library().areas else ""
    after = queries.as_uuid(request.GET.get("after", ""))
    page = browsing.page(viewer, browsing.Chosen(**chosen), request.GET.get("page", "1"), after)
    context = {
        "rows": people.rows(page.ids, now),
        "page": page,
        "counted": browsing.COUNTED,
        "chosen": chosen,
        "kept": urlencode({name: text for name, text in chosen.items() if text}),
        "tabs": [
            {"text": text, "address": f"?whose={whose}", "current": whose == chosen["whose"]}
            for whose, text in (("mine", "Mine"), ("agency", "My agency"))
        ],
        "categories": [("", "Any category"), *CATEGORIES.items(), ("none", "Not screened yet")],
        "areas": [("", "Any area"), *((area.slug, area.name) for area in procedures.library().areas.values())],
    }
    return render(request, "casework/children.html", context)
