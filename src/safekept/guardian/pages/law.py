"""Keeping and erasing: what will go, what waits for a second person, legal holds; each act shows again who one is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from safekept.access.problems import attempt, listed
from safekept.entrance.pages.again import asks_again
from safekept.govuk import forms
from safekept.proof import acts, retaining
from safekept.register import names

from .. import law, queries

PERIODS = {"90": "Three months", "365": "A year", "1826": "Five years"}
SHOWN_AT_MOST = 200
SAVED = {
    "asked": "It is asked for. Somebody else answers it.",
    "agree": "It is erased. Backups and copies made before still hold it: let them run out, or erase it there too.",
    "refuse": "Nothing was erased.",
    "held": "Nothing of this record is erased until the hold is lifted.",
    "lifted": "The hold is lifted.",
}


def overview(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, the legal holds, and where to go from here."""
    viewer = law.viewer_of(request)
    context = {
        "waiting": law.rows(viewer, acts.waiting(viewer)),
        "holds": law.rows(viewer, acts.holds(viewer)),
        "done": SAVED.get(request.GET.get("saved", ""), ""),
    }
    return render(request, "guardian/law.html", context)


def coming(request: HttpRequest) -> HttpResponse:
    """Which records go by the rules of their area, and when, before they go: never what they say."""
    viewer = law.viewer_of(request)
    within = request.GET.get("within", "") if request.GET.get("within") in PERIODS else "365"
    found = retaining.coming(viewer, timezone.localdate() + dt.timedelta(days=int(within)))
    shown = found[:SHOWN_AT_MOST]
    called = names.called(one.subject_id for one in shown)
    context = {
        "rows": [{"due": one, "whose": law.record(one.subject_id, called)} for one in shown],
        "total": len(found),
        "periods": PERIODS,
        "within": within,
        "notice": retaining.NOTICE.days,
    }
    return render(request, "guardian/law_coming.html", context)


@asks_again
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for entries to be erased."""
    viewer, raw = law.viewer_of(request), forms.raw_of(request.POST)
    return _act(request, law.doing(law.ask, viewer, raw), "asked", "guardian/law_ask.html", {"bases": law.BASES})


@asks_again
def answer(request: HttpRequest, asked_id: UUID) -> HttpResponse:
    """Agree to what somebody else asked for, and so erase it; or refuse."""
    viewer, raw = law.viewer_of(request), forms.raw_of(request.POST)
    found = next((one for one in acts.waiting(viewer) if one.id == asked_id), None)
    if found is None:
        raise Http404(queries.NO_SUCH)
    saved = raw.get("answer", [""])[0]
    context = {"row": law.rows(viewer, [found])[0], "last": acts.last_of(found)}
    return _act(request, law.doing(law.answer, viewer, asked_id, raw), saved, "guardian/law_answer.html", context)


@asks_again
def hold(request: HttpRequest) -> HttpResponse:
    """Put a legal hold on a record."""
    viewer, raw = law.viewer_of(request), forms.raw_of(request.POST)
    return _act(request, law.doing(law.hold, viewer, raw), "held", "guardian/law_hold.html", {})


@asks_again
def lift(request: HttpRequest, held_id: UUID) -> HttpResponse:
    """Lift a legal hold."""
    viewer, raw = law.viewer_of(request), forms.raw_of(request.POST)
    found = next((one for one in acts.holds(viewer) if one.id == held_id), None)
    if found is None:
        raise Http404(queries.NO_SUCH)
    context = {"row": law.rows(viewer, [found])[0]}
    return _act(request, law.doing(law.lift, viewer, held_id, raw), "lifted", "guardian/law_lift.html", context)


def _act(
    request: HttpRequest, does: Callable[[], None], saved: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Do what was sent and lead back, or show the form with what was typed and what is wrong."""
    problem = attempt(does) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        return HttpResponseRedirect(f"{reverse('law')}?saved={saved}")
    context |= {"raw": forms.raw_of(request.POST), "problem": problem, "errors": listed(problem)}
    return render(request, template, context, status=422 if problem else 200)
