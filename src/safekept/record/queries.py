"""Reading the record: every answer is made from what the viewer may see, and every reading is written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils import timezone

from safekept.access import reading
from safekept.access.models import Share
from safekept.access.viewer import Viewer, current_viewer
from safekept.directory.models import Account, Agency
from safekept.procedures import Position
from safekept.record import histories, lists
from safekept.record.entries import without
from safekept.record.models import Entry, Mention
from safekept.record.rows import ToldRow, entries_about
from safekept.record.worklist import MOST_LISTED, ListedDuty, Scope, nearest
from safekept.record.writing import ITSELF
from safekept.register.models import Identifier, Thing, ThingName
from safekept.register.scope import seen_as


class NoRecord(LookupError):
    """There is no such record, or the viewer may not see it: the two are never told apart."""

    def __init__(self) -> None:
        super().__init__("There is no record here that you can see. Search for the child again.")


@dataclass(frozen=True)
class Line:
    """One entry on a timeline, with the entry that corrected it and those that it corrects."""

    entry: Entry
    corrected_by: Entry | None
    withdrawn_by: Entry | None
    corrections: tuple[Entry, ...]

    @property
    def struck(self) -> bool:
        """Whether it no longer counts."""
        return self.corrected_by is not None or self.withdrawn_by is not None


@dataclass(frozen=True)
class Involved:
    """An agency that has recorded about a subject, with its people, latest first."""

    agency: Agency
    authors: tuple[Account, ...]
    last: dt.datetime


def history_of(viewer: Viewer, subject_id: UUID) -> dict[str, Any]:
    """The subject's history as a history file holds it, of the entries that the viewer may see. Raises NoRecord."""
    with seen_as(viewer):
        subject, rows = _read(viewer, subject_id)
        reading.log(viewer, "History", [subject_id, *(row.id for row in rows)])
        return histories.history(subject, rows, _related(rows))


def position_of(
    viewer: Viewer, subject_id: UUID, at: dt.datetime | None = None, known_at: dt.datetime | None = None
) -> Position:
    """Where the subject stands at a moment (now), by the entries that the viewer may see. Raises NoRecord."""
    with seen_as(viewer):
        subject, rows = _read(viewer, subject_id)
        reading.log(viewer, "Position", [subject_id])
        found = histories.position(subject, rows, at or timezone.now(), known_at, _related(rows))
        return histories.knowable(viewer, found)


def record_of(
    viewer: Viewer, subject_id: UUID, at: dt.datetime, known_at: dt.datetime | None = None
) -> tuple[list[ToldRow], Position]:
    """The entries of a record that the viewer may see, oldest first, and where they stand: read once for both.

    ``known_at``: only what was known then. For pages: they write down what they read. Raises NoRecord.
    """
    subject, rows = _read(viewer, subject_id)
    if known_at is not None:
        rows = [row for row in rows if row.recorded_at <= known_at and row.at <= known_at]
    reading.note("entry", (row.id for row in rows))
    found = histories.position(subject, rows, at, known_at, _related(rows))
    return rows, histories.knowable(viewer, found)


def timeline(
    viewer: Viewer,
    subject_id: UUID,
    kind: str | None = None,
    agency: UUID | None = None,
    search: str | None = None,
    known_at: dt.datetime | None = None,
) -> list[Line]:
    """The entries about a subject, newest first, corrections attached and what no longer counts marked."""
    with seen_as(viewer):
        every = Entry.objects.filter(subject_id=subject_id)
        if known_at is not None:
            every = every.filter(recorded_at__lte=known_at)
        entries = list(every.order_by("-at", "-recorded_at", "-id"))
        reading.log(viewer, "Timeline", [subject_id, *(entry.pk for entry in entries)])
    words = (search or "").casefold().split()
    return [
        line
        for line in _lines(entries)
        if (not kind or line.entry.kind == kind)
        and (not agency or line.entry.agency_id == agency)
        and all(word in _searched(line.entry) for word in words)
    ]


def entry(viewer: Viewer, entry_id: UUID) -> Entry:
    """One entry. Raises NoRecord."""
    with seen_as(viewer):
        found: Entry | None = Entry.objects.filter(pk=entry_id).first()
        if found is None:
            raise NoRecord
        reading.log(viewer, "Entry", [found.subject_id, entry_id])
    return found


def sent_before(viewer: Viewer, client_key: UUID) -> Entry | None:
    """The entry that came with this key of a client before."""
    found: Entry | None = Entry.objects.filter(account_id=viewer.account_id, client_key=client_key).first()
    return found


def mentioned_by(entry: Entry) -> list[tuple[UUID, str]]:
    """Whom and what an entry mentions besides its subject, each with its role there. Call while viewing."""
    found = lists.mentioned(current_viewer(), [entry.pk])
    return [(thing, role) for thing, role, _ in found if role != ITSELF]


def words_of(entry: Entry, mentioned: Sequence[tuple[UUID, str]]) -> list[str]:
    """Everything that an entry says in words; also what those are called and numbered whom and what it mentions.

    Not its own subject, whose name stands over the record anyway. Call while viewing.
    """
    things, roles = {thing for thing, _ in mentioned}, {role for _, role in mentioned}
    called = Thing.objects.filter(pk__in=things).values_list("label", "description")
    named = ThingName.objects.filter(thing_id__in=things).values_list("name", flat=True)
    numbers = Identifier.objects.filter(thing_id__in=things).values_list("value", flat=True)
    return [entry.text, *_texts(entry.fields), *roles, *(text for both in called for text in both), *named, *numbers]


def _texts(value: Any) -> list[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inside for text in _texts(one)]


def entry_told(viewer: Viewer, entry_id: UUID) -> dict[str, Any]:
    """One entry as the history file writes it, with its subject. Raises NoRecord."""
    with seen_as(viewer):
        found = entry(viewer, entry_id)
        named = [*found.answers, *([found.supersedes] if found.supersedes else [])]
        named += histories.entries_named(found.kind, found.fields)
        shown = set(Entry.objects.filter(pk__in=named).values_list("pk", flat=True))
    return {"subject": str(found.subject_id), **histories.described(found, shown)}


def mentioned_things(viewer: Viewer, subject_id: UUID) -> list[tuple[Thing, str, Entry]]:
    """What the entries about a subject mention: the thing, its role there, and the entry; the latest first."""
    with seen_as(viewer):
        told = Mention.objects.filter(entry__subject_id=subject_id).select_related("entry")
        rows = list(told.order_by("-entry__at", "role"))
        things = {thing.pk: thing for thing in Thing.objects.filter(pk__in={row.thing_id for row in rows})}
        reading.log(viewer, "People and things mentioned", list(things))
    return [(things[row.thing_id], row.role, row.entry) for row in rows if row.thing_id in things]


def work_list(
    viewer: Viewer,
    scope: Scope = "team",
    *,
    kind: str = "",
    owner: str = "",
    subject_id: UUID | None = None,
    most: int = MOST_LISTED,
) -> list[ListedDuty]:
    """Open duties, those with the nearest time first and those without a clock last, oldest first (see ``nearest``).

    ``mine``: what is still owed on entries that the viewer recorded and their team holds; ``team``; ``agency``;
    ``area``: everything still owed to the children of the viewer's area, the co-ordinator's view. ``kind``: the kind
    of entry owed; ``owner``: the kind of agency that owes it.
    """
    with seen_as(viewer):
        listed = nearest(viewer, scope, timezone.now(), most, kind=kind, owner=owner, subject_id=subject_id)
        reading.log(viewer, "Work", {row.subject_id for row in listed})
    return listed


def people_around(viewer: Viewer, subject_id: UUID) -> list[Involved]:
    """The agencies that recorded about a subject and the people who did, whoever did so last first."""
    with seen_as(viewer):
        rows = list(
            Entry.objects.filter(subject_id=subject_id).order_by("-at").values_list("agency_id", "account_id", "at")
        )
        reading.log(viewer, "People around", [subject_id])
    agencies = Agency.objects.in_bulk({row[0] for row in rows})
    accounts = Account.objects.in_bulk({row[1] for row in rows})
    found = []
    for agency_id in dict.fromkeys(row[0] for row in rows):
        ids = dict.fromkeys(account for agency, account, _ in rows if agency == agency_id)
        last = next(at for agency, _, at in rows if agency == agency_id)
        if agency_id in agencies:
            found.append(Involved(agencies[agency_id], tuple(accounts[one] for one in ids if one in accounts), last))
    return found


def _read(viewer: Viewer, subject_id: UUID) -> tuple[histories.Subject, list[ToldRow]]:
    """A subject and its entries as the viewer sees them; the policy's filter once more beside the database's."""
    subject = histories.subjects([subject_id]).get(subject_id)
    if subject is None:
        raise NoRecord
    hidden = viewer.asker.reach.hidden
    rows = entries_about([subject_id]).get(subject_id, [])
    shared = set() if subject.admitted else _shared_with(viewer, subject_id)
    seen = [row for row in rows if row.id in shared or histories.shown_to(viewer, row, subject.admitted)]
    if not (viewer.is_loader or subject.admitted or seen):
        raise NoRecord
    return subject, [replace(row, fields=without(row.fields, hidden)) for row in seen] if hidden else seen


def _shared_with(viewer: Viewer, subject_id: UUID) -> set[UUID]:
    """The entries of a record that were shared with the viewer's agency."""
    told = Share.objects.filter(subject_id=subject_id, agency_id=viewer.agency_id)
    return set(told.values_list("entry_id", flat=True))


def _related(rows: Sequence[ToldRow]) -> dict[UUID, histories.Subject]:
    others = histories.linked(rows)
    return histories.subjects(others) if others else {}


def _lines(entries: Sequence[Entry]) -> list[Line]:
    by_id = {entry.pk: entry for entry in entries}
    oldest_first = sorted(entries, key=lambda entry: (entry.recorded_at, str(entry.pk)))
    corrected = {entry.supersedes: entry for entry in oldest_first if entry.supersedes}
    withdrawn = {one: entry for entry in oldest_first if entry.kind == "withdrawn" for one in entry.answers}
    return [Line(entry, corrected.get(entry.pk), withdrawn.get(entry.pk), _chain_of(entry, by_id)) for entry in entries]


def _chain_of(entry: Entry, by_id: dict[UUID, Entry]) -> tuple[Entry, ...]:
    """The entries that this one corrects, the latest first."""
    found: list[Entry] = []
    while entry.supersedes in by_id and by_id[entry.supersedes] not in found:
        entry = by_id[entry.supersedes]
        found.append(entry)
    return tuple(found)


def _searched(entry: Entry) -> str:
    told = [value if isinstance(value, str) else str(value) for value in entry.fields.values()]
    return " ".join([entry.kind.replace("-", " "), entry.text, *told]).casefold()
