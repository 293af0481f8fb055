"""Checkpoints, the keys that sign them, and the countersignatures of partner agencies: appended, never changed."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from safekept.access import rls

OPTIONS = {"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"}
TABLES = ("proof_key", "proof_checkpoint", "proof_countersignature")


class Migration(migrations.Migration):
    dependencies = [("proof", "0002_links")]

    operations = [
        migrations.CreateModel(
            "Key",
            [
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("starts", models.BigIntegerField()),
                ("signature", models.CharField(max_length=128)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            OPTIONS,
        ),
        migrations.CreateModel(
            "Checkpoint",
            [
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("hash", models.CharField(max_length=64)),
                ("body", models.JSONField()),
            ],
            OPTIONS,
        ),
        migrations.CreateModel(
            "Countersignature",
            [
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("agency", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=64)),
                ("body", models.JSONField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="countersignatures",
                        to="proof.checkpoint",
                    ),
                ),
            ],
            {
                **OPTIONS,
                "constraints": [models.UniqueConstraint(fields=("checkpoint", "key"), name="proof_countersigned_once")],
            },
        ),
        *(rls.close(table) for table in TABLES),
        *(rls.append_only(table) for table in TABLES),
    ]
