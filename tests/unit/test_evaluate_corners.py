"""The corners of reading a history, each with a procedure as small as what it shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from safekept.calendars import CalendarHorizonError
from safekept.procedures import Obligation, Position, evaluate, load_pack, parse_history, parse_moment
from safekept.procedures.beginning import begin
from safekept.procedures.engine import obligations
from safekept.procedures.entry_tests import compile_value
from safekept.procedures.facts import compile_fact
from safekept.procedures.library import Library, load_library
from safekept.procedures.reading import PackError

NOW = "2026-06-30T12:00:00+01:00"
OWED = """
- id: talked-over
  title: Talk it over
  cites: [NEW-1]
  when: {kind: referral}
  reads: Somebody refers a child
  owner: children-services
  says: It is talked over.
"""
ATTENDED = "  owes: {kind: discussion, attended: {all: [police, children-services, school]}}\n"


def made(folder: Path, rule: str, pack_id: str = "small", stages: str = "") -> Library:
    begin(folder, pack_id, "Small")
    (folder / "rules" / "first.yaml").write_text(OWED + rule, "utf-8")
    for one in (folder / "scenarios").iterdir():
        one.unlink()
    if stages:
        pack = (folder / "pack.yaml").read_text("utf-8")
        (folder / "pack.yaml").write_text(pack[: pack.index("stages:")] + stages, "utf-8")
    return Library({pack_id: load_pack(folder)}, {})


def entry(entry_id: str, kind: str, day: str, **fields: Any) -> dict[str, Any]:
    moment = day if "T" in day else f"{day}T10:00:00+01:00"
    return {"id": entry_id, "kind": kind, "at": moment, "agency": "school", **fields}


def stood(library: Library, *entries: dict[str, Any], at: str = NOW, packs: list[str] | None = None) -> Position:
    data = {"subject": {"kind": "child", "id": "c1", "area": "birmingham"}, "entries": list(entries)}
    chosen = packs if packs is not None else ["small"]
    return evaluate(library, parse_history(data), parse_moment(at), None, chosen or None)


def only(position: Position) -> Obligation:
    (found,) = position.obligations
    return found


def talked(entry_id: str, day: str, *attended: str) -> dict[str, Any]:
    return entry(entry_id, "discussion", day, attended=list(attended))


REFERRED = entry("r", "referral", "2026-06-01", to="children-services")


def test_answers_add_up_and_one_that_adds_nothing_is_not_read(tmp_path: Path) -> None:
    library = made(tmp_path, ATTENDED)
    parts = [
        talked("police", "2026-06-02", "police"), talked("again", "2026-06-03", "police"),
        talked("care", "2026-06-04", "children-services"), talked("whole", "2026-06-05", "school"),
    ]  # fmt: skip
    half = only(stood(library, REFERRED, *parts[:3]))
    assert (half.status, half.depends_on) == ("open", ("r", "police", "care"))
    assert [one for one in half.missing if "school" in one.lower()] == list(half.missing)
    done = only(stood(library, REFERRED, *parts))
    assert (done.status, done.met_by, done.depends_on) == ("met", "whole", ("r", "police", "care", "whole"))


def test_what_adds_up_after_the_whole_was_there_counts_no_more(tmp_path: Path) -> None:
    whole = "  owes:\n    - {kind: note}\n    - {kind: discussion, attended: {all: [police, school]}}\n"
    library = made(tmp_path, whole.replace("    - {kind: note}\n", "    - {kind: meeting}\n"))
    met = entry("m", "meeting", "2026-06-03", type="strategy")
    done = only(stood(library, REFERRED, talked("d", "2026-06-02", "police"), met, talked("z", "2026-06-05", "school")))
    assert (done.status, done.met_by, done.depends_on) == ("met", "m", ("r", "d", "m"))


def test_an_answer_to_what_the_duty_counts_from_meets_it(tmp_path: Path) -> None:
    library = made(tmp_path, "  owes: {kind: discussion}\n  from: {kind: concern}\n")
    concerned = entry("c", "concern", "2026-05-20")
    answering = talked("d", "2026-06-02", "police") | {"answers": ["c"]}
    assert only(stood(library, concerned, REFERRED, answering)).met_by == "d"


def test_a_clock_begins_at_what_the_rule_names_and_at_nothing_like_it(tmp_path: Path) -> None:
    rule = "  owes: {kind: discussion}\n  from: {kind: concern, basis: opinion}\n  within: 24 hours\n"
    library = made(tmp_path, rule.replace(", basis: opinion", ", signs: {any: [missing-from-home]}"))
    named = entry("c1", "concern", "2026-05-01", signs=["missing-from-home"])
    other = entry("c2", "concern", "2026-05-20", signs=["new-things"])
    assert only(stood(library, named, other, REFERRED)).due == dt.datetime(2026, 5, 2, 9, tzinfo=dt.UTC)


def test_a_correction_that_came_after_a_withdrawal_stands(tmp_path: Path) -> None:
    library = made(tmp_path, "  owes: {kind: discussion}\n")
    taken = entry("w", "withdrawn", "2026-06-03", answers=["r"], reason="The wrong child.")
    again = REFERRED | {"id": "r2", "supersedes": "r", "recorded_at": "2026-06-04T10:00:00+01:00"}
    assert only(stood(library, REFERRED, taken)).status == "lapsed"
    assert only(stood(library, REFERRED, taken, again)).status == "open"


def test_an_answer_before_its_trigger_meets_nothing(tmp_path: Path) -> None:
    library = made(tmp_path, "  owes: {kind: discussion}\n")
    assert only(stood(library, talked("early", "2026-05-31", "police"), REFERRED)).met_by is None


def test_a_duty_counts_from_what_its_trigger_answers_and_else_from_the_last(tmp_path: Path) -> None:
    library = made(tmp_path, "  owes: {kind: discussion}\n  from: {kind: concern}\n  within: 24 hours\n")
    first, last = entry("c1", "concern", "2026-05-01"), entry("c2", "concern", "2026-05-20")
    answering = REFERRED | {"answers": ["c1"]}
    assert only(stood(library, first, last, answering)).due == dt.datetime(2026, 5, 2, 9, tzinfo=dt.UTC)
    assert only(stood(library, first, last, REFERRED)).due == dt.datetime(2026, 5, 21, 9, tzinfo=dt.UTC)
    later = entry("c3", "concern", "2026-06-02")
    assert only(stood(library, first, REFERRED, later)).due == dt.datetime(2026, 5, 2, 9, tzinfo=dt.UTC)
    assert only(stood(library, REFERRED, later)).due is None


def test_a_day_that_was_named_counts_where_it_is_earlier(tmp_path: Path) -> None:
    rule = OWED.replace("{kind: referral}", "{kind: third-party-material, step: asked}")
    rule = rule.replace("talked-over", "material") + (
        "  owes: {kind: third-party-material, step: received}\n  within: 5 working days\n  by: due\n"
    )
    library = made(tmp_path, "  owes: {kind: discussion}\n" + rule)

    def due(**fields: Any) -> dt.datetime | None:
        asked = entry("m", "third-party-material", "2026-06-01", step="asked", **fields)
        return only(stood(library, asked)).due

    day_eight = dt.datetime(2026, 6, 8, 22, 59, 59, tzinfo=dt.UTC)
    assert due() == day_eight  # 1 June 2026 is a Monday: the fifth working day after it is Monday 8 June
    assert due(due="2026-06-03") == dt.datetime(2026, 6, 3, 22, 59, 59, tzinfo=dt.UTC)
    assert due(due="2026-06-08") == day_eight
    assert due(due="2026-06-30") == day_eight


def test_beyond_the_table_of_holidays_it_says_which_entry(tmp_path: Path) -> None:
    library = made(tmp_path, "  owes: {kind: discussion}\n  within: 3 working days\n")
    far = entry("far", "referral", "2190-06-01", to="children-services")
    with pytest.raises(CalendarHorizonError, match="entry 'far', field 'at'"):
        stood(library, far, at="2190-07-01T12:00:00+01:00")


STAGES = """stages:
  - {id: noticed, label: Noticed, when: {kind: concern}}
  - {id: referred, label: Referred, when: {kind: referral, to: children-services}}
  - {id: closed, label: Closed, ends: true, when: {kind: closure}}
"""


def test_the_stage_is_the_furthest_since_work_last_ended(tmp_path: Path) -> None:
    library = made(tmp_path, "  owes: {kind: discussion}\n", stages=STAGES)
    steps = [
        (entry("n", "note", "2026-06-01"), None),
        (entry("r0", "referral", "2026-06-02", to="police"), None),
        (entry("c", "concern", "2026-06-03"), "noticed"),
        (entry("r", "referral", "2026-06-04", to="children-services"), "referred"),
        (entry("c2", "concern", "2026-06-05"), "referred"),
        (entry("z", "closure", "2026-06-06"), "closed"),
        (entry("n2", "note", "2026-06-07"), "closed"),
        (entry("c3", "concern", "2026-06-08"), "noticed"),
    ]
    for count, (_, stage) in enumerate(steps, 1):
        assert stood(library, *(one for one, _ in steps[:count])).stage == stage, count


def test_of_two_procedures_with_one_duty_the_earlier_clock_holds_and_both_are_named(tmp_path: Path) -> None:
    both = {
        **made(tmp_path / "a", "  owes: {kind: discussion}\n  within: 72 hours\n", "slow").packs,
        **made(tmp_path / "b", "  owes: {kind: discussion}\n  within: 24 hours\n", "quick").packs,
    }
    for chosen in (["slow", "quick"], ["quick", "slow"]):
        duty = only(stood(Library(both, {}), REFERRED, packs=chosen))
        assert (duty.pack, duty.cites) == ("+".join(chosen), ("NEW-1",))
        assert duty.due == dt.datetime(2026, 6, 2, 9, tzinfo=dt.UTC)


def test_what_is_owed_alone_is_what_a_whole_evaluation_owes() -> None:
    data = {"subject": {"kind": "child", "id": "c1", "area": "birmingham"}, "entries": [REFERRED]}
    history, at = parse_history(data), parse_moment(NOW)
    alone = obligations(load_library(), history, at)
    whole = evaluate(load_library(), history, at).obligations
    assert sorted((o.rule, str(o.due), o.status) for o in alone) == sorted(
        (o.rule, str(o.due), o.status) for o in whole
    )
    assert alone


@pytest.mark.parametrize(
    ("day", "pack"),
    [
        ("2026-02-28", "west-midlands"),
        ("2026-03-01", "london"),
        ("2026-03-15", "london"),
        ("2026-03-31", "london"),
        ("2026-04-01", "west-midlands"),
    ],
)
def test_a_move_holds_from_its_first_to_its_last_day(day: str, pack: str) -> None:
    moved = entry("m", "circumstance", "2026-02-20", what="lives-in", area="newham", to="2026-03-31")
    moved["from"] = "2026-03-01"
    owed = stood(
        load_library(), moved, REFERRED | {"at": f"{day}T12:00:00+00:00"}, at=f"{day}T13:00:00+00:00", packs=[]
    )
    assert {one.pack for one in owed.obligations if one.because == "r"} == {pack}


def test_an_entry_with_an_end_alone_closes_what_is_open(tmp_path: Path) -> None:
    care = entry("k", "circumstance", "2026-03-01", what="looked-after")
    ended = entry("k2", "circumstance", "2026-04-01", what="looked-after", to="2026-04-01")
    unsaid = entry("k3", "circumstance", "2026-04-02")
    library = made(tmp_path, "  owes: {kind: discussion}\n  unless: {not: {circumstance: [looked-after]}}\n")
    for day, owed in (("2026-02-28", 0), ("2026-03-01", 1), ("2026-04-01", 1), ("2026-04-02", 0)):
        one = entry("r", "referral", f"{day}T15:00:00+01:00", to="children-services")
        assert len(stood(library, care, ended, unsaid, one).obligations) == owed, day


@pytest.mark.parametrize(
    ("wanted", "holds", "fails"),
    [
        ({"at_least": 2}, [2, 3], [1, "2", None]),
        ({"at_most": 2}, [2, 1], [3, "2", None]),
        ({"at_least": 2, "at_most": 3}, [2, 3], [1, 4]),
        ({"given": True}, [0, False, "x", ["x"], 5], ["", None, []]),
        ({"given": False}, ["", None, []], [0, False, "x"]),
        ("a", ["a", ["b", "a"]], ["b", ["b"], None, "ab"]),
        (["a", "b"], ["a", ["b", "c"]], ["c", ["c"], None]),
        ({"all": ["a", "b"]}, [["b", "a", "c"]], [["a"], "ab", None]),
        (True, [True], [False, None]),
    ],
)
def test_what_a_value_is_asked(wanted: Any, holds: list[Any], fails: list[Any]) -> None:
    asked = compile_value(wanted, "here")
    assert [asked(value, None) for value in holds] == [True] * len(holds)
    assert [asked(value, None) for value in fails] == [False] * len(fails)


@pytest.mark.parametrize("wanted", [{"at_least": "2"}, {"at_most": True}, {"at_least": 1.5}])
def test_a_limit_is_a_whole_number(wanted: Any) -> None:
    with pytest.raises(PackError, match="is not a whole number; expected one"):
        compile_value(wanted, "here")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ([], "a condition is a mapping; expected any of age, all, any, child_age, circumstance, exists,"),
        ({}, "a condition is a mapping"),
        ({"all": []}, "expected a list here, with at least one item"),
        ({"any": {}}, "expected a list here"),
        ({"age": 13}, "an age takes 'under', 'at_least' or both, in years"),
        ({"exists": "concern"}, "'exists' takes a mapping with 'kind'"),
        ({"exists": {"kind": "none-such"}}, "'none-such' is not a kind of entry"),
        ({"latest": ["concern"]}, "'latest' takes a mapping with 'kind'"),
        ({"trigger": "concern"}, "'trigger' takes a mapping of fields"),
        ({"exists": {"kind": "concern", "in_last": "3 moons"}}, "moons"),
    ],
)
def test_a_condition_that_cannot_be_read_says_what_it_takes(row: Any, says: str) -> None:
    with pytest.raises(PackError) as refused:
        compile_fact(row, "here")
    assert says in str(refused.value)
