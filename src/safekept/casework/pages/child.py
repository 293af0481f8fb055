"""The child's page: who this is, what the child says, what is owed, and everything that was recorded."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from safekept.access import circles
from safekept.govuk.values import Unreadable, read_date
from safekept.govuk.when import LONDON

from .. import queries
from ..presenters import child as presenter


def child(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """The whole page, as known now or on an earlier day; a stub for those who do not work with the child."""
    viewer, now = queries.viewer_of(request), timezone.now()
    thing = queries.find_thing(subject_id)
    if not circles.may_see_record(viewer, subject_id):
        return render(request, "casework/child_stub.html", {"thing": thing}, status=200)
    known_at, problem = _known_on(request, now)
    subject = queries.subject(viewer, subject_id)
    filters = {name: request.GET.get(name, "").strip()[:100] for name in ("kind", "agency", "q")}
    context = presenter.page(viewer, subject, now, known_at, filters)
    context["problem"] = problem
    return render(request, "casework/child.html", context)


def _known_on(request: HttpRequest, now: dt.datetime) -> tuple[dt.datetime | None, str]:
    """The end of the day asked for, or None for now; a day that cannot be read is said, and today is shown."""
    text = request.GET.get("known", "").strip()
    if text:
        parts = dict(zip(("known-year", "known-month", "known-day"), text.split("-"), strict=False))
    else:
        parts = {f"known-{p}": request.GET.get(f"known-{p}", "") for p in ("day", "month", "year")}
    try:
        day = read_date({name: [value] for name, value in parts.items()}, "known")
    except Unreadable as wrong:
        return None, f"As known on: {wrong} Today is shown."
    if day is None:
        return None, ""
    end = dt.datetime.combine(day, dt.time(23, 59, 59), LONDON)
    return (end, "") if end < now else (None, "")
