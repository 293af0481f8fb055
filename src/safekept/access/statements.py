"""Plain statements that pages and appends run again and again, sent as prepared statements.

Planning them, and making model instances of their rows, would cost more than running them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson
import psycopg
from django.db import connections
from psycopg.types.json import set_json_loads

set_json_loads(orjson.loads)

Rows = list[tuple[Any, ...]]
Values = Sequence[Any] | Mapping[str, Any]


def run(statement: str, values: Values = (), using: str = "default") -> psycopg.Cursor[tuple[Any, ...]]:
    """Run a statement whose text is always the same, in Django's connection and transaction.

    Raises Django's database errors, like any other statement; Django's execute wrappers hear of it.
    """
    connection = connections[using]
    connection.ensure_connection()
    cursor = psycopg.Cursor[tuple[Any, ...]](connection.connection)
    cursor.format = psycopg.pq.Format.BINARY
    execute = partial(_execute, cursor)
    for wrapper in reversed(connection.execute_wrappers):
        execute = partial(wrapper, execute)
    with connection.wrap_database_errors:
        execute(statement, values, False, {"connection": connection, "cursor": cursor})
    return cursor


def _execute(
    cursor: psycopg.Cursor[tuple[Any, ...]], statement: str, values: Values, many: bool, context: Mapping[str, Any]
) -> None:
    cursor.execute(statement, values, prepare=True)


def rows(statement: str, values: Values = ()) -> Rows:
    """Run a statement and give its rows."""
    with run(statement, values) as cursor:
        return cursor.fetchall()


def together(*asked: tuple[str, Values]) -> list[Rows]:
    """Run several reading statements in one journey to the database; the rows of each."""
    connection = connections["default"]
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        cursors = [run(statement, values) for statement, values in asked]
        return [cursor.fetchall() for cursor in cursors]
