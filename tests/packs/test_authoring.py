"""The example procedure and the guide that builds it: what a newcomer reads is what loads, and faults are sentences."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from safekept.procedures import PackError, load_library, load_pack
from safekept.procedures.coverage import State, coverage
from safekept.procedures.ready import faults

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "north-vale"
GUIDE = (ROOT / "docs" / "how-to" / "write-a-procedure.md").read_text("utf-8")
BLOCKS = re.findall(r"`([\w/-]+\.yaml)`:?\n\n```yaml\n(.*?)```", GUIDE, flags=re.S)


def test_the_example_is_ready_and_leaves_no_paragraph_out() -> None:
    pack = load_pack(EXAMPLE)
    assert faults(EXAMPLE, pack, load_library()) == []
    assert {row.state for row in coverage(pack)} == {State.HELD, State.OUTSIDE}
    assert len(pack.paragraphs) == 8


def test_the_guide_shows_what_stands_in_the_example() -> None:
    assert len(BLOCKS) >= 6
    for name, text in BLOCKS:
        assert text.strip() in (EXAMPLE / name).read_text("utf-8"), name


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("within: 2 working days", "within: 3 working days", "scenario ‘Talked over without the police"),
        (
            "when: {kind: found}",
            "when: {kind: found}\n  where: {age: {under: 3}}",
            "is set off by no history",
        ),
        ("cites: [NV-5]", "cites: [NV-4]", "nothing in the pack holds paragraph 'NV-5'"),
    ],
)
def test_a_change_that_breaks_the_example_is_found(tmp_path: Path, old: str, new: str, says: str) -> None:
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "vale"))
    for path in folder.rglob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    found = faults(folder, load_pack(folder), load_library())
    assert any(says in fault.says for fault in found), found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("one: two\n", r"s.yaml, line 1: expected a list of scenarios"),
        ("- one\n", r"s.yaml: 'one' is not a scenario"),
        (
            "- {name: A, rows: [NV-1], subject: {}, at: 2026-03-02, owd: []}\n",
            r"s.yaml, line 1: a scenario has no key",
        ),
        (
            "- {name: A, rows: [NV-1], subject: 3, at: 2026-03-02}\n",
            r"s.yaml, line 1: 'subject' of a scenario",
        ),
        (
            "- {name: A, rows: NV-1, subject: {}, at: 2026-03-02}\n",
            r"s.yaml, line 1: 'rows' of a scenario is not a list",
        ),
    ],
)
def test_a_scenario_that_cannot_be_read_names_its_line(tmp_path: Path, text: str, says: str) -> None:
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "vale"))
    (folder / "scenarios" / "s.yaml").write_text(text, "utf-8")
    with pytest.raises(PackError, match="^vale/scenarios/" + says):
        faults(folder, load_pack(folder), load_library())


def test_a_scenario_with_an_impossible_date_is_a_finding(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "vale"))
    (folder / "scenarios" / "s.yaml").write_text(
        "- name: A day that is not\n  rows: [NV-1]\n  packs: [north-vale]\n  subject: {}\n"
        "  entries: [{id: c, kind: concern, at: 2026-02-30 10:00}]\n  at: 2026-03-02\n",
        "utf-8",
    )
    (found,) = faults(folder, load_pack(folder), load_library())
    assert found.where == "vale/scenarios/s.yaml, line 1"
    assert "scenario ‘A day that is not’" in found.says
