"""A record that an earlier version kept is brought up to date with all that is in it, and goes on being used."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.test_backup import Environment, _fresh, _keep_running, _stop
from tests.integration.test_cli_operating import run

EARLIER = sorted((Path(__file__).parents[1] / "upgrades").glob("*.tar.xz"))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Environment]:
    """A machine with nothing on it but a running server."""
    environment = _fresh(tmp_path / "machine") | {"SAFEKEPT_DEMO": "1"}
    _keep_running(tmp_path / "machine")
    yield environment
    _stop(environment)


def test_there_are_records_of_earlier_versions() -> None:
    assert EARLIER


@pytest.mark.parametrize("kept", EARLIER, ids=lambda path: path.name.removesuffix(".tar.xz"))
def test_what_an_earlier_version_kept_goes_on(kept: Path, machine: Environment, tmp_path: Path) -> None:
    with tarfile.open(kept) as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / kept.name.removesuffix(".tar.xz")
    for key in ("content.key", "checkpoint-key.pem"):
        (folder / key).rename(Path(machine["SAFEKEPT_HOME"]) / key)
    done = run(machine, "restore", str(folder / "backup"))
    assert done.returncode == 0, done.stderr
    assert "Everything holds." in done.stdout
    looked = subprocess.run(
        [sys.executable, "-m", "tests.upgraded"], env=machine, capture_output=True, text=True, check=False
    )
    assert looked.returncode == 0, looked.stderr[-3000:]
    found = json.loads(looked.stdout)
    assert set(found["answered"].values()) <= {200, 403}, found["answered"]
    assert list(found["answered"].values()).count(200) > 30
    assert found["notes"] > 3 and found["opened"] > 0 and found["holds"]
    assert found["heard"] > 0 and found["mentioned"] > 0
