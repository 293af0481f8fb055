"""Who may see a record, and why; and everything that can be done about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from safekept.access import circles, closing, joining, naming
from safekept.access.gateway import CaseModel
from safekept.access.middleware import NotAllowed
from safekept.access.models import Grant, JoinRequest, Proposal
from safekept.access.policy import MANAGERS
from safekept.access.problems import attempt, listed
from safekept.access.viewer import Viewer
from safekept.entrance.pages.again import asks_again
from safekept.govuk import forms
from safekept.govuk.values import first
from safekept.record import sealing
from safekept.record.models import Entry

from .. import apart, queries, who_acts
from ..presenters import who as presenter

DONE = "It is done, and written down below."


def who(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Why you see this record, who else does, from whom it is kept, who asks to join, and what was decided."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)
    saved = request.GET.get("saved", "")
    done = who_acts.ACTS[saved].done if saved in who_acts.ACTS else DONE if saved else ""
    return render(request, "casework/who.html", presenter.page(viewer, subject, timezone.now()) | {"done": done})


@asks_again(when=lambda request, subject_id, act: who_acts.asks_again(who_acts.ACTS, act))
def act(request: HttpRequest, subject_id: UUID, act: str) -> HttpResponse:
    """The form of one act about a record; sending it does it, and leads to who sees the record, or may not."""
    what = who_acts.ACTS.get(act)
    if what is None:
        raise Http404(queries.NO_SUCH)
    subject = queries.subject(queries.viewer_of(request), subject_id, from_outside=not what.inside)
    page = reverse("who" if what.inside else "child", kwargs={"subject_id": subject_id})
    return _acted(request, act, what, subject, subject_id, page)


@asks_again(when=lambda request, entry_id, act: who_acts.asks_again(who_acts.ENTRY_ACTS, act))
def entry_act(request: HttpRequest, entry_id: UUID, act: str) -> HttpResponse:
    """The form of one act about an entry; sending it does it, and leads back to the entry."""
    what, viewer = who_acts.ENTRY_ACTS.get(act), queries.viewer_of(request)
    found = Entry.objects.filter(pk=entry_id).first()
    if what is None or found is None:
        raise Http404(queries.NO_SUCH)
    subject = queries.subject(viewer, found.subject_id)
    return _acted(request, act, what, subject, entry_id, reverse("entry", kwargs={"entry_id": entry_id}))


def _acted(
    request: HttpRequest, act: str, what: who_acts.Act, subject: queries.Subject, about: UUID, page: str
) -> HttpResponse:
    viewer = queries.viewer_of(request)
    if what.managers:
        _managing(viewer, subject.id)
    raw = forms.raw_of(request.POST)

    def done() -> None:
        with apart.never_written(viewer, subject.id, what.otherwise) as written:
            if what.shows:
                written.entry(Entry.objects.get(pk=about))
            what.does(viewer, about, raw)
            written.add(*apart.answers(raw, (ask.name for ask in what.asks)))

    problem = attempt(done) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        return HttpResponseRedirect(f"{page}?saved={act}")
    asks = [(ask, who_acts.options(viewer, subject.id, act, ask)) for ask in what.asks]
    context = {
        "subject": subject,
        "back_to": page,
        "what": what,
        "asks": asks,
        "raw": raw,
        "problem": problem,
        "errors": listed(problem),
    }
    return render(request, "casework/who_act.html", context, status=422 if problem else 200)


@require_POST
@asks_again
def carry_out(request: HttpRequest, subject_id: UUID, proposal_id: UUID) -> HttpResponse:
    """The second person opens what the first proposed to open."""
    viewer = _about(request, subject_id, Proposal, proposal_id)
    return _done(request, viewer, subject_id, lambda: sealing.carry_out(viewer, proposal_id))


@require_POST
def end(request: HttpRequest, subject_id: UUID, grant_id: UUID) -> HttpResponse:
    """End what was opened to somebody by name."""
    viewer, why = _about(request, subject_id, Grant, grant_id), first(forms.raw_of(request.POST), "why")
    return _done(request, viewer, subject_id, lambda: naming.end(viewer, grant_id, why), why)


@require_POST
def answer(request: HttpRequest, subject_id: UUID, request_id: UUID) -> HttpResponse:
    """Let an agency into the circle, or say why not."""
    viewer = _managing(_about(request, subject_id, JoinRequest, request_id), subject_id)
    accepted, says = request.POST.get("accepted") == "yes", first(forms.raw_of(request.POST), "answer")
    return _done(request, viewer, subject_id, lambda: joining.answer(viewer, request_id, accepted, says), says)


@require_POST
def leave(request: HttpRequest, subject_id: UUID, agency_id: UUID) -> HttpResponse:
    """Take an agency out of the circle."""
    viewer, why = _managing(_about(request, subject_id), subject_id), first(forms.raw_of(request.POST), "why")
    return _done(request, viewer, subject_id, lambda: circles.leave(viewer, subject_id, agency_id, why), why)


def _about(request: HttpRequest, subject_id: UUID, model: type[CaseModel] | None = None, key: Any = None) -> Viewer:
    """The viewer, who is admitted to the record; where a row is named, it stands on that record. Raises 404."""
    viewer = queries.viewer_of(request)
    queries.subject(viewer, subject_id)
    if model is not None and not model.objects.filter(pk=key, subject_id=subject_id).exists():
        raise Http404(queries.NO_SUCH)
    return viewer


def _managing(viewer: Viewer, subject_id: UUID) -> Viewer:
    """The viewer, where their role decides who sees a record. Raises NotAllowed."""
    if viewer.role not in MANAGERS:
        raise NotAllowed(closing.WHO, "who", (subject_id,))
    return viewer


def _done(request: HttpRequest, viewer: Viewer, subject_id: UUID, does: Any, why: str = "") -> HttpResponse:
    """Do it, and show who sees the record; what cannot be done stands above, and what was typed stays in its place.

    ``why``: the reason that it writes.
    """

    def done() -> None:
        with apart.never_written(viewer, subject_id) as written:
            does()
            written.add(why)

    problem = attempt(done)
    if problem is not None:
        context = presenter.page(viewer, queries.subject(viewer, subject_id), timezone.now())
        anchor = f"{request.path}-why" if why and "why" in request.POST else ""
        errors = [{"anchor": anchor, "text": problem.says}]
        context |= {"done": "", "raw": forms.raw_of(request.POST), "acted": request.path, "errors": errors}
        return render(request, "casework/who.html", context, status=422)
    return HttpResponseRedirect(reverse("who", kwargs={"subject_id": subject_id}) + "?saved=done")
