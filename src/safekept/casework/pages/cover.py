"""Who stands in for whom while they are away."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from safekept.access import naming
from safekept.access.models import Cover
from safekept.access.policy import CASE_ROLES, MANAGERS
from safekept.access.problems import NotDone, attempt, listed
from safekept.access.viewer import Viewer
from safekept.directory.models import Account
from safekept.govuk import forms
from safekept.govuk.values import Raw, Unreadable, first, read_date
from safekept.govuk.when import LONDON

from .. import queries

DAYS = (("from", "From which day?"), ("until", "Until which day, that day included?"))


def cover(request: HttpRequest) -> HttpResponse:
    """Who of the viewer's agency stands in for whom, and a form to set it."""
    viewer, now = queries.viewer_of(request), timezone.now()
    raw = forms.raw_of(request.POST)
    problem = attempt(lambda: _set(viewer, raw)) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        return HttpResponseRedirect(reverse("cover") + "?saved=1")
    colleagues = _colleagues(viewer)
    names = {one.pk: one.name for one in colleagues}
    context: dict[str, Any] = {
        "rows": [
            {"cover": one, "away": names.get(one.account_id, ""), "by": names.get(one.covered_by, "")}
            for one in Cover.objects.filter(agency_id=viewer.agency_id, ended_at=None, until__gt=now)
        ],
        "colleagues": colleagues,
        "manages": viewer.role in MANAGERS,
        "me": viewer.account_id,
        "days": DAYS,
        "raw": raw,
        "problem": problem,
        "errors": listed(problem),
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "casework/cover.html", context, status=422 if problem else 200)


@require_POST
def end(request: HttpRequest, cover_id: UUID) -> HttpResponse:
    """End it early."""
    viewer = queries.viewer_of(request)
    if attempt(lambda: naming.end_cover(viewer, cover_id)) is not None:
        raise Http404(queries.NO_SUCH)
    return HttpResponseRedirect(reverse("cover") + "?saved=1")


def _set(viewer: Viewer, raw: Raw) -> None:
    people = {str(one.pk): one for one in _colleagues(viewer)}
    away = people.get(first(raw, "away") if viewer.role in MANAGERS else str(viewer.account_id))
    by = people.get(first(raw, "by"))
    if away is None:
        raise NotDone("away", "Choose who is away.")
    if by is None:
        raise NotDone("by", "Choose who stands in.")
    begins, ends = (_day(raw, name) for name, _ in DAYS)
    if begins is None or ends is None:
        raise NotDone("from" if begins is None else "until", "Give the first and the last day.")
    until = _midnight(ends + dt.timedelta(days=1))
    naming.cover(viewer, away, by, _midnight(begins), until, first(raw, "reason"))


def _day(raw: Raw, name: str) -> dt.date | None:
    try:
        return read_date(raw, name)
    except Unreadable as unreadable:
        raise NotDone(name, str(unreadable)) from None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), LONDON)


def _colleagues(viewer: Viewer) -> list[Account]:
    rows = Account.objects.filter(team__agency_id=viewer.agency_id, is_active=True, role__in=CASE_ROLES)
    return list(rows.order_by("name"))
