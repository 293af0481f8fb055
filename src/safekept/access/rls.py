"""The second wall: row-level security, as steps for migrations."""

from __future__ import annotations

from django.db.migrations import RunSQL

APP_ROLE = "safekept_app"


def protect(table: str, using: str, check: str | None = None) -> RunSQL:
    """Let the application's role see only rows for which ``using`` holds, and write only where ``check`` holds.

    ``FORCE``: the table's owner is held too, and sees nothing. Without a viewer no condition holds, so no row shows.
    The texts come from ``access.sql.predicate``.
    """
    return RunSQL(
        [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY wall ON "{table}" FOR ALL TO {APP_ROLE} USING ({using}) WITH CHECK ({check or using})',
        ],
        [
            f'DROP POLICY wall ON "{table}"',
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        ],
    )


def protect_through(table: str, column: str, parent: str, parent_key: str = "id") -> RunSQL:
    """A row shows, and may be added, when the parent's row shows: the parent's own wall decides."""
    seen = f'EXISTS (SELECT 1 FROM "{parent}" AS parent WHERE parent."{parent_key}" = "{table}"."{column}")'  # noqa: S608
    return protect(table, seen)


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
