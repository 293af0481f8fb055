"""The documents that wait are found at once, for everybody’s own page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_forgetting"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(condition=models.Q(("decision", "")), fields=["agency_id"], name="documents_waiting"),
        ),
    ]
