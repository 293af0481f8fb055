"""Things are added with their circle, found again, and shown to those who may see them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from safekept.access.models import Circle, ReadEvent
from safekept.access.viewer import Viewer, viewing
from safekept.register.actions import NewThing, ThingRefused, add_identifier, add_name, add_thing, set_safe_contact
from safekept.register.models import Identifier, SafeContact, Thing
from safekept.register.queries import SearchQuery, search, thing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> Viewer:
    factories.children_services()
    factories.police()
    factories.coordinator()
    return factories.viewer(name="Ash School")


def tia(viewer: Viewer) -> Thing:
    return add_thing(
        viewer,
        NewThing(
            "child",
            [("Tia Robinson-Khan", "name"), ("Tee", "nickname")],
            born="4 May 2011",
            sex="female",
            area="birmingham",
            identifiers=[("phone", "07700 900123"), ("nhs", "999 000 0018"), ("postcode", "b1 1aa")],
            safe_contact="Text after four, never the home number",
        ),
    )


def test_a_child_gets_its_circle(school: Viewer) -> None:
    child = tia(school)
    with viewing(school):
        kinds = set(Circle.objects.filter(subject_id=child.pk).values_list("agency__kind", flat=True))
    assert kinds == {"school", "children-services", "police", "other"}


@pytest.mark.parametrize(
    "query",
    [
        SearchQuery("tia robinson-khan"),
        SearchQuery("Robinsn Tia"),
        SearchQuery("Tiya Khan 2011"),
        SearchQuery("TiaRobinson"),
        SearchQuery("tee"),
        SearchQuery("5/4/2011"),
        SearchQuery("Tia", born="May 2011"),
        SearchQuery("9990000018"),
        SearchQuery("07700 900123", kinds=("child",)),
        SearchQuery("b11aa"),
    ],
)
def test_a_half_known_child_is_found(school: Viewer, query: SearchQuery) -> None:
    child = tia(school)
    found = search(school, query)
    assert found[0].thing == child
    assert found[0].reasons


def test_nothing_typed_finds_nothing(school: Viewer) -> None:
    tia(school)
    assert search(school, SearchQuery("")) == []
    assert search(school, SearchQuery("x")) == []


def test_a_stranger_finds_a_child_by_name_but_not_by_address_or_phone(school: Viewer) -> None:
    child, other = tia(school), factories.viewer("health", "newham")
    assert search(other, SearchQuery("tia robinson khan"))[0].thing == child
    assert search(other, SearchQuery("9990000018"))[0].thing == child
    for typed in ("07700 900123", "B1 1AA"):
        assert search(other, SearchQuery(typed)) == []
    with viewing(other):
        assert Thing.objects.get(pk=child.pk).safe_contact == ""
        assert list(Identifier.objects.values_list("scheme", flat=True)) == ["nhs"]
    with viewing(school):
        assert Thing.objects.get(pk=child.pk).safe_contact.startswith("Text")


def test_without_the_applications_filter_the_walls_still_stand(school: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    tia(school)
    monkeypatch.setattr("safekept.access.gateway.visible", lambda *_: True)
    with viewing(factories.viewer("health", "newham")):
        assert list(Identifier.objects.values_list("scheme", flat=True)) == ["nhs"]
        assert not SafeContact.objects.exists()


@pytest.mark.parametrize("name", ["Tia\u202enaworR", "Tia\u200b Rowan", "Tia\nRowan"])
def test_a_name_with_what_nobody_sees_is_refused(school: Viewer, name: str) -> None:
    child = tia(school)
    for write in (
        lambda: add_thing(school, NewThing("child", [(name, "name")], area="birmingham")),
        lambda: add_thing(school, NewThing("adult", label=name)),
        lambda: add_name(school, child.pk, name, "alias"),
    ):
        with pytest.raises(ThingRefused, match="cannot be seen"):
            write()
    with viewing(school):
        assert list(Thing.objects.values_list("pk", flat=True)) == [child.pk]


@pytest.mark.parametrize("role", ["guardian", "board", "administrator"])
def test_other_roles_add_nobody_and_the_guardian_alone_finds_names(school: Viewer, role: str) -> None:
    tia(school)
    other = factories.viewer(role=role)
    assert len(search(other, SearchQuery("tia robinson khan"))) == (1 if role == "guardian" else 0)
    with pytest.raises(ThingRefused):
        tia(other)


def test_unknown_people_and_vehicles_are_found_by_what_was_seen(school: Viewer) -> None:
    police = factories.police()
    man = add_thing(police, NewThing("adult", label="man with grey car", description="beard, drives a grey Corsa"))
    car = add_thing(police, NewThing("vehicle", label="grey Corsa", identifiers=[("vrm", "AB12 CDE")]))
    assert {c.thing for c in search(police, SearchQuery("grey corsa"))} == {man, car}
    assert search(police, SearchQuery("AB1? C?E"))[0].thing == car
    assert search(police, SearchQuery("A812 CDE"))[0].reasons == ("number plate almost the same: A812CDE / AB12CDE",)
    assert search(school, SearchQuery("AB12 CDE")) == []
    assert thing(school, car.pk) is None


def test_what_is_wrong_is_said_all_at_once(school: Viewer) -> None:
    with pytest.raises(ThingRefused) as refused:
        add_thing(
            school,
            NewThing("cat", born="31/2/2011", area="atlantis", identifiers=[("nhs", "0000000000")], sex="?"),
        )
    assert {field for field, _ in refused.value.errors} == {"kind", "born", "area", "nhs", "sex"}


def test_a_born_date_to_come_is_refused(school: Viewer) -> None:
    with pytest.raises(ThingRefused, match="future"):
        add_thing(school, NewThing("child", [("A B", "name")], born=dt.date(2090, 1, 1)))


def test_names_and_identifiers_are_added_by_those_who_work_with_the_child(school: Viewer) -> None:
    child, other = tia(school), factories.viewer("health", "newham")
    add_name(school, child.pk, "Zuzu", "alias")
    add_identifier(school, child.pk, "handle", "@zuzu_22")
    assert search(school, SearchQuery("zuzu"))[0].thing == child
    assert search(school, SearchQuery("@zuzu_22"))[0].reasons == ("same online name",)
    for act in (lambda: add_name(other, child.pk, "X Y"), lambda: set_safe_contact(other, child.pk, "x")):
        with pytest.raises(ThingRefused, match="not among those"):
            act()
    with pytest.raises(ThingRefused, match="6 to 15 digits"):
        add_identifier(school, child.pk, "phone", "12")


def test_a_search_is_written_down(school: Viewer) -> None:
    child = tia(school)
    search(school, SearchQuery("tia robinson khan"))
    with viewing(school):
        assert ReadEvent.objects.filter(what="Search", ids__contains=[child.pk]).exists()


@pytest.mark.parametrize("table", ["register_thing", "register_thingname", "register_identifier", "register_token"])
def test_rows_are_never_changed_or_removed(school: Viewer, table: str) -> None:
    tia(school)
    for command in (f"DELETE FROM {table}", f"UPDATE {table} SET kind = 'x'", f"TRUNCATE {table}"):
        with pytest.raises(DatabaseError), viewing(school), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(command)
