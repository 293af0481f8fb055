"""What lists are read by, and when somebody last looked at a record."""

import uuid

from django.db import migrations, models

from safekept.access import rls

MARKING = models.Q(kind__in=("screening", "missing", "found", "withdrawn")) | models.Q(supersedes__isnull=False)
OPEN = models.Q(status="open")


class Migration(migrations.Migration):
    dependencies = [("record", "0002_walls")]

    operations = [
        migrations.AddIndex("entry", models.Index(fields=("subject_id", "recorded_at"), name="record_entry_latest")),
        migrations.AddIndex(
            "entry",
            models.Index(fields=("recorded_at",), name="record_entry_concern", condition=models.Q(kind="concern")),
        ),
        migrations.AddIndex(
            "entry", models.Index(fields=("subject_id",), name="record_entry_marks", condition=MARKING)
        ),
        migrations.AddIndex(
            "obligation", models.Index(fields=("team", "rule"), name="record_owed_team_rule", condition=OPEN)
        ),
        migrations.AddIndex(
            "obligation", models.Index(fields=("area", "rule"), name="record_owed_area_rule", condition=OPEN)
        ),
        migrations.CreateModel(
            "Look",
            [
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("account_id", models.UUIDField()),
                ("subject_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            {
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_id", "subject_id"), name="record_look_once", nulls_distinct=False
                    )
                ],
            },
        ),
        rls.close("record_look"),
    ]
