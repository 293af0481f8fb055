"""The advisory check: what nobody answered for is never taken for safe."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from scripts import check_advisories
from scripts.check_advisories import judged, locked, main

LOCK = """
boats==1.2 \\
    --hash=sha256:00
Grey_Cars==3.0.1 ; sys_platform == 'linux' \\
    --hash=sha256:01
"""
WANTED = {("boats", "1.2"), ("grey-cars", "3.0.1")}
SAFE = [{"name": "boats", "version": "1.2", "vulns": []}, {"name": "grey.cars", "version": "3.0.1", "vulns": []}]
SPOKEN = {"id": "ADV-1", "fix_versions": ["1.3"]}


def test_the_lock_says_what_is_wanted() -> None:
    assert locked(LOCK) == WANTED


def test_every_package_answered_for_and_none_spoken_of() -> None:
    assert judged(WANTED, {"dependencies": SAFE}) == ([], [])


@pytest.mark.parametrize(
    "told",
    [
        [],
        SAFE[:1],
        [SAFE[0], {"name": "grey-cars", "skip_reason": "not found"}],
        [SAFE[0], SAFE[1] | {"version": "3.0.2"}],
    ],
)
def test_what_was_skipped_left_out_or_of_another_version_is_no_answer(told: list[dict[str, Any]]) -> None:
    spoken, silent = judged(WANTED, {"dependencies": told})
    assert spoken == []
    assert any(line.startswith("grey-cars 3.0.1: ") for line in silent)


def test_an_advisory_is_named_with_what_mends_it() -> None:
    told = [SAFE[0] | {"vulns": [SPOKEN]}, SAFE[1]]
    assert judged(WANTED, {"dependencies": told}) == (["boats 1.2: ADV-1, mended in 1.3"], [])


@pytest.mark.parametrize(
    ("report", "status"),
    [
        ({"dependencies": SAFE}, 0),
        ({"dependencies": [SAFE[0] | {"vulns": [SPOKEN]}, SAFE[1]]}, 1),
        ({"dependencies": SAFE[:1]}, 2),
        ({}, 2),
    ],
)
def test_the_exit_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: dict[str, Any], status: int) -> None:
    monkeypatch.setattr(check_advisories, "asked", lambda lock: report)
    (tmp_path / "lock").write_text(LOCK)
    assert main([str(tmp_path / "lock")]) == status


def test_a_file_that_locks_nothing_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_advisories, "asked", lambda lock: {"dependencies": SAFE})
    (tmp_path / "lock").write_text("# nothing\n")
    assert main([str(tmp_path / "lock")]) == 2


def test_a_tool_that_is_not_there_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_advisories, "ASK", ("-c", "import sys; sys.exit('no such tool')"))
    (tmp_path / "lock").write_text(LOCK)
    assert main([str(tmp_path / "lock")]) == 2


def test_every_lock_of_the_project_has_a_hash_for_every_package() -> None:
    for lock in Path(__file__).parents[2].glob("requirements*.lock"):
        blocks = re.split(r"\n(?=\w)", lock.read_text("utf-8").strip())
        assert len(locked("\n".join(blocks))) == len(blocks), lock
        assert all("--hash=sha256:" in block for block in blocks), lock
