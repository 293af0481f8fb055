"""Writing many rows at once through the walls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def copy_into(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], unless_there: bool = False) -> None:
    """COPY into a table of the transaction's own, then insert from it: COPY itself does not go through the walls.

    Rows without an ``id`` column get a random key where the table has one. ``unless_there`` leaves out rows that
    are there already. Table and column names come from the program, never from a person.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {names} FROM {table} WHERE false")  # noqa: S608
        with cursor.copy(f"COPY incoming ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        own = ("id, ", "gen_random_uuid(), ") if "id" not in columns and _has_id(table) else ("", "")
        conflict = " ON CONFLICT DO NOTHING" if unless_there else ""
        cursor.execute(f"INSERT INTO {table} ({own[0]}{names}) SELECT {own[1]}{names} FROM incoming{conflict}")  # noqa: S608
        cursor.execute("DROP TABLE incoming")


def _has_id(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id' AND NOT attisdropped", [table]
        )
        return cursor.fetchone() is not None
