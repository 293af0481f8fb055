"""Acts under the law, and the one way in which an entry changes: what it says is destroyed by such an act."""

import uuid

import django.contrib.postgres.fields
import django.utils.timezone
from django.db import migrations, models

from safekept.access import rls
from safekept.proof import chaining, erasing

OPTIONS = {"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"}


class Migration(migrations.Migration):
    dependencies = [("proof", "0003_checkpoints"), ("record", "0004_waiting"), ("directory", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Act",
            [
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("account_id", models.UUIDField()),
                (
                    "subject_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                (
                    "entry_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("basis", models.CharField(blank=True, max_length=40)),
                ("reference", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(max_length=500)),
                ("follows", models.UUIDField(null=True)),
                ("says", models.TextField(blank=True)),
                (
                    "left",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
            ],
            {
                **OPTIONS,
                "constraints": [
                    models.UniqueConstraint(fields=("follows",), name="proof_answered_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("hold", "lift", "asked", "refused", "erasure"))),
                        name="proof_act_kind",
                    ),
                ],
            },
        ),
        rls.close("proof_act"),
        rls.append_only("proof_act"),
        *erasing.rules(),
        chaining.link_rows("proof_act", "acts", 1),
    ]
