"""Taking up a new version: put it forward, see what it changes, try it on an area's children, adopt it from a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from safekept.access.middleware import NotAllowed
from safekept.access.viewer import Viewer
from safekept.calendars import london_date
from safekept.directory import procedures, proposals
from safekept.directory.models import ProposedPack
from safekept.directory.procedures import NotAdopted
from safekept.entrance.pages.again import asks_again
from safekept.govuk import when
from safekept.govuk.forms import raw_of
from safekept.govuk.values import Raw, Unreadable, first, read_date
from safekept.procedures import PackError
from safekept.procedures.changes import changes

from .. import actions, books, uploads
from ..presenters import trial as trial_presenter
from ..presenters import versions as versions_presenter

FAULTS_SHOWN = 40


def put_forward(request: HttpRequest) -> HttpResponse:
    """A form for the zip of a procedure's folder; what is wrong with it is said with file and line."""
    viewer = books.viewer_of(request)
    _only(viewer, actions.MAY_PUT_FORWARD, "put forward")
    if request.method != "POST":
        return _ask_for_zip(request, viewer)
    sent = request.FILES.get("folder")
    if sent is None:
        return _ask_for_zip(request, viewer, [uploads.NONE_SENT])
    try:
        read = uploads.read_zip(sent.read(uploads.MOST_BYTES + 1))
        made = actions.put_forward(viewer, read.files, read.folder)
    except proposals.NotReady as not_ready:
        return _ask_for_zip(request, viewer, not_ready.faults)
    except (uploads.NotAProcedure, PackError, NotAdopted) as wrong:
        return _ask_for_zip(request, viewer, [str(wrong)])
    return HttpResponseRedirect(reverse("proposal", kwargs={"proposal_id": made.pk}))


def _ask_for_zip(request: HttpRequest, viewer: Viewer, faults: Sequence[str] = ()) -> HttpResponse:
    shown = list(faults[:FAULTS_SHOWN])
    if len(faults) > FAULTS_SHOWN:
        shown.append(f"And {len(faults) - FAULTS_SHOWN:,} more. Put these right first, and put it forward again.")
    context = {
        "area": procedures.library().areas[viewer.area].name,
        "errors": [{"anchor": "folder", "text": text} for text in shown],
        "most": {"files": uploads.MOST_FILES, "unpacked": uploads.MOST_UNPACKED // 1_000_000},
    }
    return render(request, "handbook/put_forward.html", context, status=422 if faults else 200)


def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """What a version that is put forward changes against the one followed today, and what may be done with it."""
    viewer = books.viewer_of(request)
    found = _found(proposal_id, viewer)
    new, followed = proposals.pack_of(found), procedures.pack_of(viewer.area)
    differ = changes(followed, new) if followed is not None and followed.id == new.id else None
    context = {
        "proposal": found,
        "pack": new,
        "followed": followed,
        "changes": versions_presenter.under_headings(differ) if differ is not None else [],
        "count": len(differ) if differ is not None else None,
        "may": {
            "try": viewer.role in actions.MAY_TRY,
            "adopt": viewer.role in actions.MAY_ADOPT,
            "take_back": viewer.role in actions.MAY_PUT_FORWARD,
        },
    }
    return render(request, "handbook/proposal.html", context)


def try_it(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """What a version would change for the area's children: first what trying means, then, on asking, the answer."""
    viewer = books.viewer_of(request)
    found = _found(proposal_id, viewer)
    _only(viewer, actions.MAY_TRY, "try")
    context: dict[str, Any] = {"proposal": found, "pack": proposals.pack_of(found), "tried": None}
    if request.method == "POST":
        tried = actions.try_it(viewer, found, _uuid(request.POST.get("after", "")))
        groups, more = trial_presenter.touched(tried.differences, timezone.now())
        context |= {"tried": tried, "counts": trial_presenter.counts(tried.trial), "groups": groups, "more": more}
    return render(request, "handbook/try.html", context)


@asks_again
def adopt(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The day from which the area follows a version: tomorrow at the earliest, and for good."""
    viewer = books.viewer_of(request)
    found = _found(proposal_id, viewer)
    _only(viewer, actions.MAY_ADOPT, "adopt")
    if request.method != "POST":
        return _ask_for_day(request, found, {})
    raw = raw_of(request.POST)
    try:
        starts = read_date(raw, "starts")
        if starts is None:
            return _ask_for_day(request, found, raw, ["Say from which day the area follows this version."])
        if first(raw, "sure") != "yes":
            return _ask_for_day(request, found, raw, ["Tick that you have read what it changes."], "sure")
        made = actions.adopt(viewer, found, starts)
    except (Unreadable, NotAdopted, PackError) as wrong:
        return _ask_for_day(request, found, raw, [str(wrong)])
    address = reverse("procedure-versions", kwargs={"pack_id": made.pack.pack_id})
    return HttpResponseRedirect(f"{address}?adopted={made.pack.version}")


def _ask_for_day(
    request: HttpRequest, found: ProposedPack, raw: Raw, faults: Sequence[str] = (), anchor: str = "starts-day"
) -> HttpResponse:
    context = {
        "proposal": found,
        "pack": proposals.pack_of(found),
        "typed": {part: first(raw, f"starts-{part}") for part in ("day", "month", "year")}
        | {"sure": first(raw, "sure")},
        "tomorrow": when.day(london_date(timezone.now()) + dt.timedelta(days=1)),
        "errors": [{"anchor": anchor, "text": text} for text in faults],
        "wrong": {anchor: faults[0]} if faults else {},
    }
    return render(request, "handbook/adopt.html", context, status=422 if faults else 200)


@require_POST
def take_back(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Put a version forward no longer."""
    viewer = books.viewer_of(request)
    actions.take_back(viewer, _found(proposal_id, viewer))
    return HttpResponseRedirect(reverse("procedures"))


def _found(proposal_id: UUID, viewer: Viewer) -> ProposedPack:
    found = proposals.find(proposal_id, viewer.area)
    if found is None:
        raise Http404(proposals.GONE)
    return found


def _only(viewer: Viewer, roles: frozenset[str], what: str) -> None:
    """Refuse the page to those whom the action would refuse."""
    if viewer.role not in roles:
        raise NotAllowed(actions.REFUSED[what], f"{what} a procedure")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
