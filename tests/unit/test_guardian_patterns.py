"""Each pattern on both sides of its line, with examples worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekept.guardian import patterns
from safekept.guardian.facts import Facts, Found, Moved, Opened, Person, Whose
from safekept.guardian.limits import SHIPPED, Limits, load
from safekept.guardian.patterns import PATTERNS
from safekept.problems import OperatingProblem

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TUESDAY = dt.datetime(2026, 3, 10, 10, 0, tzinfo=dt.UTC)  # 10:00 in London
LIMITS = Limits(
    searched_within_hours=2, wait_hours=24, common_surname_from=40, closed_days=30, bulk_records=20, bulk_times=3,
    usual_days=28, refusals=5, out_of_hours_records=3, night_from=22, night_until=6,
    round_the_clock=("police", "children-services"), before_hours=72, quiet_days=30,
)  # fmt: skip
SCHOOL, POLICE, SHAW, KHAN, TIA, MAN = (UUID(int=number) for number in range(1, 7))
M_SHAW = Person(SHAW, "Mel Shaw, Designated safeguarding lead", "practitioner", SCHOOL, "school", "birmingham")
A_KHAN = Person(KHAN, "Amira Khan", "practitioner", POLICE, "police", "birmingham")
PEOPLE = {SHAW: M_SHAW, KHAN: A_KHAN}
T_ROWAN = {TIA: Whose(TIA, "Tia Rowan")}


def facts(**more: Any) -> Facts:
    return Facts(**{"people": PEOPLE, "whose": T_ROWAN, "now": TUESDAY + 30 * DAY, **more})


def opened(*moments: dt.datetime, by: UUID = SHAW, of: UUID = TIA, admitted: bool = True) -> list[Opened]:
    return [Opened(by, of, at, admitted) for at in moments]


def found(name: str, rows: list[Opened], known: Facts, limits: Limits = LIMITS) -> list[Found]:
    return list(PATTERNS[name].find(rows, known, limits))


SEARCHED = {(SHAW, TIA): [TUESDAY - HOUR]}


def test_a_record_searched_for_and_opened_without_any_part_in_the_work() -> None:
    (one,) = found("no-relation", opened(TUESDAY, TUESDAY + HOUR), facts(searched=SEARCHED))
    assert (one.account, one.of, one.at) == (SHAW, TIA, TUESDAY)
    assert one.says == (
        "Mel Shaw searched for Tia Rowan and opened the record 2 times from 10 March 2026, 10:00. They have recorded "
        "nothing about them, were not named, and nothing is owed by their agency."
    )


@pytest.mark.parametrize(
    "more",
    [
        {},  # never searched
        {"searched": {(SHAW, TIA): [TUESDAY - 2 * HOUR - dt.timedelta(minutes=1)]}},  # not by that search
        {"searched": {(SHAW, TIA): [TUESDAY + HOUR]}},  # searched afterwards
        {"searched": {(KHAN, TIA): [TUESDAY - HOUR]}},  # somebody else searched
        {"searched": SEARCHED, "recorded": frozenset({(SHAW, TIA)})},
        {"searched": SEARCHED, "named": frozenset({(SHAW, TIA)})},
        {"searched": SEARCHED, "owing": frozenset({(SCHOOL, TIA)})},
        {"searched": SEARCHED, "now": TUESDAY + 23 * HOUR},  # they may still record something
    ],
)
def test_a_part_in_the_work_or_another_way_in_is_no_such_pattern(more: dict[str, Any]) -> None:
    assert found("no-relation", opened(TUESDAY), facts(**more)) == []


def test_a_name_and_a_duty_desk_are_not_the_record() -> None:
    assert found("no-relation", opened(TUESDAY, admitted=False), facts(searched=SEARCHED)) == []


def test_those_who_see_no_case_are_not_looked_at_for_it() -> None:
    board = {SHAW: Person(SHAW, "Mel Shaw", "guardian", SCHOOL, "other", "birmingham")}
    assert found("no-relation", opened(TUESDAY), facts(searched=SEARCHED, people=board)) == []


@pytest.mark.parametrize(
    ("name", "others", "why"),
    [
        ("Tia Shaw", (), "this is their own surname"),
        ("Tia SHAW-Rowan", (), "this is their own surname"),
        ("Tia Rowan", ("Lee Shaw", "Bo Ash"), "Lee Shaw in it has the same surname"),
    ],
)
def test_the_same_surname(name: str, others: tuple[str, ...], why: str) -> None:
    (one,) = found("same-surname", opened(TUESDAY), facts(whose={TIA: Whose(TIA, name, others)}))
    assert one.says == f"Mel Shaw opened the record of {name} on 10 March 2026 at 10:00; {why}."


@pytest.mark.parametrize("name", ["Tia Rowan", "Shaw Rowan", "Shaw", "Tia Shawcross"])
def test_another_surname(name: str) -> None:
    assert found("same-surname", opened(TUESDAY), facts(whose={TIA: Whose(TIA, name)})) == []


def test_a_surname_that_many_carry_says_nothing() -> None:
    same = {TIA: Whose(TIA, "Tia Shaw")}
    assert len(found("same-surname", opened(TUESDAY), facts(whose=same, carriers={"shaw": 39}))) == 1
    assert found("same-surname", opened(TUESDAY), facts(whose=same, carriers={"shaw": 40})) == []


def test_ones_own_full_name_in_any_order_and_spelling() -> None:
    for name in ("Mel Shaw", "SHAW, Mel"):
        (one,) = found("own-name", opened(TUESDAY), facts(whose={TIA: Whose(TIA, name.replace(",", ""))}))
        assert "somebody of their own full name" in one.says
    assert found("own-name", opened(TUESDAY), facts(whose={TIA: Whose(TIA, "Tia Rowan", ("Mel Shaw",))}))
    for other in ("Melissa Shaw", "Mel Rowan", "Mel"):
        assert found("own-name", opened(TUESDAY), facts(whose={TIA: Whose(TIA, other)})) == []


def test_a_colleagues_surname() -> None:
    known = {"colleagues": {SHAW: ["Jo Rowan, Teacher"]}}
    (one,) = found("colleagues-child", opened(TUESDAY), facts(**known))
    assert "surname of a colleague, Jo Rowan." in one.says
    assert found("colleagues-child", opened(TUESDAY), facts(colleagues={SHAW: ["Tia Ash"]})) == []
    assert found("colleagues-child", opened(TUESDAY), facts(**known, owing=frozenset({(SCHOOL, TIA)}))) == []
    assert found("colleagues-child", opened(TUESDAY), facts(**known, carriers={"rowan": 40})) == []


def test_after_the_agency_left_or_the_work_ended() -> None:
    left = TUESDAY - 30 * DAY
    (one,) = found("after-closing", opened(left + DAY, TUESDAY), facts(left={(SCHOOL, TIA): left}))
    assert one.at == TUESDAY
    assert "30 days after their agency left those around the child on 8 February 2026." in one.says
    assert found("after-closing", opened(TUESDAY - dt.timedelta(seconds=1)), facts(left={(SCHOOL, TIA): left})) == []
    assert found("after-closing", opened(TUESDAY), facts(left={(POLICE, TIA): left})) == []
    (ended,) = found("after-closing", opened(TUESDAY), facts(ended={TIA: left}))
    assert "after the work ended on 8 February 2026." in ended.says
    assert found("after-closing", opened(TUESDAY), facts(ended={TIA: TUESDAY - DAY})) == []


def many(number: int, apart: dt.timedelta, start: dt.datetime = TUESDAY) -> tuple[list[Opened], dict[UUID, Whose]]:
    children = [UUID(int=1000 + one) for one in range(number)]
    rows = [Opened(SHAW, child, start + one * apart) for one, child in enumerate(children)]
    return rows, {child: Whose(child, f"Child {child.int}") for child in children}


def test_many_within_an_hour_against_their_own_usual() -> None:
    rows, whose = many(20, dt.timedelta(minutes=3))  # the twentieth after 57 minutes
    (one,) = found("bulk", rows, facts(whose=whose))
    assert one.of is None
    assert one.says == (
        "Mel Shaw opened 20 records within an hour from 10:00 on 10 March 2026. In the 28 days before it was none."
    )
    assert found("bulk", rows[:19], facts(whose=whose)) == []
    assert len(found("bulk", rows, facts(whose=whose, usual={SHAW: 6}))) == 1  # 3 × 6 = 18
    assert found("bulk", rows, facts(whose=whose, usual={SHAW: 7})) == []  # 3 × 7 = 21
    slow, whose = many(20, dt.timedelta(minutes=3, seconds=10))  # the twentieth after an hour and ten seconds
    assert found("bulk", slow, facts(whose=whose)) == []


def test_the_same_record_again_and_again_is_one_record() -> None:
    assert found("bulk", opened(*(TUESDAY + n * dt.timedelta(minutes=1) for n in range(40))), facts()) == []


def test_many_refusals_within_a_day() -> None:
    moments = [TUESDAY + n * 6 * HOUR for n in range(5)]  # the fifth after exactly a day
    assert found("refusals", [], facts(refused={SHAW: moments})) == []
    (one,) = found("refusals", [], facts(refused={SHAW: [*moments[:4], moments[4] - HOUR]}))
    assert one.says == "Mel Shaw was refused 5 times within a day, from 10:00 on 10 March 2026."


@pytest.mark.parametrize(
    ("at", "off"),
    [
        (dt.datetime(2026, 3, 10, 22, 0, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 3, 10, 21, 57, tzinfo=dt.UTC), False),
        (dt.datetime(2026, 3, 10, 5, 50, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 3, 10, 6, 0, tzinfo=dt.UTC), False),
        (dt.datetime(2026, 3, 14, 12, 0, tzinfo=dt.UTC), True),  # a Saturday
        (dt.datetime(2026, 7, 14, 21, 0, tzinfo=dt.UTC), True),  # 22:00 in summer
        (dt.datetime(2026, 7, 14, 20, 57, tzinfo=dt.UTC), False),
    ],
)
def test_outside_office_hours_by_londons_clocks(at: dt.datetime, off: bool) -> None:
    rows, whose = many(3, dt.timedelta(minutes=1), at)
    assert len(found("out-of-hours", rows, facts(whose=whose))) == (1 if off else 0)
    assert found("out-of-hours", rows[:2], facts(whose=whose)) == []
    theirs = [Opened(KHAN, row.of, row.at) for row in rows]
    assert found("out-of-hours", theirs, facts(whose=whose)) == []  # the police work round the clock


def test_one_night_goes_on_past_midnight() -> None:
    rows, whose = many(3, HOUR, dt.datetime(2026, 3, 10, 23, 0, tzinfo=dt.UTC))
    (one,) = found("out-of-hours", rows, facts(whose=whose))
    assert "opened 3 records outside office hours from 10 March 2026, first at 23:00." in one.says


def test_shortly_before_somebody_moved() -> None:
    moved = Moved(MAN, TUESDAY, "they were recorded as having changed name or address")
    known = facts(whose={MAN: Whose(MAN, "Lee Ash")}, moved=[moved])
    (one,) = found("before-moving", opened(TUESDAY - 72 * HOUR, of=MAN), known)
    assert "opened the record of Lee Ash 3 days before they were recorded as having changed" in one.says
    assert found("before-moving", opened(TUESDAY - 72 * HOUR - dt.timedelta(seconds=1), of=MAN), known) == []
    assert found("before-moving", opened(TUESDAY, of=MAN), known) == []
    part = facts(whose=known.whose, moved=[moved], recorded=frozenset({(SHAW, MAN)}))
    assert found("before-moving", opened(TUESDAY - HOUR, of=MAN), part) == []


@given(st.lists(st.tuples(st.sampled_from([SHAW, KHAN]), st.integers(0, 400)), max_size=25))
def test_the_order_of_the_log_changes_nothing_and_every_finding_is_a_sentence(rows: list[tuple[UUID, int]]) -> None:
    some = [Opened(who, TIA, TUESDAY + minutes * dt.timedelta(minutes=1)) for who, minutes in rows]
    known = facts(whose={TIA: Whose(TIA, "Tia Shaw")}, searched=SEARCHED, refused={SHAW: [TUESDAY] * 6})
    forwards, backwards = patterns.find(some, known, LIMITS), patterns.find(some[::-1], known, LIMITS)
    assert forwards == backwards
    assert all(one.says.endswith(".") and one.says.startswith(("Mel Shaw ", "Amira Khan ")) for one in forwards)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=60))
def test_the_busiest_hour_against_a_slow_count(minutes: list[int]) -> None:
    rows = [Opened(SHAW, UUID(int=5000 + n % 30), TUESDAY + m * dt.timedelta(minutes=1)) for n, m in enumerate(minutes)]
    rows.sort(key=lambda one: one.at)
    slow = max(len({r.of for r in rows if start.at <= r.at < start.at + HOUR}) for start in rows)
    assert patterns._busiest_hour(rows)[0] == slow


def test_the_numbers_that_ship_and_those_of_an_area(tmp_path: Path) -> None:
    assert load(SHIPPED).usual.bulk_records == 20
    own = tmp_path / "patterns.yaml"
    own.write_text(SHIPPED.read_text("utf-8").replace("areas: {}", "areas:\n  newham: {refusals: 9}"), "utf-8")
    both = load(own)
    assert (both.of("newham").refusals, both.of("camden").refusals) == (9, 5)
    assert both.of("newham").bulk_records == 20


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("refusals: 5", "refusal: 5", "nothing is called refusal"),
        ("refusals: 5", "refusals: many", "refusals is a whole number"),
        ("refusals: 5", "refusals: -1", "from 0 to 100,000"),
        ("  refusals: 5\n", "", "refusals is missing"),
        ("areas: {}", "areas: []\nelse: 1", "no others"),
        ("areas: {}", "areas: {newham: 5}", "one number a line"),
        ("usual:", "usual: [", "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_a_sentence(was: str, becomes: str, says: str, tmp_path: Path) -> None:
    text = SHIPPED.read_text("utf-8")
    assert was in text
    own = tmp_path / "patterns.yaml"
    own.write_text(text.replace(was, becomes, 1), "utf-8")
    with pytest.raises(OperatingProblem, match=says):
        load(own)
