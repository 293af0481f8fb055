"""Your work, the list of children, drafts and the frame, as each role sees them."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

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
    assert "Show 2 more children" in text_of(response)
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
    "guardian": "The guardian’s desk",
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
