"""In the demonstration every desk has something to see: what was decided, and what a guardian reviews."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.test import Client

from safekept.access.models import Alert, Bar, Closed, JoinRequest
from safekept.access.viewer import loader, viewer_for, viewing
from safekept.demo.decided import decide
from safekept.demo.load import load
from safekept.directory.models import Account
from safekept.documents.models import Document
from safekept.record import requests
from safekept.record.models import Entry
from safekept.vault.models import KeptApart
from tests.pages import signed_in, text_of

pytestmark = pytest.mark.django_db


def desk_of(area: str) -> Client:
    guardian = Account.objects.get(role="guardian", team__agency__area_id=area)
    return signed_in(viewer_for(guardian))


def test_one_of_each_in_the_first_area_of_each_region() -> None:
    areas = ["birmingham", "coventry"]
    load(areas, 24, 2015, progress=False, now=dt.datetime.now(dt.UTC), processes=1)
    assert decide(areas) == 1
    with viewing(loader("test")):
        assert Counter(Closed.objects.values_list("level", flat=True)) == {"restricted": 1, "sealed": 1}
        assert Bar.objects.count() == 1 and JoinRequest.objects.filter(answered_at=None).count() == 1
        waiting = Counter(Alert.objects.filter(reviewed_at=None).values_list("kind", flat=True))
        assert waiting["break-glass"] == 1 and waiting["sealed-sought"] == 1 and waiting["pattern"] >= 1
        assert set(Alert.objects.exclude(reviewed_at=None).values_list("finding", flat=True)) == {
            "false-alarm",
            "in-order",
        }
    worker = Account.objects.filter(
        role="practitioner", team__agency__kind="children-services", team__agency__area_id="birmingham"
    ).first()
    asker = viewer_for(worker)
    with viewing(asker):
        asked = [requests.request_of(entry) for entry in Entry.objects.filter(kind="sharing", fields__step="asked")]
        now = dt.datetime.now(dt.UTC)
        assert sorted((one.standing, one.late(now)) for one in asked if one) == [
            ("escalated", False), ("open", False), ("open", True),
        ]  # fmt: skip
    work = text_of(signed_in(asker).get("/work"))
    assert "Asked by your agency 2" in work and "Late" in work
    manager = Account.objects.get(role="manager", is_demo=True, team__agency__area_id="birmingham",
                                  team__agency__kind="children-services")  # fmt: skip
    with viewing(viewer_for(manager)):
        assert KeptApart.objects.count() == 1 and Document.objects.get().decision == ""
    page = text_of(desk_of("birmingham").get("/guardian/"))
    assert "1 of 2 reviewed was a false alarm in the last 90 days." in page
    assert "Waiting for a second person" in page


def test_an_area_with_few_children_is_left_alone() -> None:
    load(["coventry"], 3, 7, progress=False, processes=1)
    assert decide(["coventry"]) == 0
    with viewing(loader("test")):
        assert not Closed.objects.exists() and not Alert.objects.exists()
