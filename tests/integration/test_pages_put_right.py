"""What is wrong about a child or a thing is put right: the day asked for, the area, and facts taken down wrongly."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from safekept.access.viewer import loader, viewing
from safekept.record.models import Obligation
from safekept.register.actions import NewThing, add_thing
from safekept.register.models import THING_KINDS, Correction, Thing
from safekept.register.queries import SearchQuery, search
from safekept.register.walls import OTHER_KINDS
from tests import factories
from tests.pages import a_child, moment, recorded, signed_in, text_of

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


def opened(client, thing):
    """What the form sends untouched."""
    html = client.get(f"/things/{thing}/put-right").content.decode()
    found = re.search(r'name="shown" value="([^"]*)"', html)
    assert found
    born = re.search(r'<input[^>]*name="born"[^>]* value="([^"]*)"', html)
    area = re.search(r'<option value="([^"]*)" selected', html)
    sex = re.search(r'name="sex" type="radio" value="([^"]*)" checked', html)
    return {"shown": found[1], "born": born[1], "area": area[1], "sex": sex[1] if sex else ""}


def facts_of(thing):
    with viewing(loader("test")):
        one = Thing.objects.get(pk=thing)
        return (str(one.born), one.born_precision, one.sex, one.area_id)


def test_a_birth_date_is_put_right_found_by_and_its_history_kept(worker, child):
    client, address = signed_in(worker), f"/things/{child}/put-right"
    assert f'href="{address}"' in client.get(f"/children/{child}").content.decode()
    sent = client.post(address, {**opened(client, child), "born": "6 June 2012", "sex": "female"})
    assert sent.status_code == 302
    assert facts_of(child) == ("2012-06-06", "day", "female", "birmingham")
    page = text_of(client.get(sent.url))
    assert "Birth date 4 May 2011 became 6 June 2012" in page and "Sex Not known became Female" in page
    assert worker.name in page and "Birmingham children-services" in page
    with viewing(worker):
        found = search(worker, SearchQuery("6 June 2012", kinds=("child",)))
        assert [one.thing.pk for one in found] == [child]
        kept = {(row.fact, row.was, row.became, row.account_id) for row in Correction.objects.all()}
    assert kept == {
        ("born", "2011-05-04 day", "2012-06-06 day", worker.account_id),
        ("sex", "", "female", worker.account_id),
    }


def open_rules(thing):
    with viewing(loader("test")):
        return set(Obligation.objects.filter(subject_id=thing, status="open").values_list("rule", "area"))


@pytest.mark.requirement("WM-18.4")
def test_what_is_owed_follows_a_birth_date_put_right(worker):
    """Taken down as 17, a looked-after child is owed what young people of 16 and over are; at 14 what a child is."""
    today = timezone.localdate()
    child = a_child(worker, "Jay Moss", born=f"{today.year - 18}-12-31")
    recorded(worker, child, "circumstance", timezone.now() - DAY, fields={"what": "looked-after"})
    recorded(worker, child, "screening", timezone.now(), fields={"category": 2, "rationale": "Seen twice"})
    assert ("assessment-of-looked-after-young-person", "birmingham") in open_rules(child)
    client = signed_in(worker)
    data = {**opened(client, child), "born": f"1 January {today.year - 14}"}
    assert client.post(f"/things/{child}/put-right", data).status_code == 302
    after = open_rules(child)
    assert ("assessment-of-looked-after-child", "birmingham") in after
    assert ("assessment-of-looked-after-young-person", "birmingham") not in after


def test_an_area_put_right_brings_its_procedure_its_teams_and_its_agencies(worker, child):
    newham = factories.children_services("newham")
    factories.coordinator("newham")
    recorded(worker, child, "referral", timezone.now() - DAY, fields={"to": "children-services"})
    client = signed_in(worker)
    assert client.post(f"/things/{child}/put-right", {**opened(client, child), "area": "newham"}).status_code == 302
    assert {area for _, area in open_rules(child)} == {"newham"}
    page = text_of(signed_in(newham).get(f"/children/{child}"))
    assert "· Newham" in page[: page.index("Safe contact")]
    assert "Area Birmingham became Newham" in text_of(client.get(f"/things/{child}/put-right"))


def test_what_cannot_be_read_is_said_and_what_was_typed_stays(worker, child):
    client, address = signed_in(worker), f"/things/{child}/put-right"
    for change, says in (
        ({"born": "32 May 2011"}, "There is no such day in the calendar"),
        ({"born": "soon"}, "Write the date like 4 May 2011"),
        ({"sex": "x"}, "Choose female, male or other"),
        ({"area": "narnia"}, "There is no area called narnia"),
        ({"area": ""}, "Choose the area"),
        ({}, "Nothing has changed"),
        ({"born": "6 June 2012", "shown": "old"}, "Somebody else has put this right in the meantime"),
    ):
        sent = client.post(address, {**opened(client, child), **change})
        assert sent.status_code == 422 and says in text_of(sent), change
        assert "Error: " in sent.content.decode()
        if change.get("born"):
            assert f'value="{change["born"]}"' in sent.content.decode()
    assert facts_of(child) == ("2011-05-04", "day", "", "birmingham")


def test_two_people_do_not_overwrite_each_other(worker, child):
    client, address = signed_in(worker), f"/things/{child}/put-right"
    first, second = opened(client, child), opened(client, child)
    assert client.post(address, {**first, "born": "6 June 2012"}).status_code == 302
    late = client.post(address, {**second, "born": "7 July 2013"})
    assert late.status_code == 422 and 'value="7 July 2013"' in late.content.decode()
    assert facts_of(child)[0] == "2012-06-06"
    shown = re.search(r'name="shown" value="([^"]*)"', late.content.decode())
    assert client.post(address, {**second, "born": "7 July 2013", "shown": shown[1]}).status_code == 302


def test_those_outside_cannot_put_a_child_right_nor_read_what_was(worker, child):
    signed_in(worker).post(f"/things/{child}/put-right", {**opened(signed_in(worker), child), "born": "6 June 2012"})
    outside = factories.viewer("health")
    client = signed_in(outside)
    data = {"shown": "2012-06-06|day||birmingham", "born": "1 1 2010", "sex": "", "area": "birmingham"}
    assert client.get(f"/things/{child}/put-right").status_code == 403
    assert client.post(f"/things/{child}/put-right", data).status_code == 403
    with viewing(outside):
        assert not Correction.objects.exists()
        assert Thing.objects.filter(pk=child).update(born=None) == 0
    assert facts_of(child)[0] == "2012-06-06"


def test_the_database_itself_writes_the_history_and_lets_nothing_else_change(worker, child):
    for command in (
        f"UPDATE register_thing SET label = 'x' WHERE id = '{child}'",
        f"UPDATE register_thing SET created_by_id = id WHERE id = '{child}'",
        f"DELETE FROM register_thing WHERE id = '{child}'",
        "INSERT INTO register_correction (id, thing_id, fact, was, became, account_id, agency_id, at) SELECT "
        f"gen_random_uuid(), '{child}', 'sex', '', 'male', '{worker.account_id}', '{worker.agency_id}', now()",
        "UPDATE register_correction SET was = ''",
        "DELETE FROM register_correction",
    ):
        with pytest.raises(DatabaseError), viewing(worker), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(command)
    with viewing(worker), connection.cursor() as cursor:
        cursor.execute(f"UPDATE register_thing SET sex = 'male' WHERE id = '{child}'")
        row = Correction.objects.get()
        assert (row.fact, row.was, row.became, row.account_id) == ("sex", "", "male", worker.account_id)


def test_the_area_of_a_place_is_put_right_by_whoever_sees_it(worker):
    police = factories.police()
    place = recorded_place(police)
    client = signed_in(police)
    assert "put-right" in client.get(f"/things/{place}").content.decode()
    data = opened(client, place)
    assert "Birth date" not in text_of(client.get(f"/things/{place}/put-right"))
    assert client.post(f"/things/{place}/put-right", {**data, "area": "walsall"}).status_code == 302
    assert facts_of(place)[3] == "walsall"
    assert signed_in(factories.viewer("health")).get(f"/things/{place}/put-right").status_code == 404


def recorded_place(viewer):
    with viewing(viewer):
        return add_thing(viewer, NewThing("place", label="Bus station", area="birmingham")).pk


def test_the_wall_names_every_kind_of_thing():
    assert OTHER_KINDS | {"child"} == set(THING_KINDS)
