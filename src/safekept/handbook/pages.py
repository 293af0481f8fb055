"""The procedure, read as a handbook: by moment, by who acts, by list, by paragraph."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from safekept.procedures import Pack, load_library

from . import presenters


def procedures(request: HttpRequest) -> HttpResponse:
    """Every procedure installed, the viewer's own first."""
    viewer = getattr(request, "viewer", None)
    own = viewer.area if viewer is not None else None
    return render(request, "handbook/procedures.html", {"packs": presenters.packs(load_library(), own)})


def front(request: HttpRequest, pack_id: str) -> HttpResponse:
    """The front page of one procedure."""
    pack = _pack(pack_id)
    context = {"pack": pack, "areas": presenters.areas_of(load_library(), pack), "roles": presenters.by_owner(pack)}
    return render(request, "handbook/front.html", context)


def rules(request: HttpRequest, pack_id: str) -> HttpResponse:
    """The rules, by the moment that sets them off or by who acts; words can be searched."""
    pack = _pack(pack_id)
    order = request.GET.get("by", "moment")
    words = request.GET.get("q", "").strip()[:100]
    groups = presenters.by_owner(pack, words) if order == "role" else presenters.by_moment(pack, words)
    context = {"pack": pack, "groups": groups, "order": order, "words": words, "orders": presenters.orders(pack, order)}
    return render(request, "handbook/rules.html", context)


def rule(request: HttpRequest, pack_id: str, rule_id: str) -> HttpResponse:
    """One rule, in plain words, with its paragraph, its clock and an example."""
    pack = _pack(pack_id)
    found = pack.rule(rule_id)
    if found is None:
        raise Http404(f"{pack.title} has no rule called {rule_id}.")
    return render(request, "handbook/rule.html", {"pack": pack, "rule": presenters.rule_page(pack, found)})


def guard(request: HttpRequest, pack_id: str, guard_id: str) -> HttpResponse:
    """What an entry must not contradict, and the paragraph that says so."""
    pack = _pack(pack_id)
    found = next((g for g in pack.guards if g.id == guard_id), None)
    if found is None:
        raise Http404(f"{pack.title} has no rule called {guard_id}.")
    cited = presenters.cited(pack, found.cites)
    return render(request, "handbook/guard.html", {"pack": pack, "guard": found, "cited": cited})


def one_list(request: HttpRequest, pack_id: str, list_id: str) -> HttpResponse:
    """One list: signs, vulnerabilities, categories, purposes."""
    pack = _pack(pack_id)
    found = pack.lists.get(list_id)
    if found is None:
        raise Http404(f"{pack.title} has no list called {list_id}.")
    return render(request, "handbook/list.html", {"pack": pack, "list": found, "groups": presenters.grouped(found)})


def paragraphs(request: HttpRequest, pack_id: str) -> HttpResponse:
    """What each paragraph says, shortly, and the rules that come from it."""
    pack = _pack(pack_id)
    return render(request, "handbook/paragraphs.html", {"pack": pack, "rows": presenters.paragraph_rows(pack)})


def _pack(pack_id: str) -> Pack:
    pack = load_library().packs.get(pack_id)
    if pack is None:
        raise Http404(f"No procedure is called {pack_id}.")
    return pack
