"""The edges of finding what is kept apart, and that nothing decided can be changed on the way."""

from __future__ import annotations

import dataclasses
import inspect
from types import ModuleType

import pytest

from safekept.redaction import canaries, deciding, grounds, items, proving, rebuilding
from safekept.redaction.canaries import Secret, Sort, held, needles
from safekept.redaction.deciding import releasable
from safekept.redaction.grounds import Ground
from safekept.redaction.items import Recipient, Side

MODULES: tuple[ModuleType, ...] = (canaries, deciding, grounds, items, proving, rebuilding)
HELD = {one for module in MODULES for _, one in inspect.getmembers(module, inspect.isclass)}
VALUES = sorted((one for one in HELD if dataclasses.is_dataclass(one)), key=lambda one: one.__name__)


@pytest.mark.parametrize("value", VALUES)
def test_nothing_that_was_decided_can_be_changed_or_added_to(value: type) -> None:
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(value)


def name(text: str, *apart_from: str) -> Secret:
    return Secret("n", Sort.NAME, text, apart_from=frozenset(apart_from))


@pytest.mark.parametrize(
    ("text", "secret", "found"),
    [
        ("Lee was there", name("Lee Ashdown"), True),
        ("It was Lees turn", name("Lee Ashdown"), False),
        ("Then jo left", name("Jo Ashdown"), False),
        ("Jo Ashdown left", name("Jo Ashdown"), True),
        ("J Ashdown left", name("Jo Ashdown"), True),
        ("Ashdown, Jo", name("Jo Ashdown"), True),
        ("The Ashdown family", name("Jo Ashdown", "Ashdown"), False),
        ("Jo Maria Ashdown", name("Jo Maria Ashdown"), True),
        ("Ashdown Jo Maria", name("Jo Maria Ashdown", "Ashdown", "Maria"), True),
        ("called Cher", name("Cher"), True),
        ("a cherry", name("Cher"), False),
    ],
)
def test_names_are_found_by_what_tells_of_them(text: str, secret: Secret, found: bool) -> None:
    assert held(text, secret) is found


@pytest.mark.parametrize(("text", "told"), [("", set()), ("a", set()), ("ab", set()), ("abc", {"abc"}), ("a b", set())])
def test_what_is_too_short_to_tell_is_not_looked_for(text: str, told: set[str]) -> None:
    assert needles(Secret("o", Sort.OTHER, text)) == told


HOUSE = Secret("a", Sort.ADDRESS, "Alder House\n12 Brook Lane\nBrampton\nB99 9AA")
PLAIN = Secret("p", Sort.ADDRESS, "Orchard Cottage, Brampton")


@pytest.mark.parametrize(
    ("text", "secret", "found"),
    [
        ("at alder hse", HOUSE, True),
        ("in Brook Ln", HOUSE, True),
        ("12 brook lane", HOUSE, True),
        ("the B999AA area", HOUSE, True),
        ("She likes Brampton", HOUSE, False),
        ("near the brook", HOUSE, False),
        ("Orchard Cottage", PLAIN, True),
        ("She likes Brampton", PLAIN, False),
        ("an orchard", PLAIN, False),
    ],
)
def test_addresses_are_found_by_house_street_and_postcode_and_not_by_the_town(
    text: str, secret: Secret, found: bool
) -> None:
    assert held(text, secret) is found


PHONE = Secret("t", Sort.PHONE, "0121 496 0123")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring 4960123", True),
        ("ring 960123", True),
        ("ring 60123", False),
        ("+44 121 496 0123", True),
        ("ring 4960124", False),
        ("1214960123 and more", True),
    ],
)
def test_a_number_is_found_as_neighbours_write_it(text: str, found: bool) -> None:
    assert held(text, PHONE) is found


@pytest.mark.parametrize("side", list(Side))
def test_only_a_parent_is_never_released_anything(side: Side) -> None:
    for ground in Ground:
        expected = side is not Side.PARENT and ground is not Ground.SEALED
        if ground is Ground.CONCEALED and side is Side.COURT:
            expected = False
        assert releasable(Recipient(side), ground) is expected, (side, ground)
