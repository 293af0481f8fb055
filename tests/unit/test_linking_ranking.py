"""People are found again however their names were typed, and the reasons say why."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekept.linking import Known, name_parts, neighbourhood, parts_of, query_plan, rank, tokens_for

BORN = dt.date(2011, 5, 4)
TIA = Known("tia", "child", ("Aleisha Robinson", "Leesh"), BORN, "day", (("phone", "+447700900123"),))
LIZ = Known("liz", "child", ("Elizabeth Mary Smyth",), dt.date(2010, 9, 1))
CAR = Known("car", "vehicle", ("grey Corsa",), identifiers=(("vrm", "AB12CDE"),), description="tinted windows")
EVERYONE = [TIA, LIZ, CAR]


def found_by_tokens(asked: Known, thing: Known) -> bool:
    """Whether the blocking finds ``thing``, its name parts standing in the vocabulary."""
    near = {
        part: [other for other in name_parts(thing.names) if neighbourhood(part) & neighbourhood(other)]
        for name in asked.names
        for part in parts_of(name)
    }
    return not tokens_for(thing).isdisjoint(p.token for p in query_plan(asked, near))


@pytest.mark.parametrize(
    ("asked", "thing", "reason"),
    [
        (Known(names=("Aleysha Robinson",)), TIA, "another form of the name: Aleysha / Aleisha"),
        (Known(names=("Aleisha Robnison",)), TIA, "name spelt almost the same: Robnison / Robinson"),
        (Known(names=("Robinson Aleisha",)), TIA, "same name, parts in another order"),
        (Known(names=("leesh",)), TIA, "same name"),
        (Known(names=("Liz Smith",)), LIZ, "another form of the name: Liz / Elizabeth"),
        (
            Known(names=("Elizabethmary Smyth",)),
            LIZ,
            "same name, spaces aside: Elizabethmary Smyth / Elizabeth Mary Smyth",
        ),
        (Known(names=("Aleisha",), born=dt.date(2011, 4, 5)), TIA, "day and month of birth swapped"),
        (Known(born=BORN, born_precision="day"), TIA, "same date of birth"),
        (Known(born=BORN, born_precision="month"), TIA, "born in the same month and year"),
        (Known(identifiers=(("phone", "+447700900123"),)), TIA, "same phone"),
        (Known(identifiers=(("phone", "900123"),)), TIA, "phone ends in the same six digits"),
        (Known(kind="", identifiers=(("vrm", "AB1?C?E"),)), CAR, "number plate fits: AB1?C?E / AB12CDE"),
        (Known(kind="", identifiers=(("vrm", "A812CDE"),)), CAR, "number plate almost the same: A812CDE / AB12CDE"),
        (Known(kind="", names=("tinted",)), CAR, "described with: tinted"),
    ],
)
def test_finds_and_says_why(asked: Known, thing: Known, reason: str) -> None:
    best = rank(asked, EVERYONE)[0]
    assert best.id == thing.id
    assert reason in best.reasons
    if "AB1?C?E" not in reason:
        assert found_by_tokens(asked, thing)


@pytest.mark.parametrize("name", ["", " ", "-", "’", "x", "X Æ"])
def test_hardly_any_name_is_no_error(name: str) -> None:
    rank(Known(names=(name,)), EVERYONE)
    tokens_for(Known(names=(name,)))
    query_plan(Known(names=(name,)), {})


def test_nothing_shared_gives_nothing() -> None:
    assert rank(Known(names=("Zzyzx",)), EVERYONE) == []


def test_marks_and_hyphens_do_not_matter() -> None:
    assert parts_of("Dr. Zoë O’Connor-Łukasz") == ["zoe", "oconnor", "lukasz"]


@given(st.text("abcdeé-' ", max_size=120))
def test_a_neighbourhood_is_bounded(name: str) -> None:
    assert all(len(neighbourhood(part)) <= 29 for part in parts_of(name))
    assert len(parts_of(name)) <= 12


@given(st.text("abcdefgh", min_size=4, max_size=12), st.data())
def test_one_error_in_a_part_is_always_within_reach(part: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(part) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    for typed in (part[:at] + part[at + 1 :], part[:at] + letter + part[at:], part[:at] + letter + part[at + 1 :]):
        assert neighbourhood(part) & neighbourhood(typed)
