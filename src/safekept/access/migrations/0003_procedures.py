"""Versions of procedures, and who adopted them from when, are never changed or deleted."""

from django.db import migrations

from safekept.access import rls


class Migration(migrations.Migration):
    dependencies = [("access", "0002_walls"), ("directory", "0002_procedures")]

    operations = [rls.append_only("directory_publishedpack"), rls.append_only("directory_adoption")]
