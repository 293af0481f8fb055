"""Screening: what is recorded beside the procedure's own definitions; the person chooses, and says why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from safekept.govuk import forms, when
from safekept.govuk.values import Raw, first
from safekept.kinds import KINDS
from safekept.procedures.lists_in_use import lists_for_form
from safekept.record import drafts, lower_choice
from safekept.record.counting import counting

from .. import form_offers, queries
from ..entry_actions import put_on_record
from ..entry_form import EntryForm, starting_values
from ..presenters import screening as presenter
from .recording import draft_key, kept_part

SCREENING = KINDS["screening"]


def screening(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """The area's screening tool for one child."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id, from_outside=True)
    if request.method == "POST":
        return _send(request, viewer, subject)
    draft = drafts.load(viewer, draft_key(SCREENING), subject.id)
    because = queries.as_uuid(request.GET.get("because", ""))
    raw = dict(draft.data) if draft is not None else _opened(subject, because)
    return _show(request, viewer, subject, _form(viewer, subject, raw))


def _opened(subject: queries.Subject, because: UUID | None) -> dict[str, list[str]]:
    """A new screening starts from what is recorded: the signs that concerns have named."""
    entries = counting(queries.entries_of(subject.id))
    raw = starting_values(SCREENING, presenter.recorded(entries), because)
    return raw | {"at-when": ["now"]}


def _send(request: HttpRequest, viewer: Any, subject: queries.Subject) -> HttpResponse:
    raw = forms.raw_of(request.POST)
    if first(raw, "save_draft"):
        try:
            kept = drafts.save(viewer, draft_key(SCREENING), subject.id, kept_part(raw))
        except drafts.DraftTooLong as long:
            form = _form(viewer, subject, raw)
            form.problems = [forms.Problem("", "", str(long))]
            return _show(request, viewer, subject, form, 422)
        if first(raw, "save_draft") == "later":
            return HttpResponseRedirect(reverse("work") + "?saved=draft")
        return JsonResponse({"saved": when.clock(kept.saved_at)})
    before = queries.sent_before(viewer, key) if (key := queries.as_uuid(first(raw, "client_key"))) else None
    if before is not None:
        return HttpResponseRedirect(reverse("entry", kwargs={"entry_id": before.pk}) + "?saved=1")
    form = _form(viewer, subject, raw)
    form.read(subject.id)
    entries = counting(queries.entries_of(subject.id))
    form.problems += presenter.lower_choice_problems(subject.pack, entries, raw)
    entry = None if form.problems else put_on_record(viewer, form, subject.id)
    if entry is None:
        return _show(request, viewer, subject, form, 422)
    drafts.discard(viewer, draft_key(SCREENING), subject.id)
    return HttpResponseRedirect(reverse("entry", kwargs={"entry_id": entry.pk}) + "?saved=1")


def _form(viewer: Any, subject: queries.Subject, raw: Raw) -> EntryForm:
    return EntryForm(SCREENING, raw, form_offers.for_form(viewer, subject, SCREENING, raw), timezone.now())


def _show(
    request: HttpRequest, viewer: Any, subject: queries.Subject, form: EntryForm, status: int = 200
) -> HttpResponse:
    entries = counting(queries.entries_of(subject.id))
    context = {
        "subject": subject,
        "form": form,
        "q": form.questions,
        "errors": form.problems,
        "pack": subject.pack,
        "recorded": presenter.evidence(subject, entries, timezone.now()),
        "episodes": presenter.episodes(entries),
        "lists": lists_for_form(subject.pack, "screening"),
        "definitions": presenter.definitions(subject.pack),
        "past": presenter.past(subject.pack, entries),
        "floors": lower_choice.floors(subject.pack, entries),
    }
    return render(request, "casework/screening.html", context, status=status)
