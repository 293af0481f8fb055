"""Files of entries, locked: appended, and removed by erasing by law alone (``proof``)."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from safekept.access import rls

OPTIONS = {"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"}
KEY = models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)
TO_ENTRY = {
    "db_constraint": False,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": "record.entry",
}


def _kept(table: str) -> list[migrations.RunSQL]:
    """Behind a wall; never changed; what is locked does not get smaller, so that packing it is no use."""
    unpacked = migrations.RunSQL(f"ALTER TABLE {table} ALTER COLUMN locked SET STORAGE EXTERNAL", migrations.RunSQL.noop)
    return [rls.close(table), rls.append_only(table), unpacked]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("record", "0005_sealed_side"), ("access", "0007_concealed")]

    operations = [
        migrations.CreateModel(
            "Original",
            [("id", KEY.clone()), ("locked", models.BinaryField()), ("entry", models.OneToOneField(**TO_ENTRY))],
            OPTIONS,
        ),
        migrations.CreateModel(
            "Page",
            [
                ("id", KEY.clone()),
                ("number", models.PositiveSmallIntegerField("from 1")),
                ("width", models.PositiveIntegerField(default=0)),
                ("height", models.PositiveIntegerField(default=0)),
                ("locked", models.BinaryField()),
                ("entry", models.ForeignKey(**TO_ENTRY)),
            ],
            {
                **OPTIONS,
                "constraints": [models.UniqueConstraint(fields=("entry", "number"), name="attachments_page_once")],
            },
        ),
        *(step for table in ("original", "page") for step in _kept(f"attachments_{table}")),
    ]
