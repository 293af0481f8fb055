"""Things that only sealed records or sealed entries mention: as hidden as those."""

import uuid

from django.db import migrations, models

from safekept.access import rls

REACH = """
CREATE FUNCTION access_reach(account uuid, role text, moment timestamptz,
    OUT kept uuid[], OUT hidden uuid[], OUT opened uuid[], OUT shut uuid[], OUT part uuid[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    sealed uuid[];
    entries uuid[];
    concealed uuid[];
BEGIN
    SELECT d.* INTO kept, hidden, opened, shut, part FROM access_decided(account, role, moment) AS d;
    sealed := hidden; entries := shut;
    IF cardinality(sealed) + cardinality(entries) > 0 THEN
        SELECT array_agg(told.thing_id) INTO concealed FROM (
            SELECT c.thing_id FROM access_concealed AS c GROUP BY c.thing_id
            HAVING bool_and(c.subject_id = ANY (sealed) OR c.entry_id = ANY (entries))) AS told;
        hidden := hidden || coalesce(concealed, '{}');
    END IF;
END
$$
"""
SIGNATURE = "(uuid, text, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("access", "0006_watched")]

    operations = [
        migrations.CreateModel(
            "Concealed",
            [
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("thing_id", models.UUIDField(db_index=True)),
                ("subject_id", models.UUIDField()),
                ("entry_id", models.UUIDField()),
            ],
            {"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        rls.close("access_concealed"),
        migrations.RunSQL(
            [
                f"ALTER FUNCTION access_reach{SIGNATURE} RENAME TO access_decided",
                f"REVOKE EXECUTE ON FUNCTION access_decided{SIGNATURE} FROM {rls.APP_ROLE}",
                REACH,
                f"REVOKE ALL ON FUNCTION access_reach{SIGNATURE} FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION access_reach{SIGNATURE} TO {rls.APP_ROLE}",
            ],
            [
                f"DROP FUNCTION access_reach{SIGNATURE}",
                f"ALTER FUNCTION access_decided{SIGNATURE} RENAME TO access_reach",
                f"GRANT EXECUTE ON FUNCTION access_reach{SIGNATURE} TO {rls.APP_ROLE}",
            ],
        ),
    ]
