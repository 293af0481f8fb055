"""What a procedure asks of one entry, word by word, and what is said of a word that it does not know."""

from __future__ import annotations

from typing import Any

import pytest

from safekept.procedures import parse_history
from safekept.procedures.entry_tests import compile_test, compile_value, parse_duration, whole_number
from safekept.procedures.history import Entry
from safekept.procedures.reading import PackError, read_text


def made(kind: str, **fields: Any) -> Entry:
    row = {"id": "e", "kind": kind, "at": "2026-06-01T10:00:00+01:00", "agency": "school", **fields}
    return parse_history({"subject": {"kind": "child", "id": "c1"}, "entries": [row]}).entries[0]


def holds(row: Any, entry: Entry, trigger: Entry | None = None) -> bool:
    return compile_test(row, "here", [entry.kind])(entry, trigger)


@pytest.mark.parametrize(
    ("operator", "yes", "no"),
    [
        ("above_trigger", [(3, 2)], [(2, 2), (1, 2), (None, 2), (3, None), (None, None)]),
        ("differs_from_trigger", [(3, 2), (1, 2)], [(2, 2), (None, 2), (3, None), (None, None)]),
        ("same_as_trigger", [(2, 2)], [(3, 2), (1, 2), (None, 2), (2, None), (None, None)]),
    ],
)
def test_a_value_beside_the_triggers(operator: str, yes: list[Any], no: list[Any]) -> None:
    asked = compile_value({operator: True}, "here")
    assert [asked(*pair) for pair in yes] == [True] * len(yes)
    assert [asked(*pair) for pair in no] == [False] * len(no)


@pytest.mark.parametrize(
    ("wanted", "yes", "no"),
    [
        (
            {"mentions": ["taxi", "hotel key"]},
            ["A TAXI came", "the Hotel Key, again"],
            ["taxis", "hotel", "", None, 5, ["taxi"]],
        ),
        ({"mentions": ["c.d"]}, ["a c.d e"], ["a cxd e"]),
        (
            {"lacks": "reason"},
            [[{"who": "a"}], [{"reason": "x"}, {"reason": " "}], [{"reason": None}]],
            [[{"reason": "x"}], [], None],
        ),
        ({"is": "a"}, ["a", ["b", "a"]], ["b", ["b"], None]),
        ({"in": ["a", "b"]}, ["a", ["c", "b"]], ["c", [], None]),
        ({"any": ["a", "b"]}, ["b", ["a"]], ["c", ["c"], None]),
        ({"not": "a"}, ["b", None, ["b"]], ["a", ["a", "b"]]),
        ({"not": {"at_least": 2}}, [1, None], [2, 3]),
        ({"not": "a", "given": True}, ["b", False, 0], ["a", None, ""]),
        ({}, ["a", None], []),
        (None, [None], ["a", False, 0]),
        (False, [False], [True, None]),
    ],
)  # fmt: skip
def test_a_value_alone(wanted: Any, yes: list[Any], no: list[Any]) -> None:
    asked = compile_value(wanted, "here")
    assert [asked(value, None) for value in yes] == [True] * len(yes)
    assert [asked(value, None) for value in no] == [False] * len(no)


def test_every_field_that_is_named_must_fit() -> None:
    concern = made("concern", online=True, signs=["missing-from-home", "new-things"])
    assert holds({"kind": "concern"}, concern)
    assert holds({"online": True, "agency": "school", "signs": ["other", "new-things"]}, concern)
    assert not holds({"online": False, "agency": "school"}, concern)
    assert not holds({"online": True, "agency": "police"}, concern)
    assert not holds({"online": True, "signs": ["other"]}, concern)
    assert holds({"signs": "new-things"}, concern)
    assert not holds({"signs": "other"}, concern)
    assert holds({"agency": ["police", "school"]}, concern)
    assert holds({"trafficking": [None, "none"]}, concern)
    assert not holds({"trafficking": ["none"]}, concern)


@pytest.mark.parametrize(("value", "given"), [(0, True), (2, True), (None, False)])
def test_a_number_that_is_nought_is_given(value: int | None, given: bool) -> None:
    screening = made("screening", category=value)
    assert holds({"category": {"given": True}}, screening) is given
    assert holds({"category": {"given": False}}, screening) is not given


def test_a_no_is_given_and_an_empty_list_is_not() -> None:
    assert holds({"online": {"given": True}}, made("concern", online=False))
    assert not holds({"signs": {"given": True}}, made("concern", signs=[]))
    assert holds({"signs": {"given": True}}, made("concern", signs=["other"]))


def test_an_agency_and_a_field_beside_those_of_the_trigger() -> None:
    ours, theirs = made("screening", category=2), made("screening", category=1, agency="police")
    assert holds({"agency": {"differs_from_trigger": True}}, theirs, ours)
    assert not holds({"agency": {"differs_from_trigger": True}}, ours, ours)
    assert not holds({"agency": {"differs_from_trigger": True}}, theirs)
    assert holds({"category": {"above_trigger": True}}, ours, theirs)
    assert not holds({"category": {"above_trigger": True}}, theirs, ours)
    assert not holds({"category": {"above_trigger": True}}, ours)


@pytest.mark.parametrize(
    ("lasts", "start", "end", "yes"),
    [
        ({"under": "5 years"}, "2026-06-01", "2031-05-30", True),
        ({"under": "5 years"}, "2026-06-01", "2031-05-31", False),
        ({"under": "5 years"}, None, "2031-05-30", True),  # from the day it was made
        ({"under": "5 years"}, None, "2031-05-31", False),
        ({"under": "5 years"}, "2026-06-01", None, False),
        ({"over": "5 years"}, "2026-06-01", "2031-06-01", False),
        ({"over": "5 years"}, "2026-06-01", "2031-06-02", True),
        ({"over": "5 years"}, "2025-06-01", "2030-06-02", True),
        ({"over": "5 years"}, "2026-06-01", None, False),
    ],
)
def test_how_long_an_order_lasts(lasts: dict[str, str], start: str | None, end: str | None, yes: bool) -> None:
    """Five years from 1 June end on 31 May; people also write 1 June, and that alone is not over."""
    order = made("order", type="shpo", step="made", **{"from": start, "to": end})
    assert holds({"lasts": lasts}, order) is yes


@pytest.mark.parametrize("lasts", ["5 years", {}, {"within": "5 years"}, {"under": "5 years", "over": "6 years"}])
def test_a_length_takes_under_or_over(lasts: Any) -> None:
    with pytest.raises(PackError, match="here: 'lasts' takes one of 'under' or 'over' with a length of time"):
        compile_test({"lasts": lasts}, "here", ["order"])


@pytest.mark.parametrize(
    ("row", "kind", "says"),
    [
        ({"category": 9}, "screening", "'9' is not a value of category; expected one of 0, 1, 2, 3"),
        ({"category": [1, 9]}, "screening", "'9' is not a value of category"),
        ({"category": {"not": {"in": [1, 9]}}}, "screening", "'9' is not a value of category"),
        ({"category": {"is": 9}}, "screening", "'9' is not a value of category"),
        ({"attended": {"all": ["police", "taxi"]}}, "meeting", "'taxi' is not a value of attended"),
        ({"attended": {"any": ["taxi"]}}, "meeting", "'taxi' is not a value of attended"),
        ({"agency": "taxi"}, "meeting", "'taxi' is not a value of agency; expected one of police"),
        ({"speed": 3}, "closure", "a closure has no field 'speed'; expected one of reason"),
        ({"speed": 3}, "conference", "a conference has no field 'speed'; expected one of none, it has no fields"),
        ({"category": {"atleast": 2}}, "screening", "a test has no key 'atleast'; did you mean 'at_least'?"),
        ({"category": {"at_least": "2"}}, "screening", "'2' is not a whole number; expected one"),
        ({"rationale": {"blames": ["a"]}}, "screening", "'blames' can stand in the 'when' of a guard alone"),
        ({"rationale": {"blames": {"words": {}, "phrases": [], "more": 1}}}, "screening", "'blames' can stand in the"),
        ({"rationale": {"blames": {"words": {}}}}, "screening", "'blames' can stand in the 'when' of a guard alone"),
    ],
)
def test_what_a_test_cannot_ask_is_refused(row: dict[str, Any], kind: str, says: str) -> None:
    with pytest.raises(PackError) as refused:
        compile_test(row, "here", [kind])
    assert says in str(refused.value)


def test_yes_no_and_nothing_are_never_out_of_place() -> None:
    assert holds({"category": None}, made("screening"))
    assert not holds({"category": True}, made("screening", category=2))
    assert holds({"category": {"not": None}}, made("screening", category=2))


def test_what_is_refused_names_the_line_of_the_word() -> None:
    row = read_text("kind: screening\nagency: school\ncategory: 9\n", "rules.yaml")
    with pytest.raises(PackError, match=r"^rules\.yaml, line 3: '9' is not a value of category"):
        compile_test(row, "elsewhere", ["screening"])
    with pytest.raises(PackError, match=r"^elsewhere: '9' is not a value of category"):
        compile_test(dict(row), "elsewhere", ["screening"])


def test_numbers_and_lengths_of_time_are_read_or_refused() -> None:
    assert whole_number(0, "here") == 0
    assert str(parse_duration("3 working days", "here")) == "3 working days"
    with pytest.raises(PackError, match="here: 'soon' is not a length of time"):
        parse_duration("soon", "here")
