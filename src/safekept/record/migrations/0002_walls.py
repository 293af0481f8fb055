"""Row-level security on the record, and triggers that refuse to change what was recorded."""

from django.db import migrations

from safekept.access import policy, rls
from safekept.access.sql import SETTINGS, Columns, predicate
from safekept.record.chain import SHARDS, START
from safekept.record.walls import OBLIGATION

ANY_VIEWER = f"{SETTINGS['role']} <> ''"
THROUGH_ENTRY = (
    f"({predicate(policy.LOADER, 'record_mention')} OR EXISTS ("  # noqa: S608
    'SELECT 1 FROM "record_entry" AS told WHERE told."id" = "record_mention"."entry_id"))'
)
HEADS = (
    "INSERT INTO record_chainhead (shard, seq, hash) "  # noqa: S608
    f"SELECT shard, 0, '\\x{START.hex()}'::bytea FROM generate_series(0, {SHARDS - 1}) AS shard"
)


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial"), ("access", "0002_walls"), ("register", "0001_initial")]

    operations = [
        migrations.RunSQL(HEADS, "DELETE FROM record_chainhead"),
        rls.protect(
            "record_entry",
            predicate(policy.ENTRY, "record_entry"),
            predicate(policy.RECORDING, "record_entry"),
        ),
        rls.protect("record_mention", THROUGH_ENTRY),
        rls.protect(
            "record_obligation",
            predicate(OBLIGATION, "record_obligation", Columns(audience="seen_by")),
            predicate(policy.LOADER, "record_obligation"),
        ),
        rls.protect("record_draft", predicate(policy.DRAFT, "record_draft")),
        rls.protect("record_chainhead", ANY_VIEWER),
        migrations.RunSQL("REVOKE INSERT, DELETE ON record_chainhead FROM safekept_app", migrations.RunSQL.noop),
        rls.append_only("record_entry"),
        rls.append_only("record_mention"),
    ]
