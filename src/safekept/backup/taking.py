"""Making a backup: one moment of the whole database, and the files beside it."""

from __future__ import annotations

import datetime as dt
import errno
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path

from safekept.backup import manifest, streams, tables, tools
from safekept.backup.manifest import DUMP, FILES, Manifest, name_on_disk
from safekept.backup.streams import BackupProblem, Written
from safekept.config.database import Server

APART = ("credentials.json", "*.pem", "*.pem.new", "*.key")
"""Keys and passwords: whoever finds a backup must not find them in it."""
NOT_KEPT = ("postgres", ".*")
"""The embedded server's own files, which the dump stands for, and marks of running processes."""
Told = Callable[[str, int], None]
"""Hears what is being done and how many bytes, or tables, of it are done since the last time."""


def back_up(server: Server, home: Path, folder: Path, key: bytes | None, told: Told) -> Manifest:
    """Copy everything that ``home`` and the database hold into a new folder. Raises BackupProblem.

    Nothing waits for it: it reads one snapshot. Whatever is recorded while it runs is in the next backup.
    """
    _require_new(folder, home)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _write(server, home, folder, key, told)
    except OSError as error:
        full = " The disk is full." if error.errno == errno.ENOSPC else ""
        raise BackupProblem(
            f"The backup in {folder} was not finished: {error}.{full} Remove it and try again."
        ) from error


def _require_new(folder: Path, home: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupProblem(f"{folder} holds something already. Name a folder that is empty or not there yet.")
    if folder.resolve().is_relative_to(home):
        raise BackupProblem(f"{folder} lies in {home}, which is what is backed up. Name a folder elsewhere.")


def _write(server: Server, home: Path, folder: Path, key: bytes | None, told: Told) -> Manifest:
    with server.connect(server.name) as reading:
        tables.same_text(reading)
        reading.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        moment, snapshot = reading.execute("SELECT now(), pg_export_snapshot()").fetchone() or (None, "")
        assert isinstance(moment, dt.datetime)
        if "django_migrations" not in tables.names(reading):
            raise BackupProblem(f"The database {server.name} holds no record. There is nothing to back up.")
        found = tables.digests(reading, lambda name: told("Reading the tables", 1))
        migrated = reading.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
        major = reading.info.server_version // 10_000
        using = tools.find(major)
        name = name_on_disk(DUMP, key)
        files = {name: streams.write(folder / name, counted(tools.dump(using, server, snapshot), told), key)}
    kept, apart = files_of(home)
    files |= dict(_copied(home, kept, folder, key, told))
    made = Manifest(
        safekept=version("safekept"),
        taken_at=moment.astimezone(dt.UTC).isoformat(),
        postgresql=major,
        tools=using.major,
        migrations=[name for (name,) in migrated],
        tables=found,
        files=files,
        kept_apart=apart,
    )
    manifest.write(folder, made, key)
    return made


def counted(pieces: Iterator[bytes], told: Told) -> Iterator[bytes]:
    """The same pieces; ``told`` hears of each."""
    for piece in pieces:
        told("Writing", len(piece))
        yield piece


def _copied(home: Path, kept: list[str], folder: Path, key: bytes | None, told: Told) -> Iterator[tuple[str, Written]]:
    for one in kept:
        name = name_on_disk(f"{FILES}/{one}", key)
        yield name, streams.write(folder / name, counted(streams.read(home / one, None), told), key)


def files_of(home: Path) -> tuple[list[str], list[str]]:
    """The files of a SAFEKEPT_HOME that are backed up, and those that are to be kept apart; by their names in it."""
    kept: list[str] = []
    apart: list[str] = []
    for path in sorted(_files(home)):
        name = path.relative_to(home).as_posix()
        (apart if _is_apart(path) else kept).append(name)
    return kept, apart


def _is_apart(path: Path) -> bool:
    return any(fnmatch(path.name, pattern) for pattern in APART)


def _files(place: Path, top: bool = True) -> Iterator[Path]:
    for path in place.iterdir() if place.is_dir() else ():
        if top and any(fnmatch(path.name, pattern) for pattern in NOT_KEPT):
            continue
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path, top=False)
        elif path.is_file():
            yield path
