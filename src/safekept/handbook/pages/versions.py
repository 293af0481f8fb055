"""The versions of a procedure: which there are, who follows which, and what one changes against another."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from safekept.directory import procedures, proposals
from safekept.procedures import Pack
from safekept.procedures.changes import changes

from .. import books
from ..actions import MAY_PUT_FORWARD
from ..presenters import versions as presenter


def versions(request: HttpRequest, pack_id: str) -> HttpResponse:
    """Every version, which area follows which from when, and what is put forward in the reader's own area."""
    viewer = books.viewer_of(request)
    book = books.open_book(viewer, pack_id)
    found = presenter.versions(procedures.library(), pack_id, viewer.area, timezone.now())
    context = {
        "book": book,
        "pack": book.pack,
        "versions": found,
        "choices": _choices(found, viewer.area, pack_id),
        "proposals": [one for one in proposals.of_area(viewer.area) if one.pack_id == pack_id],
        "may_put_forward": viewer.role in MAY_PUT_FORWARD,
    }
    return render(request, "handbook/versions.html", context)


def compare(request: HttpRequest, pack_id: str) -> HttpResponse:
    """What one version changes against another, in the words of those who follow it."""
    viewer = books.viewer_of(request)
    book = books.open_book(viewer, pack_id)
    found = presenter.versions(procedures.library(), pack_id, viewer.area, timezone.now())
    old, new = (_named(request.GET.get(name, ""), pack_id, viewer.area) for name in ("old", "new"))
    differ = changes(old, new)
    context = {
        "book": book,
        "pack": book.pack,
        "old": old,
        "new": new,
        "count": len(differ),
        "changes": presenter.under_headings(differ),
        "choices": _choices(found, viewer.area, pack_id),
        "chosen": (request.GET.get("old", ""), request.GET.get("new", "")),
    }
    return render(request, "handbook/compare.html", context)


def _choices(found: list[presenter.Version], area: str, pack_id: str) -> list[tuple[str, str]]:
    """Versions to choose from: those that are followed or were, then those put forward in the reader's area."""
    kept = [(one.pack.version, one.pack.version) for one in found]
    forward = [one for one in proposals.of_area(area) if one.pack_id == pack_id]
    return kept + [(str(one.pk), f"{one.version}, put forward") for one in forward]


def _named(text: str, pack_id: str, area: str) -> Pack:
    """A version by its number, or one put forward by its id. Raises 'not found'."""
    found = procedures.library().version(pack_id, text)
    if found is None:
        try:
            proposal = proposals.find(UUID(text), area)
        except ValueError:
            proposal = None
        found = proposals.pack_of(proposal) if proposal is not None and proposal.pack_id == pack_id else None
    if found is None:
        raise Http404(f"{pack_id} has no version ‘{text[:60]}’ here. Choose two on the page of its versions.")
    return found
