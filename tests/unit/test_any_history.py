"""Whatever stands in a history file, reading it ends soon: a position comes out, or one sentence says what is wrong."""

from __future__ import annotations

import copy
import json
import os
import time
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from safekept.cli import evaluate as command
from safekept.kinds import KINDS
from safekept.procedures import Library, load_library

EXAMPLES = int(os.environ.get("ANY_HISTORY_EXAMPLES", "250"))
"""Histories read: some hundreds in every run, many more in ``make security``."""
LONGEST_WAIT = 10.0
"""Seconds for one history; most take some thousandths of one."""
HALF = "\ud800"
GOOD: dict[str, Any] = {
    "subject": {"kind": "child", "id": "c1", "born": "2011-05-04", "area": "birmingham"},
    "entries": [
        {"id": "e1", "kind": "screening", "at": "2026-04-01T10:00:00+01:00", "recorded_at": "2026-04-01T11:00:00+01:00",
         "agency": "school", "author": "a1", "category": 2, "signs": ["missing-from-home"], "rationale": "Two nights."},
        {"id": "e2", "kind": "referral", "at": "2026-04-02T15:30:00+01:00", "to": "children-services",
         "answers": ["e1"]},
        {"id": "e3", "kind": "sharing", "at": "2026-04-03T09:00:00+01:00", "step": "asked", "other_agency": "health",
         "wanted_by": "2026-04-10", "within_hours": 4, "urgent": True},
        {"id": "e4", "kind": "meeting", "at": "2026-04-08T09:00:00+01:00", "type": "mase", "attended": ["police"],
         "excluded": [{"who": "x", "reason": "y"}], "next_review": "2026-07-01"},
        {"id": "e5", "kind": "review", "at": "2026-06-08T09:00:00+01:00", "of": "mase", "outcomes": {"safe": 3}},
        {"id": "e6", "kind": "child-voice", "at": "2026-06-09T09:00:00+01:00", "questions": {"q1": "No"},
         "supersedes": None, "basis": "fact", "text": "…"},
    ],
    "related": [{"subject": {"kind": "child", "id": "c2"}, "entries": []}],
}  # fmt: skip
EXTREMES: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**18, 10**400, 0.5, 1e308, "", "e1", "c1", HALF, "a\x00b", "9" * 5000, "x" * 50_000,
    [], [[]], ["e1", "e1"], [None], {}, {"a": []}, {"kind": "child", "id": "c1"}, "2026-02-30", "2026-04-01",
    "0001-01-01", "9999-12-31", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+23:59", "2026-04-01T10:00",
    "2026-W14-3T10:00+01:00", "birmingham", "newham", "no-such", "asked", "fact", *sorted(KINDS)[::7],
)  # fmt: skip
anything = st.one_of(
    st.sampled_from(EXTREMES),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
)
changes = st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(["put", "drop", "add", "double"]), anything),
                   min_size=1, max_size=4)  # fmt: skip


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every container of a history with every key or number in it."""
    found: list[tuple[Any, Any]] = []
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        found += [(data, key), *places(value)]
    return found


def changed(made: list[tuple[int, str, Any]]) -> Any:
    data = copy.deepcopy(GOOD)
    for number, how, value in made:
        spots = places(data)
        if not spots:
            break
        holder, key = spots[number % len(spots)]
        if how == "put":
            holder[key] = copy.deepcopy(value)
        elif how == "drop":
            del holder[key]
        elif how == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        elif how == "add" and isinstance(holder, dict):
            names = sorted({name for kind in KINDS.values() for name in kind.fields})
            holder[names[number % len(names)]] = copy.deepcopy(value)
    return data


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture
def read(library: Library, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Evaluate a text as the command does, the packs being loaded once."""
    monkeypatch.setattr(command, "load_library", lambda: library)

    def run(text: bytes, *more: str) -> Result:
        asked = ["-", "--at", "2026-08-01T09:00:00+01:00", *more]
        return CliRunner().invoke(command.evaluate_command, asked, input=text)

    return run


def answers_in_a_sentence(result: Result) -> None:
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code in (0, 2)
    if result.exit_code == 2:
        assert result.stdout == ""
        assert result.stderr.startswith("safekept evaluate: standard input") and len(result.stderr) > 40
        assert "Traceback" not in result.stderr and "Error(" not in result.stderr


def test_the_history_that_is_damaged_is_good(read: Any) -> None:
    assert read(json.dumps(GOOD).encode()).exit_code == 0


@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(made=changes, form=st.sampled_from(["json", "text"]))
@example(made=[(0, "put", {"kind": [], "id": "c1"})], form="json")
def test_a_damaged_history_is_read_or_refused_in_a_sentence(
    read: Any, made: list[tuple[int, str, Any]], form: str
) -> None:
    text = json.dumps(changed(made)).encode()
    began = time.monotonic()
    answers_in_a_sentence(read(text, "--format", form))
    assert time.monotonic() - began < LONGEST_WAIT


def test_somebody_kept_out_is_named_in_text(read: Any) -> None:
    data = copy.deepcopy(GOOD)
    data["entries"][3]["excluded"] = [{"who": True, "reason": "y"}]
    result = read(json.dumps(data).encode())
    answers_in_a_sentence(result)
    assert "'excluded'" in result.stderr and "both texts" in result.stderr


@pytest.mark.parametrize("name", ["agency", "basis", "author", "text", "answers", "supersedes", "at", "kind", "id"])
@pytest.mark.parametrize("value", [[], {}, [[]], 7, True, HALF, "9" * 5000], ids=repr)
def test_every_common_field_bears_anything(read: Any, name: str, value: Any) -> None:
    data = copy.deepcopy(GOOD)
    data["entries"][0][name] = value
    answers_in_a_sentence(read(json.dumps(data).encode()))


def test_half_a_character_is_not_printed(read: Any) -> None:
    """It can stand in JSON as an escape, and no file or screen can hold it."""
    result = read(json.dumps({**GOOD, "subject": {**GOOD["subject"], "id": HALF}}).encode())
    answers_in_a_sentence(result)
    assert "half a character" in result.stderr


@settings(max_examples=EXAMPLES // 5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(at=st.integers(0, 2_000), what=st.binary(max_size=8), length=st.integers(0, 8))
def test_damaged_bytes_are_read_or_refused_in_a_sentence(read: Any, at: int, what: bytes, length: int) -> None:
    text = json.dumps(GOOD).encode()
    at %= len(text)
    answers_in_a_sentence(read(text[:at] + what + text[at + length :]))


@pytest.mark.parametrize("levels", [50, 200, 400, 900, 5_000, 100_000])
def test_what_is_nested_without_end_is_refused_in_a_sentence(read: Any, levels: int) -> None:
    within = '{"subject": {"kind": "child", "id": "c1"}, "related": ['
    answers_in_a_sentence(read((within * levels + "]}" * levels).encode()))
    answers_in_a_sentence(read(b"[" * levels + b"]" * levels))
