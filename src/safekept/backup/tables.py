"""What stands in every table, as a count and a digest that do not depend on the order of the rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from safekept.backup.streams import BackupProblem

Connection = psycopg.Connection[tuple[Any, ...]]
SAME_TEXT = (
    "SET TIME ZONE 'UTC'",
    "SET datestyle = 'ISO'",
    "SET intervalstyle = 'iso_8601'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
    "SET row_security = off",
    "SET idle_in_transaction_session_timeout = 0",
)
"""A row as text is the same on every server; and where a wall would hide rows, PostgreSQL refuses instead."""
OURS = (
    "SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = ANY(%s) "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid "
    "AND d.deptype = 'e') ORDER BY c.relname"
)
DIGEST = (
    "SELECT count(*), concat_ws('.', sum(('x' || substr(h, 1, 14))::bit(56)::bigint), "
    "sum(('x' || substr(h, 15, 14))::bit(56)::bigint)) "
    "FROM (SELECT encode(sha256(convert_to(row::text, 'UTF8')), 'hex') AS h FROM {} AS row) AS hashed"
)
"""The sums of two parts of each row's SHA-256: nothing is sorted and nothing held."""
TABLE, ANYTHING = ["r"], ["r", "p", "v", "m", "S"]


def same_text(connection: Connection) -> None:
    """Let the connection write rows as text in one way, hide none, and wait as long as it takes."""
    for command in SAME_TEXT:
        connection.execute(command)


def names(connection: Connection) -> list[str]:
    """Every table of the database that is not an extension's."""
    return [name for (name,) in connection.execute(OURS, [TABLE])]


def anything(connection: Connection) -> bool:
    """Whether the database holds any table, view or sequence."""
    return connection.execute(OURS, [ANYTHING]).fetchone() is not None


def digests(connection: Connection, done: Callable[[str], None]) -> dict[str, list[Any]]:
    """Each table's number of rows and digest; ``done`` is told each name. Call after ``same_text``.

    Raises BackupProblem where the role may not read everything.
    """
    found: dict[str, list[Any]] = {}
    try:
        for name in names(connection):
            row = connection.execute(sql.SQL(DIGEST).format(sql.Identifier(name))).fetchone()
            found[name] = list(row or ())
            done(name)
    except psycopg.errors.InsufficientPrivilege as error:
        raise BackupProblem(
            f"The role {connection.info.user} may not read everything ({error.diag.message_primary}), and a backup "
            "with rows left out is none. Name a superuser, or a role with BYPASSRLS, in DATABASE_URL."
        ) from error
    return found
