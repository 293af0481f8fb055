"""Clocks: elapsed hours, working days and months in London time. Dates worked out on paper."""

import datetime as dt

import holidays
import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import given
from hypothesis import strategies as st

from safekept.calendars import (
    LONDON,
    UTC,
    CalendarHorizonError,
    Duration,
    DurationError,
    add_months,
    age_on,
    is_working_day,
    london_date,
)
from safekept.calendars.england import HOLIDAYS


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.requirement("WM-14.2", "LN-E.return", "WM-15.1", "WM-13.4", "LN-I.2")
@pytest.mark.parametrize(
    ("length", "start", "due"),
    [
        ("24 hours", "2026-03-28 20:00", "2026-03-29 21:00"),
        ("24 hours", "2026-10-24 20:00", "2026-10-25 19:00"),
        ("72 hours", "2026-03-27 12:00", "2026-03-30 13:00"),
        ("72 hours", "2026-10-23 12:00", "2026-10-26 11:00"),
        ("3 working days", "2026-04-02 15:30", "2026-04-09 23:59:59"),
        ("3 working days", "2026-12-24 09:00", "2026-12-31 23:59:59"),
        ("3 working days", "2026-06-06 11:00", "2026-06-10 23:59:59"),
        ("15 working days", "2026-04-02 15:30", "2026-04-27 23:59:59"),
        ("3 days", "2026-10-23 12:00", "2026-10-26 23:59:59"),
        ("1 month", "2026-01-31 12:00", "2026-02-28 23:59:59"),
        ("3 months", "2026-11-30 10:00", "2027-02-28 23:59:59"),
        ("3 months", "2027-11-30 10:00", "2028-02-29 23:59:59"),
        ("3 months", "2026-08-31 10:00", "2026-11-30 23:59:59"),
        ("6 months", "2026-08-31 10:00", "2027-02-28 23:59:59"),
        ("12 months", "2028-02-29 10:00", "2029-02-28 23:59:59"),
        ("same day", "2026-06-06 11:00", "2026-06-06 23:59:59"),
    ],
)
def test_due(length: str, start: str, due: str) -> None:
    assert Duration.parse(length).after(at(start).astimezone(UTC)) == at(due)


@pytest.mark.parametrize(
    "text", ["", "3", "three days", "3 fortnights", "-1 days", "3  days", "1000 days", "3 days late"]
)
def test_a_length_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(DurationError, match="expected 'same day' or a number of hours, working days"):
        Duration.parse(text)


def test_the_published_bank_holidays_are_in_the_table() -> None:
    published = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    assert {day["date"] for day in published} <= HOLIDAYS
    assert dt.date(2023, 5, 8) in HOLIDAYS  # the coronation
    assert dt.date(2022, 9, 19) in HOLIDAYS  # the state funeral
    assert dt.date(2021, 12, 27) in HOLIDAYS and dt.date(2021, 12, 28) in HOLIDAYS  # substitutes


@pytest.mark.parametrize("year", range(2012, 2029))
def test_the_table_agrees_with_a_second_source(year: int) -> None:
    second = set(holidays.country_holidays("GB", subdiv="ENG", years=year))
    ours = {day for day in HOLIDAYS if day.year == year}
    assert {d for d in ours ^ second if d.weekday() < 5} == set()


def test_beyond_the_table_a_question_is_refused() -> None:
    with pytest.raises(
        CalendarHorizonError, match="bank holidays are known from 2000 to 2060; 2061-01-03 lies outside"
    ):
        is_working_day(dt.date(2061, 1, 3))


MOMENTS = st.integers(0, 50 * 365 * 24 * 60).map(
    lambda m: dt.datetime(2005, 1, 1, tzinfo=UTC) + dt.timedelta(minutes=m)
)


@given(MOMENTS, st.integers(1, 30))
def test_working_days_end_on_a_working_day_after_at_least_as_many_days(start: dt.datetime, count: int) -> None:
    due = Duration(count, "working day").after(start)
    assert is_working_day(london_date(due))
    assert (london_date(due) - london_date(start)).days >= count
    passed = [
        london_date(start) + dt.timedelta(days=n) for n in range(1, (london_date(due) - london_date(start)).days + 1)
    ]
    assert sum(map(is_working_day, passed)) == count


@given(st.dates(dt.date(1990, 1, 1), dt.date(2050, 1, 1)), st.integers(0, 60))
def test_months_keep_the_day_or_take_the_last(day: dt.date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + dt.timedelta(days=1)).day == 1


def test_age() -> None:
    assert age_on(dt.date(2010, 4, 1), dt.date(2026, 3, 31)) == 15
    assert age_on(dt.date(2010, 4, 1), dt.date(2026, 4, 1)) == 16
    assert age_on(dt.date(2012, 2, 29), dt.date(2025, 2, 28)) == 12
    assert age_on(dt.date(2012, 2, 29), dt.date(2025, 3, 1)) == 13
