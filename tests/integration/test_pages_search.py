"""Search and the page of a person, vehicle, phone or place."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from safekept.access.viewer import viewing
from safekept.register.actions import NewThing, add_thing
from tests import factories
from tests.pages import a_child, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    factories.coordinator()
    return factories.children_services()


def test_a_misspelt_name_is_found_with_the_reason(worker):
    a_child(worker, "Marlowe Finch")
    page = text_of(signed_in(worker).get("/search?q=Marlow+Finsch"))
    assert "Marlowe Finch" in page and "1 result" in page


def test_nothing_found_says_what_to_try(worker):
    assert "Try another spelling" in text_of(signed_in(worker).get("/search?q=Zzyzx"))
    assert "What you can search by" in text_of(signed_in(worker).get("/search"))


def test_a_vehicle_shows_where_it_comes_up_and_whom_it_reaches(worker):
    child = a_child(worker)
    with viewing(worker):
        car = add_thing(worker, NewThing("vehicle", identifiers=[("vrm", "AB12 CDE")]))
    recorded(
        worker, child, "concern", timezone.now(), fields={"noticed": "Waiting outside"}, mentions=[(car.pk, "used")]
    )
    client = signed_in(worker)
    assert str(car.pk) in client.get("/search?q=AB12CDE").content.decode()
    page = text_of(client.get(f"/things/{car.pk}"))
    assert "Number plate AB12 CDE" in page and "here: used" in page and "Tia Rowan" in page


def test_what_a_viewer_may_not_see_is_not_found(worker):
    with viewing(worker):
        car = add_thing(worker, NewThing("vehicle", identifiers=[("vrm", "AB12 CDE")]))
    school = signed_in(factories.viewer("school"))
    assert school.get(f"/things/{car.pk}").status_code == 404
    assert str(car.pk) not in school.get("/search?q=AB12CDE").content.decode()


def test_a_child_has_its_own_page(worker):
    child = a_child(worker)
    assert signed_in(worker).get(f"/things/{child}").url == f"/children/{child}"


@pytest.mark.requirement("LN-14", "LN-I.2")
def test_an_adult_and_an_agency_have_a_record_of_their_own():
    """Given an order on somebody, their page says what it brings with it; so does a signatory's."""
    officer = factories.police("newham")
    factories.coordinator("newham")
    with viewing(officer):
        man = add_thing(officer, NewThing("adult", names=[("Anton Lowther", "name")], area="newham")).pk
        board = add_thing(officer, NewThing("agency", label="Newham Police", area="newham")).pk
    made = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    recorded(officer, man, "order", made, fields={"type": "sro", "step": "made"})
    recorded(officer, board, "protocol", made, fields={"step": "signed"})
    shown = text_of(signed_in(officer).get(f"/things/{man}"))
    assert "Notify name and address" in shown and "Sexual risk order" in shown and "LN-I.2" in shown
    assert "Review the protocol" in text_of(signed_in(officer).get(f"/things/{board}"))
