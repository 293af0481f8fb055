"""Histories as the procedures read them, from rows of the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from safekept.access import statements
from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.procedures import Entry, History, Position, assembled, evaluate, parse_moment
from safekept.procedures import Subject as About
from safekept.record.rows import ToldRow


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a record is about, as the procedures need it."""

    id: UUID
    kind: str
    born: dt.date | None
    area: str | None
    in_circle: bool = False

    def about(self) -> About:
        """The subject as the procedures read it."""
        return About(self.kind, str(self.id), self.born, self.area)

    def described(self) -> dict[str, Any]:
        """The subject of a history, ready to be written as JSON."""
        born = None if self.born is None else self.born.isoformat()
        return {"kind": self.kind, "id": str(self.id), "born": born, "area": self.area}


SUBJECTS = (
    "SELECT t.id, t.kind, CASE WHEN t.born_precision = 'day' THEN t.born END, t.area, EXISTS ("
    "SELECT 1 FROM access_circle AS ring WHERE ring.subject_id = t.id AND ring.agency_id = %s) "
    "FROM register_thing AS t WHERE t.id = ANY(%s::uuid[])"
)


def subjects(ids: Iterable[UUID], agency_id: UUID) -> dict[UUID, Subject]:
    """The subjects that the transaction's viewer may see, and whether this agency is around each.

    A birth date counts only where the day is known: an age is never guessed.
    """
    return {row[0]: Subject(*row) for row in statements.rows(SUBJECTS, [agency_id, list(ids)])}


def history(subject: Subject, rows: Sequence[ToldRow], related: Mapping[UUID, Subject] | None = None) -> dict[str, Any]:
    """The history of a subject as the history file holds it, with narrative: ready to be written as JSON."""
    shown = {row.id for row in rows}
    found: dict[str, Any] = {
        "subject": subject.described(),
        "entries": [_described(row, shown) for row in rows],
    }
    others = [other for other in linked(rows) if other in (related or {})]
    if related and others:
        found["related"] = [{"subject": related[other].described(), "entries": []} for other in others]
    return found


def shown_to(viewer: Viewer, row: ToldRow) -> bool:
    """Whether an entry of a record that the viewer may see is for them (the policy's ``ENTRY``, circle aside)."""
    return (
        viewer.is_loader or not row.audience or viewer.agency_kind in row.audience or viewer.agency_id == row.agency_id
    )


def linked(rows: Iterable[ToldRow]) -> list[UUID]:
    """The other children that entries name."""
    named = [
        one
        for row in rows
        for one in (*row.fields.get("linked_children", ()), *filter(None, [row.fields.get("child")]))
    ]
    return [one for text in dict.fromkeys(named) if (one := _as_uuid(text)) is not None]


def position(
    subject: Subject,
    rows: Sequence[ToldRow],
    at: dt.datetime,
    known_at: dt.datetime | None = None,
    related: Mapping[UUID, Subject] | None = None,
) -> Position:
    """Where these entries stand under the subject's procedure; without an area no procedure speaks."""
    if subject.area is None:
        return Position(str(subject.id), at, (), None, None, (), (), ())
    return evaluate(procedures.library(), told(subject, rows, related), at, known_at)


def told(subject: Subject, rows: Sequence[ToldRow], related: Mapping[UUID, Subject] | None = None) -> History:
    """The history of a subject for evaluation, from rows that were checked when they were recorded.

    What an entry answers or corrects is named only where that entry is among ``rows``.
    """
    shown = {row.id for row in rows}
    others = [related[one] for one in linked(rows) if one in related] if related else []
    return assembled(
        subject.about(), [_entry(row, shown) for row in rows], [assembled(other.about(), ()) for other in others]
    )


def _entry(row: ToldRow, shown: set[UUID]) -> Entry:
    return Entry(
        str(row.id),
        row.kind,
        parse_moment(row.at),
        parse_moment(row.recorded_at),
        row.agency_kind,
        tuple([str(one) for one in row.answers if one in shown]),
        str(row.supersedes) if row.supersedes in shown else None,
        row.fields,
        str(row.account_id),
    )


def _described(row: ToldRow, shown: set[UUID]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        **row.fields,
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


def _narrative(row: ToldRow) -> dict[str, str]:
    latest = row.at_latest.isoformat() if row.at_latest else ""
    return {name: text for name, text in (("at_latest", latest), ("text", row.text), ("basis", row.basis)) if text}


def _as_uuid(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
