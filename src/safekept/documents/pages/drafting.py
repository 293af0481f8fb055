"""Making a document: the list, for whom and what, and the page on which it is put together."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from safekept.access.problems import NotDone
from safekept.access.problems import listed as problems
from safekept.access.viewer import Viewer
from safekept.casework import queries
from safekept.govuk.forms import raw_of
from safekept.govuk.values import Raw, first
from safekept.govuk.when import local
from safekept.record import drafts

from .. import actions, making, plan, presenter, record
from ..forms import FORMS
from ..models import Document

ABOUT = ("form", "person", "agency", "court", "agreed", "extended_why")
DAYS = ("asked", "from", "until")
LATER = ("csrfmiddlewaretoken", "forward")
"""Inputs of the page that are no part of the plan."""


def listed(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """The documents about somebody: those being made, those that wait, those that went out."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)
    found = record.whole(Document.objects.filter(subject_id=subject_id).defer("locked", "plan"))
    today = local(timezone.now()).date()
    mine = drafts.mine(viewer)
    context = {
        "subject": subject,
        "drafts": [one for one in mine if one.subject_id == subject_id and one.form.startswith(actions.KEPT_AS)],
        "waiting": [(one, presenter.clock(plan.answer_by_of(one), today)) for one in found if not one.decision],
        "decided": [one for one in found if one.decision],
        "forms": FORMS,
        "people": presenter.people_of(found),
    }
    return render(request, "documents/list.html", context)


def about(request: HttpRequest, subject_id: UUID, draft_id: UUID | None = None) -> HttpResponse:
    """For whom it is, what it is, and which days it is about."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)
    kept: Raw = _draft(viewer, subject_id, draft_id) if draft_id else {}
    if request.method != "POST":
        return _about(request, subject, kept, None)
    sent = raw_of(request.POST)
    raw = {name: texts for name, texts in kept.items() if not _is_about(name)}
    raw |= {name: texts for name, texts in sent.items() if _is_about(name)}
    try:
        wanted = plan.read(raw, local(timezone.now()).date())
        making.recipient(subject, wanted)
    except NotDone as problem:
        return _about(request, subject, raw, problem)
    if draft_id is None or first(kept, "form") != wanted.form:
        every = [one for one in record.counting(subject_id) if wanted.reaches(local(one.at).date())]
        raw["chosen"] = [str(one.pk) for one in every] if wanted.declared.chooses_all else []
    draft_id = draft_id or uuid4()
    drafts.save(viewer, actions.key(draft_id), subject_id, raw)
    return HttpResponseRedirect(reverse("document-draft", kwargs={"subject_id": subject_id, "draft_id": draft_id}))


def draft(request: HttpRequest, subject_id: UUID, draft_id: UUID) -> HttpResponse:
    """What is in it and what is withheld, and why; saved, looked at again, and put forward."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)
    raw = _draft(viewer, subject_id, draft_id)
    if request.method != "POST":
        return _show(request, subject, raw, draft_id, None)
    sent = {name: texts for name, texts in raw_of(request.POST).items() if name not in LATER}
    raw = {name: texts for name, texts in raw.items() if _is_about(name)} | sent
    try:
        drafts.save(viewer, actions.key(draft_id), subject_id, raw)
        if "forward" not in request.POST:
            return _show(request, subject, raw, draft_id, None)
        row = actions.put_forward(viewer, subject, raw, draft_id)
    except drafts.DraftTooLong as long:
        return _show(request, subject, raw, draft_id, NotDone("", str(long)))
    except NotDone as problem:
        return _show(request, subject, raw, draft_id, problem)
    return HttpResponseRedirect(reverse("document", kwargs={"document_id": row.pk}) + "?saved=forward")


def _is_about(name: str) -> bool:
    return name in ABOUT or any(name.startswith(f"{day}-") for day in DAYS)


def _draft(viewer: Viewer, subject_id: UUID, draft_id: UUID) -> dict[str, list[str]]:
    kept = drafts.load(viewer, actions.key(draft_id), subject_id)
    if kept is None:
        raise Http404(queries.NO_SUCH)
    return {name: list(texts) for name, texts in kept.data.items()}


def _about(request: HttpRequest, subject: queries.Subject, raw: Raw, problem: NotDone | None) -> HttpResponse:
    viewer = queries.viewer_of(request)
    form = first(raw, "form") or request.GET.get("form", "")
    context = {
        "subject": subject,
        "form": form if form in FORMS else "",
        "forms": FORMS,
        "people": presenter.people(viewer, subject.id),
        "agencies": presenter.agencies(viewer, subject),
        "raw": raw,
        "problem": problem,
        "errors": problems(problem),
    }
    return render(request, "documents/about.html", context, status=422 if problem else 200)


def _show(
    request: HttpRequest, subject: queries.Subject, raw: Raw, draft_id: UUID, problem: NotDone | None
) -> HttpResponse:
    viewer, today = queries.viewer_of(request), local(timezone.now()).date()
    try:
        one = making.made(viewer, subject, plan.read(raw, today))
    except NotDone as refused:
        problem = problem or refused
        one = making.made(viewer, subject, plan.read(_by_rule(raw), today))
    context = {
        "subject": subject,
        "draft_id": draft_id,
        "made": one,
        "rows": presenter.rows(one),
        "grounds": presenter.grounds_by_hand(),
        "clock": presenter.clock(one.plan.answer_by, today),
        "kept": drafts.load(viewer, actions.key(draft_id), subject.id),
        "raw": raw,
        "problem": problem,
        "errors": problems(problem),
        "saved": request.method == "POST" and problem is None,
    }
    return render(request, "documents/draft.html", context, status=422 if problem else 200)


def _by_rule(raw: Raw) -> dict[str, list[str]]:
    """The same without what was decided by hand, where that cannot be."""
    return {name: list(texts) for name, texts in raw.items() if not name.startswith(("hold-", "release-"))}
