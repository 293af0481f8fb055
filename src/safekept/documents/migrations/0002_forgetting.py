"""With the last entry of a record go the documents about it."""

from django.db import migrations

from safekept.documents import keeping


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("proof", "0006_register")]

    operations = [keeping.functions_again()]
