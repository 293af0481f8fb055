"""What is wrong about a child or a thing is put right: the day asked for, the area, and facts taken down wrongly."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests.pages import moment, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_a_day_that_has_not_come_is_said_instead_of_shown(worker, child):
    client, later = signed_in(worker), timezone.localdate() + 2 * DAY
    page = text_of(client.get(f"/children/{child}?known={later}"))
    assert "As known on: that day has not come yet. Today is shown." in page
    assert "has not come yet" not in text_of(client.get(f"/children/{child}?known={timezone.localdate()}"))


def moved(worker, child, area, **days):
    fields = {"what": "lives-in", "area": area, **{name.rstrip("_"): str(day) for name, day in days.items()}}
    return recorded(worker, child, "circumstance", timezone.now() - DAY, fields=fields)


def header(client, child):
    page = text_of(client.get(f"/children/{child}"))
    return page[: page.index("Safe contact")]


def test_the_child_page_names_the_area_the_child_lives_in_now(worker, child):
    client, today = signed_in(worker), timezone.localdate()
    assert "· Birmingham" in header(client, child)
    moved(worker, child, "walsall", from_=today + 5 * DAY)
    assert "· Birmingham" in header(client, child), "a move to come is no move yet"
    moved(worker, child, "newham", from_=today - 5 * DAY)
    assert "· Newham" in header(client, child) and "Birmingham" not in header(client, child)
    back = moved(worker, child, "dudley", from_=today - DAY)
    assert "· Dudley" in header(client, child)
    form = {"client_key": "5b0d9c1e-3f60-4a35-8f3e-6d6a6c9b7a10", "answers": str(back), "reason": "Not so", "text": ""}
    client.post(f"/children/{child}/record/withdrawn", {**form, "basis": "fact", **moment(timezone.now())})
    assert "· Newham" in header(client, child)
