"""What agencies ask one another: whom an entry was shown to so that they answer it."""

from django.db import migrations, models

from safekept.access import rls

ANSWERS_US = """
CREATE FUNCTION access_answers_us(subject uuid, answers uuid[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (
        SELECT 1 FROM access_share AS asked
        WHERE asked.entry_id = ANY (answers) AND asked.subject_id = subject AND asked.asked_by IS NOT NULL
          AND asked.agency_id = NULLIF(current_setting('safekept.agency', true), '')::uuid
    )
$$
"""
SIGNATURE = "access_answers_us(uuid, uuid[])"


class Migration(migrations.Migration):
    dependencies = [("access", "0008_shared_entries")]

    operations = [
        migrations.AddField("share", "asked_by", models.UUIDField(null=True)),
        migrations.AddIndex(
            "share",
            models.Index(
                condition=models.Q(("asked_by__isnull", False)), fields=["asked_by", "at"], name="access_share_asks"
            ),
        ),
        migrations.RunSQL(
            [
                ANSWERS_US,
                f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {rls.APP_ROLE}",
            ],
            [f"DROP FUNCTION {SIGNATURE}"],
        ),
    ]
