"""Procedures on the command line: begin one, compare two, try one on the records, adopt it."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rewritten import SHORTER, rewritten


def safekept(*words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as somebody would."""
    return subprocess.run(
        [sys.executable, "-m", "safekept", *words], capture_output=True, text=True, check=False, env=environment
    )


@pytest.fixture
def shorter(tmp_path: Path) -> Path:
    return rewritten(tmp_path, "2026.1", SHORTER)


def test_a_procedure_that_was_begun_loads_and_is_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "vale"
    made = safekept("pack", "new", str(folder), "--id", "north-vale", "--title", "North Vale")
    assert made.returncode == 0, made.stderr
    assert (folder / "rules" / "first.yaml").exists()
    again = safekept("pack", "new", str(folder), "--id", "north-vale", "--title", "North Vale")
    assert again.returncode == 2
    assert "holds something already" in again.stderr


def test_a_difference_is_a_sentence_and_an_exit_status(shorter: Path) -> None:
    found = safekept("pack", "diff", "west-midlands", str(shorter))
    assert found.returncode == 1
    assert "Is now due in 2 working days, was in 3 working days." in found.stdout
    (told,) = json.loads(safekept("pack", "diff", "west-midlands", str(shorter), "--json").stdout)
    assert told["cites"] == ["WM-14.2"]
    assert safekept("pack", "diff", str(shorter), str(shorter)).returncode == 0
    nowhere = safekept("pack", "diff", "west-midlands", "nowhere")
    assert (nowhere.returncode, "neither a folder nor a procedure" in nowhere.stderr) == (2, True)


def test_a_version_is_tried_and_adopted(environment: dict[str, str], shorter: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return safekept("pack", *words, environment=environment)

    tried = run("try", str(shorter), "--area", "birmingham", "--json")
    assert tried.returncode == 0, tried.stderr
    assert json.loads(tried.stdout) == {"children": 0, "touched": 0, "changes": []}
    assert "no area ‘atlantis’" in run("try", str(shorter), "--area", "atlantis").stderr
    day = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)).isoformat()
    adopted = run("adopt", str(shorter), "--area", "birmingham", "--from", day, "--by", "The board")
    assert adopted.returncode == 0, adopted.stderr
    assert adopted.stdout.startswith("birmingham follows west-midlands 2026.1 (sha256:")
    late = run("adopt", str(shorter), "--area", "birmingham", "--from", "2026-01-05")
    assert (late.returncode, "from tomorrow on at the earliest" in late.stderr) == (1, True)
