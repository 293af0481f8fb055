"""Row-level security on the record, and triggers that refuse to change what was recorded."""

from django.db import migrations

from safekept.access import rls
from safekept.record.chain import SHARDS, START

HEADS = (
    "INSERT INTO record_chainhead (shard, seq, hash) "  # noqa: S608
    f"SELECT shard, 0, '\\x{START.hex()}'::bytea FROM generate_series(0, {SHARDS - 1}) AS shard"
)


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial"), ("access", "0002_walls"), ("register", "0001_initial")]

    operations = [
        migrations.RunSQL(HEADS, "DELETE FROM record_chainhead"),
        *(rls.close(f"record_{name}") for name in ("entry", "mention", "obligation", "draft", "chainhead")),
        migrations.RunSQL("REVOKE INSERT, DELETE ON record_chainhead FROM safekept_app", migrations.RunSQL.noop),
        rls.append_only("record_entry"),
        rls.append_only("record_mention"),
    ]
