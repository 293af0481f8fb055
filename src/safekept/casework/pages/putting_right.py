"""Putting right what was taken down wrongly about somebody or something, and what stood before."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.directory.models import Account, Agency
from safekept.govuk import when
from safekept.govuk.values import tidy
from safekept.kinds.vocabularies import SUBJECT_KINDS
from safekept.record.actions import rebuild_duties
from safekept.register.facts import ThingRefused
from safekept.register.models import SEXES, Correction, Thing
from safekept.register.putting_right import Facts, put_right, state_of

from .. import queries

PEOPLE = frozenset({"child", "adult", "worker"})
"""The kinds of thing that are born and have a sex."""
COUNTS = frozenset({"born", "born_precision", "area_id"})
"""What the procedures look at: a change of it changes what is owed."""


def thing(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    """The form with what stands now, and below it what was put right, by whom and when."""
    viewer = queries.viewer_of(request)
    found = queries.find_thing(thing_id)
    if found.kind == "child":
        queries.subject(viewer, thing_id)
    if request.method != "POST":
        return _show(request, found, _typed(found), state_of(found), [])
    names = ("born", "sex", "area")
    facts = Facts(**{name: tidy(request.POST.get(name, ""))[:100] for name in names})
    try:
        _change(viewer, found, facts, request.POST.get("shown", ""))
    except ThingRefused as refused:
        problems = [{"field": name, "anchor": name if name in names else "", "text": s} for name, s in refused.errors]
        return _show(request, queries.find_thing(thing_id), facts, request.POST.get("shown", ""), problems, 422)
    return HttpResponseRedirect(reverse("thing-put-right", kwargs={"thing_id": thing_id}) + "?saved=1")


def _change(viewer: Viewer, found: Thing, facts: Facts, shown: str) -> None:
    """The change, and what is owed because of it; both or neither."""
    with transaction.atomic():
        changed = put_right(viewer, found.pk, facts, shown)
        if changed & COUNTS and found.kind in SUBJECT_KINDS:
            rebuild_duties(viewer, [found.pk])


def _show(
    request: HttpRequest, found: Thing, facts: Facts, shown: str, problems: list[dict[str, Any]], status: int = 200
) -> HttpResponse:
    areas = [("", "Not known"), *((area.slug, area.name) for area in procedures.library().areas.values())]
    context = {
        "thing": found,
        "facts": facts,
        "shown": state_of(found) if any(not one["field"] for one in problems) else shown,
        "person": found.kind in PEOPLE,
        "errors": problems,
        "wrong": {one["field"]: one["text"] for one in problems},
        "areas": areas,
        "sexes": SEXES,
        "history": _history(found),
        "saved": bool(request.GET.get("saved")),
    }
    return render(request, "casework/put_right.html", context, status=status)


def _typed(found: Thing) -> Facts:
    return Facts(_born_words(found.born, found.born_precision), found.sex, found.area_id or "")


def _born_words(born: dt.date | None, precision: str) -> str:
    """A birth date as it would be typed."""
    if born is None:
        return ""
    words = {"month": f"{born:%B %Y}", "year": f"{born.year}", "about": f"about {born.year}"}
    return words.get(precision) or when.day(born)


def _history(found: Thing) -> list[dict[str, str]]:
    rows = list(Correction.objects.filter(thing_id=found.pk))
    people = dict(Account.objects.filter(pk__in={row.account_id for row in rows}).values_list("pk", "name"))
    places = dict(Agency.objects.filter(pk__in={row.agency_id for row in rows}).values_list("pk", "name"))
    return [
        {
            "fact": Correction.Fact(row.fact).label,
            "was": _said(row.fact, row.was),
            "became": _said(row.fact, row.became),
            "who": ", ".join(filter(None, (people.get(row.account_id, ""), places.get(row.agency_id, "")))),
            "when": row.at,
        }
        for row in rows
    ]


def _said(fact: str, text: str) -> str:
    """A value of the history in words."""
    if not text:
        return "Not known"
    if fact == Correction.Fact.BORN:
        day, _, precision = text.partition(" ")
        return _born_words(dt.date.fromisoformat(day), precision)
    areas = procedures.library().areas
    return SEXES.get(text, text) if fact == Correction.Fact.SEX else areas[text].name if text in areas else text
