"""An erasure takes the files of the entries that it names with it."""

from django.db import migrations

from safekept.proof import erasing


class Migration(migrations.Migration):
    dependencies = [("proof", "0004_acts"), ("attachments", "0001_initial")]

    operations = [*erasing.files_too()]
