"""What is worked out once from what a record held before something new was noted."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connections

IS_DONE = "SELECT obj_description(%s::regclass, 'pg_class') IS NOT DISTINCT FROM %s"


def once(table: str, says: str, does: Callable[[], None]) -> None:
    """Do it, unless the table's own comment says that it was done.

    A row in the table says nothing: people may go on writing meanwhile, and what comes since is noted as it comes.
    """
    with connections["owner"].cursor() as owner:
        owner.execute(IS_DONE, [table, says])
        if owner.fetchone()[0]:
            return
        does()
        owner.execute(f"COMMENT ON TABLE {table} IS '{says}'")
