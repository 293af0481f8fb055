"""Print everything that a database holds, as JSON: every row as text, sequences, policies, triggers and rights.

``python -m tests.everything`` with the environment of a command of Safekept. Written for comparing one database with
another, by nothing that backups use.
"""

from __future__ import annotations

import json
import sys

from psycopg import sql

from safekept.config import database

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1
"""
ABOUT = {
    "sequences": "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1",
    "policies": "SELECT tablename, policyname, permissive, cmd, roles::text[], qual, with_check FROM pg_policies "
    "ORDER BY 1, 2",
    "walls": "SELECT relname, relrowsecurity, relforcerowsecurity, relowner::regrole::text, "
    "(SELECT array_agg(one::text ORDER BY one::text) FROM unnest(relacl) AS one) FROM pg_class "
    "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') ORDER BY 1",
    "triggers": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled FROM pg_trigger "
    "WHERE NOT tgisinternal ORDER BY 1, 2",
    "functions": "SELECT proname, md5(pg_get_functiondef(p.oid)), prosecdef, proowner::regrole::text, "
    "(SELECT array_agg(one::text ORDER BY one::text) FROM unnest(proacl) AS one) FROM pg_proc p "
    "WHERE pronamespace = 'public'::regnamespace AND proowner = 'safekept_owner'::regrole ORDER BY 1, 2",
    # Which rows a partial index holds is left out: PostgreSQL writes the same condition in other words when it is read.
    "indexes": "SELECT indexname, split_part(indexdef, ' WHERE ', 1) FROM pg_indexes "
    "WHERE schemaname = 'public' ORDER BY 1",
}


def everything() -> dict[str, object]:
    """All of it, by kind and name."""
    server = database.start()
    with server.connect(server.name) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        found: dict[str, object] = {name: connection.execute(query).fetchall() for name, query in ABOUT.items()}
        for (name,) in connection.execute(TABLES).fetchall():
            every = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(name))
            found[f"rows of {name}"] = [row for (row,) in connection.execute(every)]
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(everything(), default=str))
