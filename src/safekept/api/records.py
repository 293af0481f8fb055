"""Records: what is on one, what is owed to a child, and recording one more entry."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query
from ninja.responses import Status

from safekept.access import circles, reading
from safekept.access.middleware import NotAllowed
from safekept.access.policy import FROM_OUTSIDE
from safekept.access.viewer import Viewer
from safekept.api import shapes
from safekept.api.asking import Once, moment, moment_or_none, recorder, viewer_of
from safekept.api.service import answers, named, service
from safekept.calendars import CalendarHorizonError
from safekept.directory import procedures
from safekept.kinds import KINDS, required_names
from safekept.kinds.vocabularies import CHILD_FIELDS
from safekept.record import lower_choice, queries
from safekept.record.actions import NewEntry, append
from safekept.record.counting import counting
from safekept.record.entries import Refused, as_uuid, check
from safekept.record.models import Entry
from safekept.register.models import Thing
from safekept.vault import actions as vault

OURS = frozenset({"id", "author", "agency", "recorded_at"})
"""Names of the history file that are filled in here."""
OUR_ROLES = ("subject", "linked child")
"""Parts in an entry that Safekept itself writes."""


@service.get("/records/{subject_id}/history", response=answers(dict[str, Any]), **named("history"))
def history(request: HttpRequest, subject_id: UUID) -> Any:
    """The history of a child or another subject, as the history file has it: the entries that one may see."""
    return queries.history_of(_admitted(request, subject_id), subject_id)


@service.get("/records/{subject_id}/position", response=answers(dict[str, Any]), **named("position"))
def position(
    request: HttpRequest,
    subject_id: UUID,
    at: Annotated[shapes.Moment | None, Query()] = None,
    known_at: Annotated[shapes.Moment | None, Query()] = None,
) -> Any:
    """What is owed, by whom, by when and by which paragraph, at a moment (now), by what was known then."""
    viewer = _admitted(request, subject_id)
    asked = moment_or_none("at", at), moment_or_none("known_at", known_at)
    try:
        return queries.position_of(viewer, subject_id, *asked).as_dict()
    except CalendarHorizonError as error:
        raise Refused([("at", str(error))]) from None


@service.post("/records/{subject_id}/entries", response=answers(shapes.Recorded, 201), **named("record-entry"))
def record(request: HttpRequest, subject_id: UUID, entry: shapes.NewEntry, idempotency_key: Once) -> Any:
    """Record one entry, as the history file writes it. Sent again with the same key it is still one entry."""
    viewer = recorder(request, subject_id)
    thing = _thing(subject_id)
    _may_record(viewer, thing, entry.kind)
    new = _new(subject_id, entry, idempotency_key)
    if errors := check(new, timezone.now()):
        raise Refused(errors)
    if queries.sent_before(viewer, new.client_key) is None:  # else nothing is asked that was not asked before
        _refuse_what_pages_would(thing, new)
    made = _put_on_record(viewer, new)
    warnings = made.warnings  # type: ignore[attr-defined]
    return Status(201, {"id": made.pk, "kind": made.kind, "recorded_at": made.recorded_at, "warnings": warnings})


@service.get("/entries/{entry_id}", response=answers(dict[str, Any]), **named("read-entry"))
def entry(request: HttpRequest, entry_id: UUID) -> Any:
    """One entry, as the history file writes it, with its subject."""
    return queries.entry_told(viewer_of(request), entry_id)


def _admitted(request: HttpRequest, subject_id: UUID) -> Viewer:
    """Who asks, where they are admitted to the record. Raises NotAllowed; NoRecord where there is nothing for them."""
    viewer = viewer_of(request)
    _thing(subject_id)
    decision = circles.may_see_record(viewer, subject_id)
    if not decision:
        raise NotAllowed(decision.reason, "record", (subject_id,))
    return viewer


def _thing(subject_id: UUID) -> Thing:
    """Whom a record is about. Raises NoRecord."""
    found: Thing | None = Thing.objects.filter(pk=subject_id).first()
    if found is None:
        raise queries.NoRecord
    reading.about(found.pk)
    return found


def _may_record(viewer: Viewer, thing: Thing, kind: str) -> None:
    """Raises NotAllowed where somebody outside the circle would record more than a concern, or their answer."""
    decision = circles.may_see_record(viewer, thing.pk)
    if not decision and kind not in FROM_OUTSIDE and kind != "sharing":
        raise NotAllowed(decision.reason, f"record {kind}"[:60], (thing.pk,))


def _new(subject_id: UUID, sent: shapes.NewEntry, key: UUID) -> NewEntry:
    """The entry that was sent. Raises Refused."""
    fields = dict(sent.model_extra or {})
    if ours := sorted(OURS.intersection(fields)):
        raise Refused([(name, "Safekept fills this in. Leave it out.") for name in ours])
    kind = KINDS.get(sent.kind)
    if kind is not None and not shapes.is_taken(kind):
        raise Refused([("kind", f"‘{kind.title}’ is recorded by a person who is signed in, not by a program.")])
    if kind is not None and (missing := sorted(name for name in required_names(kind) if fields.get(name) is None)):
        raise Refused([(name, f"Answer ‘{kind.fields[name].label}’") for name in missing])
    if any(one.role in OUR_ROLES for one in sent.mentions):
        raise Refused([("mentions", f"Say in other words how they were involved: not {' or '.join(OUR_ROLES)}.")])
    return NewEntry(
        kind=sent.kind, subject_id=subject_id, at=moment("at", sent.at), fields=fields, text=sent.text,
        basis=sent.basis, answers=sent.answers, supersedes=sent.supersedes,
        at_latest=moment_or_none("at_latest", sent.at_latest),
        mentions=[(one.thing, one.role) for one in sent.mentions], client_key=key,
    )  # fmt: skip


def _refuse_what_pages_would(thing: Thing, new: NewEntry) -> None:
    """What the forms of the pages ask besides. Raises Refused."""
    children = [str(one) for name in CHILD_FIELDS for one in _several(new.fields.get(name))]
    ids = [one for text in children if (one := as_uuid(text)) is not None]
    known = Thing.objects.filter(pk__in=ids, kind="child").exclude(pk=thing.pk).count()
    if len(ids) < len(children) or known < len(set(ids)):
        raise Refused([("linked_children", "It names a child who is not there. Search for them again.")])
    if new.kind == "screening":
        entries = Entry.objects.filter(subject_id=thing.pk).order_by("at", "recorded_at", "id")
        standing = [one for one in counting(list(entries)) if one.pk != new.supersedes]
        if found := lower_choice.problems(procedures.pack_of(thing.area_id), standing, new.fields):
            raise Refused(found)


def _put_on_record(viewer: Viewer, new: NewEntry) -> Entry:
    """Append it, unless it holds what is kept apart. Raises Refused."""
    try:
        with vault.kept_out(viewer, new.subject_id) as written:
            made = append(viewer, new)
            written.entry(made)
            return made
    except vault.HoldsKeptApart as held:
        raise Refused([("", f"{held} Everybody who sees the entry would read it. Take it out.")]) from None


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
