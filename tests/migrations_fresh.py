"""Fails when models changed and no migration says so: ``python -m tests.migrations_fresh``. Needs no database."""

from __future__ import annotations

import os
import warnings

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safekept.config.settings")

if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
    django.setup()
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
