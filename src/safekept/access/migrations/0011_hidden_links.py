"""What is owed does not tell of a child, named by another record, of whom nothing shows to whoever asks."""

import uuid

from django.db import migrations, models

from safekept.access import rls

REACH = """
CREATE OR REPLACE FUNCTION access_reach(account uuid, role text, moment timestamptz,
    OUT kept uuid[], OUT hidden uuid[], OUT opened uuid[], OUT shut uuid[], OUT part uuid[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    children uuid[];
    entries uuid[];
    concealed uuid[];
    naming uuid[];
BEGIN
    SELECT d.* INTO kept, hidden, opened, shut, part FROM access_decided(account, role, moment) AS d;
    children := hidden; entries := shut;
    IF cardinality(children) + cardinality(entries) > 0 THEN
        SELECT array_agg(told.thing_id) INTO concealed FROM (
            SELECT c.thing_id FROM access_concealed AS c GROUP BY c.thing_id
            HAVING bool_and(c.subject_id = ANY (children) OR c.entry_id = ANY (entries))) AS told;
        hidden := hidden || coalesce(concealed, '{}');
        SELECT array_agg(DISTINCT l.subject_id) INTO naming FROM access_hiddenlink AS l
        WHERE l.child_id = ANY (children);
        part := part || coalesce(naming, '{}');
    END IF;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0010_program_keys")]

    operations = [
        migrations.CreateModel(
            "HiddenLink",
            [
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("subject_id", models.UUIDField()),
                ("child_id", models.UUIDField()),
            ],
            {
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("child_id", "subject_id"), name="access_hidden_link_once")
                ],
            },
        ),
        rls.close("access_hiddenlink"),
        migrations.RunSQL(REACH, migrations.RunSQL.noop),
    ]
