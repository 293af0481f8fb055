"""Row-level security on things and on the search tables; a search reads the token index alone."""

from django.db import migrations

from safekept.access import policy, rls
from safekept.access.sql import SETTINGS, Columns, predicate
from safekept.register.models import Thing
from safekept.register.walls import by_reach, through_thing

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
ANY_VIEWER = f"{SETTINGS['role']} <> ''"


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
        rls.protect(
            "register_thing",
            predicate(policy.THING, "register_thing", Thing.wall_columns),
            predicate(policy.ADDING, "register_thing", Columns(author="created_by_id")),
        ),
        rls.protect("register_thingname", through_thing("register_thingname")),
        rls.protect("register_identifier", by_reach("register_identifier")),
        rls.protect("register_token", by_reach("register_token")),
        rls.protect(
            "register_safecontact",
            predicate(policy.RECORD, "register_safecontact", Columns(subject="thing_id")),
        ),
        rls.protect("register_namekey", ANY_VIEWER),
        *(
            rls.append_only(table)
            for table in (
                "register_thing",
                "register_thingname",
                "register_identifier",
                "register_safecontact",
                "register_token",
                "register_namekey",
            )
        ),
    ]
