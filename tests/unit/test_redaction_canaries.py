"""What is kept apart is found however it was written; what merely looks like it is left alone where it is short."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from safekept.redaction.canaries import Secret, Sort, held, needles, numbers, plain, squeezed, words
from tests.addresses import reference, written

HOME = Secret("home", Sort.ADDRESS, "Flat 2, 14 Alder Row, Brampton, West Haven, B1 1AA")
REFUGE = Secret("refuge", Sort.ADDRESS, "Rowan House\n3 Elm Street\nDudley DY1 4ZZ")
MOBILE = Secret("mobile", Sort.PHONE, "07700 900123")
LANDLINE = Secret("landline", Sort.PHONE, "+44 (0)121 496 0123")
EMAIL = Secret("email", Sort.OTHER, "anna.r@example.org")
NAME = Secret("name", Sort.NAME, "Anna Maria O’Brien", apart_from=frozenset({"Maria"}))


@pytest.mark.parametrize(
    "text",
    [
        "She is at 14 Alder Row now.",
        "14, ALDER  ROW",
        "14AlderRow",
        "seen near no. 14 of Alder Row",  # the street alone is enough
        "on Alder\nRow",
        "ÁLDER-ROW",
        "１４ Ａｌｄｅｒ Ｒｏｗ",
        "Al\u00adder R\u200bow",
        "14 Alder",
        "b11aa",
        "postcode B1-1AA.",
        "B1 1AA",
        "(b1 1aa)",
        "flat 2 14 alder row brampton west haven b1 1aa",
    ],
)
def test_an_address_is_found(text: str) -> None:
    assert held(text, HOME)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "Flat 2 was empty.",
        "She likes Brampton.",  # a town is no secret by itself
        "West Haven is far.",
        "Row by row; an alder stood there.",
        "114 Alders",
        "club 11 aardvarks",  # holds b11aa, and not as words
        "B1 1AB",
        "14 of them",
    ],
)
def test_what_is_not_the_address_is_left_alone(text: str) -> None:
    assert not held(text, HOME)


@pytest.mark.parametrize(
    "text", ["rowan house", "Rowan Hse", "3 Elm St", "3 elm str.", "Elm Street", "elm st", "DY14ZZ", "3 Elm"]
)
def test_the_name_of_a_house_and_short_forms_are_found(text: str) -> None:
    assert held(text, REFUGE)


@pytest.mark.parametrize("text", ["Dudley", "a house", "13 Elms", "street 3", "helm st"])
def test_a_town_or_a_part_of_a_word_is_not(text: str) -> None:
    assert not held(text, REFUGE)


def test_a_line_without_commas_is_found_by_its_number_and_street() -> None:
    assert held("she went to 9 Old Mill Rd", Secret("x", Sort.ADDRESS, "9 Old Mill Road Brampton"))


def test_the_first_line_counts_where_no_line_has_a_number() -> None:
    farm = Secret("x", Sort.ADDRESS, "The Old Farm, Brampton")
    assert held("at Old Farm", farm)
    assert held("at the old farm", farm)
    assert not held("in Brampton", farm)


def test_a_number_behind_a_word_that_says_nothing_goes_with_the_street() -> None:
    assert needles(Secret("x", Sort.ADDRESS, "Flat 2 14 Alder")) == {"flat214alder", "14alder"}
    assert needles(Secret("x", Sort.ADDRESS, "Unit Alder")) == {"unitalder"}


def test_a_house_number_with_a_letter_is_a_number() -> None:
    """The street is looked for without it too: whoever names the street alone has told enough."""
    found = needles(Secret("x", Sort.ADDRESS, "14b Alder Row"))
    assert found == {"14balderrow", "14balder", "alderrow"}
    assert needles(Secret("x", Sort.ADDRESS, "124 Alder Row")) == {"124alderrow", "124alder", "alderrow"}


def test_every_short_form_of_every_word_is_looked_for() -> None:
    found = needles(Secret("x", Sort.ADDRESS, "1 St Elms Rd"))
    assert {"1stelmsroad", "1streetelmsrd", "1saintelmsrd", "stelmsrd", "1st", "1saintelms", "strelms"} <= found
    assert "st" not in found


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123", "07700900123", "+44 7700 900123", "+44 (0)7700 900-123", "0044.7700.900123", "07700/900123",
        "call 7700900123 after four", "ends 900 123", "０７７００ ９００１２３", "00 900 123", "\u0660\u0667700900123",
    ],
)  # fmt: skip
def test_a_phone_is_found_in_any_form(text: str) -> None:
    assert held(text, MOBILE)


@pytest.mark.parametrize("text", ["07700 900124", "90012", "9001234", "on 12 of 3", "x900124x", "1900123"])
def test_another_number_is_not_it(text: str) -> None:
    assert not held(text, MOBILE)


@pytest.mark.parametrize("text", ["0121 496 0123", "496 0123", "960123", "14960123", "+441214960123"])
def test_a_landline_is_found_without_its_area_code(text: str) -> None:
    assert held(text, LANDLINE)


def test_each_of_several_numbers_is_found_and_a_short_one_as_it_stands() -> None:
    both = Secret("x", Sort.PHONE, "07700 900123 / 07700 900456, 900789; 12345")
    assert held("07700 900123", both)
    assert held("07700 900456", both)
    assert held("on 900789 now", both)
    assert held("11900789", both)
    assert not held("12345", both)  # five digits are no phone number by themselves


def test_of_a_short_number_all_digits_are_looked_for() -> None:
    assert held("now 4960123", Secret("x", Sort.PHONE, "496 0123"))
    assert not held("now 960123", Secret("x", Sort.PHONE, "496 0123"))


def test_a_long_number_in_an_address_is_found_and_a_house_number_is_not() -> None:
    one = Secret("x", Sort.ADDRESS, "14 Alder Row, phone 0121 496 0123")
    assert held("ring 496 0123", one)
    assert not held("900123", Secret("x", Sort.ADDRESS, "900123 Alder Row"))


def test_ten_digits_are_a_whole_number_and_nine_are_not() -> None:
    """Ten are found by their last six, seven or eight too; nine only as they stand, and only in a phone’s text."""
    for text, found in (
        ("234567", True),
        ("1234567", True),
        ("01234567", True),
        ("34567", False),
        ("901234567", False),
    ):
        assert held(text, Secret("x", Sort.PHONE, "8901234567")) is found
    assert held("001234567899", Secret("x", Sort.PHONE, "123456789"))
    assert not held("456789", Secret("x", Sort.PHONE, "123456789"))
    assert held("8901234567", Secret("x", Sort.OTHER, "ring 8901234567 at five"))
    assert not held("123456789", Secret("x", Sort.OTHER, "ring 123456789 at five"))


@pytest.mark.parametrize("text", ["anna.r@example.org", "ANNA.R @ EXAMPLE.ORG", "mailto:anna.r@example.org?x"])
def test_an_email_is_found(text: str) -> None:
    assert held(text, EMAIL)


def test_of_what_is_no_address_the_whole_is_looked_for_and_no_part() -> None:
    assert needles(EMAIL) == {"annarexampleorg"}
    assert needles(Secret("x", Sort.OTHER, "KX11 ABC, 14 Alder Row")) == {"kx11abc14alderrow"}
    assert needles(Secret("x", Sort.PHONE, "07700 900123 at work")) == {"07700900123atwork"}


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Anna Maria O'Brien", True),
        ("O’Brien, Anna", True),
        ("OBRIEN Anna Maria", True),
        ("Anna OBrien", True),
        ("A. O'Brien", True),
        ("Anna was there", False),
        ("anna's flat", False),
        ("Ms O'Brien", False),
        ("obrien", False),
    ],
)
def test_a_name_is_found_whole_or_in_part(text: str, whole: bool) -> None:
    assert held(text, NAME)
    assert held(text, NAME, in_parts=False) == whole


@pytest.mark.parametrize("text", ["Maria", "Mariana", "o", "savanna", "a brien"[:1]])
def test_what_others_are_called_too_may_stand(text: str) -> None:
    assert not held(text, NAME)


def test_the_forms_of_a_name_that_are_looked_for() -> None:
    """Whole; first and family name; the family name first, with all others or one; the first letter."""
    assert needles(Secret("x", Sort.NAME, "Jo Maria Ashdown")) == {
        "jomariaashdown", "joashdown", "ashdownjomaria", "ashdownjo", "jashdown"
    }  # fmt: skip
    assert needles(Secret("x", Sort.NAME, "Jo Ash")) == {"joash", "ashjo", "jash"}


def test_a_single_name_counts_in_entries_and_not_in_bytes() -> None:
    may = Secret("x", Sort.NAME, "May")
    assert held("May said so", may)
    assert not held("in May", may, in_parts=False)


def test_a_name_holds_no_phone_number() -> None:
    assert not held("900123", Secret("x", Sort.NAME, "Man of 07700 900123"), in_parts=False)


def test_very_short_texts_are_not_looked_for() -> None:
    assert needles(Secret("x", Sort.OTHER, "ab")) == frozenset()
    assert needles(Secret("x", Sort.OTHER, "abc")) == {"abc"}


def test_a_long_text_is_found_within_a_word_and_a_short_one_is_not() -> None:
    assert squeezed("xalderrowsx").holds("alderrows")  # nine letters
    assert not squeezed("xalderrowx").holds("alderrow")
    assert squeezed("xalder alder").holds("alder")  # the second of two


def test_a_very_long_text_is_found_within_a_word_too() -> None:
    assert squeezed("xalderrowstreetx").holds("alderrowstreet")


def test_a_description_is_found_as_a_whole_and_not_by_its_words() -> None:
    """Somebody without a name is called by how they look: ‘with’ and ‘car’ stand in every other paragraph."""
    man, crew = Secret("x", Sort.NAME, "Man with grey car"), Secret("y", Sort.NAME, "The Ash Crew")
    assert held("A MAN WITH GREY CAR", man) and not held("a man in a car, grey, with her", man)
    assert held("Ash", crew) and not held("the man with a friend from there, on an island of woman who and", crew)


def test_words_numbers_and_plain_text() -> None:
    assert plain("É１²") == "e12"
    assert words("14b Ash, Flat14Bx _7_") == ["14b", "ash", "flat", "14", "bx", "7"]
    assert words("улица 7") == ["улица", "7"]
    assert numbers("1 2-3 x 4_5") == ["123", "45"]
    assert squeezed("a 14b").borders == {0, 1, 3, 4}
    assert squeezed("7b").borders == {0, 1, 2}
    assert squeezed("123b").borders == {0, 3, 4}
    assert squeezed("ash 1d").borders == {0, 3, 4, 5}


def test_other_scripts_are_found_too() -> None:
    assert held("УЛИЦА МИРА 7", Secret("x", Sort.ADDRESS, "улица Мира 7"))


SHORT_FORMS = {
    "road": "rd", "street": "st str", "avenue": "ave av", "close": "cl", "court": "ct", "drive": "dr", "lane": "ln",
    "square": "sq", "crescent": "cres cr", "gardens": "gdns", "place": "pl", "terrace": "ter terr", "grove": "gr gv",
    "way": "wy", "hill": "hl", "house": "hse", "saint": "st",
}  # fmt: skip


@pytest.mark.parametrize(
    ("whole", "short"), [(word, one) for word, some in SHORT_FORMS.items() for one in some.split()]
)
def test_a_word_and_its_short_forms_are_the_same(whole: str, short: str) -> None:
    assert held(f"at Ash {short}.", Secret("x", Sort.ADDRESS, f"7 Ash {whole.title()}"))
    assert held(f"at Ash {whole}", Secret("x", Sort.ADDRESS, f"7 Ash {short.title()}."))


@pytest.mark.parametrize("word", ["flat", "unit", "room", "apartment", "apt", "floor", "block", "the"])
def test_what_says_nothing_of_where_is_not_looked_for(word: str) -> None:
    assert "7beech" in needles(Secret("x", Sort.ADDRESS, f"{word.title()} 7 Beech"))
    assert not held(f"{word} 7", Secret("x", Sort.ADDRESS, f"{word} 7, 9 Beech Road"))


def test_nothing_found_is_no_and_the_search_goes_on_letter_by_letter() -> None:
    assert squeezed("xx aba ba").holds("ababa") is True
    assert squeezed("ababab ab").holds("bab") is False
    assert squeezed("xaaa").holds("aa") is False
    assert squeezed("xaba").holds("zz") is False


def test_what_takes_no_room_stands_in_no_word() -> None:
    assert words("An\u00adna O\u0301") == ["anna", "o"]


@given(written())
@settings(max_examples=400, deadline=None)
def test_however_an_address_was_written_it_is_found(one: tuple[Secret, str]) -> None:
    secret, text = one
    assert reference(text, secret)  # the text does hold it
    assert held(text, secret)
