"""Doing to a test's own database what nobody may do: as a superuser, with the triggers off."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from safekept.config import database
from safekept.record import chain

Superuser = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def superuser(name: str) -> Iterator[Superuser]:
    """A superuser's connection to the named database, in which no trigger fires."""
    server = database.server()
    assert server is not None
    with server.connect(name) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET TIME ZONE 'UTC'")
        yield connection


def tables(connection: Superuser, *names: str) -> dict[str, list[str]]:
    """All rows of some tables, to be put back."""
    return {
        name: [row for (row,) in connection.execute(f"SELECT to_jsonb(t)::text FROM {name} AS t")] for name in names
    }


def put_back(connection: Superuser, kept: dict[str, list[str]]) -> None:
    """The tables as they were."""
    with connection.transaction():
        for name, rows in kept.items():
            connection.execute(f"DELETE FROM {name}")
            for row in rows:
                connection.execute(f"INSERT INTO {name} SELECT * FROM jsonb_populate_record(NULL::{name}, %s)", [row])


def rewrite_links(connection: Superuser, name: str, table: str, shard: int) -> None:
    """Make a log's chain consistent again with what its rows say now, its end included."""
    last, place = chain.START, 0
    rows = connection.execute(
        f"SELECT k.seq, k.row_id, jsonb_strip_nulls(to_jsonb(r))::text FROM proof_link k JOIN {table} r "
        "ON r.id = k.row_id WHERE k.chain = %s AND k.shard = %s ORDER BY k.seq",
        [name, shard],
    ).fetchall()
    connection.execute("DELETE FROM proof_link WHERE chain = %s AND shard = %s", [name, shard])
    for _, row, told in rows:
        digest, place = hashlib.sha256(told.encode()).digest(), place + 1
        last = chain.link(last, row, shard, place, digest)
        connection.execute(
            "INSERT INTO proof_link (chain, shard, seq, row_id, digest, hash) VALUES (%s, %s, %s, %s, %s, %s)",
            [name, shard, place, row, digest, last],
        )
    connection.execute(
        "UPDATE proof_head SET seq = %s, hash = %s WHERE chain = %s AND shard = %s", [place, last, name, shard]
    )


def rewrite_entries(connection: Superuser, shard: int) -> None:
    """Make a chain of entries consistent again with what they say now, its end included."""
    columns = ", ".join(chain.CONTENT)
    last, place = chain.START, 0
    for seq, salt, *content in connection.execute(
        f"SELECT seq, salt, {columns} FROM record_entry WHERE shard = %s ORDER BY seq", [shard]
    ).fetchall():
        row = dict(zip(chain.CONTENT, content, strict=True))
        told = connection.execute(
            "SELECT thing_id, role FROM record_mention WHERE entry_id = %s", [row["id"]]
        ).fetchall()
        digest, place = chain.digest(salt, chain.content_of(row, told)), place + 1
        link = chain.link(last, row["id"], shard, place, digest)
        connection.execute(
            "UPDATE record_entry SET seq = %s, digest = %s, previous = %s, hash = %s WHERE shard = %s AND seq = %s",
            [place, digest, last, link, shard, seq],
        )
        last = link
    connection.execute("UPDATE record_chainhead SET seq = %s, hash = %s WHERE shard = %s", [place, last, shard])
