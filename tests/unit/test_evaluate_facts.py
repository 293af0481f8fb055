"""What a condition asks of a subject: ages, circumstances and other entries. Dates are worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from safekept.calendars import UTC
from safekept.procedures import parse_history
from safekept.procedures.entry_tests import compile_test
from safekept.procedures.facts import compile_fact
from safekept.procedures.reading import PackError
from safekept.procedures.state import State

NOON = dt.datetime(2026, 6, 10, 11, tzinfo=UTC)


def entry(entry_id: str, kind: str, day: str, **fields: Any) -> dict[str, Any]:
    return {"id": entry_id, "kind": kind, "at": f"{day}T10:00:00+01:00", "agency": "school", **fields}


def state(*entries: dict[str, Any], related: list[Any] | None = None, **subject: Any) -> State:
    """The history as it stands on 10 June 2026 at noon in London."""
    about = {"kind": "child", "id": "c1", "area": "birmingham", **subject}
    return State(parse_history({"subject": about, "entries": list(entries), "related": related or []}), NOON, None)


def asked(row: Any, about: State, trigger: str = "", moment: dt.datetime = NOON) -> bool:
    found = next((e for e in about.counting if e.id == trigger), None)
    return compile_fact(row, "here")(about, moment, found)


@pytest.mark.parametrize(
    ("born", "limits", "holds"),
    [
        ("2026-06-10", {"under": 13}, True),  # born this day
        ("2026-06-11", {"under": 13}, False),  # not born yet
        ("2013-06-11", {"under": 13}, True),
        ("2013-06-10", {"under": 13}, False),
        ("2013-06-10", {"at_least": 13}, True),
        ("2013-06-11", {"at_least": 13}, False),
        ("1926-06-10", {"at_least": 13}, True),
        ("2011-06-11", {"at_least": 13, "under": 15}, True),
        ("2011-06-10", {"at_least": 13, "under": 15}, False),
    ],
)
def test_an_age_is_that_of_the_day(born: str, limits: dict[str, int], holds: bool) -> None:
    assert asked({"age": limits}, state(born=born)) is holds


def test_without_a_birth_date_no_age_holds() -> None:
    assert not asked({"age": {"under": 200}}, state())
    assert not asked({"age": {"at_least": 0}}, state())


@pytest.mark.parametrize(
    ("born", "holds"),
    [("2013-06-11", False), ("2013-06-10", True), ("2010-06-11", True), ("2010-06-10", False), (None, False)],
)
def test_the_age_of_the_child_that_is_named(born: str | None, holds: bool) -> None:
    notice = entry("o", "order", "2026-06-10", type="cawn", step="served", child="c2")
    child = {"subject": {"kind": "child", "id": "c2", "born": born}}
    row = {"child_age": {"at_least": 13, "under": 16}}
    assert asked(row, state(notice, related=[child]), "o") is holds
    assert not asked(row, state(notice), "o")
    assert not asked(row, state(notice, related=[child]))


def test_an_age_that_is_no_mapping_is_refused() -> None:
    for name in ("age", "child_age"):
        for limits in (13, {"over": 13}, {"under": "13"}, {"at_least": True}):
            with pytest.raises(PackError):
                compile_fact({name: limits}, "here")


def test_entries_are_counted_without_the_trigger_wherever_it_stands() -> None:
    three = state(*(entry(f"m{day}", "missing", f"2026-06-0{day}", category="missing") for day in (1, 2, 3)))
    for trigger in ("m1", "m2", "m3"):
        assert asked({"exists": {"kind": "missing", "count": 2}}, three, trigger)
        assert not asked({"exists": {"kind": "missing", "count": 3}}, three, trigger)
        assert asked({"exists": {"kind": "missing", "count": 3, "and_trigger": True}}, three, trigger)
        assert not asked({"exists": {"kind": "missing", "count": 3, "and_trigger": False}}, three, trigger)
    assert asked({"exists": {"kind": "missing", "count": 3}}, three)
    assert not asked({"exists": {"kind": "missing", "count": 4}}, three)


def test_one_entry_is_enough_where_no_count_is_given_and_it_must_pass_the_test() -> None:
    one = state(entry("m", "missing", "2026-06-01", category="absent"))
    assert asked({"exists": {"kind": "missing"}}, one)
    assert not asked({"exists": {"kind": "missing"}}, one, "m")
    assert not asked({"exists": {"kind": "missing", "category": "missing"}}, one)
    assert not asked({"exists": {"kind": "found"}}, one)


@pytest.mark.parametrize(("hour", "holds"), [("12:00", True), ("11:59", False)])
def test_a_time_back_is_counted_to_the_minute_and_inclusive(hour: str, holds: bool) -> None:
    """Seven days before noon on 10 June is noon on 3 June."""
    found = state(entry("m", "missing", "2026-06-03", category="missing") | {"at": f"2026-06-03T{hour}:00+01:00"})
    assert asked({"exists": {"kind": "missing", "in_last": "7 days"}}, found) is holds


def test_what_happened_after_the_moment_is_not_counted() -> None:
    found = state(entry("m", "missing", "2026-06-03", category="missing"))
    earlier = dt.datetime(2026, 6, 3, 8, 59, tzinfo=UTC)
    for row in ({"exists": {"kind": "missing"}}, {"latest": {"kind": "missing"}}):
        assert asked(row, found, moment=earlier + dt.timedelta(minutes=1))
        assert not asked(row, found, moment=earlier)


def test_months_cannot_be_counted_back() -> None:
    with pytest.raises(PackError, match="cannot be counted back; expected hours, days or weeks"):
        compile_fact({"exists": {"kind": "missing", "in_last": "3 months"}}, "here")


def test_the_latest_is_the_last_but_for_the_trigger() -> None:
    screened = [entry(f"s{day}", "screening", f"2026-06-0{day}", category=day) for day in (1, 2, 3)]
    about = state(*screened)
    assert asked({"latest": {"kind": "screening", "category": 3}}, about)
    assert asked({"latest": {"kind": "screening", "category": 2}}, about, "s3")
    assert asked({"latest": {"kind": "screening", "category": 3}}, about, "s1")
    assert not asked({"latest": {"kind": "screening", "category": 1}}, about, "s3")
    assert not asked({"latest": {"kind": "screening"}}, state(screened[0]), "s1")
    assert not asked({"latest": {"kind": "screening"}}, state())


def test_what_follows_the_latest_ends_it_and_what_came_before_does_not() -> None:
    row = {"latest": {"kind": "missing", "not_followed_by": "found"}}
    gone, back = entry("m", "missing", "2026-06-02", category="missing"), entry("f", "found", "2026-06-03")
    assert asked(row, state(gone))
    assert not asked(row, state(gone, back))
    assert asked(row, state(gone, back | {"at": "2026-06-01T10:00:00+01:00"}))


def test_an_entry_does_not_follow_itself() -> None:
    row = {"latest": {"kind": "concern", "not_followed_by": "concern"}}
    two = state(entry("c1", "concern", "2026-06-01"), entry("c2", "concern", "2026-06-02"))
    assert asked(row, two)
    assert not asked(row, two, "c2")  # what is looked at then is the first, which the second follows


def test_what_is_asked_of_the_trigger() -> None:
    about = state(entry("c", "concern", "2026-06-01", online=True))
    assert asked({"trigger": {"kind": "concern", "online": True}}, about, "c")
    assert asked({"trigger": {"agency": "school"}}, about, "c")
    assert not asked({"trigger": {"agency": "police"}}, about, "c")
    assert not asked({"trigger": {"agency": "school"}}, about)
    with pytest.raises(PackError, match="a concern has no field 'category'"):
        compile_fact({"trigger": {"kind": "concern", "category": 1}}, "here")


@pytest.mark.parametrize("other", ["closure", "concern", "screening"])
def test_a_trigger_of_another_kind_is_not_the_one_that_is_asked_for(other: str) -> None:
    """A rule can be set off by several kinds, and its condition can be about one of them."""
    about = state(entry("e", other, "2026-06-01"))
    assert asked({"trigger": {"kind": "concern"}}, about, "e") is (other == "concern")
    with pytest.raises(PackError, match="'rumour' is not a kind of entry"):
        compile_fact({"trigger": {"kind": "rumour", "online": True}}, "here")


@pytest.mark.parametrize(("area", "differs"), [("newham", True), ("birmingham", False), (None, False)])
def test_whether_a_linked_child_lives_in_another_area(area: str | None, differs: bool) -> None:
    concern = entry("c", "concern", "2026-06-01", linked_children=["c3", "c2"])
    other = {"subject": {"kind": "child", "id": "c2", "area": area}}
    about = state(concern, related=[other])
    assert asked({"linked_area_differs": True}, about, "c") is differs
    assert asked({"linked_area_differs": False}, about, "c") is not differs
    assert not asked({"linked_area_differs": True}, state(concern), "c")
    assert not asked({"linked_area_differs": True}, state(concern, related=[other], area=None), "c")
    assert not asked({"linked_area_differs": True}, about)


def test_conditions_join_all_any_and_not() -> None:
    known = state(entry("c", "concern", "2026-06-01"), born="2013-01-01")
    yes, no = {"exists": {"kind": "concern"}}, {"exists": {"kind": "closure"}}
    for row, holds in (
        ({"all": [yes, yes]}, True), ({"all": [yes, no]}, False), ({"all": [no, yes]}, False),
        ({"any": [no, yes]}, True), ({"any": [yes, no]}, True), ({"any": [no, no]}, False),
        ({"not": no}, True), ({"not": yes}, False), ({**yes, "age": {"under": 10}}, False), ({**yes, "not": no}, True),
    ):  # fmt: skip
        assert asked(row, known) is holds, row


def test_a_circumstance_that_is_not_one_is_refused() -> None:
    with pytest.raises(PackError, match="'abroad' is not a value of circumstance; expected one of looked-after"):
        compile_fact({"circumstance": ["abroad"]}, "here")
    with pytest.raises(PackError, match="expected a list here"):
        compile_fact({"circumstance": "looked-after"}, "here")


def test_the_same_words_are_the_same_function_in_whatever_order() -> None:
    first = compile_fact({"age": {"under": 7}, "exists": {"kind": "note"}}, "here")
    assert compile_fact({"exists": {"kind": "note"}, "age": {"under": 7}}, "there") is first
    assert compile_fact({"exists": {"kind": "note"}, "age": {"under": 8}}, "there") is not first
    test = compile_test({"kind": "concern", "online": True, "agency": "police"}, "here", ["concern"])
    assert compile_test({"agency": "police", "online": True, "kind": "concern"}, "there", ["concern"]) is test
    assert compile_test({"agency": "police", "online": False, "kind": "concern"}, "there", ["concern"]) is not test
