"""Row-level security on the circle and the reading log."""

from django.db import migrations

from safekept.access import policy, rls
from safekept.access.sql import predicate

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
                # The function above answers as the owner, who must see the circle, and nothing else, for that.
                "CREATE POLICY asked_by_function ON access_circle FOR SELECT TO safekept_owner USING (true)",
            ],
            "DROP POLICY asked_by_function ON access_circle",
        ),
        rls.protect("access_circle", predicate(policy.JOINING, "access_circle", circle_function=True)),
        rls.protect("access_readevent", predicate(policy.READ_EVENT, "access_readevent")),
        rls.append_only("access_readevent"),
    ]
