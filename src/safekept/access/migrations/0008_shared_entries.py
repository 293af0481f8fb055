"""What was shared with an agency as one set, asked once for a statement instead of once for a row."""

from django.db import migrations

from safekept.access import rls

ENTRIES = """
CREATE FUNCTION access_shared_entries() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public AS $$
    SELECT told.entry_id FROM access_share AS told
    WHERE told.agency_id = NULLIF(current_setting('safekept.agency', true), '')::uuid
$$
"""
ONE = """
CREATE FUNCTION access_shared(entry uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (
        SELECT 1 FROM access_share AS told
        WHERE told.entry_id = entry AND told.agency_id = NULLIF(current_setting('safekept.agency', true), '')::uuid
    )
$$
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0007_concealed")]

    operations = [
        migrations.RunSQL(
            [
                ENTRIES,
                "REVOKE ALL ON FUNCTION access_shared_entries() FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION access_shared_entries() TO {rls.APP_ROLE}",
                # With the policies that ask it. A table without policies shows nobody anything until they are built.
                "DROP FUNCTION access_shared(uuid) CASCADE",
            ],
            [
                ONE,
                "REVOKE ALL ON FUNCTION access_shared(uuid) FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION access_shared(uuid) TO {rls.APP_ROLE}",
                "DROP FUNCTION access_shared_entries() CASCADE",
            ],
        ),
    ]
