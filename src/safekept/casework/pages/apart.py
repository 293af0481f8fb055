"""Addresses and contacts kept apart: that there are some, one shown to somebody who says why, adding and ending."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from safekept.access.problems import NotDone, listed
from safekept.directory.models import Account
from safekept.entrance.pages.again import asks_again
from safekept.govuk import forms
from safekept.govuk.values import Option, Raw, first
from safekept.vault import actions as vault
from safekept.vault.models import KeptApart

from .. import form_offers, queries
from ..who_acts import Asked, Form

PEOPLE = ("adult", "child", "worker", "group")
DONE = {"add": "It is kept apart from now on.", "end": "It is kept apart no more."}
WHY = "Your reason is written in the reading log, which the information guardian reads."
ADD = Form(
    "Keep an address or contact apart",
    "It is locked, shown on no page, and found by no search. Whoever works with the child can have it shown, says why, "
    "and that is written down. What was written elsewhere before stays there: correct such entries.",
    "Keep it apart",
    (
        Asked("what", "What is it?", "choice"),
        Asked("apart", "The address or contact", hint="One address, with its postcode; or one number; nothing else."),
        Asked("kept_from", "From whom above all?", "ticks", "People whom the record mentions."),
        Asked("why", "Why is it kept apart?", hint="Do not write the address here. All who see the record read this."),
    ),
)
SHOW = Form(
    "Show what is kept apart", "It is shown once, to you. Do not copy it into an entry, a letter or a message.",
    "Show it", (Asked("why", "Why do you need it now?", hint=WHY),),
)  # fmt: skip
END = Form(
    "Keep it apart no more", "It stays locked. From now on documents and entries are no longer checked for it.",
    "End it", (Asked("why", "Why need it not be kept apart any more?", hint="Those who see the record read this."),),
    warns=True,
)  # fmt: skip


def kept(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """What is kept apart about somebody: what it is, from whom and why; never the text."""
    subject = queries.subject(queries.viewer_of(request), subject_id)
    rows = vault.listed(subject_id)
    called = queries.labels(one for row in rows for one in row.kept_from)
    for row in rows:
        row.from_whom = sorted(called[str(one)] for one in row.kept_from if str(one) in called)  # type: ignore[attr-defined]
    context = {
        "subject": subject,
        "rows": [row for row in rows if row.ended_at is None],
        "ended": [row for row in rows if row.ended_at is not None],
        "people": dict(Account.objects.filter(pk__in=_authors(rows)).values_list("pk", "name")),
        "done": DONE.get(request.GET.get("saved", ""), ""),
    }
    return render(request, "casework/kept_apart.html", context)


@asks_again(when=lambda request, subject_id: request.method == "POST")
def add(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Keep an address or a contact apart."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)

    def does(sent: Raw) -> None:
        chosen = [one for text in sent.get("kept_from", ()) if (one := queries.as_uuid(text)) is not None]
        new = vault.New(first(sent, "what"), first(sent, "apart"), first(sent, "why"), chosen)
        vault.keep(viewer, subject.id, new)

    kinds = [Option(what.value, what.label) for what in KeptApart.What]
    people = form_offers.people_mentioned(viewer, subject.id, queries.entries_of(subject.id), PEOPLE)
    choices = {"what": kinds, "kept_from": people}
    return _form(request, subject, ADD, does, "add", choices)


@asks_again
def show(request: HttpRequest, subject_id: UUID, row_id: UUID) -> HttpResponse:
    """Ask why; then show the text, once, and write down who saw it and why."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)
    _row(subject_id, row_id)
    if request.method != "POST":
        return _form(request, subject, SHOW, lambda sent: None, "")
    try:
        row, text = vault.show(viewer, subject_id, row_id, first(forms.raw_of(request.POST), "why"))
    except NotDone as problem:
        return _page(request, subject, SHOW, {}, problem)
    return render(request, "casework/kept_apart_shown.html", {"subject": subject, "row": row, "text": text})


def end(request: HttpRequest, subject_id: UUID, row_id: UUID) -> HttpResponse:
    """It need not be kept apart any more."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)
    _row(subject_id, row_id)
    return _form(request, subject, END, lambda sent: vault.end(viewer, subject_id, row_id, first(sent, "why")), "end")


def _row(subject_id: UUID, row_id: UUID) -> None:
    if not any(row.pk == row_id and row.ended_at is None for row in vault.listed(subject_id)):
        raise Http404(queries.NO_SUCH)


def _authors(rows: list[KeptApart]) -> set[UUID | None]:
    return {row.account_id for row in rows} | {row.ended_by for row in rows}


def _form(
    request: HttpRequest,
    subject: queries.Subject,
    what: Form,
    does: Callable[[Raw], None],
    saved: str,
    choices: dict[str, list[Option]] | None = None,
) -> HttpResponse:
    """Show the form; where it was sent, do it and go back to the list, or say what stands against it."""
    problem: NotDone | None = None
    if request.method == "POST":
        try:
            does(forms.raw_of(request.POST))
            return HttpResponseRedirect(reverse("kept-apart", kwargs={"subject_id": subject.id}) + f"?saved={saved}")
        except NotDone as said:
            problem = said
    return _page(request, subject, what, choices or {}, problem)


def _page(
    request: HttpRequest,
    subject: queries.Subject,
    what: Form,
    choices: dict[str, list[Option]],
    problem: NotDone | None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "subject": subject,
        "back_to": reverse("kept-apart", kwargs={"subject_id": subject.id}),
        "what": what,
        "asks": [
            (ask, choices.get(ask.name, [])) for ask in what.asks if ask.shape != "ticks" or choices.get(ask.name)
        ],
        "raw": forms.raw_of(request.POST),
        "problem": problem,
        "errors": listed(problem),
    }
    return render(request, "casework/who_act.html", context, status=422 if problem else 200)
