"""What a backup holds: written last, read first."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safekept.backup import streams
from safekept.backup.streams import SEALED, BackupProblem, Written

NAME, DUMP, FILES = "manifest.json", "database.dump", "files"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """``tables``: name to rows and digest; ``files``: name inside the backup to size and SHA-256 on the disk.

    ``postgresql`` is the server's major version and ``tools`` that of pg_dump; ``migrations`` names those that are in.
    ``kept_apart``: what was left out on purpose, by its name in SAFEKEPT_HOME.
    """

    safekept: str
    taken_at: str
    postgresql: int
    tools: int
    migrations: list[str]
    tables: dict[str, list[Any]]
    files: dict[str, Written]
    kept_apart: list[str]
    format: int = FORMAT


def name_on_disk(name: str, key: bytes | None) -> str:
    """A file's name in the backup's folder."""
    return f"{name}{SEALED}" if key else name


def write(folder: Path, manifest: Manifest, key: bytes | None) -> None:
    """Write it beside the files that it names."""
    streams.write(folder / name_on_disk(NAME, key), [json.dumps(asdict(manifest), indent=1).encode()], key)


def read(folder: Path, key: bytes | None) -> Manifest:
    """Read it, without looking at the files that it names. Raises BackupProblem."""
    plain, sealed = folder / NAME, folder / f"{NAME}{SEALED}"
    if not plain.exists() and not sealed.exists():
        raise BackupProblem(f"{folder} holds no finished backup: there is no {NAME} in it.")
    if key is None and sealed.exists():
        raise BackupProblem(f"The backup in {folder} is encrypted. Name the file with its key: --key FILE.")
    if key is not None and not sealed.exists():
        raise BackupProblem(f"The backup in {folder} is not encrypted. Leave --key out.")
    place = sealed if key else plain
    try:
        told = json.loads(b"".join(streams.read(place, key)))
        if told.get("format") != FORMAT:
            raise BackupProblem(f"{place} is of format {told.get('format')}; this Safekept reads format {FORMAT}.")
        return Manifest(**{**told, "files": {name: Written(**one) for name, one in told["files"].items()}})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupProblem(f"{place} is damaged: it cannot be read as a manifest. Use another backup.") from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Read every file again and compare; whatever else lies in the folder is left alone. Raises BackupProblem."""
    for name, written in manifest.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BackupProblem(f"{name} would lie outside {folder}: this is not a manifest that Safekept wrote.")
        if not path.is_file():
            raise BackupProblem(f"{name} is missing from {folder}. Use another backup.")
        if streams.hash_of(path) != written:
            raise BackupProblem(f"{name} is damaged: it is not what was written. Use another backup.")
