"""Your work, the list of children, drafts and the frame, as each role sees them."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from safekept.access.viewer import viewing
from safekept.casework import browsing
from safekept.record.models import Look
from tests import factories
from tests.pages import a_child, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def social_worker():
    factories.coordinator()
    factories.police()
    return factories.children_services()


def test_nothing_owed_says_what_would_be_here(social_worker):
    page = text_of(signed_in(social_worker).get("/work"))
    assert "Nothing is owed here" in page
    assert "what is owed stands here with its clock" in page


def test_overdue_comes_first_with_child_reason_and_a_form_that_answers_it(social_worker):
    child = a_child(social_worker)
    referral = recorded(
        social_worker,
        child,
        "referral",
        timezone.now() - 30 * HOUR,
        fields={"to": "children-services", "strategy": True},
    )
    response = signed_in(social_worker).get("/work")
    page = text_of(response)
    assert "1 overdue" in page
    assert page.index("Overdue 1") < page.index("Tia Rowan") < page.index("Hold the strategy discussion")
    assert "because of Referral," in page
    assert "was due 6 hours ago" in page
    assert "WM-14.2" in page
    assert f"/children/{child}/record/discussion?because={referral}&amp;rule=" in response.content.decode()


def test_filters_stay_in_the_address(social_worker):
    child = a_child(social_worker)
    recorded(social_worker, child, "referral", timezone.now(), fields={"to": "children-services"})
    client = signed_in(social_worker)
    shown = client.get("/work?whose=team&child=rowan")
    assert "Talk the referral over" in text_of(shown)
    assert "?whose=agency&amp;child=rowan" in shown.content.decode()
    assert "Nothing matches these filters" in text_of(client.get("/work?whose=team&child=nobody"))


def test_the_same_duty_because_of_three_entries_is_one_card_that_answers_them_all(social_worker):
    child, now = a_child(social_worker), timezone.now()
    seen = {"category": 1, "rationale": "Seen"}
    told = [recorded(social_worker, child, "screening", now - n * HOUR, fields=seen) for n in (3, 2, 1)]
    client = signed_in(social_worker)
    for address in ("/work?whose=agency", f"/children/{child}"):
        response = client.get(address)
        page, html = text_of(response), response.content.decode()
        assert html.count('<p class="sk-owed__what">Tell the co-ordinator</p>') == 1
        assert "Because of 3 entries" in page and "Recording it once answers them all" in page
        assert all(f'href="/entries/{one}"' in html for one in told)
        assert "record/coordinator-told?rule=" in html
    client.post(f"/children/{child}/record/coordinator-told", {"client_key": str(uuid4()), "at-when": "now"})
    assert "Tell the co-ordinator" not in text_of(client.get("/work?whose=agency"))


def test_what_waits_longer_than_the_area_expects_stands_apart(social_worker):
    child = a_child(social_worker)
    recorded(social_worker, child, "screening", timezone.now() - 9 * DAY, fields={"category": 2, "rationale": "Why"})
    page = text_of(signed_in(social_worker).get("/work?whose=agency"))
    assert "Waiting longer than the area expects" in page and "this area expects it the same day" in page


def test_a_long_list_shows_its_first_children_and_leads_to_the_rest(social_worker):
    for number in range(10):
        child = a_child(social_worker, f"Child {number}")
        recorded(social_worker, child, "referral", timezone.now() - DAY, fields={"to": "children-services"})
    client = signed_in(social_worker)
    response = client.get("/work")
    assert "Show 7 more children" in text_of(response)
    assert "Child 9" in text_of(client.get("/work?whose=team&show=week")) or "Child 9" in text_of(response)


def test_the_coordinator_sees_the_whole_area_and_what_has_come_to_them(social_worker):
    coordinator, teacher = factories.coordinator(), factories.viewer("school")
    child = a_child(teacher)
    recorded(teacher, child, "referral", timezone.now() - DAY, fields={"to": "children-services"})
    page = text_of(signed_in(coordinator).get("/work"))
    assert "The whole area" in page and "Who owes it" in page
    assert "Tia Rowan" in page and "Talk the referral over" in page
    assert "whose=area" not in signed_in(social_worker).get("/work?whose=area").content.decode()


ROLES_WITHOUT_CASES = {
    "board": "The board’s desk",
    "administrator": "administrator’s",
}


@pytest.mark.parametrize("role", ROLES_WITHOUT_CASES)
def test_roles_without_cases_get_a_desk_of_their_own_and_no_case_doors(role):
    client = signed_in(factories.viewer("children-services", role=role))
    assert client.get("/").url == reverse("desk")
    assert client.get("/work").url == reverse("desk")
    desk = client.get("/desk")
    page, html = text_of(desk), desk.content.decode()
    assert ROLES_WITHOUT_CASES[role] in page and "What you can do now" in page and "What is not here yet" in page
    assert 'href="/children"' not in html and 'href="/work"' not in html
    main = html.split("<main")[1].split("</main>")[0]
    for address in re.findall(r'href="(/[^"]*)"', main):
        assert client.get(address, follow=True).status_code == 200, address
    assert client.get("/children").status_code == 403
    assert client.get("/search?q=Tia").status_code == 403


def test_the_guardian_has_a_desk_of_their_own_and_no_case_doors():
    client = signed_in(factories.viewer("children-services", role="guardian"))
    assert client.get("/work").url == reverse("desk")
    assert client.get("/desk").url == reverse("guardian")
    page = client.get("/guardian/").content.decode()
    assert "The guardian’s desk" in page and 'href="/children"' not in page and 'href="/work"' not in page
    assert client.get("/children").status_code == 403
    assert client.get("/search?q=Tia").status_code == 403


def test_a_desk_is_not_for_those_who_have_work(social_worker):
    assert signed_in(social_worker).get("/desk").url == reverse("work")


def test_my_children_and_those_of_my_agency(social_worker):
    child = a_child(social_worker)
    client = signed_in(social_worker)
    assert "Children you record something about stand here" in text_of(client.get("/children"))
    assert "Tia Rowan" in text_of(client.get("/children?whose=agency"))
    recorded(social_worker, child, "screening", timezone.now(), fields={"category": 2, "rationale": "Seen twice"})
    page = text_of(client.get("/children"))
    assert "Tia Rowan" in page and "Category 2" in page
    assert "Tia Rowan" in text_of(client.get("/children?whose=agency&category=2"))
    assert "Tia Rowan" not in text_of(client.get("/children?whose=agency&category=3"))
    assert "Tia Rowan" in text_of(client.get("/children?q=tia+rowen"))
    assert "Tia Rowan" not in text_of(client.get("/children?whose=agency&area=newham"))


def test_the_frame_says_who_and_offers_to_leave(social_worker):
    html = signed_in(social_worker).get("/work").content.decode()
    assert social_worker.name in html
    assert 'action="/leave" method="post"' in html
    assert "OFFICIAL–SENSITIVE" in html
    assert "style=" not in html and "onclick" not in html


def test_children_come_a_page_at_a_time(social_worker, django_assert_max_num_queries):
    for number in range(27):
        a_child(social_worker, f"Child {number:02}")
    client = signed_in(social_worker)
    with django_assert_max_num_queries(40):
        page = text_of(client.get("/children?whose=agency"))
    assert "27 children" in page and "Child 24" in page and "Child 25" not in page and "Page 1 of 2" in page
    assert "Child 25" in text_of(client.get("/children?whose=agency&page=2"))


def test_the_category_filter_reads_the_screening_that_counts(social_worker):
    child, other = a_child(social_worker), a_child(social_worker, "Jay Moss")
    old = recorded(social_worker, child, "screening", timezone.now() - 2 * DAY, fields={"category": 3})
    recorded(social_worker, child, "screening", timezone.now() - 2 * DAY, fields={"category": 1}, supersedes=old)
    wrong = recorded(social_worker, other, "screening", timezone.now() - DAY, fields={"category": 3})
    recorded(social_worker, other, "withdrawn", timezone.now(), fields={"reason": "Wrong child"}, answers=(wrong,))
    client = signed_in(social_worker)
    assert "No children here" in text_of(client.get("/children?whose=agency&category=3"))
    assert "Tia Rowan" in text_of(client.get("/children?whose=agency&category=1"))
    unscreened = text_of(client.get("/children?whose=agency&category=none"))
    assert "Jay Moss" in unscreened and "Tia Rowan" not in unscreened
    assert client.get("/children?whose=agency&category=nonsense").status_code == 200


@pytest.mark.requirement("WM-14.6")
def test_a_child_in_danger_stands_before_everything_else(social_worker):
    child, other = a_child(social_worker), a_child(social_worker, "Kezia Farrow")
    strategy = {"to": "children-services", "strategy": True}
    recorded(social_worker, other, "referral", timezone.now() - 30 * HOUR, fields=strategy)
    recorded(social_worker, child, "concern", timezone.now(), fields={"immediate_danger": True, "signs": []})
    page = text_of(signed_in(social_worker).get("/work"))
    danger, overdue = page.index("A child may be in danger now 1"), page.index("Overdue 1")
    assert danger < page.index("Begin child protection procedures") < overdue


def test_a_child_of_others_shows_nothing_of_the_record(social_worker):
    elsewhere = factories.children_services("newham")
    factories.coordinator("newham")
    child = a_child(elsewhere, "Carys Emberton", area="newham")
    recorded(elsewhere, child, "screening", timezone.now(), fields={"category": 2, "rationale": "Gifts"})
    page = text_of(signed_in(social_worker).get("/children?whose=agency&q=Carys+Emberton"))
    card = page[page.index("Carys Emberton", page.index("Show")) :]
    assert "Your agency does not work with this child" in card
    assert "Not screened yet" not in card and "Nothing owed" not in card


def test_a_child_who_is_missing_now_says_so_wherever_the_child_is_named(social_worker):
    officer, child = factories.police(), a_child(social_worker)
    recorded(social_worker, child, "referral", timezone.now() - 3 * DAY, fields={"to": "children-services"})
    client = signed_in(social_worker)
    addresses = ("/work", "/children", f"/children/{child}")
    recorded(officer, child, "missing", timezone.now() - 2 * HOUR, fields={"category": "missing"})
    for address in addresses:
        assert "missing now" in text_of(client.get(address)).lower(), address
    recorded(officer, child, "found", timezone.now() - HOUR)
    for address in addresses:
        assert "missing now" not in text_of(client.get(address)).lower(), address


def test_an_episode_that_was_taken_back_or_is_an_absence_is_not_called_missing(social_worker):
    officer, child, other = factories.police(), a_child(social_worker), a_child(social_worker, "Jay Moss")
    wrong = recorded(officer, child, "missing", timezone.now() - 2 * HOUR, fields={"category": "missing"})
    recorded(officer, child, "withdrawn", timezone.now() - HOUR, fields={"reason": "Wrong child"}, answers=(wrong,))
    recorded(officer, other, "missing", timezone.now() - HOUR, fields={"category": "absent"})
    page = text_of(signed_in(social_worker).get("/children?whose=agency"))
    assert "Missing now" not in page and page.count("Absent now") == 1


def test_who_does_not_work_with_a_child_is_not_told_that_the_child_is_missing(social_worker):
    elsewhere, police = factories.children_services("newham"), factories.police("newham")
    factories.coordinator("newham")
    child = a_child(elsewhere, "Carys Emberton", area="newham")
    recorded(police, child, "missing", timezone.now() - HOUR, fields={"category": "missing"})
    assert "Missing now" in text_of(signed_in(elsewhere).get("/children?whose=agency&q=Carys+Emberton"))
    for address in ("/children?whose=agency&q=Carys+Emberton", f"/children/{child}", "/work", "/work?whose=agency"):
        assert "missing now" not in text_of(signed_in(social_worker).get(address)).lower(), address


NEW = "New since you last looked"


def test_what_others_recorded_is_new_until_the_child_is_looked_at(social_worker):
    officer, child = factories.police(), a_child(social_worker)
    recorded(social_worker, child, "note", timezone.now() - 3 * DAY, text="Seen at home")
    client = signed_in(social_worker)
    assert NEW not in text_of(client.get("/work"))
    recorded(officer, child, "missing", timezone.now() - HOUR, fields={"category": "missing"})
    page = text_of(client.get("/work"))
    assert f"{NEW} Tia Rowan Missing now Missing, Police, just now" in page and "1 new since you last looked" in page
    assert NEW in text_of(client.get("/work")), "the list itself clears nothing"
    client.get(f"/children/{child}?known=2020-01-01")
    assert NEW in text_of(client.get("/work")), "an earlier day shows nothing new"
    client.get(f"/children/{child}")
    assert NEW not in text_of(client.get("/work"))
    recorded(officer, child, "found", timezone.now())
    assert "Found, Police, just now" in text_of(client.get("/work"))


def test_only_concerns_are_new_about_children_one_never_wrote_about(social_worker):
    teacher = factories.viewer("school")
    child = a_child(teacher)
    recorded(teacher, child, "note", timezone.now(), text="Late again")
    assert NEW not in text_of(signed_in(social_worker).get("/work"))
    recorded(teacher, child, "concern", timezone.now(), fields={"signs": []})
    page = text_of(signed_in(social_worker).get("/work"))
    assert "Concern, School, just now" in page and "Note, School" not in page
    assert NEW not in text_of(signed_in(teacher).get("/work")), "one's own entries are not news"


def test_one_button_says_that_everything_shown_is_seen_and_nothing_later(social_worker):
    officer, child, other = factories.police(), a_child(social_worker), a_child(social_worker, "Jay Moss")
    client = signed_in(social_worker)
    recorded(officer, child, "concern", timezone.now(), fields={"signs": []})
    shown = re.search(r'name="until" value="([^"]+)"', client.get("/work").content.decode())
    assert shown is not None
    recorded(officer, other, "concern", timezone.now(), fields={"signs": []})
    assert client.post("/work/seen", {"until": shown[1]}).url == "/work"
    page = text_of(client.get("/work"))
    assert "1 new since you last looked" in page and f"{NEW} Jay Moss Concern" in page
    for odd in ("", "yesterday", "2026-01-01", "9999-12-31T23:59:59+14:00"):
        assert client.post("/work/seen", {"until": odd}).status_code == 302
    assert NEW not in text_of(client.get("/work")), "a moment to come means now"


def test_what_one_may_not_see_is_never_new(social_worker):
    police, school = factories.police(), factories.viewer("school")
    elsewhere = factories.children_services("newham")
    factories.coordinator("newham")
    child = a_child(school)
    recorded(school, child, "note", timezone.now(), text="Seen at the gate")
    hers = a_child(elsewhere, "Carys Emberton", area="newham")
    recorded(factories.police("newham"), hers, "concern", timezone.now(), fields={"signs": []})
    before = text_of(signed_in(school).get("/work"))
    assert NEW not in before
    recorded(police, child, "crime-record", timezone.now(), fields={"type": "crime", "number": "CP-77"})
    assert NEW not in text_of(signed_in(school).get("/work"))
    assert NEW not in text_of(signed_in(social_worker).get("/work")), "not about a child she wrote about, no concern"
    assert "Carys Emberton" in text_of(signed_in(elsewhere).get("/work"))


def test_when_somebody_looked_is_theirs_alone(social_worker):
    child = a_child(social_worker)
    signed_in(social_worker).get(f"/children/{child}")
    with viewing(social_worker):
        assert [look.subject_id for look in Look.objects.all()] == [child]
    with viewing(factories.children_services()):
        assert not Look.objects.exists()


def test_an_agency_with_too_many_children_to_count_turns_them_over_by_name(social_worker, monkeypatch):
    monkeypatch.setattr(browsing, "COUNTED", 20)
    for number in range(27):
        child = a_child(social_worker, f"Child {number:02}")
        if number in (3, 26):
            recorded(social_worker, child, "screening", timezone.now(), fields={"category": 2, "rationale": "Seen"})
    client = signed_in(social_worker)
    first = client.get("/children?whose=agency")
    page, html = text_of(first), first.content.decode()
    assert "More than 20 children" in page and "Child 24" in page and "Child 25" not in page
    onwards = re.search(r'href="(\?[^"]*after=[^"]+)"', html)
    assert onwards is not None
    last = text_of(client.get("/children" + onwards[1].replace("&amp;", "&")))
    assert "Child 24" not in last and "Child 25" in last and "Child 26" in last and "From the beginning" in last
    chosen = text_of(client.get("/children?whose=agency&category=2"))
    assert "Child 03" in chosen and "Child 26" in chosen and "Child 04" not in chosen
    assert client.get("/children?whose=agency&after=nonsense").status_code == 200
