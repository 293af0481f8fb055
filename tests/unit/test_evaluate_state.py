"""Which entries count at a moment, and what is in force then. Dates are worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from safekept.calendars import LONDON, UTC
from safekept.procedures import evaluate, load_pack, parse_history
from safekept.procedures.beginning import begin
from safekept.procedures.library import Library
from safekept.procedures.state import State

NOW = dt.datetime(2026, 6, 30, 11, tzinfo=UTC)


def entry(entry_id: str, kind: str, day: str, **fields: Any) -> dict[str, Any]:
    return {"id": entry_id, "kind": kind, "at": f"{day}T10:00:00+01:00", "agency": "school", **fields}


def state(*entries: dict[str, Any], at: dt.datetime = NOW, known_at: dt.datetime | None = None) -> State:
    subject = {"kind": "child", "id": "c1", "area": "birmingham"}
    return State(parse_history({"subject": subject, "entries": list(entries)}), at, known_at)


def counting(*entries: dict[str, Any], at: dt.datetime = NOW, known_at: dt.datetime | None = None) -> list[str]:
    return [e.id for e in state(*entries, at=at, known_at=known_at).counting]


def recorded(hour: int) -> dict[str, str]:
    return {"recorded_at": f"2026-06-20T{hour:02}:00:00+00:00"}


# --- which entries count ---


def test_an_entry_is_there_from_its_moment_and_known_from_when_it_was_recorded() -> None:
    one = entry("e", "note", "2026-06-01", **recorded(9))
    happened, written = dt.datetime(2026, 6, 1, 9, tzinfo=UTC), dt.datetime(2026, 6, 20, 9, tzinfo=UTC)
    second = dt.timedelta(seconds=1)
    assert counting(one, at=happened) == ["e"]
    assert counting(one, at=happened - second) == []
    assert counting(one, known_at=written) == ["e"]
    assert counting(one, known_at=written - second) == []


def test_an_entry_without_corrections_counts_beside_one_that_was_corrected() -> None:
    entries = [
        entry("a", "note", "2026-06-01"),
        entry("b", "note", "2026-06-02"),
        entry("b2", "note", "2026-06-04", supersedes="b"),
        entry("c", "note", "2026-06-03"),
    ]
    assert counting(*entries) == ["a", "c", "b2"]
    found = state(*entries)
    assert {root: [e.id for e in gone] for root, gone in found.set_aside.items()} == {"b": ["b"]}
    assert state(entries[0]).set_aside == {}


def test_of_two_withdrawals_the_later_recorded_is_named() -> None:
    """Both are in force; the last word on the entry is the second."""
    one = entry("e", "note", "2026-06-01", **recorded(8))
    early = entry("w1", "withdrawn", "2026-06-02", answers=["e"], reason="In error.", **recorded(9))
    late = entry("w2", "withdrawn", "2026-06-02", answers=["e"], reason="The wrong child.", **recorded(10))
    assert state(one, early, late).withdrawals["e"].id == "w2"
    assert counting(one, early, late) == ["w1", "w2"]


def test_a_withdrawal_takes_back_what_was_recorded_by_then() -> None:
    one = entry("e", "note", "2026-06-01", **recorded(8))
    gone = entry("w", "withdrawn", "2026-06-02", answers=["e"], reason="In error.", **recorded(10))
    for hour, stands in ((9, False), (10, False), (11, True)):
        again = entry("e2", "note", "2026-06-01", supersedes="e", **recorded(hour))
        assert ("e2" in counting(one, gone, again)) is stands, hour


def test_a_withdrawal_that_names_the_correction_takes_back_the_whole_chain() -> None:
    one = entry("e", "note", "2026-06-01", **recorded(8))
    again = entry("e2", "note", "2026-06-01", supersedes="e", **recorded(9))
    gone = entry("w", "withdrawn", "2026-06-02", answers=["e2"], reason="In error.", **recorded(10))
    found = state(one, again, gone)
    assert [e.id for e in found.counting] == ["w"]
    assert [e.id for e in found.set_aside["e"]] == ["e", "e2"]
    assert found.withdrawals["e"].id == "w"


def test_when_of_rivals_one_is_taken_back_the_other_counts() -> None:
    one = entry("e", "note", "2026-06-01", **recorded(8))
    first = entry("a", "note", "2026-06-01", supersedes="e", **recorded(9))
    gone = entry("w", "withdrawn", "2026-06-02", answers=["e"], reason="In error.", **recorded(10))
    second = entry("b", "note", "2026-06-01", supersedes="e", **recorded(11))
    assert counting(one, first, second) == ["b"]
    assert counting(one, first, gone, second) == ["b", "w"]


def test_of_corrections_recorded_at_once_the_later_happening_and_then_the_higher_id_counts() -> None:
    one = entry("e", "note", "2026-06-01", **recorded(8))
    rivals = [
        entry(n, "note", f"2026-06-0{d}", supersedes="e", **recorded(9)) for n, d in (("z", 1), ("m", 2), ("a", 2))
    ]
    assert counting(one, *rivals) == ["m"]


# --- what answers what ---


def test_answers_reach_through_corrections_and_past_what_is_not_there() -> None:
    entries = [
        entry("a", "note", "2026-06-01"),
        entry("b", "note", "2026-06-02", answers=["a"]),
        entry("b2", "note", "2026-06-02", supersedes="b", answers=["a"]),
        entry("c", "note", "2026-06-03", answers=["b"]),
        entry("d", "note", "2026-06-04", answers=["c", "x"]),
        entry("x", "note", "2026-07-04"),
    ]
    found = state(*entries)
    heads = {e.id: e for e in found.counting}
    assert set(found.reach(heads["d"])) == {"a", "b", "c", "x"}
    assert set(found.reach(heads["c"])) == {"a", "b"}
    assert set(found.reach(heads["b2"])) == {"a"}
    assert set(found.reach(heads["a"])) == set()
    again = state(*entries)
    assert set(again.reach(next(e for e in again.counting if e.id == "c"))) == {"a", "b"}


def test_corrections_that_make_answers_run_in_a_circle_are_read_to_their_end() -> None:
    entries = [
        entry("a", "note", "2026-06-01"),
        entry("b", "note", "2026-06-02", answers=["a"]),
        entry("a2", "note", "2026-06-03", supersedes="a", answers=["b"]),
    ]
    found = state(*entries)
    assert [set(found.reach(e)) for e in found.counting] == [{"a", "b"}, {"a", "b"}]


RULE = """
- id: talked-over
  title: Talk it over
  cites: [NEW-1]
  when: {kind: referral}
  reads: Somebody refers a child
  owes: {kind: discussion}
  from: {kind: concern}
  within: 24 hours
  owner: children-services
  says: It is talked over.
"""


def test_a_duty_that_was_taken_back_counts_from_what_its_trigger_answered(tmp_path: Path) -> None:
    begin(tmp_path, "small", "Small")
    (tmp_path / "rules" / "first.yaml").write_text(RULE, "utf-8")
    entries = [
        entry("c1", "concern", "2026-05-01"),
        entry("c2", "concern", "2026-05-20"),
        entry("r", "referral", "2026-06-01", answers=["c1"]),
        entry("w", "withdrawn", "2026-06-02", answers=["r"], reason="The wrong child."),
    ]
    history = parse_history({"subject": {"kind": "child", "id": "c1"}, "entries": entries})
    (duty,) = evaluate(Library({"small": load_pack(tmp_path)}, {}), history, NOW, None, ["small"]).obligations
    assert (duty.status, duty.anchor, duty.depends_on) == ("lapsed", "c1", ("c1", "r", "w"))
    assert duty.due == dt.datetime(2026, 5, 2, 9, tzinfo=UTC)


# --- looking back ---


def test_the_latest_and_what_lies_between_are_inclusive() -> None:
    found = state(*(entry(f"n{day}", "note", f"2026-06-0{day}") for day in (1, 2, 3)))

    def at(day: int, hour: int = 10) -> dt.datetime:
        return dt.datetime(2026, 6, day, hour, tzinfo=LONDON)

    def named(after: dt.datetime | None, until: dt.datetime) -> list[str]:
        return [e.id for e in found.between("note", after, until)]

    latest = [found.latest("note", moment) for moment in (at(1, 9), at(1), at(2, 9), at(2), at(3, 9), at(3), at(9))]
    assert [e and e.id for e in latest] == [None, "n1", "n1", "n2", "n2", "n3", "n3"]
    assert found.latest("concern", at(9)) is None
    assert named(None, at(9)) == ["n1", "n2", "n3"]
    assert named(None, at(2)) == ["n1", "n2"]
    assert named(at(2), at(9)) == ["n2", "n3"]
    assert named(at(2), at(2)) == ["n2"]
    assert named(at(2, 11), at(3, 9)) == []
    assert list(found.between("concern", None, at(9))) == []


# --- what is in force ---


def circumstance(entry_id: str, day: str, start: str | None = None, end: str | None = None) -> dict[str, Any]:
    return entry(entry_id, "circumstance", day, what="looked-after", **{"from": start, "to": end})


def in_force(day: str, *entries: dict[str, Any]) -> bool:
    moment = dt.datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=LONDON)
    found = state(*entries)
    held = found.circumstance("looked-after", moment) is not None
    assert ("looked-after" in found.in_force(moment)) is held
    return held


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2026-05-09", False), ("2026-05-10", True), ("2026-05-20", True), ("2026-05-21", False), ("2026-06-30", False)],
)
def test_a_circumstance_holds_from_its_first_day_to_its_last(day: str, holds: bool) -> None:
    unsaid = entry("n", "circumstance", "2026-05-01")
    span = circumstance("k", "2026-05-15", "2026-05-10", "2026-05-20")
    assert in_force(day, unsaid, span) is holds


def test_a_circumstance_whose_days_are_in_the_wrong_order_never_holds() -> None:
    span = circumstance("k", "2026-05-15", "2026-05-20", "2026-05-10")
    assert not any(in_force(f"2026-05-{day:02}", span) for day in (9, 10, 11, 15, 19, 20, 21))


def test_a_circumstance_of_one_day_holds_that_day() -> None:
    span = circumstance("k", "2026-05-15", "2026-05-10", "2026-05-10")
    assert [in_force(f"2026-05-{day:02}", span) for day in (9, 10, 11)] == [False, True, False]


def test_a_last_day_at_the_end_of_the_calendar_is_no_error() -> None:
    assert in_force("2026-06-30", circumstance("k", "2026-05-15", "2026-05-10", "9999-12-31"))


def test_two_spans_that_meet_or_overlap_hold_until_the_later_ends() -> None:
    first = circumstance("k1", "2026-05-01", "2026-05-01", "2026-05-10")
    second = circumstance("k2", "2026-05-02", "2026-05-08", "2026-05-20")
    days = (7, 8, 10, 11, 20, 21)
    assert [in_force(f"2026-05-{day:02}", first, second) for day in days] == [True, True, True, True, True, False]


def test_a_first_and_a_last_day_together_are_a_span_of_their_own() -> None:
    """The first is still open: only an entry with a last day alone closes it."""
    first = circumstance("k1", "2026-05-01", "2026-05-01")
    second = circumstance("k2", "2026-05-02", "2026-05-03", "2026-05-04")
    assert in_force("2026-06-01", first, second)
    assert not in_force("2026-06-01", first, circumstance("k2", "2026-05-02", None, "2026-05-04"))


def test_a_last_day_alone_closes_every_span_that_is_open_and_no_other() -> None:
    closed = circumstance("k1", "2026-04-01", "2026-04-01", "2026-06-10")
    first, second = circumstance("k2", "2026-05-01"), circumstance("k3", "2026-05-02")
    ended = circumstance("k4", "2026-05-05", None, "2026-05-20")
    assert in_force("2026-05-20", first, second, ended)
    assert not in_force("2026-05-21", first, second, ended)
    assert in_force("2026-06-10", closed, first, ended)
    assert not in_force("2026-06-11", closed, first, ended)


def test_a_last_day_alone_with_nothing_open_is_a_span_from_the_day_it_tells_of() -> None:
    ended = circumstance("k", "2026-05-05", None, "2026-05-20")
    days = ("2026-05-04", "2026-05-05", "2026-05-20", "2026-05-21")
    assert [in_force(day, ended) for day in days] == [False, True, True, False]


def test_neither_day_is_from_the_day_it_tells_of_on() -> None:
    """Two are open then: one more, without a day, does not close the first."""
    entries = [circumstance("k1", "2026-05-05"), circumstance("k2", "2026-05-10")]
    assert [in_force(day, *entries) for day in ("2026-05-04", "2026-05-05", "2026-06-30")] == [False, True, True]
    found = state(*entries).circumstance("looked-after", NOW)
    assert found is not None and found.id == "k2"
