"""``safekept backup`` and ``safekept restore``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from tqdm import tqdm

from safekept.backup import restoring, streams, taking
from safekept.backup.streams import BackupProblem
from safekept.config import bootstrap, database

FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
KEY = "A file with the key that encrypts the backup"


@click.command()
@FOLDER
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), help=f"{KEY}; made where there is none.")
def backup(folder: Path, key: Path | None) -> None:
    """Copy the whole record as it is at one moment into a new FOLDER, while people go on working.

    The database, row by row, and the files of SAFEKEPT_HOME, each with its SHA-256 in a manifest. Passwords and the
    key that signs checkpoints are not in it: keep them apart. Exit codes: 0 done; 1 there is no finished backup.
    """
    server = database.start()
    if key is not None and key.resolve().is_relative_to(folder.resolve()):
        raise BackupProblem(f"{key} lies in {folder}: a key is no use beside what it locks. Keep it elsewhere.")
    secret = streams.read_key(key, make=True) if key else None
    with _progress() as told:
        made = taking.back_up(server, database.home(), folder, secret, told)
    rows = sum(count for count, _ in made.tables.values())
    click.echo(f"{rows:,} rows of {len(made.tables)} tables and {len(made.files)} files are in {folder}.")
    click.echo(f"It holds what was recorded before {made.taken_at}.")
    if made.kept_apart:
        click.echo(f"Not in it, to be kept apart: {', '.join(made.kept_apart)} of {database.home()}.")
    click.echo(f"Encrypted: keep {key} apart too." if key else "NOT encrypted: whoever has the folder can read it.")


@click.command()
@FOLDER
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False, exists=True), help=f"{KEY}.")
def restore(folder: Path, key: Path | None) -> None:
    """Bring a backup back onto a fresh machine: a SAFEKEPT_HOME that is empty, or an empty database of DATABASE_URL.

    Every file is checked before anything is done, every table is compared afterwards, and every chain is followed.
    Put credentials.json, checkpoint-key.pem and content.key in their places first, if you kept them: other passwords
    are made otherwise, no checkpoint can be signed, and what is kept locked does not open.
    Exit codes: 0 done; 1 it went wrong, and why.
    """
    secret = streams.read_key(key) if key else None
    bootstrap.use_django(start_database=False)
    from django.db.migrations.loader import MigrationLoader

    known = {".".join(name) for name in MigrationLoader(None).disk_migrations or ()}
    found = restoring.checked(folder, secret, known)
    server = database.start()
    with _progress() as told:
        restoring.restore(server, database.home(), folder, found, secret, told)
    _point_django()
    bootstrap.migrate()
    rows = sum(count for count, _ in found.tables.values())
    click.echo(f"{rows:,} rows of {len(found.tables)} tables are as they were at {found.taken_at}.")
    _verify()
    _say_what_lacks(found.kept_apart)


def _point_django() -> None:
    """Django was loaded before the database ran: tell it where that is."""
    from django.db import connections

    for name, settings in database.django_databases().items():
        connections[name].close()
        connections[name].settings_dict.update(settings)


def _verify() -> None:
    from safekept.proof.verifying import verify_everything

    verdict = verify_everything()
    read = ", ".join(f"{count:,} {name}" for name, count in verdict.checked.items())
    click.echo(f"Followed again: {read}. {'Everything holds.' if verdict.holds else 'Something is wrong.'}")
    if not verdict.holds:
        click.echo("It was wrong when the backup was made. `safekept verify-chain` says where.", err=True)
        sys.exit(1)


def _say_what_lacks(apart: list[str]) -> None:
    lacking = [name for name in apart if name != "credentials.json" and not (database.home() / name).exists()]
    if lacking:
        click.echo(f"Still to be brought from where you keep it apart: {', '.join(lacking)}.")
    click.echo("Agencies that hold later checkpoints will find this record cut: tell them of the restored backup.")


@contextmanager
def _progress() -> Iterator[taking.Told]:
    with tqdm(disable=None, leave=False, unit="B", unit_scale=True) as bar:

        def told(what: str, count: int) -> None:
            bar.set_description(what, refresh=False)
            bar.unit = "B" if what == "Writing" else " tables"
            bar.update(count)

        yield told
