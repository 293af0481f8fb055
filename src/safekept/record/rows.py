"""Rows of the record as the rest of it handles them: read in one statement, written in one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from safekept.access import statements
from safekept.record.models import Entry

TOLD_COLUMNS = (
    "id", "subject_id", "kind", "at", "at_latest", "recorded_at", "agency_kind", "agency_id", "account_id", "basis",
    "text", "fields", "answers", "supersedes", "audience",
)  # fmt: skip
ENTRY_COLUMNS = (*TOLD_COLUMNS, "client_key", "shard", "seq", "salt", "digest", "previous", "hash")
TOLD = ", ".join(f'"{name}"' for name in TOLD_COLUMNS)
LISTED = ", ".join(f'"{name}"' for name in ENTRY_COLUMNS)

ABOUT = f"SELECT {TOLD} FROM record_entry WHERE subject_id = ANY(%s::uuid[]) ORDER BY at, recorded_at, id"  # noqa: S608
INSERT = (
    f"WITH added AS (INSERT INTO record_entry ({LISTED}) VALUES ({', '.join(['%s'] * len(ENTRY_COLUMNS))}) "  # noqa: S608
    "ON CONFLICT (account_id, client_key) DO NOTHING RETURNING shard, seq, hash) "
    "UPDATE record_chainhead AS head SET seq = added.seq, hash = added.hash FROM added WHERE head.shard = added.shard"
)
MENTION = (
    "INSERT INTO record_mention (id, entry_id, thing_id, role) "
    "SELECT gen_random_uuid(), * FROM unnest(%s::uuid[], %s::uuid[], %s::text[])"
)


@dataclass(frozen=True, slots=True)
class ToldRow:
    """What an entry says: all of a row of ``record_entry`` that pages and procedures read."""

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

    @property
    def pk(self) -> UUID:
        """The id, by the name that models give it."""
        return self.id


@dataclass(frozen=True, slots=True)
class EntryRow(ToldRow):
    """One whole row of ``record_entry``: what it says, and its place in the chain."""

    client_key: UUID
    shard: int
    seq: int
    salt: bytes
    digest: bytes
    previous: bytes
    hash: bytes

    def stored(self) -> list[Any]:
        """The values in the order of the columns, as the database takes them."""
        return [
            orjson.dumps(self.fields).decode() if name == "fields" else getattr(self, name) for name in ENTRY_COLUMNS
        ]

    def copied(self) -> list[Any]:
        """The values in the order of the columns, as COPY takes them fastest: lists of plain words are written out."""
        answers, audience = ",".join(map(str, self.answers)), ",".join(self.audience)
        return [
            self.id, self.subject_id, self.kind, self.at, self.at_latest, self.recorded_at, self.agency_kind,
            self.agency_id, self.account_id, self.basis, self.text, orjson.dumps(self.fields).decode(),
            f"{{{answers}}}", self.supersedes, f"{{{audience}}}", self.client_key, self.shard, self.seq, self.salt,
            self.digest, self.previous, self.hash,
        ]  # fmt: skip

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


def grouped(found: Iterable[Sequence[Any]]) -> dict[UUID, list[ToldRow]]:
    """The rows of ``ABOUT`` by subject, in their order."""
    by_subject: dict[UUID, list[ToldRow]] = {}
    for values in found:
        row = ToldRow(*values)
        by_subject.setdefault(row.subject_id, []).append(row)
    return by_subject


def entries_about(subjects: Iterable[UUID]) -> dict[UUID, list[ToldRow]]:
    """The entries about each subject, as far as the transaction's viewer sees, in the order in which they count."""
    return grouped(statements.rows(ABOUT, [list(subjects)]))


def insert(row: EntryRow, mentions: Sequence[tuple[UUID, str]]) -> bool:
    """Put an entry and its mentions (thing, role) at the end of its chain; False where its key was there already."""
    if statements.run(INSERT, row.stored()).rowcount == 0:
        return False
    mention(row, mentions)
    return True


def mention(row: EntryRow, mentions: Sequence[tuple[UUID, str]]) -> None:
    """Put the mentions (thing, role) of an entry beside it."""
    if mentions:
        things, roles = [thing for thing, _ in mentions], [role for _, role in mentions]
        statements.run(MENTION, [[row.id] * len(mentions), things, roles])
