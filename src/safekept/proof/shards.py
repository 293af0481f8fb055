"""One shard of a chain, read from the database and followed. Knows no Django: a worker process runs it.

Everything is read in the snapshot of one transaction, by the application's role, so that nothing waits
and what is appended meanwhile does not count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg
from psycopg.types.json import set_json_loads

from safekept.proof.walking import Fault, Marks, Walk, digest_of
from safekept.record import chain

ROWS_AT_ONCE = 2_000
SESSION = (
    "SET TIME ZONE 'UTC'",
    "SET work_mem = '64MB'",
    "SET idle_in_transaction_session_timeout = 0",
    "SELECT set_config('safekept.account', %(nobody)s, false), set_config('safekept.agency', %(nobody)s, false)",
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
)
NOBODY = {"nobody": "00000000-0000-0000-0000-000000000000"}
LOADER, GUARDIAN = "loader", "guardian"
"""Who may read the entries, and who may read what was read; both see the chains."""
WRONG_SHARD = "This entry stands in a chain that is not its subject’s."
NOT_ERASED = "An act says that this entry was erased, and it was not."
TIMES = ("at", "at_latest", "recorded_at")
AS_THEY_ARE = ("fields", "kind", "agency_kind", "basis", "text", "audience")


def _selected(name: str) -> str:
    """A column of an entry as the chain writes it: making ids and times of it first would take half of the time."""
    if name in TIMES:
        return f"to_char({name}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US+00:00')"
    if name in AS_THEY_ARE:
        return name
    return f"{name}::text[]" if name == "answers" else f"{name}::text"


ENTRIES = (
    "SELECT seq, uuid_send(id), uuid_send(subject_id), digest, hash, previous, salt, "  # noqa: S608
    "ARRAY(SELECT m.thing_id::text || ' ' || m.role FROM record_mention AS m WHERE m.entry_id = e.id), "
    f"{', '.join(map(_selected, chain.CONTENT))} FROM record_entry AS e WHERE shard = %s ORDER BY seq"
)
LINKED = (
    "SELECT k.seq, uuid_send(k.row_id), k.digest, k.hash, jsonb_strip_nulls(to_jsonb(r))::text FROM proof_link AS k "
    "LEFT JOIN {table} AS r ON r.id = k.row_id WHERE k.chain = %s AND k.shard = %s ORDER BY k.seq"
)
TABLES = {"reads": "access_readevent", "acts": "proof_act"}
"""The logs whose rows are linked, by the name of their chain."""
Told = Callable[[int], None]
Found = tuple[int, list[Fault]]


@dataclass(frozen=True)
class Shard:
    """What there is to follow: a shard, where it is said to end, and what checkpoints vouch for in it.

    ``erased``: the bytes of an entry's id to the digest of what was left of it when it was erased by law.
    """

    chain: str
    shard: int
    end: tuple[int, bytes] | None
    marks: Marks
    erased: Mapping[bytes, str] = field(default_factory=dict)


def connect(where: Mapping[str, Any], snapshot: str | None = None) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection in a reading transaction of its own, or in the snapshot of another one."""
    connection = psycopg.connect(**where, autocommit=True)
    set_json_loads(orjson.loads, connection)
    for command in SESSION:
        connection.execute(command, NOBODY)
    if snapshot is not None:
        connection.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    return connection


def ask_as(connection: psycopg.Connection[tuple[Any, ...]], role: str) -> None:
    """From here on, ask in this role."""
    connection.execute("SELECT set_config('safekept.role', %s, true)", [role])


def follow(connection: psycopg.Connection[tuple[Any, ...]], shard: Shard, told: Told | None = None) -> Found:
    """Read every row of a shard and check it: how many rows, and the faults. ``told`` hears of rows as they pass."""
    ask_as(connection, LOADER if shard.chain == "entries" else GUARDIAN)
    walk = Walk(shard.chain, shard.shard, shard.marks)
    steps = _entries(connection, walk, shard.erased) if shard.chain == "entries" else _linked(connection, walk)
    faults: list[Fault] = []
    rows = 0
    for some in steps:
        faults += some
        rows += 1
        if told is not None and rows % ROWS_AT_ONCE == 0:
            told(ROWS_AT_ONCE)
    faults += walk.end(*shard.end) if shard.end is not None else walk.end(None)
    return rows, faults


def _entries(
    connection: psycopg.Connection[tuple[Any, ...]], walk: Walk, erased: Mapping[bytes, str]
) -> Iterator[Sequence[Fault]]:
    with connection.cursor("entries") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(ENTRIES, [walk.shard], binary=True)
        for seq, entry, subject, digest, link, previous, salt, mentions, *content in cursor:
            told = [text.split(" ", 1) for text in mentions]
            named = chain.content_of(dict(zip(chain.CONTENT, content, strict=True)), told)
            found = chain.digest(salt, named) if salt else _left(named, digest, erased.get(entry))
            faults = walk.step(seq, entry, digest, link, found, previous)
            if chain.shard_of_bytes(subject) != walk.shard:
                faults = [*faults, walk.fault(seq, entry, WRONG_SHARD)]
            if salt and entry in erased:
                faults = [*faults, walk.fault(seq, entry, NOT_ERASED)]
            yield faults


def _left(named: Mapping[str, Any], digest: bytes, left: str | None) -> bytes:
    """The digest of an erased entry, where what is left of it is what an act says is left."""
    return digest if hashlib.sha256(chain.canonical(named)).hexdigest() == left else b""


def _linked(connection: psycopg.Connection[tuple[Any, ...]], walk: Walk) -> Iterator[Sequence[Fault]]:
    with connection.cursor("links") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(LINKED.format(table=TABLES[walk.name]), [walk.name, walk.shard], binary=True)
        for seq, row, digest, link, told in cursor:
            yield walk.step(seq, row, digest, link, digest_of(told))
