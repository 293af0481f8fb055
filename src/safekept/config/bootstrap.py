"""Getting ready to run: the database first, then Django."""

from __future__ import annotations

import os

from safekept.config import database


def use_django(start_database: bool = True) -> None:
    """Start the database (unless told not to), then load Django with its address."""
    if start_database:
        database.start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safekept.config.settings")
    import django

    django.setup()


def migrate(verbosity: int = 0) -> None:
    """Bring the tables up to date as their owner, then take back what the application must not touch."""
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
    call_command("createcachetable", database="owner", verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {database.APP_ROLE}")
    from safekept.directory.actions import ensure_areas

    ensure_areas()
    from safekept.record import heard, sealing

    heard.fill()
    sealing.note_links_once()
