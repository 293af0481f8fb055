"""Row-level security on things and on the search tables; a search reads the token index alone."""

from django.db import migrations

from safekept.access import rls

MENTION_SEEN = """
CREATE FUNCTION record_mention_seen(thing uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.record_mention AS told WHERE told.thing_id = thing);
END
$$
"""
"""Whether the viewer sees a mention of the thing: asked as the viewer, so that the record's walls answer.

A function, so that the many statements that never ask this do not carry the plan of it.
"""
TABLES = tuple(f"register_{name}" for name in ("thing", "thingname", "identifier", "safecontact", "token", "namekey"))


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial"), ("record", "0001_initial"), ("access", "0002_walls")]

    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE register_token DROP CONSTRAINT register_token_pkey",
                "ALTER TABLE register_token ADD PRIMARY KEY (token, thing_id) INCLUDE (kind, reach)",
                "ALTER TABLE register_namekey DROP CONSTRAINT register_namekey_pkey",
                "ALTER TABLE register_namekey ADD PRIMARY KEY (key, part)",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(MENTION_SEEN, "DROP FUNCTION record_mention_seen(uuid)"),
        *(rls.close(table) for table in TABLES),
        *(rls.append_only(table) for table in TABLES),
    ]
