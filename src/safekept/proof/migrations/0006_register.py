"""With the last entry of a record goes what the register knows of whom it was about; kept forms go with the entries."""

from django.db import migrations

from safekept.proof import erasing, forgetting


class Migration(migrations.Migration):
    dependencies = [
        ("proof", "0005_files"),
        ("register", "0005_sought"),
        ("vault", "0001_initial"),
        ("entrance", "0002_kept"),
    ]

    operations = [*forgetting.rules(), *erasing.functions_again()]
