"""Statements that every append runs: sent as prepared statements, since planning them costs more than running them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

Rows = list[tuple[Any, ...]]


def run(statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run a statement whose text is always the same, in Django's connection and transaction.

    Raises Django's database errors, like any other statement.
    """
    connection.ensure_connection()
    cursor = psycopg.Cursor[tuple[Any, ...]](connection.connection)
    with connection.wrap_database_errors:
        cursor.execute(statement, values, prepare=True)
    return cursor


def rows(statement: str, values: Sequence[Any] = ()) -> Rows:
    """Run a statement and give its rows."""
    with run(statement, values) as cursor:
        return cursor.fetchall()


def together(*asked: tuple[str, Sequence[Any]]) -> list[Rows]:
    """Run several reading statements in one journey to the database; the rows of each."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        cursors = [run(statement, values) for statement, values in asked]
        return [cursor.fetchall() for cursor in cursors]
