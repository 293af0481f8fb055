"""How long records are kept: the day is worked out by hand for each rule."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from safekept.proof.rules import Kept, Recorded, RulesProblem, asked, due, load

BORN, LAST = dt.date(2010, 5, 4), dt.date(2026, 3, 1)
LOOKED_AFTER = Recorded("circumstance", "what", frozenset({"looked-after"}))
HARM = Recorded("screening", "category", frozenset({"2", "3"}))


@pytest.mark.parametrize(
    ("kept", "day", "rule"),
    [
        (Kept("child", BORN, LAST, frozenset()), dt.date(2035, 5, 4), "child"),
        (Kept("child", BORN, LAST, frozenset({LOOKED_AFTER})), dt.date(2085, 5, 4), "looked-after"),
        (Kept("child", BORN, LAST, frozenset({HARM})), dt.date(2085, 5, 4), "harm"),
        (Kept("child", None, LAST, frozenset()), dt.date(2051, 3, 1), "child"),
        (Kept("child", None, LAST, frozenset({HARM})), dt.date(2101, 3, 1), "harm"),
        (Kept("child", dt.date(2008, 2, 29), LAST, frozenset()), dt.date(2033, 3, 1), "child"),
        (Kept("adult", BORN, LAST, frozenset({HARM})), dt.date(2051, 3, 1), "adult"),
        (Kept("adult", None, dt.date(2024, 2, 29), frozenset()), dt.date(2049, 3, 1), "adult"),
        (Kept("place", None, LAST, frozenset()), dt.date(2036, 3, 1), "matter"),
    ],
)
def test_the_rule_that_keeps_a_record_longest_counts(kept: Kept, day: dt.date, rule: str) -> None:
    found = due(load(), kept)
    assert found is not None
    assert (found.day, found.rule.id) == (day, rule)


def test_a_record_of_which_no_rule_speaks_is_kept() -> None:
    only = tuple(rule for rule in load() if rule.id == "adult")
    assert due(only, Kept("child", BORN, LAST, frozenset())) is None


def test_the_default_says_that_it_is_safekepts_own_and_asks_these_things() -> None:
    assert asked(load()) == {LOOKED_AFTER, HARM}
    text = (Path(__file__).parents[2] / "src/safekept/proof/retention.yaml").read_text("utf-8")
    assert "Safekept's own default" in text


RULE = "{id: a, says: b, about: [child], keep: {after the last entry: 5}}"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "birmingham.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_kind_without_a_field_is_any_entry_of_that_kind(tmp_path: Path) -> None:
    text = f"format: safekept-retention/1\nrules: [{RULE.replace('keep', 'recorded: {referral: }, keep')}]"
    (rule,) = load(written(tmp_path, text))
    assert rule.recorded == (Recorded("referral"),)


def test_a_field_that_is_not_closed_takes_any_value(tmp_path: Path) -> None:
    told = RULE.replace("keep", "recorded: {concern: {signs: [missing-from-home]}}, keep")
    (rule,) = load(written(tmp_path, f"format: safekept-retention/1\nrules: [{told}]"))
    assert rule.recorded[0].values == {"missing-from-home"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "cannot be read"),
        ("5", "not as it must be"),
        ("format: other/1\nrules: [1]", "not of the form"),
        ("format: safekept-retention/1\nrules: []", "not of the form"),
        ("format: safekept-retention/1\nrules: [5]", "not as it must be"),
        (f"format: safekept-retention/1\nrules: [{RULE}, {RULE}]", "two rules"),
        ("RULE with {keep: {birthday: 25}}", "keep needs"),
        ("RULE with {keep: {after the last entry: 0}}", "keep needs"),
        ("RULE with {keep: {after the last entry: 151}}", "keep needs"),
        ("RULE with {keep: {after the last entry: true}}", "keep needs"),
        ("RULE with {keep: {after the last entry: ten}}", "keep needs"),
        ("RULE with {about: [cat]}", "about cat"),
        ("RULE with {about: []}", "about nothing"),
        ("RULE with {also: 5}", "also is not known"),
        ("RULE with {recorded: {cat: }}", "no kind of entry called cat"),
        ("RULE with {recorded: {screening: {cat: [1]}}}", "no question called cat"),
        ("RULE with {recorded: {screening: {category: [9]}}}", "screening.category is never 9"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_in_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    if text.startswith("RULE with "):
        more = text.removeprefix("RULE with {").removesuffix("}")
        name = more.split(":")[0]
        kept = {"id": "a", "says": "b", "about": "[child]", "keep": "{after the last entry: 5}"}
        parts = [f"{key}: {value}" for key, value in kept.items() if key != name]
        text = f"format: safekept-retention/1\nrules: [{{{', '.join([*parts, more])}}}]"
    with pytest.raises(RulesProblem, match=says):
        load(written(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RulesProblem, match="cannot be read"):
        load(tmp_path / "none.yaml")
