"""The reading log in a chain: every row, from the moment it is committed."""

from django.db import migrations

from safekept.access import rls
from safekept.proof import chaining


class Migration(migrations.Migration):
    dependencies = [("proof", "0001_initial"), ("access", "0002_walls")]

    operations = [
        *chaining.keep_by_owner("proof_head"),
        *chaining.keep_by_owner("proof_link"),
        rls.append_only("proof_link"),
        # The few rows that move with every page stay where they are, and need no index written.
        migrations.RunSQL("ALTER TABLE proof_head SET (fillfactor = 10)", migrations.RunSQL.noop),
        chaining.functions(),
        chaining.link_rows("access_readevent", "reads", 16),
    ]
