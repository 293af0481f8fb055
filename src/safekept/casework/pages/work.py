"""Your work: what is owed, to whom, by when; your children; your drafts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from safekept.access import joining, reading
from safekept.access.policy import MANAGERS
from safekept.access.viewer import Viewer
from safekept.directory.roles import Role
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES
from safekept.record import drafts, news, worklist

from .. import numbers, queries, waiting
from ..concern_form import ConcernForm, subject_uuid
from ..presenters import desks, owed, people
from ..presenters import requests as request_rows
from ..presenters import work as presenter
from ..presenters.answers import shortened

ASKED_AT_MOST = 10
CALLED_AT_MOST = 60
"""Characters of how a child without a name is recognised, in the list of drafts."""
SCOPES = {"mine": "Mine", "team": "My team", "agency": "My agency"}
AREA_SCOPES = {"area": "The whole area", **SCOPES}
SCOPE_OF: dict[str, worklist.Scope] = {"mine": "mine", "team": "team", "agency": "agency", "area": "area"}


def home(request: HttpRequest) -> HttpResponse:
    """The first page of whoever signs in: their work, or their desk where the role does not work with children."""
    viewer = getattr(request, "viewer", None)
    return HttpResponseRedirect(reverse("work" if viewer is not None and viewer.works_cases else "desk"))


def desk(request: HttpRequest) -> HttpResponse:
    """What a role that does not work with children is for, and what it can do here now."""
    viewer = getattr(request, "viewer", None)
    if viewer is None or viewer.works_cases:
        return HttpResponseRedirect(reverse("work"))
    if viewer.role == Role.GUARDIAN:
        return HttpResponseRedirect(reverse("guardian"))
    return render(request, "casework/desk.html", {"desk": desks.of(viewer.role, viewer.area)})


def work(request: HttpRequest) -> HttpResponse:
    """What is owed, overdue first; filters stay in the address."""
    if not getattr(request.viewer, "works_cases", False):  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("desk"))
    viewer, now = queries.viewer_of(request), timezone.now()
    chosen = _filters(request, viewer)
    listed = owed_duties(viewer, chosen, now)
    duties = owed.together(listed)
    by_when = owed.grouped(duties, now)
    shown, lately = presenter.shown(by_when, chosen["show"]), people.lately(viewer)
    unseen = news.unseen(viewer, lately, now)
    listed_too = presenter.subjects(shown) | {row.subject_id for row in unseen}
    known, mine = people.overview(viewer, listed_too, lately)
    context = {
        "tabs": _tabs(request, viewer, chosen["whose"]),
        "groups": presenter.groups(viewer, by_when, shown, known, now),
        "counts": {key: len(held) for key, held in by_when.items()},
        "cut": _cut_short(listed, now, _most(chosen)),
        "titles": owed.GROUPS,
        "compares": chosen["whose"] == "area" and numbers.for_viewer(viewer),
        "holders": presenter.holders(duties, now) if chosen["whose"] == "area" else [],
        "chosen": chosen,
        "filtered": bool(chosen["child"] or chosen["kind"] or chosen["agency"]),
        "kept": urlencode({name: text for name, text in chosen.items() if text and name != "show"}),
        "kinds": [("", "Anything"), *((name, kind.title) for name, kind in sorted(KINDS.items(), key=_by_title))],
        "agencies": [("", "Any agency"), *AGENCIES.items()],
        "children": people.mine(viewer, mine, known, now),
        "new": presenter.new(unseen, known, now),
        "new_count": len(unseen),
        "new_cut": len(unseen) >= news.MOST,
        "moment": now,
        "drafts": _drafts(viewer),
        "asking": _asking(viewer) if viewer.role in MANAGERS else [],
        "waiting": waiting.listed(viewer),
        "requests": request_rows.lists(viewer, now),
        "draft_saved": request.GET.get("saved") == "draft",
    }
    return render(request, "casework/work.html", context)


def _asking(viewer: Viewer) -> list[dict[str, Any]]:
    """Who asks to join those that work with a child: for whoever answers."""
    rows = joining.to_answer(viewer, ASKED_AT_MOST)
    names = queries.labels(row.subject_id for row in rows)
    return [{"request": row, "child": names.get(str(row.subject_id), "")} for row in rows]


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Everything that was shown as new is seen: what came after the list was made stays new."""
    viewer, now = queries.viewer_of(request), timezone.now()
    try:
        until = dt.datetime.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        until = None
    if until is not None and until.tzinfo is not None:
        news.looked(viewer, None, min(until, now))
    return HttpResponseRedirect(reverse("work"))


@require_POST
def discard_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away: its author alone can."""
    if not drafts.discard_by_id(queries.viewer_of(request), draft_id):
        raise Http404(queries.NO_SUCH)
    return HttpResponseRedirect(reverse("work"))


def owed_duties(viewer: Viewer, chosen: dict[str, str], now: dt.datetime) -> list[owed.Duty]:
    """The open duties of a scope, filtered."""
    most = _most(chosen)
    scope = SCOPE_OF[chosen["whose"]]
    listed = worklist.nearest(viewer, scope, now, most, kind=chosen["kind"], owner=chosen["agency"])
    reading.note("obligation", {one.subject_id for one in listed})
    wanted = chosen["child"].lower().split()
    if wanted:
        names = queries.labels(one.subject_id for one in listed)
        listed = [one for one in listed if all(w in names.get(str(one.subject_id), "").lower() for w in wanted)]
    return [owed.Duty.listed(one, now) for one in listed]


def _most(chosen: dict[str, str]) -> int:
    """How many duties of each stretch are read."""
    if chosen["child"]:
        return worklist.MOST_LOOKED_THROUGH
    return worklist.MOST_OF_ONE if chosen["show"] else worklist.MOST_LISTED


def _cut_short(listed: list[owed.Duty], now: dt.datetime, most: int) -> set[str]:
    """The groups of which there is more than was read."""
    sizes = Counter(owed.group_of(duty, now) for duty in listed)
    near = sizes["today"] + sizes["week"]
    return {key for key, size in sizes.items() if (near if key in ("today", "week") else size) >= most}


def _scopes(viewer: Viewer) -> dict[str, str]:
    return AREA_SCOPES if viewer.role == "co-ordinator" else SCOPES


def _filters(request: HttpRequest, viewer: Viewer) -> dict[str, str]:
    usual = "area" if viewer.role == "co-ordinator" else "team"
    whose = request.GET.get("whose", usual)
    return {
        "whose": whose if whose in _scopes(viewer) else usual,
        "child": request.GET.get("child", "").strip()[:100],
        "kind": request.GET.get("kind", "") if request.GET.get("kind") in KINDS else "",
        "agency": request.GET.get("agency", "") if request.GET.get("agency") in AGENCIES else "",
        "show": request.GET.get("show", "") if request.GET.get("show") in owed.GROUPS else "",
    }


def _tabs(request: HttpRequest, viewer: Viewer, whose: str) -> list[dict[str, Any]]:
    kept = {name: request.GET[name] for name in ("child", "kind", "agency") if request.GET.get(name)}
    return [
        {"text": text, "address": "?" + urlencode({"whose": scope, **kept}), "current": scope == whose}
        for scope, text in _scopes(viewer).items()
    ]


DOCUMENT = "document"
"""How the names of drafts begin that are documents."""


def _drafts(viewer: Any) -> list[dict[str, Any]]:
    rows = [(row, ConcernForm(row.data, timezone.now())) for row in drafts.mine(viewer)]
    about = {row.pk: row.subject_id or subject_uuid(form) for row, form in rows}
    names = queries.labels(one for one in about.values() if one)
    return [
        {
            "draft": row,
            "title": _draft_title(row.form),
            "child": names.get(str(about[row.pk]), "") or shortened(form.called, CALLED_AT_MOST),
            "address": _draft_address(row),
        }
        for row, form in rows
    ]


def _draft_title(form: str) -> str:
    name, _, kind = form.partition(":")
    if name == DOCUMENT:
        return "Document"
    return KINDS[kind].title if kind in KINDS else "Concern"


def _draft_address(row: Any) -> str:
    name, _, rest = row.form.partition(":")
    if name == "concern":
        return reverse("concern-step", kwargs={"draft_id": UUID(rest), "step": "who"})
    if name == DOCUMENT:
        return reverse("document-draft", kwargs={"subject_id": row.subject_id, "draft_id": UUID(rest)})
    if rest == "screening":
        return reverse("screening", kwargs={"subject_id": row.subject_id})
    return reverse("record-kind", kwargs={"subject_id": row.subject_id, "kind": rest})


def _by_title(pair: tuple[str, Any]) -> str:
    return str(pair[1].title)
