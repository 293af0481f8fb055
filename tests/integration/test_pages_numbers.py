"""Whom the police and whom children's services have on record in an area, and where the two differ (LN-D.count)."""

import datetime as dt

import pytest
from django.utils import timezone

from safekept.access.models import ReadEvent
from safekept.access.viewer import viewing
from safekept.casework import numbers
from safekept.directory.roles import Role
from safekept.register.actions import NewThing, add_thing
from tests import factories
from tests.pages import a_child, recorded, signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("LN-D.count")]
DAY = dt.timedelta(days=1)


class Newham:
    """A borough with police, children's services and a co-ordinator, and ways of putting children on record."""

    def __init__(self):
        self.coordinator = factories.viewer("children-services", "newham", Role.COORDINATOR)
        factories.coordinator("newham")
        self.police = factories.police("newham")
        self.social_worker = factories.children_services("newham")
        self.now = timezone.now()

    def child(self, name, area="newham"):
        return a_child(self.social_worker, name, area=area)

    def referral(self, child, to="children-services", days=9, **more):
        at = self.now - days * DAY
        return recorded(self.social_worker, child, "referral", at, fields={"to": to}, **more)

    def police_record(self, child, flags=("ES",), days=9, **more):
        fields = {"type": "non-crime", "number": f"N{days}", "flags": list(flags)}
        return recorded(self.police, child, "crime-record", self.now - days * DAY, fields=fields, **more)

    def other(self, child, kind, viewer=None, days=9, fields=None, **more):
        by = viewer or self.social_worker
        return recorded(by, child, kind, self.now - days * DAY, fields=fields or {}, **more)

    def numbers(self):
        with viewing(self.coordinator):
            return numbers.of_area(self.coordinator, timezone.now())

    def page(self, query=""):
        return signed_in(self.coordinator).get(f"/numbers{query}")


@pytest.fixture
def newham():
    return Newham()


def alone(found, holder):
    return {one.id for one in found.alone[holder]}


def test_children_whom_one_of_the_two_has_are_told_from_those_whom_both_have(newham):
    police_only, services_only, both, neither = (newham.child(name) for name in ("Ann", "Ben", "Cas", "Dot"))
    newham.police_record(police_only)
    newham.referral(services_only)
    newham.referral(both)
    newham.police_record(both)
    newham.referral(neither, to="police")
    found = newham.numbers()
    assert alone(found, "police") == {police_only}
    assert alone(found, "children-services") == {services_only}
    assert (found.held, found.both, found.agree) == ({"police": 2, "children-services": 2}, 1, False)


def test_the_same_number_of_different_children_does_not_agree_and_the_same_children_do(newham):
    first, second = newham.child("Ann"), newham.child("Ben")
    newham.police_record(first)
    newham.referral(second)
    assert newham.numbers().held == {"police": 1, "children-services": 1}
    assert not newham.numbers().agree
    newham.referral(first)
    newham.police_record(second)
    assert newham.numbers().agree
    assert "have the same children on record" in text_of(newham.page())


@pytest.mark.parametrize(
    ("category", "agency", "held"), [(1, "services", True), (0, "services", False), (2, "police", False)]
)
def test_a_screening_of_childrens_services_that_finds_a_risk_puts_a_child_on_their_record(
    newham, category, agency, held
):
    child = newham.child("Ann")
    by = newham.social_worker if agency == "services" else newham.police
    newham.other(child, "screening", by, fields={"category": category, "rationale": "Seen with an older man."})
    assert alone(newham.numbers(), "children-services") == ({child} if held else set())


def test_what_was_taken_back_or_corrected_counts_no_more(newham):
    withdrawn, corrected = newham.child("Ann"), newham.child("Ben")
    wrong = newham.referral(withdrawn)
    newham.other(withdrawn, "withdrawn", days=8, fields={"reason": "The wrong child."}, answers=[wrong])
    first = newham.referral(corrected)
    newham.referral(corrected, to="police", supersedes=first)
    assert newham.numbers().held == {"police": 0, "children-services": 0}


def test_a_child_with_whom_the_work_has_ended_is_left_out_until_it_begins_again(newham):
    child = newham.child("Ann")
    newham.referral(child, days=9)
    newham.other(child, "closure", days=5, fields={"reason": "Safe, and supported at home."})
    assert newham.numbers().held == {"police": 0, "children-services": 0}
    newham.police_record(child, days=2)
    assert alone(newham.numbers(), "police") == {child}


def test_a_child_of_another_area_is_not_counted(newham):
    factories.coordinator("barnet")
    factories.police("barnet")
    factories.children_services("barnet")
    newham.referral(newham.child("Ann", area="barnet"))
    assert newham.numbers().held == {"police": 0, "children-services": 0}


def test_the_page_says_what_may_explain_a_difference(newham):
    unflagged, screened = newham.child("Ann Ash"), newham.child("Ben Birch")
    newham.referral(unflagged)
    newham.police_record(unflagged, flags=())
    newham.other(screened, "screening", fields={"category": 0, "rationale": "Nothing was found."})
    newham.police_record(screened, days=8)
    services, police = text_of(newham.page("?who=children-services")), text_of(newham.page("?who=police"))
    assert "Ann Ash" in services and "a record that does not carry the flag ES" in services
    assert "Ben Birch" in police and "screened the child and found no risk" in police
    assert "Ben Birch" not in services and "Ann Ash" not in police


def test_new_referrals_are_counted_from_the_last_meeting_of_the_area(newham):
    child = newham.child("Ann")
    newham.referral(child, days=40)
    newham.referral(child, days=20)
    newham.referral(child, to="police", days=10)
    newham.police_record(child, days=3)
    month = newham.numbers()
    assert (month.since_meeting, month.new) == (False, {"children-services": 1, "police": 1, "flagged": 1})
    with viewing(newham.coordinator):
        place = add_thing(newham.coordinator, NewThing("area", names=[("Newham", "name")], area="newham")).pk
    newham.other(place, "meeting", newham.coordinator, days=15, fields={"type": "mase"})
    newham.other(place, "meeting", newham.coordinator, days=5, fields={"type": "strategy"})
    since = newham.numbers()
    assert (since.since_meeting, since.new) == (True, {"children-services": 0, "police": 1, "flagged": 1})


def test_whom_the_page_names_is_written_down_as_read(newham):
    shown, kept_back = newham.child("Ann"), newham.child("Ben")
    newham.police_record(shown)
    newham.referral(kept_back)
    assert newham.page("?who=police").status_code == 200
    with viewing(newham.coordinator):
        events = ReadEvent.objects.filter(account_id=newham.coordinator.account_id)
        read = {pk for event in events for pk in event.ids}
    assert shown in read and kept_back not in read


def test_more_children_than_a_page_holds_are_turned_over(newham):
    for number in range(26):
        newham.police_record(newham.child(f"Child {number:02}"), days=40 - number)
    first, second = text_of(newham.page()), text_of(newham.page("?page=2"))
    assert "Child 00" in first and "Child 25" not in first
    assert "Child 25" in second and "Page 2 of 2" in second


def test_the_co_ordinator_finds_the_page_from_their_work(newham):
    assert 'href="/numbers"' in signed_in(newham.coordinator).get("/work").content.decode()
    assert 'href="/numbers"' not in signed_in(newham.social_worker).get("/work").content.decode()


def test_others_are_refused(newham):
    assert signed_in(newham.social_worker).get("/numbers").status_code == 403
    outside = factories.coordinator("newham")
    refused = signed_in(outside).get("/numbers")
    assert refused.status_code == 403 and "your agency cannot compare them" in text_of(refused)


def test_where_the_procedure_does_not_ask_there_is_no_such_page():
    elsewhere = factories.viewer("children-services", "birmingham", Role.COORDINATOR)
    assert signed_in(elsewhere).get("/numbers").status_code == 404
