"""The procedure: evaluating a history that is sent, and the kinds of entry with their questions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from safekept.api import shapes
from safekept.api.asking import moment_or_none
from safekept.api.service import answers, named, service
from safekept.calendars import CalendarHorizonError
from safekept.directory import procedures
from safekept.kinds import KINDS, Kind
from safekept.procedures import HistoryError, UnknownArea, parse_history
from safekept.procedures import evaluate as evaluated
from safekept.record.entries import Refused


@service.post("/evaluate", response=answers(dict[str, Any]), **named("evaluate"))
def evaluate(request: HttpRequest, asked: shapes.Evaluate) -> Any:
    """The position of a history under its area's procedure, or under those that are named. Nothing is kept."""
    library = procedures.library()
    if unknown := [one for one in asked.packs if one not in library.packs]:
        known = ", ".join(sorted(library.packs))
        raise Refused([("packs", f"There is no procedure '{unknown[0]}'; expected one of {known}.")])
    at, known_at = moment_or_none("at", asked.at) or timezone.now(), moment_or_none("known_at", asked.known_at)
    try:
        found = evaluated(library, parse_history(asked.history), at, known_at, asked.packs or None)
    except (HistoryError, UnknownArea, CalendarHorizonError) as error:
        raise Refused([("history", str(error))]) from None
    return found.as_dict()


@service.get("/kinds", response=answers(list[shapes.Kind]), **named("kinds"))
def kinds(request: HttpRequest) -> Any:
    """The kinds of entry that programs may record, with their questions and what each takes."""
    return [_described(kind) for kind in KINDS.values() if shapes.is_taken(kind)]


def _described(kind: type[Kind]) -> dict[str, Any]:
    return {
        "name": kind.name, "title": kind.title, "summary": kind.summary, "subjects": list(kind.subjects),
        "questions": [
            {"name": one.name, "label": one.label, "type": one.type, "expected": one.expected()}
            for one in kind.fields.values()
        ],
    }  # fmt: skip
