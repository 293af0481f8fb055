"""Asking another agency for information about a child, and the page of a request with its answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from safekept.access.problems import attempt, listed
from safekept.govuk import forms
from safekept.record import requests
from safekept.record.models import Entry

from .. import apart, asks, queries
from ..presenters import requests as presenter


def sharing(request: HttpRequest, subject_id: UUID, act: str) -> HttpResponse:
    """The form that asks another agency, or that writes down what was shared by phone."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)
    what, raw, made = asks.FORMS.get(act), forms.raw_of(request.POST), list[Entry]()
    if what is None or subject.thing.kind != "child":
        raise Http404(queries.NO_SUCH)
    sent = request.method == "POST"

    def put() -> None:
        with apart.never_written(viewer, subject.id) as written:
            entry = asks.put(viewer, subject.id, act, raw)
            written.entry(entry)
        made.append(entry)

    problem = attempt(put) if sent else None
    if made:
        page = "request" if act == "ask" else "entry"
        return HttpResponseRedirect(reverse(page, kwargs={"entry_id": made[0].pk}) + "?saved=1")
    agencies = asks.agencies(viewer, subject.id)
    context: dict[str, Any] = {
        "subject": subject,
        "back_to": reverse("child", kwargs={"subject_id": subject.id}),
        "what": what,
        "act": act,
        "asks": [(ask, asks.options(ask, agencies)) for ask in what.asks],
        "key": asks.key_of(raw),
        "raw": raw,
        "problem": problem,
        "errors": listed(problem),
        "desks": presenter.desks_around(viewer, subject.id),
    }
    return render(request, "casework/sharing.html", context, status=422 if problem else 200)


def one(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """A request, where it stands, and the form that answers it: for whoever was asked, and those around the child."""
    viewer, now = queries.viewer_of(request), timezone.now()
    entry = Entry.objects.filter(pk=entry_id, kind="sharing").first()
    found = requests.request_of(entry) if entry is not None else None
    if found is None:
        raise Http404(queries.NO_SUCH)
    subject = queries.subject(viewer, found.entry.subject_id, from_outside=True)
    raw = forms.raw_of(request.POST)
    sent = request.method == "POST"

    def answered() -> None:
        with apart.never_written(viewer, subject.id) as written:
            written.entry(asks.answer(viewer, found, raw))

    problem = attempt(answered) if sent else None
    if sent and problem is None:
        return HttpResponseRedirect(reverse("request", kwargs={"entry_id": entry_id}) + "?saved=answer")
    context = presenter.page(viewer, subject, found, now) | {
        "asks": [(ask, asks.options(ask, [])) for ask in asks.ANSWER],
        "key": asks.key_of(raw),
        "raw": raw,
        "problem": problem,
        "errors": listed(problem),
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "casework/request.html", context, status=422 if problem else 200)
