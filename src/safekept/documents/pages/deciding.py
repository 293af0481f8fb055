"""A document that waits or was decided: to read, to issue, to send back, to make again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from safekept.access.policy import MANAGERS
from safekept.access.problems import NotDone
from safekept.access.problems import listed as problems
from safekept.access.viewer import Viewer
from safekept.casework import queries
from safekept.entrance.pages.again import asks_again
from safekept.govuk.forms import raw_of
from safekept.govuk.values import first
from safekept.govuk.when import local

from .. import actions, making, plan, presenter, record
from ..forms import FORMS
from ..models import Document

DONE = {
    "forward": "It is put forward. A manager or co-ordinator of your agency lets it out, or sends it back.",
    "issue": "It is issued, and the child’s record says so. Hand over exactly these bytes.",
    "back": "It is sent back to whoever made it.",
}


def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """For whom it is, what is withheld and why, what people decided on it, and what is to be done."""
    viewer, found, subject = _found(request, document_id)
    return _page(request, viewer, found, subject, None)


@asks_again
def pdf(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The bytes exactly as they were put forward and sent."""
    viewer, found, subject = _found(request, document_id)
    try:
        content = actions.content_of(viewer, found)
    except NotDone as problem:
        return _page(request, viewer, found, subject, problem)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="document.pdf"'
    return answer


@require_POST
@asks_again
def issue(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Let it out, as the second person."""
    viewer, found, subject = _found(request, document_id)
    return _done(request, viewer, found, subject, lambda: actions.issue(viewer, subject, found), "issue")


@require_POST
def send_back(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Not like this, and why, as the second person."""
    viewer, found, subject = _found(request, document_id)
    why = first(raw_of(request.POST), "why")
    return _done(request, viewer, found, subject, lambda: actions.send_back(viewer, found, why), "back")


@require_POST
def again(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Begin a new one from this one."""
    viewer, found, subject = _found(request, document_id)
    try:
        draft_id = actions.again(viewer, found)
    except NotDone as problem:
        return _page(request, viewer, found, subject, problem)
    return HttpResponseRedirect(reverse("document-draft", kwargs={"subject_id": subject.id, "draft_id": draft_id}))


def _found(request: HttpRequest, document_id: UUID) -> tuple[Viewer, Document, queries.Subject]:
    viewer = queries.viewer_of(request)
    found = next(iter(record.whole(Document.objects.filter(pk=document_id))), None)
    if found is None:
        raise Http404(queries.NO_SUCH)
    return viewer, found, queries.subject(viewer, found.subject_id)


def _done(
    request: HttpRequest,
    viewer: Viewer,
    found: Document,
    subject: queries.Subject,
    does: Callable[[], None],
    saved: str,
) -> HttpResponse:
    try:
        does()
    except NotDone as problem:
        return _page(request, viewer, found, subject, problem)
    return HttpResponseRedirect(reverse("document", kwargs={"document_id": found.pk}) + f"?saved={saved}")


def _page(
    request: HttpRequest, viewer: Viewer, found: Document, subject: queries.Subject, problem: NotDone | None
) -> HttpResponse:
    wanted = plan.read(found.plan, local(found.at).date()) if found.plan else None
    try:
        one = making.made(viewer, subject, wanted) if wanted and not found.decision else None
    except NotDone as refused:
        one, problem = None, problem or refused
    context = {
        "subject": subject,
        "document": found,
        "form": FORMS[found.form],
        "made": one,
        "rows": [row for row in presenter.rows(one) if row.chosen] if one else [],
        "clock": presenter.clock(plan.answer_by_of(found), local(timezone.now()).date())
        if not found.decision
        else None,
        "people": presenter.people_of([found]),
        "second": viewer.role in MANAGERS and viewer.account_id != found.account_id,
        "own": viewer.account_id == found.account_id,
        "raw": raw_of(request.POST),
        "problem": problem,
        "errors": problems(problem),
        "done": DONE.get(request.GET.get("saved", ""), ""),
    }
    return render(request, "documents/document.html", context, status=422 if problem and request.POST else 200)
