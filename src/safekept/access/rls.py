"""The second wall: row-level security, built from the policy after every migration, and triggers that refuse change.

Policies are not steps of migrations: each app lists its own in ``walls.WALLS``, and ``build`` makes the database hold
exactly those. A table that no wall opens shows nobody anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from typing import Literal

from django.apps import apps
from django.db import connections, transaction
from django.db.migrations import RunSQL
from django.db.migrations.executor import MigrationExecutor

APP_ROLE = "safekept_app"
OWNER_ROLE = "safekept_owner"


@dataclass(frozen=True)
class Wall:
    """One row-level-security policy: rows that show (``using``), and rows that may be written (``check``).

    The texts come from ``access.sql.predicate``. An ``INSERT`` has a ``check`` alone, a ``SELECT`` a ``using`` alone.
    """

    table: str
    using: str = ""
    check: str = ""
    command: Literal["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"] = "ALL"
    name: str = "wall"
    role: str = APP_ROLE
    restrictive: bool = False

    def statement(self) -> str:
        """The statement that makes it."""
        kind = "AS RESTRICTIVE " if self.restrictive else ""
        using = f" USING ({self.using})" if self.using else ""
        check = f" WITH CHECK ({self.check})" if self.check else ""
        return f'CREATE POLICY {self.name} ON "{self.table}" {kind}FOR {self.command} TO {self.role}{using}{check}'


def asked_by_function(table: str) -> Wall:
    """Lets functions that answer as the owner read a table, which FORCE would hide from them."""
    return Wall(table, "true", command="SELECT", name="asked_by_function", role=OWNER_ROLE)


def kept_by_function(table: str) -> Wall:
    """Lets functions that answer as the owner keep a table, which FORCE would close to them."""
    return Wall(table, "true", "true", name="kept_by_function", role=OWNER_ROLE)


def each(table: str, select: str, insert: str, update: str = "") -> Iterator[Wall]:
    """Three walls for a table that is read, added to and (its end alone) written by different people."""
    yield Wall(table, select, command="SELECT", name="read")
    yield Wall(table, check=insert, command="INSERT", name="add")
    if update:
        yield Wall(table, update, update, command="UPDATE", name="settle")


def through(table: str, column: str, parent: str, parent_key: str = "id") -> str:
    """A row shows, and may be added, when the parent's row shows: the parent's own wall decides."""
    return f'EXISTS (SELECT 1 FROM "{parent}" AS parent WHERE parent."{parent_key}" = "{table}"."{column}")'  # noqa: S608


def walls() -> list[Wall]:
    """The walls of every app, in the order of their tables."""
    listed = [f"{config.name}.walls" for config in apps.get_app_configs() if config.name.startswith("safekept.")]
    found = [wall for name in listed if find_spec(name) for wall in import_module(name).WALLS]
    return sorted(found, key=lambda wall: (wall.table, wall.name, wall.command))


def build(using: str = "default") -> None:
    """Make the database hold the walls of the program, and no others, in one transaction. As the tables' owner."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for table, some in groupby(walls(), key=lambda wall: wall.table):
            cursor.execute("SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = %s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP POLICY "{name}" ON "{table}"')
            _execute(cursor, [*_closing(table), *(wall.statement() for wall in some)])


def build_after_migrating(using: str, **_: object) -> None:
    """What runs after ``migrate``, once every migration is in."""
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        build(using)


def _execute(cursor: object, statements: Iterable[str]) -> None:
    for statement in statements:
        cursor.execute(statement)  # type: ignore[attr-defined]


def _closing(table: str) -> list[str]:
    return [f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY', f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY']


def close(table: str) -> RunSQL:
    """A table of case data shows nobody anything until walls are built. ``FORCE``: its owner is held too."""
    return RunSQL(
        "; ".join(_closing(table)),
        [f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY', f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY'],
    )


REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION access_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or deleted: add a correction instead.', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$
"""


def append_only(table: str) -> RunSQL:
    """Nobody, the owner included, changes or deletes the table's rows; the application lacks the right besides."""
    return RunSQL(
        [
            REFUSE_CHANGE,
            f'CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION access_refuse_change()",
            f'CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_change()",
            f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {APP_ROLE}',
        ],
        [
            f'DROP TRIGGER refuse_change ON "{table}"',
            f'DROP TRIGGER refuse_truncate ON "{table}"',
            f'GRANT UPDATE, DELETE ON "{table}" TO {APP_ROLE}',
        ],
    )


SETTLED_ONCE = """
CREATE OR REPLACE FUNCTION access_settled_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    settled text[] := TG_ARGV[0]::text[];
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - settled) IS DISTINCT FROM (to_jsonb(OLD) - settled)
       OR to_jsonb(OLD) ->> settled[1] IS NOT NULL THEN
        RAISE EXCEPTION 'Of % only the end is ever written, and once.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$
"""


def settled_once(table: str, *columns: str) -> RunSQL:
    """Rows are appended; these columns alone are written later, all at once, while the first of them is empty."""
    listed = ", ".join(columns)
    return RunSQL(
        [
            SETTLED_ONCE,
            f'CREATE TRIGGER settled_once BEFORE UPDATE OR DELETE ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION access_settled_once('{{{listed}}}')",
            f'CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_change()",
            f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {APP_ROLE}',
            f'GRANT UPDATE ({listed}) ON "{table}" TO {APP_ROLE}',
        ],
        [
            f'DROP TRIGGER settled_once ON "{table}"',
            f'DROP TRIGGER refuse_truncate ON "{table}"',
            f'GRANT UPDATE, DELETE ON "{table}" TO {APP_ROLE}',
        ],
    )
