"""Letters, photos and other files: attaching one, looking at it as it is shown, and fetching the original."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from safekept.access.locked import NotOpened
from safekept.access.problems import NotDone, listed
from safekept.access.viewer import Viewer
from safekept.attachments import actions, apart, receiving
from safekept.attachments.looking.bounds import MOST_BYTES, MOST_PAGES, TOO_BIG, NotTaken
from safekept.attachments.naming import safe_name
from safekept.entrance.pages.again import asks_again
from safekept.govuk import forms
from safekept.govuk.forms import Problem
from safekept.govuk.values import first
from safekept.kinds import KINDS
from safekept.record.entries import Refused
from safekept.record.models import Entry

from .. import queries
from ..apart import never_written
from ..entry_form import EntryForm, starting_values
from ..presenters import timeline
from ..presenters.concern import duty_desk

KIND = KINDS["file"]
CONFIRM = "Confirm that this is not, and does not hold, an indecent image of a child. If it may be, do not send it."
SHUT = "What is kept of this file does not open. Tell your administrator: the file of keys may be missing."
CHOOSE = "Choose the file."
HOLDS = "Take it out of what you typed, of the file’s name or of its words, and choose the file again."
AGAIN = "Choose the file again: a browser sends it once only. What you typed is still here."


def attach(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """The warning, and a form to attach a file to a record or to one of its entries."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)
    because = queries.as_uuid(request.GET.get("because", ""))
    raw = forms.raw_of(request.POST) if request.method == "POST" else starting_values(KIND, {}, because)
    form = EntryForm(KIND, raw, {}, timezone.now())
    belongs = _belongs_to(form, subject_id)
    if request.method == "POST":
        key = queries.as_uuid(first(raw, "client_key"))
        done = (queries.sent_before(viewer, key) if key else None) or _attached(request, viewer, form, subject_id)
        if done is not None:
            return HttpResponseRedirect(reverse("entry", kwargs={"entry_id": done.pk}) + "?saved=1")
    context = {
        "subject": subject,
        "form": form,
        "belongs": belongs,
        "errors": form.problems,
        "wrong": {one.field: one.text for one in form.problems},
        "confirmed": bool(first(raw, "confirmed")),
        "police": duty_desk(subject.thing.area_id, viewer, "police"),
        "most": {"mb": MOST_BYTES // 1_000_000, "pages": MOST_PAGES},
    }
    return render(request, "casework/attach.html", context, status=422 if form.problems else 200)


def file(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """A file as it is shown: pictures made from its pixels, or its words."""
    _, found, subject = _found(request, entry_id)
    now = timezone.now()
    pages = actions.pages(found)
    words = _words(found, [one.number for one in pages if not one.width])
    context = {
        "subject": subject,
        "entry": found,
        "when": timeline.happened(found, now),
        "name": found.fields.get("name", ""),
        "pages": pages,
        "words": words or [],
        "shut": SHUT if words is None else "",
        "is_document": str(found.fields.get("media_type", "")).endswith(".document"),
    }
    return render(request, "casework/file.html", context)


@csp_update({"sandbox": True})  # type: ignore[arg-type]
def page(request: HttpRequest, entry_id: UUID, number: int) -> HttpResponse:
    """One page as a picture. It was made here from pixels, whatever was sent."""
    _, found, _ = _found(request, entry_id)
    try:
        shown, content = _page(found, number)
    except NotOpened as error:
        raise Http404(SHUT) from error
    if not shown.width:
        raise Http404(queries.NO_SUCH)
    return _kept_in(HttpResponse(content, content_type="image/jpeg"))


@asks_again
def original(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The file as it came, to save: with a reason, which is written down."""
    viewer, found, subject = _found(request, entry_id)
    raw = forms.raw_of(request.POST)
    problem = None
    if request.method == "POST":
        try:
            content = actions.original(viewer, found, first(raw, "reason"))
            return _to_save(found, content)
        except NotDone as wrong:
            problem = wrong
    context = {
        "subject": subject,
        "entry": found,
        "reason": first(raw, "reason"),
        "problem": problem,
        "errors": listed(problem),
        "saved_as": safe_name(str(found.fields.get("name", "")), str(found.fields.get("media_type", ""))),
    }
    return render(request, "casework/file_original.html", context, status=422 if problem else 200)


def _attached(request: HttpRequest, viewer: Viewer, form: EntryForm, subject_id: UUID) -> Entry | None:
    """The entry that was made, or None with the form's ``problems`` to show."""
    new, sent = form.read(subject_id), request.FILES.get("file")
    problems = [*form.problems]
    if not first(form.raw, "confirmed"):
        problems.append(Problem("confirmed", "confirmed", CONFIRM))
    if sent is None:
        problems.append(Problem("file", "file", TOO_BIG if receiving.is_too_large(request) else CHOOSE))
    if problems or new is None or sent is None:
        again = [Problem("file", "file", AGAIN)] if sent is not None else []
        form.problems = [*problems, *again]
        return None
    content = sent.read(MOST_BYTES + 1)
    try:
        seen = apart.look(content)
        with never_written(viewer, subject_id, HOLDS) as written:
            made = actions.attach(viewer, new, actions.Sent(sent.name or "", content, seen))
            written.entry(made)
            written.add(sent.name or "", *seen.words)
            return made
    except NotTaken as refused:
        form.problems = [Problem("file", "file", str(refused))]
    except NotDone as held:
        form.problems = [Problem("file", "file", held.says)]
    except Refused as refused:
        if (before := queries.sent_before(viewer, new.client_key)) is not None:
            return before  # the same form came twice at once, and the other one was first
        form.problems = [Problem("", "", str(refused)), Problem("file", "file", AGAIN)]
    return None


def _belongs_to(form: EntryForm, subject_id: UUID) -> list[dict[str, Any]]:
    """The entries to which the file will belong, which the viewer must see."""
    found = list(Entry.objects.filter(pk__in=form.answering, subject_id=subject_id))
    if len(found) != len(set(form.answering)):
        raise Http404(queries.NO_SUCH)
    now = timezone.now()
    return [{"id": one.pk, "named": timeline.named(one, now)} for one in found]


def _found(request: HttpRequest, entry_id: UUID) -> tuple[Viewer, Entry, queries.Subject]:
    viewer = queries.viewer_of(request)
    found = Entry.objects.filter(pk=entry_id, kind=KIND.name).first()
    if found is None:
        raise Http404(queries.NO_SUCH)
    return viewer, found, queries.subject(viewer, found.subject_id, from_outside=True)


def _words(found: Entry, numbers: list[int]) -> list[str] | None:
    """The pages that are words; None where what is kept does not open."""
    try:
        return [_page(found, number)[1].decode() for number in numbers]
    except NotOpened:
        return None


def _page(found: Entry, number: int) -> tuple[Any, bytes]:
    """One page and what it shows. Raises NotOpened, and 404 for none."""
    shown = actions.page(found, number)
    if shown is None:
        raise Http404(queries.NO_SUCH)
    return shown


def _to_save(found: Entry, content: bytes) -> HttpResponse:
    """The bytes as something to save, which no browser opens."""
    answer = HttpResponse(content, content_type="application/octet-stream")
    name = safe_name(str(found.fields.get("name", "")), str(found.fields.get("media_type", "")))
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _kept_in(answer)


def _kept_in(answer: HttpResponse) -> HttpResponse:
    """For this site's own pages alone, and in no cache."""
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer
