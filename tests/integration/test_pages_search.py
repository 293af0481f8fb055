"""Search and the page of a person, vehicle, phone or place."""

from __future__ import annotations

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
