"""The guardian's desk: what waits, what was reviewed, and what is looked for."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from safekept.access import closing, reading
from safekept.access.models import Alert, Grant
from safekept.access.models.closing import Level
from safekept.access.problems import attempt, listed
from safekept.directory import procedures
from safekept.govuk import forms
from safekept.govuk.values import first
from safekept.register import names

from .. import actions, queries
from ..limits import limits
from ..patterns import NOT_SEEN, PATTERNS
from ..presenters import alerts as presenter
from ..watching import last_look
from ..words import page as page_words

A_PAGE = 25
ANSWERED = ("finding", "review")
OPENS = {Level.OPEN.value: "open it to the circle", Level.RESTRICTED.value: "restrict it, no longer sealed"}


def desk(request: HttpRequest) -> HttpResponse:
    """What waits for review, what is due first standing first; what waits for a second person; false alarms."""
    viewer, now = queries.viewer_of(request), timezone.now()
    waiting = queries.waiting_alerts()
    kind = request.GET.get("kind", "") if request.GET.get("kind") in Alert.Kind.values else ""
    shown = Paginator([one for one in waiting if not kind or one.kind == kind], A_PAGE)
    page = shown.get_page(request.GET.get("page", "1"))
    overall, each = presenter.rates(queries.reviewed_alerts(now - queries.PERIOD))
    proposals = closing.waiting_proposals()
    context = {
        "page": page,
        "rows": presenter.rows(list(page.object_list), viewer.account_id, now),
        "late": sum(one.due is not None and one.due < now for one in waiting),
        "kinds": [(name, label, sum(one.kind == name for one in waiting)) for name, label in Alert.Kind.choices],
        "kind": kind,
        "waiting": len(waiting),
        "overall": overall,
        "rates": each,
        "proposals": proposals,
        "opens": OPENS,
        "things": names.called(one.subject_id for one in proposals),
        "people": queries.people(one.account_id for one in proposals),
        "last_look": last_look(),
        "reviewed": request.GET.get("saved") == "reviewed",
    }
    return render(request, "guardian/desk.html", context)


def reviewed(request: HttpRequest) -> HttpResponse:
    """What was reviewed in the last ninety days, with what was found."""
    viewer, now = queries.viewer_of(request), timezone.now()
    found = queries.reviewed_alerts(now - queries.PERIOD)
    overall, each = presenter.rates(found)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page", "1"))
    rows = presenter.rows(list(page.object_list), viewer.account_id, now)
    context = {"page": page, "rows": rows, "overall": overall, "rates": each}
    return render(request, "guardian/reviewed.html", context)


def patterns(request: HttpRequest) -> HttpResponse:
    """What counts as unusual, from what number on, and what the log cannot show."""
    viewer = queries.viewer_of(request)
    context = {
        "patterns": PATTERNS,
        "limits": limits().of(viewer.area),
        "area": procedures.library().areas[viewer.area].name,
        "not_seen": NOT_SEEN,
        "last_look": last_look(),
    }
    return render(request, "guardian/patterns.html", context)


def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """What happened, what the person then read, and the review, which is written once."""
    viewer, now = queries.viewer_of(request), timezone.now()
    found = queries.alert(alert_id)
    raw, sent = forms.raw_of(request.POST), request.method == "POST"
    problem = attempt(lambda: actions.review(viewer, found, *(first(raw, n) for n in ANSWERED))) if sent else None
    if sent and problem is None:
        return HttpResponseRedirect(reverse("guardian") + "?saved=reviewed")
    context = _about(found, viewer.account_id, now) | {
        "raw": raw,
        "problem": problem,
        "errors": listed(problem),
    }
    return render(request, "guardian/alert.html", context, status=422 if problem else 200)


def _about(found: Alert, me: UUID, now: dt.datetime) -> dict[str, Any]:
    """What an alert's page shows of it."""
    whose = names.called([found.subject_id]).get(found.subject_id) if found.subject_id else None
    grant = Grant.objects.filter(pk=found.grant_id).first() if found.grant_id else None
    people = queries.people([found.account_id, found.reviewed_by])
    person = people.get(found.account_id)
    if whose is not None:
        reading.about(whose.id)
    return {
        "alert": found,
        "title": presenter.title(found),
        "left": presenter.left(found.due, now),
        "pattern": PATTERNS.get(found.pattern),
        "person": person,
        "who": queries.called(person),
        "reviewer": queries.called(people.get(found.reviewed_by)) if found.reviewed_by else "",
        "whose": whose,
        "grant": grant,
        "live": grant is not None and grant.ended_at is None and (grant.until is None or grant.until > now),
        "under": presenter.under(found, grant, now),
        "why": presenter.why_now(found, person.team.agency_id, now) if person else None,
        "own": found.account_id == me,
        "own_says": actions.OWN,
        "findings": Alert.Finding.choices,
        "page_words": page_words,
    }
