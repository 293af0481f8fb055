"""Screening: evidence beside definitions, no totals; a lower choice asks why and for a second person."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.pages import recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def answers(**more):
    return {"client_key": str(uuid4()), "at-when": "now", "rationale": "Two people saw it", **more}


def test_evidence_stands_beside_the_definitions_with_paragraphs(worker, child):
    recorded(
        worker,
        child,
        "concern",
        timezone.now() - DAY,
        fields={"signs": ["unexplained-gifts"], "noticed": "A new phone"},
    )
    response = signed_in(worker).get(f"/children/{child}/screening")
    page = text_of(response)
    assert "A new phone" in page and "Receipt of gifts from unknown sources" in page
    assert "Category 2 – significant risk of harm" in page and "WM-12.2" in page
    assert re.search(r'value="unexplained-gifts"[^>]*checked', response.content.decode())
    assert "score" not in page.lower() and "total" not in page.lower()


def test_choosing_a_category_shows_what_it_changes(worker, child):
    client = signed_in(worker)
    sent = client.post(f"/children/{child}/screening", answers(category="2"))
    assert sent.status_code == 302, text_of(sent)
    assert "Now owed" in text_of(client.get(sent.url))


def test_no_risk_found_with_signs_recorded_asks_for_a_second_person(worker, child):
    recorded(worker, child, "concern", timezone.now() - DAY, fields={"signs": ["unexplained-gifts"]})
    client = signed_in(worker)
    asked = client.post(f"/children/{child}/screening", answers(category="0"))
    assert asked.status_code == 422
    assert "second person: give their name and role" in text_of(asked)
    assert (
        client.post(f"/children/{child}/screening", answers(category="0", second_person="A. Manager")).status_code
        == 302
    )


def test_a_step_down_asks_why_and_who_else(worker, child):
    recorded(worker, child, "screening", timezone.now() - DAY, fields={"category": 3})
    client = signed_in(worker)
    asked = text_of(client.post(f"/children/{child}/screening", answers(category="2", rationale="")))
    assert "Say why you choose a lower category" in asked and "second person" in asked
    assert client.post(f"/children/{child}/screening", answers(category="3")).status_code == 302


HARM = {
    "an assessment": ("assessment", {"finding": "exploited"}),
    "a section 47 enquiry": ("section-47", {}),
    "a crime": ("crime-record", {"type": "crime"}),
    "an injury": ("concern", {"signs": ["physical-injuries"]}),
}


@pytest.mark.parametrize(("kind", "fields"), HARM.values(), ids=HARM)
@pytest.mark.parametrize("category", ["0", "1"])
def test_harm_on_the_record_asks_about_the_lowest_categories(worker, child, kind, fields, category):
    recorded(worker, child, kind, timezone.now() - DAY, fields=fields)
    client = signed_in(worker)
    asked = client.post(f"/children/{child}/screening", answers(category=category, rationale=""))
    assert asked.status_code == 422
    page = text_of(asked)
    assert "Harm is recorded" in page and "Say why you choose a lower category" in page and "second person" in page
    sent = answers(category=category, second_person="A. Manager, team manager")
    assert client.post(f"/children/{child}/screening", sent).status_code == 302


def test_harm_ticked_in_the_screening_itself_is_asked_about(worker, child):
    sent = answers(category="1", signs=["physical-injuries"])
    asked = text_of(signed_in(worker).post(f"/children/{child}/screening", sent))
    assert "You ticked: physical injuries" in asked


def test_a_non_crime_record_is_not_harm(worker, child):
    recorded(worker, child, "crime-record", timezone.now() - DAY, fields={"type": "non-crime"})
    assert signed_in(worker).post(f"/children/{child}/screening", answers(category="1")).status_code == 302


def test_the_menu_and_a_duty_lead_to_the_same_page(worker, child):
    redirect = signed_in(worker).get(f"/children/{child}/record/screening?rule=x")
    assert redirect.url == f"/children/{child}/screening?rule=x"
