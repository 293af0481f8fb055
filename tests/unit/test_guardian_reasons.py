"""Why somebody sees a record, or does not, as the guardian is told: what is said of the name is true."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from safekept.guardian.reasons import Around, Stay, reason

NOON = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)
BEFORE = NOON - dt.timedelta(days=9)
WHO, AGENCY = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("level", "says"),
    [
        ("open", "Nothing lets them open the record. They can find the name."),
        ("restricted", "Nothing lets them open the record. They can find the name."),
        ("sealed", "Nothing lets them open the record. It is sealed: they find nothing."),
    ],
)
def test_a_stranger_finds_the_name_unless_the_record_is_sealed(level: str, says: str) -> None:
    found = reason(Around(levels=((BEFORE, level),)), WHO, AGENCY, NOON)
    assert (found.lets, found.says) == (False, says)


def test_an_agency_of_the_circle_is_let_in_while_the_record_is_open() -> None:
    stays = (Stay(AGENCY, "brought in", BEFORE),)
    assert reason(Around(stays=stays), WHO, AGENCY, NOON).lets
    assert not reason(Around(stays=stays, levels=((BEFORE, "sealed"),)), WHO, AGENCY, NOON).lets
