"""``safekept evaluate`` keeps its contract: what it prints, what it refuses, and with which exit status."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HISTORY: dict[str, Any] = {
    "subject": {"kind": "child", "id": "c1", "born": "2011-05-04", "area": "birmingham"},
    "entries": [{"id": "e2", "kind": "referral", "at": "2026-04-02T15:30:00+01:00", "to": "children-services"}],
}
AT = "2026-04-10T09:00:00+01:00"


def run(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "safekept", "evaluate", *args]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


def refused(text: str, *args: str) -> str:
    done = run("-", *args, stdin=text)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def test_a_file_gives_its_position(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text(json.dumps(HISTORY))
    done = run(str(path), "--pack", "west-midlands", "--at", AT)
    assert (done.returncode, done.stderr) == (0, "")
    out = json.loads(done.stdout)
    assert set(out) == {"subject", "pack", "at", "category", "stage", "obligations", "prompts", "breaches"}
    assert set(out["pack"]) == {"id", "version", "hash"}
    assert out["obligations"][0]["due"] == "2026-04-09T22:59:59+00:00"
    assert run(str(path), "--pack", "west-midlands", "--at", AT).stdout == done.stdout


def test_standard_input_lines_and_the_areas_own_pack() -> None:
    london = {**HISTORY, "subject": {**HISTORY["subject"], "area": "newham"}}
    done = run("-", "--at", AT, stdin=f"{json.dumps(HISTORY)}\n\n{json.dumps(london)}\n")
    assert [json.loads(line)["pack"]["id"] for line in done.stdout.splitlines()] == ["west-midlands", "london"]


def test_known_at_and_text() -> None:
    done = run(
        "-", "--at", AT, "--known-at", "2026-04-02T10:00:00+01:00", "--format", "text", stdin=json.dumps(HISTORY)
    )
    assert "Category: none yet" in done.stdout and "WM-14.2" not in done.stdout
    shown = run("-", "--at", AT, "--format", "text", stdin=json.dumps(HISTORY)).stdout
    assert "[overdue] Talk the referral over (WM-14.2), children-services, by 9 April 2026, 23:59" in shown


def test_two_packs() -> None:
    done = run("-", "--at", AT, "--pack", "west-midlands", "--pack", "london", stdin=json.dumps(HISTORY))
    assert {o["pack"] for o in json.loads(done.stdout)["obligations"]} == {"west-midlands", "london"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "standard input: the file is empty"),
        ("{", "standard input, line 1: this is not JSON"),
        ('{"subject":\n\n oops}', "standard input, line 3: this is not JSON"),
        ("[1]", "standard input: the history: expected an object"),
        ('{"subject": 1, "subject": 2}', "the key 'subject' stands twice"),
        ('{"subject": {"kind": "child", "id": "c"}}', "field 'area': missing; expected one of barking"),
        ('{"subject": {"kind": "child", "id": "c", "area": "atlantis"}}', "area 'atlantis' has no procedure here"),
        (json.dumps(HISTORY) + "\n{oops\n", "standard input, line 2: this is not JSON"),
        ('{"subject": {"kind": "child", "id": "c", "area": "newham"}, "entries": [NaN]}', "NaN is not a number"),
        ("[" * 200_000, "nested too deeply"),
        (
            json.dumps(HISTORY).replace("2026-04-02", "2071-04-02"),
            "entry 'e2', field 'at': bank holidays are known from 2000 to 2060",
        ),
    ],
)
def test_wrong_input_is_named_and_nothing_is_printed(text: str, says: str) -> None:
    at = "2072-01-01T00:00:00Z" if "2071" in text else AT
    assert says in refused(text, "--at", at)


def test_the_second_line_being_wrong_prints_no_first() -> None:
    wrong = {**HISTORY, "entries": [{"id": "e", "kind": "referal", "at": AT}]}
    said = refused(f"{json.dumps(HISTORY)}\n{json.dumps(wrong)}\n")
    assert "standard input, line 2: entry 'e', field 'kind': 'referal' is not a kind of entry" in said


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--at", "yesterday"), "--at: 'yesterday' is not a time"),
        (("--at", "2026-04-10T09:00:00"), "has no time zone"),
        (("--known-at", "x"), "--known-at: 'x' is not a time"),
        (("--pack", "essex"), "there is no pack 'essex'; expected one of london, west-midlands"),
    ],
)
def test_wrong_options_are_named(args: tuple[str, ...], says: str) -> None:
    assert says in refused(json.dumps(HISTORY), *args)


def test_a_file_that_is_not_there() -> None:
    done = run("/nowhere/history.json")
    assert done.returncode == 2 and "the file cannot be read" in done.stderr


def test_evaluate_imports_no_django() -> None:
    code = "import sys, safekept.cli.evaluate; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
