"""One entry: reading it, what it changed, correcting it, taking it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.govuk import forms
from safekept.govuk.values import first
from safekept.kinds import KINDS
from safekept.procedures import Obligation, Pack
from safekept.procedures.lists_in_use import lists_for_form
from safekept.procedures.looking import look_at, written
from safekept.record import queries as record_queries
from safekept.record.counting import counting
from safekept.record.models import Entry, Mention

from .. import form_offers, queries
from ..entry_actions import put_on_record
from ..entry_form import EntryForm, values_of_entry
from ..presenters import effects, screening, timeline, who
from ..presenters.answers import answers
from ..presenters.owed import Duty, OwedRow, row, together
from .recording import involved_context, template_of

TICK = dt.timedelta(microseconds=1)
FILE = "file"
ROLES = {"subject": "whom it is about"}


def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Everything an entry says, what answered or corrected it, and what it changed in what is owed."""
    viewer = queries.viewer_of(request)
    found, subject = _found(viewer, entry_id)
    every = queries.entries_of(subject.id)
    now = timezone.now()
    lines = timeline.lines(
        every,
        queries.wording(subject.pack, every, now),
        queries.authors(every),
        queries.agencies({e.agency_id for e in every}),
        now,
    )
    by_id = {line.id: line for line in lines}
    context = {
        "subject": subject,
        "entry": found,
        "line": by_id[found.pk],
        "answers": answers(found.kind, found.fields, queries.wording(_pack_then(found, subject), every, now)),
        "answered": [by_id[one] for one in found.answers if one in by_id],
        "answering": [by_id[e.pk] for e in every if found.pk in e.answers and e.kind != FILE],
        "files": files_of(found, every, by_id),
        "may_attach": subject.admitted and found.kind not in (FILE, "withdrawn"),
        "corrects": by_id.get(found.supersedes) if found.supersedes else None,
        "mentions": _mentions(found),
        "changed": _changed(viewer, found, subject, now),
        "ours": viewer.agency_id == found.agency_id or viewer.account_id == found.account_id,
        "saved": bool(request.GET.get("saved")),
        **who.of_entry(viewer, subject, found, request.GET.get("saved", "")),
        "looks": look_at(subject.pack, written(found.kind, found.fields, found.text)),
    }
    return render(request, "casework/entry.html", context)


def files_of(found: Entry, every: Sequence[Entry], lines: Mapping[UUID, timeline.Line]) -> list[timeline.Line]:
    """The files that belong to an entry, or to what it corrects; the newest first, without those that count no more."""
    before, by_id = {found.pk}, {e.pk: e for e in every}
    one: Entry | None = found
    while one is not None and one.supersedes is not None and one.supersedes not in before:
        before.add(one.supersedes)
        one = by_id.get(one.supersedes)
    belong = [lines[e.pk] for e in reversed(every) if e.kind == FILE and before.intersection(e.answers)]
    return [line for line in belong if not line.gone]


def correct(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Correct an entry: the same form with the old answers, which appends a new entry that supersedes the old."""
    viewer = queries.viewer_of(request)
    found, subject = _found(viewer, entry_id)
    kind = KINDS[found.kind]
    raw = forms.raw_of(request.POST) if request.method == "POST" else values_of_entry(kind, found)
    form = EntryForm(kind, raw, form_offers.for_form(viewer, subject, kind, raw), timezone.now(), corrects=found)
    key = queries.as_uuid(first(raw, "client_key"))
    before = queries.sent_before(viewer, key) if key and request.method == "POST" else None
    if before is not None:
        return HttpResponseRedirect(reverse("entry", kwargs={"entry_id": before.pk}) + "?saved=1")
    every = queries.entries_of(subject.id)
    if request.method == "POST" and not first(raw, "add"):
        rest = [one for one in counting(every) if one.pk != found.pk]
        lower = screening.lower_choice_problems(subject.pack, rest, raw) if found.kind == "screening" else []
        saved = None if lower else put_on_record(viewer, form, subject.id)
        if saved is not None:
            return HttpResponseRedirect(reverse("entry", kwargs={"entry_id": saved.pk}) + "?saved=1")
        form.problems += lower
    context = {
        "subject": subject,
        "form": form,
        "q": form.questions,
        "kind": kind,
        "errors": form.problems,
        "pack": subject.pack,
        "beside": form_offers.beside(subject, kind, every, timezone.now()),
        "answering": [one for one in every if one.pk in form.answering],
        "rule": None,
        "lists": lists_for_form(subject.pack, kind.name),
        "correcting": found,
        "looks": look_at(subject.pack, written(found.kind, found.fields, found.text)),
        "involved": involved_context(viewer, form, subject),
        "wording": queries.wording(subject.pack, every),
    }
    return render(request, template_of(kind), context, status=422 if form.problems else 200)


def _found(viewer: Viewer, entry_id: UUID) -> tuple[Entry, queries.Subject]:
    found = Entry.objects.filter(pk=entry_id).first()
    if found is None:
        raise Http404(queries.NO_SUCH)
    return found, queries.subject(viewer, found.subject_id, from_outside=True)


def _pack_then(found: Entry, subject: queries.Subject) -> Pack | None:
    """The version in force when it was recorded: what was ticked keeps the label that it had."""
    return procedures.pack_of(subject.thing.area_id, found.recorded_at)


def _mentions(found: Entry) -> list[dict[str, Any]]:
    rows = list(Mention.objects.filter(entry=found))
    names = queries.labels(row.thing_id for row in rows)
    return [
        {"id": row.thing_id, "label": names[str(row.thing_id)], "role": ROLES.get(row.role, row.role.replace("-", " "))}
        for row in rows
        if str(row.thing_id) in names
    ]


def _changed(viewer: Viewer, found: Entry, subject: queries.Subject, now: dt.datetime) -> dict[str, Any]:
    """What the entry changed, replayed: the record as known just before it, against the record as known with it."""
    moment = found.recorded_at
    before = record_queries.position_of(viewer, subject.id, at=moment, known_at=moment - TICK)
    after = record_queries.position_of(viewer, subject.id, at=moment, known_at=moment)
    found_effects = effects.effects(before, after, str(found.pk))
    names = queries.entry_names((d.because for d in _still_owed(found_effects)), now)
    label, ours = subject.thing.label, viewer.agency_kind

    def rows(duties: Iterable[Obligation]) -> list[OwedRow]:
        every = together(Duty.worked_out(d) for d in duties)
        return [row(duty, label, now, named=names, ours=ours) for duty in every]

    return {
        "any": bool(found_effects),
        "meets": _once(found_effects.meets),
        "partly": rows(found_effects.partly),
        "owed": rows(found_effects.owed),
        "again": rows(found_effects.again),
        "ended": _once(found_effects.ended),
        "look_again": found_effects.look_again,
    }


def _still_owed(found: effects.Effects) -> tuple[Obligation, ...]:
    return (*found.partly, *found.owed, *found.again)


def _once(duties: Iterable[Obligation]) -> list[Obligation]:
    """Each sentence once, with the paragraphs of every duty that it speaks of."""
    same: dict[tuple[str, str, str], list[Obligation]] = {}
    for duty in duties:
        same.setdefault((duty.title, duty.status, duty.explain if duty.status == "lapsed" else ""), []).append(duty)
    return [
        replace(some[0], cites=tuple(dict.fromkeys(cite for one in some for cite in one.cites)))
        for some in same.values()
    ]
