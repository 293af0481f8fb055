"""Your work: what is owed, to whom, by when; your children; your drafts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES
from safekept.record import drafts
from safekept.record import queries as record_queries

from .. import queries
from ..presenters import owed, people

SCOPES = (("mine", "Mine"), ("team", "My team"), ("agency", "My agency"))
SCOPE_OF: dict[str, record_queries.Scope] = {"mine": "mine", "team": "team", "agency": "agency"}
SHOWN_AT_ONCE = 100


def home(request: HttpRequest) -> HttpResponse:
    """The first page of whoever signs in: their work, or the procedure for those who do not work with children."""
    viewer = getattr(request, "viewer", None)
    return HttpResponseRedirect(reverse("work" if viewer is not None and viewer.works_cases else "procedures"))


def work(request: HttpRequest) -> HttpResponse:
    """What is owed, overdue first; filters stay in the address."""
    if not getattr(request.viewer, "works_cases", False):  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("procedures"))
    viewer, now = queries.viewer_of(request), timezone.now()
    chosen = _filters(request)
    rows = owed_rows(viewer, chosen, now)
    context = {
        "tabs": _tabs(request, chosen["whose"]),
        "groups": owed.grouped(rows[:SHOWN_AT_ONCE]),
        "counts": owed.counts(rows),
        "more": max(0, len(rows) - SHOWN_AT_ONCE),
        "chosen": chosen,
        "kinds": [("", "Anything"), *((name, kind.title) for name, kind in sorted(KINDS.items(), key=_by_title))],
        "agencies": [("", "Any agency"), *AGENCIES.items()],
        "children": people.mine(viewer, now),
        "drafts": _drafts(viewer),
        "draft_saved": request.GET.get("saved") == "draft",
    }
    return render(request, "casework/work.html", context)


@require_POST
def discard_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away: its author alone can."""
    drafts.discard_by_id(queries.viewer_of(request), draft_id)
    return HttpResponseRedirect(reverse("work"))


def owed_rows(viewer: Any, chosen: dict[str, str], now: Any) -> list[owed.OwedRow]:
    """The open duties of a scope as rows, filtered."""
    listed = record_queries.work_list(viewer, SCOPE_OF[chosen["whose"]], kind=chosen["kind"], owner=chosen["agency"])
    names = queries.labels(one.subject_id for one in listed)
    wanted = chosen["child"].lower().split()
    rows = []
    for one in listed:
        name = names.get(str(one.subject_id), "")
        if all(word in name.lower() for word in wanted):
            note = "No team set: with the co-ordinator" if one.team_is_fallback else ""
            rows.append(owed.row(owed.Duty.listed(one, now), name, now, fallback=note))
    return rows


def _filters(request: HttpRequest) -> dict[str, str]:
    whose = request.GET.get("whose", "team")
    return {
        "whose": whose if whose in dict(SCOPES) else "team",
        "child": request.GET.get("child", "").strip()[:100],
        "kind": request.GET.get("kind", "") if request.GET.get("kind") in KINDS else "",
        "agency": request.GET.get("agency", "") if request.GET.get("agency") in AGENCIES else "",
    }


def _tabs(request: HttpRequest, whose: str) -> list[dict[str, Any]]:
    kept = {name: request.GET[name] for name in ("child", "kind", "agency") if request.GET.get(name)}
    return [
        {"text": text, "address": "?" + urlencode({"whose": scope, **kept}), "current": scope == whose}
        for scope, text in SCOPES
    ]


def _drafts(viewer: Any) -> list[dict[str, Any]]:
    rows = drafts.mine(viewer)
    names = queries.labels(row.subject_id for row in rows if row.subject_id)
    return [
        {
            "draft": row,
            "title": _draft_title(row.form),
            "child": names.get(str(row.subject_id), ""),
            "address": _draft_address(row),
        }
        for row in rows
    ]


def _draft_title(form: str) -> str:
    kind = form.partition(":")[2]
    return KINDS[kind].title if kind in KINDS else "Concern"


def _draft_address(row: Any) -> str:
    name, _, rest = row.form.partition(":")
    if name == "concern":
        return reverse("concern-step", kwargs={"draft_id": UUID(rest), "step": "who"})
    if rest == "screening":
        return reverse("screening", kwargs={"subject_id": row.subject_id})
    return reverse("record-kind", kwargs={"subject_id": row.subject_id, "kind": rest})


def _by_title(pair: tuple[str, Any]) -> str:
    return str(pair[1].title)
