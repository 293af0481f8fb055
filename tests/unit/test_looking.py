"""Words to look at wherever they come from: every field in a practitioner's own words, one line or many, and files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from safekept.kinds import KINDS
from safekept.procedures import load_library
from safekept.procedures.looking import in_own_words, look_at, written

pytestmark = pytest.mark.requirement("LN-13.lang", "WM-2.1")
PACK = load_library().packs["west-midlands"]
CHILDS_OWN = {"child_view", "questions", "findings", "declined_reason", "reasons"}
HISTORY = {
    "subject": {"kind": "child", "id": "c1", "born": "2011-05-04", "area": "birmingham"},
    "entries": [
        {"id": "n", "kind": "note", "at": "2026-03-02T09:00:00Z", "about": "She puts herself at risk"},
        {"id": "v", "kind": "child-voice", "at": "2026-03-02T10:00:00Z", "questions": {"q1": "I am promiscuous"}},
        {"id": "d", "kind": "decided", "at": "2026-03-02T11:00:00Z", "decision": "Closed: failed to engage"},
        {"id": "g", "kind": "concern", "at": "2026-03-02T12:00:00Z", "noticed": "She said “I am streetwise”."},
    ],
}


def test_every_answer_in_own_words_is_looked_at_but_the_childs() -> None:
    free = {(k.name, f.name) for k in KINDS.values() for f in k.fields.values() if in_own_words(f)}
    one_line = {("note", "about"), ("coordinator-told", "how"), ("decided", "decision"), ("family-standing", "who")}
    many = {("concern", "noticed"), ("screening", "rationale"), ("closure", "reason"), ("plan", "outcomes")}
    assert one_line | many <= free
    assert not {name for _, name in free} & (CHILDS_OWN - {"reasons"})
    assert ("return-interview", "reasons") not in free
    assert ("disruption", "option") not in free and ("concern", "signs") not in free


@pytest.mark.parametrize(
    ("kind", "fields", "caught"),
    [
        ("note", {"about": "She is promiscuous"}, ["promiscuous"]),
        ("plan", {"outcomes": {"No more absconding": "She stops being streetwise"}}, ["absconding", "streetwise"]),
        ("meeting", {"excluded": [{"who": "Older boyfriend", "reason": "Police work"}]}, ["Older boyfriend"]),
        ("child-voice", {"questions": {"q1": "I am promiscuous"}}, []),
        ("disruption", {"option": "streetwise"}, []),
        ("note", {"about": None}, []),
        ("gone", {"about": "promiscuous"}, []),
    ],
)
def test_what_is_caught_in_the_answers_of_an_entry(kind: str, fields: dict[str, object], caught: list[str]) -> None:
    assert [word for look in look_at(PACK, written(kind, fields)) for word in look.words] == caught


def language(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "safekept", "pack", "language", "west-midlands", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, input=given)


def test_a_file_that_is_to_be_handed_in_is_looked_at_and_never_held_back(tmp_path: Path) -> None:
    path = tmp_path / "histories.jsonl"
    path.write_text(json.dumps({**HISTORY, "entries": []}) + "\n" + json.dumps(HISTORY) + "\n", "utf-8")
    said = language("--histories", str(path))
    assert said.returncode == 0, said.stderr
    lines = said.stdout.splitlines()
    assert lines[0].startswith(
        f"{path}, line 2, entry n, What is it about?: ‘puts herself at risk’. Better: is at risk"
    )
    assert "entry d, What was decided?: ‘failed to engage’" in lines[1]
    assert lines[2].startswith("2 words to look at.")
    rows = json.loads(language("--histories", "-", "--json", given=json.dumps(HISTORY)).stdout)
    assert [(row["history"], row["entry"], row["words"]) for row in rows] == [
        ("standard input", "n", ["puts herself at risk"]),
        ("standard input", "d", ["failed to engage"]),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "standard input: the file is empty"),
        ("{", "standard input, line 1: this is not JSON"),
        ('{"subject": {"kind": "child", "id": "c"}, "entries": [{"id": "e", "kind": "nonsense"}]}', "nonsense"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(text: str, says: str) -> None:
    said = language("--histories", "-", given=text)
    assert (said.returncode, said.stdout) == (2, "")
    assert says in said.stderr
