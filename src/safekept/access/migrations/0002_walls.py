"""Row-level security on the circle and the reading log."""

from django.db import migrations

from safekept.access import rls

IN_CIRCLE = """
CREATE FUNCTION access_in_circle(subject uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.access_circle AS ring
        WHERE ring.subject_id = subject
          AND ring.agency_id = NULLIF(current_setting('safekept.agency', true), '')::uuid
    )
$$
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.RunSQL(IN_CIRCLE, "DROP FUNCTION access_in_circle(uuid)"),
        migrations.RunSQL(
            [
                "REVOKE ALL ON FUNCTION access_in_circle(uuid) FROM PUBLIC",
                "GRANT EXECUTE ON FUNCTION access_in_circle(uuid) TO safekept_app",
            ],
            migrations.RunSQL.noop,
        ),
        rls.close("access_circle"),
        rls.close("access_readevent"),
        rls.append_only("access_readevent"),
    ]
