"""What the guardian is told, once each; who read of whom, found by whom it was about."""

import django.contrib.postgres.indexes
from django.db import migrations, models

from safekept.access import rls

READS_OF = """
CREATE FUNCTION access_reads_of(subject uuid, since timestamptz, until timestamptz)
RETURNS TABLE (account_id uuid, agency_id uuid, purpose text, what text, opened boolean, at timestamptz,
               allowed boolean, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH about AS MATERIALIZED (SELECT e.* FROM access_readevent AS e WHERE e.ids @> ARRAY[subject])
    SELECT e.account_id, e.agency_id, e.purpose, e.what, e.ids[1] = subject, e.at, e.allowed, e.reason
    FROM about AS e
    WHERE e.at >= since AND e.at < until
      AND (current_setting('safekept.role', true) = 'loader'
           OR (current_setting('safekept.role', true) = 'guardian'
               AND NOT (subject = ANY (NULLIF(current_setting('safekept.hidden', true), '')::uuid[]))))
    ORDER BY e.at DESC
$$
"""
FUNCTION = "access_reads_of(uuid, timestamptz, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("access", "0005_decided")]

    operations = [
        migrations.AddField("alert", "pattern", models.CharField(blank=True, default="", max_length=30)),
        migrations.AddField("alert", "key", models.CharField(max_length=150, null=True, unique=True)),
        migrations.AddIndex("readevent", models.Index(fields=["at"], name="access_read_at")),
        migrations.AddIndex(
            "readevent", django.contrib.postgres.indexes.GinIndex(fields=["ids"], name="access_read_ids")
        ),
        migrations.RunSQL(
            [
                READS_OF,
                f"REVOKE ALL ON FUNCTION {FUNCTION} FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION {FUNCTION} TO {rls.APP_ROLE}",
            ],
            [f"DROP FUNCTION {FUNCTION}"],
        ),
    ]
