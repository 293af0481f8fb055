"""Rows of the record as the rest of it handles them: read in one statement, written in one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from safekept.record.models import Entry

ENTRY_COLUMNS = (
    "id", "subject_id", "kind", "at", "at_latest", "recorded_at", "agency_kind", "agency_id", "account_id", "basis",
    "text", "fields", "answers", "supersedes", "audience", "client_key", "shard", "seq", "salt", "digest", "previous",
    "hash",
)  # fmt: skip
LISTED = ", ".join(f'"{name}"' for name in ENTRY_COLUMNS)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One row of ``record_entry``."""

    id: UUID
    subject_id: UUID
    kind: str
    at: dt.datetime
    at_latest: dt.datetime | None
    recorded_at: dt.datetime
    agency_kind: str
    agency_id: UUID
    account_id: UUID
    basis: str
    text: str
    fields: dict[str, Any]
    answers: list[UUID]
    supersedes: UUID | None
    audience: list[str]
    client_key: UUID
    shard: int
    seq: int
    salt: bytes
    digest: bytes
    previous: bytes
    hash: bytes

    def stored(self) -> list[Any]:
        """The values in the order of the columns, as the database takes them."""
        values = asdict(self)
        values["fields"] = orjson.dumps(self.fields).decode()
        return [values[name] for name in ENTRY_COLUMNS]

    def entry(self) -> Entry:
        """The row as a model, as if read."""
        return Entry.from_db("default", ENTRY_COLUMNS, [getattr(self, name) for name in ENTRY_COLUMNS])


def from_database(values: Sequence[Any]) -> EntryRow:
    """A row as a cursor gives it, columns in order."""
    named = dict(zip(ENTRY_COLUMNS, values, strict=True))
    if isinstance(named["fields"], str | bytes):
        named["fields"] = orjson.loads(named["fields"])
    for name in ("salt", "digest", "previous", "hash"):
        named[name] = bytes(named[name])
    return EntryRow(**named)


def entries_about(subjects: Iterable[UUID]) -> dict[UUID, list[EntryRow]]:
    """The entries about each subject, as far as the transaction's viewer sees, in the order in which they count."""
    wanted = list(subjects)
    found: dict[UUID, list[EntryRow]] = {subject: [] for subject in wanted}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LISTED} FROM record_entry WHERE subject_id = ANY(%s) ORDER BY at, recorded_at, id",  # noqa: S608
            [wanted],
        )
        for values in cursor.fetchall():
            row = from_database(values)
            found[row.subject_id].append(row)
    return found


def insert(rows: Sequence[EntryRow], mentions: Sequence[tuple[UUID, UUID, str]]) -> int:
    """Insert entries and mentions (entry, thing, role); how many entries were new by their client's key."""
    places = "(" + ", ".join(["%s"] * len(ENTRY_COLUMNS)) + ")"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO record_entry ({LISTED}) VALUES {', '.join([places] * len(rows))} "  # noqa: S608
            "ON CONFLICT (account_id, client_key) DO NOTHING",
            [value for row in rows for value in row.stored()],
        )
        added = int(cursor.rowcount)
        if mentions and added == len(rows):
            cursor.execute(
                "INSERT INTO record_mention (id, entry_id, thing_id, role) "
                "SELECT gen_random_uuid(), * FROM unnest(%s::uuid[], %s::uuid[], %s::text[])",
                [list(column) for column in zip(*mentions, strict=True)],
            )
    return added
