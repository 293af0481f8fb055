"""Times in words, in London."""

import datetime as dt

import pytest

from safekept.govuk import when, words

NOW = dt.datetime(2026, 3, 4, 11, 0, tzinfo=dt.UTC)
LONDON_MARCH = dt.datetime(2026, 3, 3, 0, 0, tzinfo=dt.UTC)
LONDON_JULY = dt.datetime(2025, 6, 30, 23, 0, tzinfo=dt.UTC)
"""Midnight in London in summer time."""
WHOLE_DAY = dt.timedelta(hours=23, minutes=59)


def after(**span):
    return NOW + dt.timedelta(**span)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (when.moment(dt.datetime(2026, 3, 4, 16, 10, tzinfo=dt.UTC), NOW), "Wed 4 Mar 16:10"),
        (when.moment(dt.datetime(2025, 7, 1, 16, 10, tzinfo=dt.UTC), NOW), "Tue 1 Jul 2025 17:10"),
        (when.until(after(hours=9), NOW), "in 9 hours"),
        (when.until(after(hours=-2), NOW), "was due 2 hours ago"),
        (when.until(after(minutes=1), NOW), "in 1 minute"),
        (when.waiting(after(days=-3), NOW), "waiting 3 days"),
        (when.by(after(hours=9), NOW), "by 20:00 today"),
        (when.by(dt.datetime(2026, 3, 4, 23, 59, 59, tzinfo=dt.UTC), NOW), "by the end of today"),
        (when.by(dt.datetime(2026, 4, 9, 22, 59, 59, tzinfo=dt.UTC), NOW), "by Thu 9 Apr"),
        (when.ago(after(days=-70), NOW), "2 months ago"),
        (when.ago(NOW, NOW), "just now"),
        (when.between(LONDON_MARCH, after(hours=1), NOW), "between Tue 3 Mar 00:00 and Wed 4 Mar 12:00"),
        (when.between(LONDON_MARCH, LONDON_MARCH.replace(hour=23, minute=59), NOW), "some time on Tue 3 Mar"),
        (when.between(LONDON_JULY, LONDON_JULY + WHOLE_DAY, NOW), "some time on Tue 1 Jul 2025"),
        (when.day(dt.date(2026, 3, 4)), "4 March 2026"),
        (words.counted(1, "child", "children"), "1 child"),
        (words.counted(1200, "child", "children"), "1,200 children"),
        (words.listed(["police", "health", "school"]), "police, health and school"),
        (words.capital("mASE"), "MASE"),
    ],
)
def test_said_as_people_say_it(said, expected):
    assert said == expected


def test_age_changes_on_the_birthday_in_london():
    born = dt.date(2011, 5, 4)
    assert when.age(born, dt.datetime(2026, 5, 3, 22, 59, tzinfo=dt.UTC)) == 14
    assert when.age(born, dt.datetime(2026, 5, 3, 23, 1, tzinfo=dt.UTC)) == 15
