"""Your work, the list of children, drafts and the frame, as each role sees them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.pages import a_child, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


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
    assert page.index("Overdue") < page.index("Hold the strategy discussion: Tia Rowan")
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


@pytest.mark.parametrize("role", ["board", "guardian", "administrator"])
def test_roles_without_cases_get_the_procedure_and_no_case_doors(role):
    client = signed_in(factories.viewer("children-services", role=role))
    assert client.get("/").url == reverse("procedures")
    assert client.get("/work").status_code == 302
    page = client.get("/procedure/")
    assert 'href="/children"' not in page.content.decode()
    assert client.get("/children").status_code == 403
    assert client.get("/search?q=Tia").status_code == 403


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
