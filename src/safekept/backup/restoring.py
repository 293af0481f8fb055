"""Bringing a backup back onto a fresh machine: never over anything that is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from safekept.backup import manifest, streams, tables, tools
from safekept.backup.manifest import DUMP, FILES, Manifest, name_on_disk
from safekept.backup.streams import SEALED, BackupProblem
from safekept.backup.taking import Told, counted
from safekept.config import database
from safekept.config.database import Server


def checked(folder: Path, key: bytes | None, known: set[str]) -> Manifest:
    """The manifest of a backup that is whole and that this program understands. Raises BackupProblem.

    ``known``: the migrations of this program.
    """
    found = manifest.read(folder, key)
    manifest.check_files(folder, found)
    if name_on_disk(DUMP, key) not in found.files:
        raise BackupProblem(f"The manifest in {folder} names no database. Use another backup.")
    later = [name for name in found.migrations if name not in known]
    if later:
        raise BackupProblem(
            f"The backup was made by a later Safekept ({found.safekept}), which knows {later[0]}. Install that version."
        )
    return found


def restore(server: Server, home: Path, folder: Path, found: Manifest, key: bytes | None, told: Told) -> None:
    """Fill an empty database and put the files in their places; afterwards every table is compared with the backup.

    All of it or nothing, and never over anything: raises BackupProblem where there is something already.
    """
    _require_empty(server, home, found)
    with server.connect() as connection:
        major = connection.info.server_version // 10_000
    if major < found.postgresql:
        raise BackupProblem(
            f"The backup comes from PostgreSQL {found.postgresql} and the server is {major}: it can only go to "
            "the same version or a later one."
        )
    using = tools.find(major, least=found.tools)
    place = folder / name_on_disk(DUMP, key)
    tools.restore(using, server, counted(streams.read(place, key), told))
    try:
        _compare(server, found, told)
    except BackupProblem:
        database.drop_database(server, server.name)
        raise
    for name, path in _files(home, found):
        streams.write(path, streams.read(folder / name, key), None)


def _require_empty(server: Server, home: Path, found: Manifest) -> None:
    with server.connect(server.name) as connection:
        if tables.anything(connection):
            raise BackupProblem(
                f"The database {server.name} on {server.host} holds something already, and nothing is restored over "
                "it. Set SAFEKEPT_HOME to a new folder, or name another database in DATABASE_URL."
            )
    there = [path for _, path in _files(home, found) if path.exists()]
    if there:
        raise BackupProblem(f"{there[0]} is there already, and nothing is restored over it. Use a new SAFEKEPT_HOME.")


def _compare(server: Server, found: Manifest, told: Told) -> None:
    with server.connect(server.name) as reading:
        tables.same_text(reading)
        now = tables.digests(reading, lambda name: told("Comparing the tables", 1))
    differ = sorted(name for name in {*now, *found.tables} if now.get(name) != found.tables.get(name))
    if differ:
        raise BackupProblem(
            f"After restoring, {', '.join(differ)} did not hold what the backup says. The database was removed again; "
            "keep the backup and use another one."
        )


def _files(home: Path, found: Manifest) -> Iterator[tuple[str, Path]]:
    for name in found.files:
        if name.startswith(f"{FILES}/"):
            yield name, home / name.removeprefix(f"{FILES}/").removesuffix(SEALED if _sealed(found) else "")


def _sealed(found: Manifest) -> bool:
    return f"{DUMP}{SEALED}" in found.files
