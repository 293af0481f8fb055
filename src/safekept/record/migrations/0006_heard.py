"""Who may have heard of whom and what entries mention: a hint that spares a search most of its questions."""

from django.db import migrations, models

from safekept.access import rls

NOTE = """
CREATE FUNCTION record_note_heard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    asking text := coalesce(current_setting('safekept.role', true), '');
BEGIN
    PERFORM set_config('safekept.role', 'loader', true);
    {note}
    PERFORM set_config('safekept.role', asking, true);
    RETURN NULL;
END
$$
"""
"""As the bulk loader, which sees whole records: whoever appends or joins may not see all that others may."""
MENTIONED = """
    INSERT INTO record_heard (thing_id, holder)
    SELECT DISTINCT told.thing_id, who.holder
    FROM added AS told
    JOIN record_entry AS e ON e.id = told.entry_id
    JOIN register_thing AS t ON t.id = told.thing_id AND t.kind <> 'child'
    CROSS JOIN LATERAL (
        SELECT e.account_id AS holder UNION ALL SELECT e.agency_id
        UNION ALL SELECT ring.agency_id FROM access_circle AS ring WHERE ring.subject_id = e.subject_id
        UNION ALL SELECT s.agency_id FROM access_share AS s WHERE s.entry_id = e.id
    ) AS who
    ORDER BY 1, 2 ON CONFLICT DO NOTHING;
"""
JOINED = """
    INSERT INTO record_heard (thing_id, holder)
    SELECT DISTINCT told.thing_id, ring.agency_id
    FROM added AS ring
    JOIN record_entry AS e ON e.subject_id = ring.subject_id
    JOIN record_mention AS told ON told.entry_id = e.id
    JOIN register_thing AS t ON t.id = told.thing_id AND t.kind <> 'child'
    ORDER BY 1, 2 ON CONFLICT DO NOTHING;
"""
SHARED = """
    INSERT INTO record_heard (thing_id, holder)
    SELECT DISTINCT told.thing_id, share.agency_id
    FROM added AS share
    JOIN record_mention AS told ON told.entry_id = share.entry_id
    JOIN register_thing AS t ON t.id = told.thing_id AND t.kind <> 'child'
    ORDER BY 1, 2 ON CONFLICT DO NOTHING;
"""
NOTED = {"record_mention": MENTIONED, "access_circle": JOINED, "access_share": SHARED}
OPENED = """
CREATE FUNCTION record_opened_mentions() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN QUERY SELECT told.thing_id FROM record_entry AS e JOIN record_mention AS told ON told.entry_id = e.id
    WHERE e.subject_id = ANY (NULLIF(current_setting('safekept.opened', true), '')::uuid[]);
END
$$
"""
"""What records mention that were opened to the viewer by name: these are few, and change with every name given."""


def trigger(table: str, note: str) -> migrations.RunSQL:
    """Note who hears of what, once for a statement that adds rows to a table."""
    function = f"{table}_heard"
    return migrations.RunSQL(
        [
            NOTE.replace("record_note_heard", function).replace("{note}", note),
            f"CREATE TRIGGER heard AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        ],
        [f"DROP TRIGGER heard ON {table}", f"DROP FUNCTION {function}()"],
    )


class Migration(migrations.Migration):
    dependencies = [("record", "0005_sealed_side"), ("register", "0005_sought"), ("access", "0010_program_keys")]

    operations = [
        migrations.CreateModel(
            "Heard",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "thing_id", "holder", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("thing_id", models.UUIDField()),
                ("holder", models.UUIDField()),
            ],
        ),
        rls.close("record_heard"),
        migrations.RunSQL(f"REVOKE UPDATE, TRUNCATE ON record_heard FROM {rls.APP_ROLE}", migrations.RunSQL.noop),
        *(trigger(table, note) for table, note in NOTED.items()),
        migrations.RunSQL(OPENED, "DROP FUNCTION record_opened_mentions()"),
    ]
