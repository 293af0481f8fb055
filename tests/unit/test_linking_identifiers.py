"""Identifiers and dates as people type them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekept.linking import SCHEMES, normalise, read_box, read_date

TODAY = dt.date(2026, 4, 10)


@pytest.mark.parametrize(
    ("scheme", "typed", "value"),
    [
        ("nhs", "943 476 5919", "9434765919"),
        ("upn", "B801200005001", "B801200005001"),
        ("upn", "p207000016049", "P207000016049"),
        ("phone", "07700 900123", "+447700900123"),
        ("phone", "+44 (0)7700 900123", "+447700900123"),
        ("phone", "0044 7700 900123", "+447700900123"),
        ("phone", "+33 6 12 34 56 78", "+33612345678"),
        ("phone", "900123", "900123"),
        ("vrm", "ab12 cde", "AB12CDE"),
        ("vrm", "AB1* C?E", "AB1?C?E"),
        ("vrm", "WW-12-XYZ", "WW12XYZ"),
        ("postcode", "b11aa", "B1 1AA"),
        ("postcode", "e15", "E15"),
        ("email", " Name@Example.ORG ", "name@example.org"),
        ("handle", "https://www.example.org/@Name_22", "name_22"),
        ("uprn", "000123", "123"),
        ("police-id", "20 x 1/26", "20X1/26"),
    ],
)
def test_reads(scheme: str, typed: str, value: str) -> None:
    assert normalise(scheme, typed).value == value


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        ("nhs", "0000000000"),
        ("nhs", "9434765918"),
        ("nhs", "94347659"),
        ("upn", "A801200005001"),
        ("upn", "B80120000500"),
        ("phone", "12345"),
        ("phone", "call me"),
        ("vrm", "???"),
        ("postcode", "nowhere"),
        ("email", "name"),
        ("handle", "two words"),
        ("uprn", "0"),
        ("police-id", " "),
        ("passport", "1"),
    ],
)
def test_refuses_with_a_sentence(scheme: str, typed: str) -> None:
    read = normalise(scheme, typed)
    assert not read
    assert read.error.endswith(".")


def test_a_foreign_plate_is_kept_with_a_warning() -> None:
    assert normalise("vrm", "WW 12-XYZ 9").warning


@given(st.sampled_from(sorted(SCHEMES)), st.text(max_size=60))
def test_any_text_gives_a_value_or_a_sentence(scheme: str, typed: str) -> None:
    read = normalise(scheme, typed)
    assert bool(read.value) != bool(read.error)


@pytest.mark.parametrize(
    ("typed", "day", "precision"),
    [
        ("4/5/2011", dt.date(2011, 5, 4), "day"),
        ("4 May 2011", dt.date(2011, 5, 4), "day"),
        ("4th of May, 2011", dt.date(2011, 5, 4), "day"),
        ("May 4, 2011", dt.date(2011, 5, 4), "day"),
        ("04.05.11", dt.date(2011, 5, 4), "day"),
        ("4/5/85", dt.date(1985, 5, 4), "day"),
        ("2011-05-04", dt.date(2011, 5, 4), "day"),
        ("May 2011", dt.date(2011, 5, 1), "month"),
        ("05/2011", dt.date(2011, 5, 1), "month"),
        ("2011", dt.date(2011, 1, 1), "year"),
        ("about 2011", dt.date(2011, 1, 1), "about"),
    ],
)
def test_reads_dates(typed: str, day: dt.date, precision: str) -> None:
    read = read_date(typed, TODAY)
    assert (read.day, read.precision, read.error) == (day, precision, "")


@pytest.mark.parametrize("typed", ["31/2/2011", "2030", "soon", "", "99/99/9999"])
def test_refuses_dates_with_a_sentence(typed: str) -> None:
    assert read_date(typed, TODAY).error.endswith(".")


@pytest.mark.parametrize(
    ("typed", "words", "identifiers", "born"),
    [
        ("Tia Robinson 4/5/2011", "Tia Robinson", (), dt.date(2011, 5, 4)),
        ("grey corsa AB1? CDE", "grey corsa", (("vrm", "AB1?CDE"),), None),
        ("07700 900123", "", (("phone", "+447700900123"),), None),
        ("B1 1AA", "", (("postcode", "B1 1AA"),), None),
        ("@tia_22", "", (("handle", "tia_22"),), None),
        ("943 476 5919", "", (("nhs", "9434765919"),), None),
        ("x@example.org 2011", "", (("email", "x@example.org"),), dt.date(2011, 1, 1)),
        ("", "", (), None),
    ],
)
def test_one_box(typed: str, words: str, identifiers: tuple[tuple[str, str], ...], born: dt.date | None) -> None:
    asked = read_box(typed, TODAY)
    assert (asked.words, asked.known.identifiers, asked.known.born) == (words, identifiers, born)


@given(st.text(max_size=300))
def test_the_box_never_fails(typed: str) -> None:
    read_box(typed, TODAY)
