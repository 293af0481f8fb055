"""Each type of answer, read from form data, good and bad."""

import datetime as dt

import pytest

from safekept.govuk import forms, values
from safekept.govuk.values import Option, OptionGroup, Unreadable
from safekept.govuk.when import LONDON
from safekept.kinds import Field

NOW = dt.datetime(2026, 4, 10, 12, 0, tzinfo=LONDON)
SIGNS = [OptionGroup("Home", (Option("missing-from-home", "Missing from home"), Option("gifts", "Gifts")))]


def question(type_, **more):
    return Field("q", type_, "What is it?", **more)


def day(day_, month, year):
    return {"q-day": [day_], "q-month": [month], "q-year": [year]}


@pytest.mark.parametrize(
    ("asked", "raw", "offered", "expected"),
    [
        (question("yes-no"), {"q": ["yes"]}, (), True),
        (question("yes-no"), {"q": ["no"]}, (), False),
        (question("yes-no"), {}, (), None),
        (question("text"), {"q": ["  by phone \x00"]}, (), "by phone"),
        (question("text"), {"q": ["other"], "q-other": ["Aunt"]}, SIGNS, "Aunt"),
        (question("narrative"), {"q": ["one\r\ntwo"]}, (), "one\ntwo"),
        (question("narrative"), {"q": ["  "]}, (), None),
        (question("choices"), {"q": ["gifts", "gifts", ""]}, SIGNS, ["gifts"]),
        (question("ids"), {"q": ["missing-from-home"]}, SIGNS, ["missing-from-home"]),
        (question("number"), {"q": ["12"]}, (), 12),
        (question("number", of={"0": "None", "2": "Two"}), {"q": ["2"]}, (), 2),
        (question("date"), day("4", "3", "2026"), (), "2026-03-04"),
        (question("date"), day("4", "March", "2026"), (), "2026-03-04"),
        (question("date"), day("29", "feb", "2028"), (), "2028-02-29"),
        (question("date"), {}, (), None),
        (question("texts", of={"q1": "One", "q2": "Two"}), {"q-q2": ["yes, a bit"]}, (), {"q2": "yes, a bit"}),
        (
            question("texts"),
            {"q-0-key": ["Safe at night"], "q-0-text": ["Her aunt"]},
            (),
            {"Safe at night": "Her aunt"},
        ),
        (question("texts"), {"q-0-key": [""], "q-0-text": [""]}, (), None),
        (question("scores"), {"q-gifts": ["7"]}, SIGNS, {"gifts": 7}),
        (
            question("rows"),
            {"q-1-who": ["Mother"], "q-1-reason": ["Asked to"]},
            (),
            [{"who": "Mother", "reason": "Asked to"}],
        ),
        (question("rows"), {"q-0-who": [""], "q-0-reason": [""]}, (), None),
    ],
)
def test_good_answers_read_as_the_history_has_them(asked, raw, offered, expected):
    value = values.read(asked, raw, offered)
    assert value == expected
    assert value is None or asked.accepts(value)


@pytest.mark.parametrize(
    ("asked", "raw", "says"),
    [
        (question("yes-no"), {"q": ["maybe"]}, "Choose yes or no"),
        (question("text"), {"q": ["x" * 501]}, "500 characters or fewer; there are 501"),
        (question("narrative"), {"q": ["x" * 20_001]}, "20,000 characters"),
        (question("choice", of={"a": "A"}), {"q": ["z"]}, "one of the answers shown"),
        (question("choices"), {"q": ["z"]}, "from the answers shown"),
        (question("number"), {"q": ["three"]}, "whole number"),
        (question("number", of={"1": "One"}), {"q": ["4"]}, "one of the answers shown"),
        (question("date"), day("30", "2", "2026"), "does not exist"),
        (question("date"), day("4", "13", "2026"), "month as a number or a name"),
        (question("date"), day("4", "Octember", "26"), "four digits"),
        (question("date"), day("", "3", "2026"), "day as well"),
        (question("scores"), {"q-gifts": ["11"]}, "from 0 to 10"),
        (question("scores"), {"q-gifts": ["²"]}, "from 0 to 10"),
        (question("rows"), {"q-0-who": ["Mother"]}, "Say why"),
        (question("rows"), {"q-0-reason": ["Asked to"]}, "Say who"),
        (question("texts"), {"q-0-text": ["Her aunt"]}, "what should be better"),
        (question("texts"), {"q-0-key": ["A"], "q-1-key": ["A"]}, "stands twice"),
    ],
)
def test_bad_answers_get_a_sentence(asked, raw, says):
    offered = () if asked.of is None else [OptionGroup("", tuple(Option(k, v) for k, v in asked.of.items()))]
    with pytest.raises(Unreadable, match=says):
        values.read(asked, raw, offered or (SIGNS if asked.type in ("scores", "choices") else ()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16:10", (16, 10)),
        ("4.10pm", (16, 10)),
        ("4pm", (16, 0)),
        ("12am", (0, 0)),
        ("1610", (16, 10)),
        ("9 05", (9, 5)),
    ],
)
def test_times_people_type(text, expected):
    assert values.read_time(text, "t") == dt.time(*expected)


@pytest.mark.parametrize("text", ["25:00", "16", "13pm", "noonish", "16:70"])
def test_times_that_are_none(text):
    with pytest.raises(Unreadable, match="hours and minutes"):
        values.read_time(text, "t")


def test_a_moment_is_in_london_and_not_in_the_future():
    raw = {**day("1", "4", "2026"), "q-time": ["10:00"]}
    assert values.read_moment(raw, "q", NOW) == dt.datetime(2026, 4, 1, 9, 0, tzinfo=dt.UTC)
    with pytest.raises(Unreadable, match="later than now"):
        values.read_moment({**day("11", "4", "2026"), "q-time": ["10:00"]}, "q", NOW)


@pytest.mark.parametrize(
    ("typed", "earliest", "latest"),
    [
        ({"at_earliest": ("1", "")}, (1, 0, 0), (1, 23, 59)),
        ({"at_earliest": ("1", "09:00")}, (1, 9, 0), None),
        ({"at_earliest": ("1", ""), "at_latest": ("3", "")}, (1, 0, 0), (3, 23, 59)),
        ({"at_earliest": ("1", "09:00"), "at_latest": ("3", "")}, (1, 9, 0), (3, 23, 59)),
        ({"at_earliest": ("10", "")}, (10, 0, 0), (10, 12, 0)),
        ({"at_earliest": ("9", "20:00"), "at_latest": ("10", "")}, (9, 20, 0), (10, 12, 0)),
    ],
)
def test_a_day_known_without_a_time_is_all_of_that_day(typed, earliest, latest):
    """It is noon of 10 April 2026: what is known of today ends now."""
    raw = {"at-when": ["about"]}
    for name, (number, time) in typed.items():
        raw |= {f"{name}-day": [number], f"{name}-month": ["4"], f"{name}-year": ["2026"], f"{name}-time": [time]}
    moment, problems = forms.read_when(raw, dt.datetime(2026, 4, 10, 12, 0, tzinfo=LONDON))
    assert not problems
    assert moment.at == dt.datetime(2026, 4, *earliest, tzinfo=LONDON)
    assert moment.at_latest == (dt.datetime(2026, 4, *latest, tzinfo=LONDON) if latest else None)


def test_a_day_that_has_not_come_is_refused_without_a_time_too():
    raw = {"at-when": ["about"], "at_earliest-day": ["11"], "at_earliest-month": ["4"], "at_earliest-year": ["2026"]}
    moment, (problem,) = forms.read_when(raw, dt.datetime(2026, 4, 10, 12, 0, tzinfo=LONDON))
    assert moment is None and "later than now" in problem.text


def test_a_moment_needs_both_parts_and_must_have_existed():
    with pytest.raises(Unreadable, match="time as well"):
        values.read_moment(day("1", "4", "2026"), "q", NOW)
    with pytest.raises(Unreadable, match="day as well"):
        values.read_moment({"q-time": ["10:00"]}, "q", NOW)
    with pytest.raises(Unreadable, match="clocks went forward"):
        values.read_moment({**day("29", "3", "2026"), "q-time": ["01:30"]}, "q", NOW)


@pytest.mark.parametrize(
    ("asked", "value", "offered"),
    [
        (question("yes-no"), False, ()),
        (question("date"), "2026-03-04", ()),
        (question("choices"), ["gifts", "missing-from-home"], SIGNS),
        (question("scores"), {"gifts": 0}, SIGNS),
        (question("texts"), {"Safe": "Aunt", "Well": "GP"}, ()),
        (question("texts", of={"q1": "One"}), {"q1": "Words"}, ()),
        (question("rows"), [{"who": "A", "reason": "B"}], ()),
        (question("number"), -3, ()),
    ],
)
def test_what_is_written_reads_back(asked, value, offered):
    assert values.read(asked, values.write(asked, value), offered) == value
