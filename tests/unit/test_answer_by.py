"""By when the law wants an answer to somebody who asked for their record."""

from __future__ import annotations

import datetime as dt

import pytest

from safekept.documents.forms import answer_by


@pytest.mark.parametrize(
    ("asked", "extended", "last"),
    [
        (dt.date(2026, 3, 10), False, dt.date(2026, 4, 10)),
        (dt.date(2026, 1, 31), False, dt.date(2026, 3, 2)),  # 28 February is a Saturday
        (dt.date(2026, 3, 3), False, dt.date(2026, 4, 7)),  # Good Friday, a weekend and Easter Monday between
        (dt.date(2026, 3, 10), True, dt.date(2026, 6, 10)),
        (dt.date(2025, 11, 30), True, dt.date(2026, 3, 2)),  # the last day of February, a Saturday
    ],
)
def test_by_when_the_law_wants_an_answer(asked: dt.date, extended: bool, last: dt.date) -> None:
    assert answer_by(asked, extended) == last
