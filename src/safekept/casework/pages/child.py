"""The child's page: who this is, what the child says, what is owed, and everything that was recorded."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from safekept.access import circles, closing
from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.govuk.values import Unreadable, read_date, tidy
from safekept.govuk.when import LONDON, local
from safekept.procedures.looking import Look, look_at
from safekept.record import news
from safekept.register import actions as register
from safekept.vault import actions as vault

from .. import queries
from ..presenters import child as presenter
from ..presenters import who

CONTACT_LIMIT = 500
EARLIEST = dt.date(1900, 1, 1)


def child(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """The whole page, as known now or on an earlier day; a stub for those who do not work with the child."""
    viewer, now = queries.viewer_of(request), timezone.now()
    thing = queries.find_thing(subject_id)
    circle, saved = circles.around(viewer, subject_id), request.GET.get("saved", "")
    if not circles.may_see_record(viewer, subject_id, circle):
        return render(request, "casework/child_stub.html", who.stub(viewer, thing, now) | {"saved": saved})
    known_at, problem = _known_on(request, now)
    subject = queries.Subject(thing, procedures.pack_of(thing.area_id, known_at))
    filters = {name: request.GET.get(name, "").strip()[:100] for name in ("kind", "agency", "q", "all")}
    context = presenter.page(viewer, subject, now, known_at, filters)
    context["restricted"] = closing.level_of(subject_id)
    if known_at is None:
        news.looked(viewer, subject_id, now)
        context["apart"] = vault.anything(subject_id)
    context |= {"circle": list(circle.values()), "problem": problem, "saved": saved}
    context["looks"] = _contact_looks(subject, subject.thing.safe_contact) if saved == "contact" else []
    return render(request, "casework/child.html", context)


def safe_contact(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """How the child can be reached safely: what counts now, and a form to write it anew."""
    viewer = queries.viewer_of(request)
    subject = queries.subject(viewer, subject_id)
    text, problem = tidy(request.POST.get("text", "")), ""
    if request.method == "POST":
        problem = _contact_problem(text) or _contact_set(viewer, subject_id, text)
        if not problem:
            return HttpResponseRedirect(reverse("child", kwargs={"subject_id": subject_id}) + "?saved=contact")
    context = {
        "subject": subject,
        "text": text if request.method == "POST" else subject.thing.safe_contact,
        "problem": problem,
        "errors": [{"anchor": "text", "text": problem}] if problem else [],
        "history": queries.safe_contacts(subject_id),
        "looks": _contact_looks(subject, subject.thing.safe_contact),
    }
    return render(request, "casework/safe_contact.html", context, status=422 if problem else 200)


def _contact_looks(subject: queries.Subject, text: str) -> list[Look]:
    return look_at(subject.pack, [("Safe contact", text)])


def _contact_problem(text: str) -> str:
    if not text:
        return "Say how the child can be reached safely, or that it is not known yet."
    if len(text) > CONTACT_LIMIT:
        return f"Use {CONTACT_LIMIT} characters or fewer; there are {len(text):,}."
    return ""


def _contact_set(viewer: Viewer, subject_id: UUID, text: str) -> str:
    """Write it; what stands against it, where it cannot be written."""
    try:
        with vault.kept_out(viewer, subject_id) as written:
            register.set_safe_contact(viewer, subject_id, text)
            written.add(text)
    except vault.HoldsKeptApart as held:
        return f"{held} Say how the child can be reached without writing it down here."
    return ""


def _known_on(request: HttpRequest, now: dt.datetime) -> tuple[dt.datetime | None, str]:
    """The end of the day asked for, or None for now; a day that cannot be read is said, and today is shown."""
    text = request.GET.get("known", "").strip()
    if text:
        parts = dict(zip(("known-year", "known-month", "known-day"), text.split("-"), strict=False))
    else:
        parts = {f"known-{p}": request.GET.get(f"known-{p}", "") for p in ("day", "month", "year")}
    try:
        day = read_date({name: [value] for name, value in parts.items()}, "known")
    except Unreadable as wrong:
        return None, f"As known on: {wrong} Today is shown."
    if day is None:
        return None, ""
    if day < EARLIEST:
        return None, f"As known on: nothing is recorded before {EARLIEST.year}. Today is shown."
    if day > local(now).date():
        return None, "As known on: that day has not come yet. Today is shown."
    end = dt.datetime.combine(day, dt.time(23, 59, 59), LONDON)
    return (end, "") if end < now else (None, "")
