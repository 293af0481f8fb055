"""The child's page: one picture for every agency, now and as it was known."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.pages import a_child, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def team():
    factories.coordinator()
    return factories.children_services(), factories.police(), factories.viewer("school")


def test_it_shows_who_this_is_before_the_process(team):
    worker, officer, _ = team
    child = a_child(worker)
    recorded(officer, child, "missing", timezone.now() - DAY, fields={"category": "missing"})
    recorded(officer, child, "found", timezone.now() - DAY / 2)
    recorded(
        worker,
        child,
        "child-voice",
        timezone.now() - DAY,
        fields={"questions": {"q3": "My friend too"}, "said_to": "her teacher"},
    )
    page = text_of(signed_in(worker).get(f"/children/{child}"))
    assert page.index("Tia Rowan") < page.index("My friend too") < page.index("Owed")
    assert "Birmingham" in page and "Text after 16:00" in page
    assert "Not screened yet" in page
    assert "1 of 5 questions answered" in page
    assert "1 episode in 13 weeks" in page
    assert "Offer" in page or "interview" in page


def test_missing_now_is_said_in_the_colour_of_danger(team):
    worker, officer, _ = team
    child = a_child(worker)
    recorded(officer, child, "missing", timezone.now() - dt.timedelta(hours=2), fields={"category": "missing"})
    html = signed_in(worker).get(f"/children/{child}").content.decode()
    assert "sk-card--danger" in html and "is missing now" in html


def test_a_corrected_entry_stays_struck_with_its_correction(team):
    worker, _, _ = team
    child = a_child(worker)
    old = recorded(worker, child, "screening", timezone.now() - DAY, fields={"category": 3, "rationale": "First look"})
    new = recorded(
        worker,
        child,
        "screening",
        timezone.now() - DAY,
        fields={"category": 2, "rationale": "Second look"},
        supersedes=old,
    )
    html = signed_in(worker).get(f"/children/{child}").content.decode()
    assert "<s>Screening</s>" in html
    assert f'href="/entries/{new}">the correction' in html
    assert "Category 2" in text_of(signed_in(worker).get(f"/children/{child}"))


def test_as_known_on_changes_the_whole_page_and_says_so(team):
    worker, _, _ = team
    child = a_child(worker)
    recorded(worker, child, "note", timezone.now() - 3 * DAY, text="A quiet week")
    yesterday = (timezone.localdate() - DAY).isoformat()
    page = text_of(signed_in(worker).get(f"/children/{child}?known={yesterday}"))
    assert "As known at the end of" in page
    assert "A quiet week" not in page
    assert "nothing later is shown" in page


def test_a_day_that_cannot_be_read_is_said_and_today_is_shown(team):
    worker, _, _ = team
    child = a_child(worker)
    page = text_of(signed_in(worker).get(f"/children/{child}?known=2026-02-31"))
    assert "That day does not exist" in page and "Today is shown" in page


def test_the_timeline_is_filtered_by_kind_agency_and_words(team):
    worker, officer, _ = team
    child = a_child(worker)
    recorded(worker, child, "note", timezone.now() - DAY, text="Red bicycle seen")
    recorded(officer, child, "missing", timezone.now() - 2 * DAY, fields={"category": "missing"})
    client = signed_in(worker)
    assert "Red bicycle" in text_of(client.get(f"/children/{child}?q=bicycle"))
    assert "Red bicycle" not in text_of(client.get(f"/children/{child}?kind=missing"))
    assert "1 of 2 entries" in text_of(client.get(f"/children/{child}?agency=Birmingham+police"))


def test_an_agency_outside_the_circle_sees_a_name_and_no_record(team):
    worker, _, _ = team
    outsider = factories.viewer("school", name="Far school", area_slug="newham")
    child = a_child(worker)
    recorded(worker, child, "note", timezone.now(), text="Not for outsiders")
    page = text_of(signed_in(outsider).get(f"/children/{child}"))
    assert "is not among those that work with this child" in page
    assert "Not for outsiders" not in page and "16:00" not in page
    assert signed_in(outsider).get(f"/children/{child}/record/").status_code == 403


def test_what_does_not_exist_is_not_found(team):
    worker, _, _ = team
    client = signed_in(worker)
    for address in ("/children/11111111-1111-4111-8111-111111111111", "/entries/11111111-1111-4111-8111-111111111111"):
        assert client.get(address).status_code == 404


def test_safe_contact_is_written_and_what_stood_before_is_kept(team):
    worker, _, _ = team
    child = a_child(worker)
    client = signed_in(worker)
    assert "Text after 16:00" in client.get(f"/children/{child}/safe-contact").content.decode()
    assert client.post(f"/children/{child}/safe-contact", {"text": " "}).status_code == 422
    sent = client.post(f"/children/{child}/safe-contact", {"text": "Through her form tutor"})
    assert "Safe contact is saved" in text_of(client.get(sent.url))
    assert "Through her form tutor" in text_of(client.get(f"/children/{child}"))
    assert "Text after 16:00" in text_of(client.get(f"/children/{child}/safe-contact"))


def test_safe_contact_is_for_those_around_the_child(team):
    worker, _, _ = team
    outsider = factories.viewer("school", name="Far school", area_slug="newham")
    child = a_child(worker)
    assert signed_in(outsider).get(f"/children/{child}/safe-contact").status_code == 403
    assert signed_in(outsider).post(f"/children/{child}/safe-contact", {"text": "x"}).status_code == 403


def test_a_move_is_offered_and_said_in_the_heading(team):
    worker, _, _ = team
    child = a_child(worker)
    assert "The child has moved" in text_of(signed_in(worker).get(f"/children/{child}"))
    recorded(worker, child, "circumstance", timezone.now(), fields={"what": "lives-in", "area": "newham"})
    assert "· Newham" in text_of(signed_in(worker).get(f"/children/{child}"))


def test_the_latest_thirty_entries_come_first(team):
    worker, _, _ = team
    child = a_child(worker)
    for number in range(33):
        recorded(worker, child, "note", timezone.now() - number * DAY, text=f"Note number {number:02}")
    client = signed_in(worker)
    page = text_of(client.get(f"/children/{child}"))
    assert "Note number 29" in page and "Note number 30" not in page and "Show 3 earlier entries" in page
    assert "Note number 32" in text_of(client.get(f"/children/{child}?all=yes"))


def test_what_another_agency_owes_is_a_link_and_ones_own_a_button(team):
    worker, officer, _ = team
    child = a_child(worker)
    recorded(worker, child, "referral", timezone.now(), fields={"to": "children-services"})
    own = signed_in(worker).get(f"/children/{child}").content.decode()
    theirs = signed_in(officer).get(f"/children/{child}").content.decode()
    assert own.count("sk-owed__act") == theirs.count("sk-owed__act")
    assert own.count("sk-owed__link") < theirs.count("sk-owed__link")


def test_the_page_says_which_authority_leads_and_asks_where_nothing_is_agreed(worker, child):
    client = signed_in(worker)
    assert "Which authority leads" not in text_of(client.get(f"/children/{child}"))
    placed = {"what": "placed-out-of-area", "from": "2026-01-05", "host_area": "coventry"}
    recorded(worker, child, "circumstance", timezone.now(), fields=placed)
    page = text_of(client.get(f"/children/{child}"))
    assert "Which authority leads Not agreed yet" in page and "WM-19.2" in page and "Record what was agreed" in page
    agreed = {"authority": "coventry", "leads": "birmingham"}
    recorded(worker, child, "other-authority-contacted", timezone.now(), fields=agreed)
    page = text_of(client.get(f"/children/{child}"))
    assert "Which authority leads Birmingham" in page and "Record what was agreed" not in page
