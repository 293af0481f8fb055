"""Histories as the procedures read them, from rows of the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from safekept.access import statements
from safekept.access.policy import ADMITTED
from safekept.access.sql import Columns, asking, first_wall
from safekept.access.viewer import Viewer, current_viewer
from safekept.directory import procedures
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import CHILD_FIELDS
from safekept.procedures import Entry, History, Library, Obligation, Position, assembled, evaluate, parse_moment
from safekept.procedures import Subject as About
from safekept.record.entries import as_uuid, without
from safekept.record.models import Entry as StoredEntry
from safekept.record.rows import ToldRow


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a record is about, as the procedures need it."""

    id: UUID
    kind: str
    born: dt.date | None
    area: str | None
    admitted: bool = False

    def about(self) -> About:
        """The subject as the procedures read it."""
        return About(self.kind, str(self.id), self.born, self.area)

    def described(self) -> dict[str, Any]:
        """The subject of a history, ready to be written as JSON."""
        born = None if self.born is None else self.born.isoformat()
        return {"kind": self.kind, "id": str(self.id), "born": born, "area": self.area}


SUBJECTS = (
    "SELECT t.id, t.kind, CASE WHEN t.born_precision = 'day' THEN t.born END, t.area, "  # noqa: S608
    f"{first_wall(ADMITTED, 't', Columns(subject='id'))} "
    "FROM register_thing AS t WHERE t.id = ANY(%(ids)s::uuid[])"
)


def subjects(ids: Iterable[UUID]) -> dict[UUID, Subject]:
    """The subjects that the transaction's viewer may see, and whether they are admitted to the record of each.

    A birth date counts only where the day is known: an age is never guessed.
    """
    values = asking(current_viewer().asker) | {"ids": list(ids)}
    return {row[0]: Subject(*row) for row in statements.rows(SUBJECTS, values)}


def history(subject: Subject, rows: Sequence[ToldRow], related: Mapping[UUID, Subject] | None = None) -> dict[str, Any]:
    """The history of a subject as the history file holds it, with narrative: ready to be written as JSON."""
    shown = {row.id for row in rows}
    found: dict[str, Any] = {
        "subject": subject.described(),
        "entries": [described(row, shown) for row in rows],
    }
    others = [other for other in linked(rows) if other in (related or {})]
    if related and others:
        found["related"] = [{"subject": related[other].described(), "entries": []} for other in others]
    return found


def shown_to(viewer: Viewer, row: ToldRow, admitted: bool) -> bool:
    """Whether an entry is for the viewer: the policy's ``ENTRY``, save for what was shared with their agency."""
    reach = viewer.asker.reach
    if viewer.is_loader:
        return True
    if row.subject_id in reach.hidden or row.id in reach.shut or not viewer.works_cases:
        return False
    if row.account_id == viewer.account_id:
        return True
    within = admitted and (not row.audience or viewer.agency_kind in row.audience)
    return row.subject_id not in reach.kept and (within or row.agency_id == viewer.agency_id)


def only_for(duty: Obligation) -> frozenset[str]:
    """The kinds of agency that can know whether a duty is met, where its answers are not for all; empty: everybody."""
    return _only_for(duty.origin.kinds_owed, duty.owner)


@cache
def _only_for(kinds: tuple[str, ...], owner: str) -> frozenset[str]:
    audiences = [KINDS[kind].audience for kind in kinds]
    return frozenset({owner}.union(*audiences)) if audiences and all(audiences) else frozenset()


def knowable(viewer: Viewer, found: Position) -> Position:
    """A position without the duties and reminders whose answer the viewer never sees: they would seem open for ever."""
    if viewer.is_loader:
        return found
    kind, ended = viewer.agency_kind, _ended_unseen(procedures.library(), viewer.agency_kind)
    return replace(
        found,
        obligations=tuple(duty for duty in found.obligations if not only_for(duty) or kind in only_for(duty)),
        prompts=tuple(prompt for prompt in found.prompts if prompt.rule not in ended),
    )


def _ended_unseen(library: Library, agency_kind: str) -> frozenset[str]:
    """The reminders that end with an entry which such an agency does not see."""
    return frozenset(
        prompt.id
        for pack in library.versions
        for prompt in pack.prompts
        if any((to := KINDS[wanted.kind].audience) and agency_kind not in to for wanted in prompt.gone)
    )


def linked(rows: Iterable[ToldRow]) -> list[UUID]:
    """The other children that entries name."""
    named = [
        one
        for row in rows
        for one in (*row.fields.get("linked_children", ()), *filter(None, [row.fields.get("child")]))
    ]
    return [one for text in dict.fromkeys(named) if (one := as_uuid(text)) is not None]


def position(
    subject: Subject,
    rows: Sequence[ToldRow],
    at: dt.datetime,
    known_at: dt.datetime | None = None,
    related: Mapping[UUID, Subject] | None = None,
    unknown: Collection[UUID] = (),
) -> Position:
    """Where these entries stand under the subject's procedure; without an area no procedure speaks.

    ``unknown``: other children whom entries name and of whom nothing may show.
    """
    if subject.area is None:
        return Position(str(subject.id), at, (), None, None, (), (), ())
    return evaluate(procedures.library(), told(subject, rows, related, unknown), at, known_at)


def told(
    subject: Subject,
    rows: Sequence[ToldRow],
    related: Mapping[UUID, Subject] | None = None,
    unknown: Collection[UUID] = (),
) -> History:
    """The history of a subject for evaluation, from rows that were checked when they were recorded.

    What an entry answers or corrects is named only where that entry is among ``rows``.
    """
    shown = {row.id for row in rows}
    others = [related[one] for one in linked(rows) if one in related and one not in unknown] if related else []
    return assembled(
        subject.about(), [_entry(row, shown, unknown) for row in rows], [assembled(o.about(), ()) for o in others]
    )


def _entry(row: ToldRow, shown: set[UUID], unknown: Collection[UUID] = ()) -> Entry:
    return Entry(
        str(row.id),
        row.kind,
        parse_moment(row.at),
        parse_moment(row.recorded_at),
        row.agency_kind,
        tuple([str(one) for one in row.answers if one in shown]),
        str(row.supersedes) if row.supersedes in shown else None,
        without(row.fields, unknown) if unknown else row.fields,
        str(row.account_id),
    )


def entries_named(kind: str, fields: Mapping[str, Any]) -> list[UUID]:
    """The other entries that an entry's answers name, such as the evidence of a screening."""
    named = [one for name in _naming_entries(kind) for one in fields.get(name) or ()]
    return [one for text in named if (one := as_uuid(text)) is not None]


def _naming_entries(kind: str) -> list[str]:
    asked = KINDS[kind].fields.values() if kind in KINDS else ()
    return [one.name for one in asked if one.type == "ids" and one.name not in CHILD_FIELDS]


def _without_unseen(kind: str, fields: dict[str, Any], shown: Collection[UUID]) -> dict[str, Any]:
    """The answers of an entry, without any other entry that is not shown; a question of which nothing is left too."""
    told = {str(one) for one in shown}
    left = {name: [one for one in fields.get(name) or () if one in told] for name in _naming_entries(kind)}
    return {name: left.get(name, value) for name, value in fields.items() if name not in left or left[name]}


def described(row: ToldRow | StoredEntry, shown: Collection[UUID]) -> dict[str, Any]:
    """One entry as the history file writes it; ``shown``: the others that may be named."""
    entry: dict[str, Any] = {
        **_without_unseen(row.kind, row.fields, shown),
        "id": str(row.id),
        "kind": row.kind,
        "at": row.at.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "agency": row.agency_kind,
        "author": str(row.account_id),
    }
    answers = [str(one) for one in row.answers if one in shown]
    if answers:
        entry["answers"] = answers
    if row.supersedes in shown:
        entry["supersedes"] = str(row.supersedes)
    return entry | _narrative(row)


def _narrative(row: ToldRow | StoredEntry) -> dict[str, str]:
    latest = row.at_latest.isoformat() if row.at_latest else ""
    return {name: text for name, text in (("at_latest", latest), ("text", row.text), ("basis", row.basis)) if text}
