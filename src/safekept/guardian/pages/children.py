"""Who looked at this child, why they could, and what the guardian can do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from safekept.access import closing, naming
from safekept.access.models import Alert, Bar, Grant, Proposal
from safekept.access.problems import NotDone, attempt, listed
from safekept.access.viewer import Viewer
from safekept.directory.models import Account
from safekept.directory.roles import Role
from safekept.entrance.pages.again import asks_again
from safekept.govuk import forms
from safekept.govuk.values import Raw, first
from safekept.record import sealing
from safekept.register import names
from safekept.register.queries import SearchQuery, search

from .. import queries
from ..presenters import lookers as presenter
from ..words import page as page_words
from .desk import OPENS
from .filters import Stretch, stretch

FOUND_AT_MOST = 20
SAVED = {
    "denied": "The record is kept from them from now on. They are not told.",
    "lifted": "The record is no longer kept from them.",
    "ended": "It is no longer open to them.",
    "carried-out": "It is carried out, as proposed.",
}


def find(request: HttpRequest) -> HttpResponse:
    """Find the child by name, to see who looked at them."""
    viewer = queries.viewer_of(request)
    words = request.GET.get("q", "").strip()[:200]
    found = search(viewer, SearchQuery(words, kinds=("child",), area=viewer.area), FOUND_AT_MOST) if words else []
    return render(request, "guardian/find_child.html", {"words": words, "found": found})


def looked(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Everybody who read or was refused, with counts and with what lets them."""
    viewer = queries.viewer_of(request)
    return _show(request, viewer, queries.thing(subject_id))


@asks_again
def as_csv(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """The same rows for a spreadsheet."""
    queries.viewer_of(request)
    whose = queries.thing(subject_id)
    found = _lookers(whose, stretch(request, timezone.now(), "person", "what"))
    answer = HttpResponse(presenter.as_csv(found), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="who-looked.csv"'
    return answer


@asks_again
def deny(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """Keep a record from somebody."""
    viewer = queries.viewer_of(request)
    whose = queries.thing(subject_id)
    raw = forms.raw_of(request.POST)
    does = partial(_deny, viewer, subject_id, raw)
    problem = attempt(does) if request.method == "POST" else None
    if request.method == "POST" and problem is None:
        return _back(subject_id, "denied")
    picked = raw.get("email") or [_email_of(request.GET.get("account", ""))]
    context = {
        "whose": whose,
        "email": picked[0],
        "raw": raw,
        "problem": problem,
        "errors": listed(problem),
    }
    return render(request, "guardian/deny.html", context, status=422 if problem else 200)


@require_POST
@asks_again
def lift(request: HttpRequest, subject_id: UUID, bar_id: UUID) -> HttpResponse:
    """End a denial or a conflict of interest."""
    viewer, why = queries.viewer_of(request), first(forms.raw_of(request.POST), "why")
    _belongs(Bar.objects.filter(pk=bar_id, subject_id=subject_id).exists())
    return _do(request, subject_id, "lifted", lambda: naming.lift(viewer, bar_id, why))


@require_POST
def end(request: HttpRequest, subject_id: UUID, grant_id: UUID) -> HttpResponse:
    """End what was opened to somebody by name, or by them in an emergency."""
    viewer, why = queries.viewer_of(request), first(forms.raw_of(request.POST), "why")
    _belongs(Grant.objects.filter(pk=grant_id, subject_id=subject_id).exists())
    return _do(request, subject_id, "ended", lambda: naming.end(viewer, grant_id, why))


@require_POST
@asks_again
def carry_out(request: HttpRequest, subject_id: UUID, proposal_id: UUID) -> HttpResponse:
    """Open, as the second person, what somebody else proposed to open."""
    viewer = queries.viewer_of(request)
    _belongs(Proposal.objects.filter(pk=proposal_id, subject_id=subject_id).exists())
    return _do(request, subject_id, "carried-out", lambda: sealing.carry_out(viewer, proposal_id))


def _do(request: HttpRequest, subject_id: UUID, done: str, does: Callable[[], Any]) -> HttpResponse:
    """Do it and go back; what cannot be done stands above the page, and what was typed stays in its place."""
    whose = queries.thing(subject_id)
    problem = attempt(does)
    return _show(request, queries.viewer_of(request), whose, problem) if problem else _back(subject_id, done)


def _back(subject_id: UUID, done: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("guardian-child", kwargs={"subject_id": subject_id}) + f"?saved={done}")


def _show(request: HttpRequest, viewer: Viewer, whose: names.Called, problem: NotDone | None = None) -> HttpResponse:
    now = timezone.now()
    asked = stretch(request, now, "person", "what")
    grants, bars = queries.live_grants(whose.id, now), queries.live_bars(whose.id)
    proposals = closing.waiting_proposals([whose.id])
    given: list[Grant | Bar] = [*grants, *bars]
    wanted = [one.account_id for one in (*given, *proposals)] + [one.given_by for one in given]
    context = {
        "whose": whose,
        "lookers": _lookers(whose, asked),
        "asked": asked,
        "what": presenter.WHAT,
        "did": presenter.did,
        "page_words": page_words,
        "most": queries.MOST_ROWS,
        "grants": grants,
        "bars": bars,
        "proposals": proposals,
        "opens": OPENS,
        "alerts": list(Alert.objects.filter(subject_id=whose.id, reviewed_at=None).order_by("due")),
        "people": {pk: queries.called(one) for pk, one in queries.people(wanted).items()},
        "me": viewer.account_id,
        "raw": forms.raw_of(request.POST),
        "saved": SAVED.get(request.GET.get("saved", ""), ""),
        "errors": [{"anchor": "", "text": problem.says}] if problem else asked.errors,
    }
    return render(request, "guardian/child.html", context, status=422 if problem else 200)


def _lookers(whose: names.Called, asked: Stretch) -> list[presenter.Looker]:
    rows = presenter.chosen(queries.reads_of(whose.id, asked.since, asked.until), asked.typed["what"])
    found = presenter.lookers(whose.id, rows, timezone.now())
    wanted = asked.typed["person"].lower().split()
    return [one for one in found if all(word in f"{one.name} {one.agency}".lower() for word in wanted)]


def _deny(viewer: Viewer, subject_id: UUID, raw: Raw) -> None:
    sealing.deny(viewer, subject_id, _person(raw).pk, first(raw, "reason"))


def _person(raw: Raw) -> Account:
    email = first(raw, "email").lower()
    found = Account.objects.filter(email=email).exclude(role=Role.LOADER).first() if email else None
    if found is None:
        raise NotDone("email", "Nobody here signs in with that email. Check it.")
    return found


def _email_of(text: str) -> str:
    try:
        found = Account.objects.filter(pk=UUID(text)).first()
    except ValueError:
        return ""
    return found.email if found else ""


def _belongs(found: bool) -> None:
    if not found:
        raise Http404(queries.NO_SUCH)
