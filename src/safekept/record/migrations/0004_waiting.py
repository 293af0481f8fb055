"""Duties without a time, by how long they wait, as lists of work are read."""

from django.db import migrations, models

WAITING = models.Q(status="open", due__isnull=True)


class Migration(migrations.Migration):
    dependencies = [("record", "0003_lists")]

    operations = [
        migrations.AddIndex(
            "obligation",
            models.Index(
                fields=(holder, "because_at", "expected_by"), name=f"record_owed_{holder}_wait", condition=WAITING
            ),
        )
        for holder in ("team", "area")
    ]
