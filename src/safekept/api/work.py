"""For whom the key acts, and what they, their team or their agency owe."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query

from safekept.api import shapes
from safekept.api.asking import key_of, viewer_of
from safekept.api.service import answers, named, service
from safekept.directory.models import Agency
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES
from safekept.record import queries

Scope = Literal["mine", "team", "agency", "area"]


@service.get("/me", response=answers(shapes.Me), **named("me"))
def me(request: HttpRequest) -> Any:
    """For whom the key acts, what for, until when, and whether it may record."""
    viewer, key = viewer_of(request), key_of(request)
    agency = Agency.objects.get(pk=viewer.agency_id)
    return {
        "name": viewer.name, "role": viewer.role, "agency": agency.name, "area": viewer.area,
        "program": key.program, "purpose": key.purpose, "may_record": key.may_record, "until": key.until,
    }  # fmt: skip


@service.get("/work", response=answers(list[shapes.Duty]), **named("work"))
def work(
    request: HttpRequest,
    scope: Annotated[Scope, Query()] = "team",
    kind: Annotated[Literal["", *KINDS], Query(description="The kind of entry owed.")] = "",  # type: ignore[valid-type]
    owner: Annotated[Literal["", *AGENCIES], Query(description="The kind of agency that owes it.")] = "",  # type: ignore[valid-type]
) -> Any:
    """What is owed, the nearest times first: of each stretch of time the first twenty."""
    listed = queries.work_list(viewer_of(request), scope, kind=kind, owner=owner)
    return [
        {
            "rule": one.rule, "title": one.title, "subject": one.subject_id, "pack": one.pack, "version": one.version,
            "owner": one.owner_kind, "owes": one.owes, "because": one.because, "due": one.due,
            "expected_by": one.expected_by, "status": one.status, "cites": one.cites, "missing": one.missing,
            "explain": one.explain,
        }
        for one in listed
    ]  # fmt: skip
