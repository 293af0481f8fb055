"""The tasks of a working day in a real browser: each page on the way is free of barriers."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Route, expect

from tests import factories
from tests.journeys.conftest import no_barriers, opened, picture, press
from tests.pages import a_child, recorded

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def team(site: str) -> dict[str, Any]:
    """A social worker, an officer, a teacher and a co-ordinator around one child."""
    found = {
        "worker": factories.children_services(),
        "officer": factories.police(),
        "teacher": factories.viewer("school", name="Brampton School"),
        "coordinator": factories.coordinator(),
    }
    return {**found, "tia": a_child(found["worker"], "Tia Rowan")}


def test_a_concern_about_a_child_whose_name_is_not_known(narrow: BrowserContext, site: str, team: Any) -> None:
    # given a teacher with a phone who saw a child they do not know
    page = opened(narrow, site, team["teacher"], "/concern/")
    # when they say so, and say what they saw
    page.get_by_label("I do not know the name").check()
    page.get_by_label("How can the child be recognised?").fill("Girl of about 14, school blazer")
    page.get_by_label("Which area does the child live in?").select_option("birmingham")
    no_barriers(page)
    press(page, "Continue")
    page.get_by_label("No, not now").check()
    press(page, "Continue")
    page.get_by_label("What did you notice?").fill("She cried in the back of AB12 CDE")
    page.get_by_label("Just now").check()
    page.get_by_label("Fact", exact=True).check()
    press(page, "Continue")
    press(page, "Continue")
    expect(page.get_by_label("Name, number or how to recognise it").first).to_have_value("AB12 CDE")
    no_barriers(page)
    picture(page, "narrow-concern-others")
    press(page, "Continue")
    press(page, "Report the concern")
    # then there is a reference, who sees it, and how they will hear
    expect(page.get_by_text("Your reference is")).to_be_visible()
    expect(page.get_by_text("When you refer, you will hear back.")).to_be_visible()
    expect(page.get_by_role("heading", name="Who can see it now")).to_be_visible()
    no_barriers(page)
    picture(page, "narrow-concern-done")


def test_a_discussion_without_the_police_says_what_is_missing(wide: BrowserContext, site: str, team: Any) -> None:
    # given a referral
    recorded(team["worker"], team["tia"], "referral", timezone.now() - HOUR, fields={"to": "children-services"})
    page = opened(wide, site, team["worker"])
    # when children's services talk it over alone
    page.get_by_role("button", name=re.compile("Record it.*Talk the referral over")).click()
    page.get_by_label("Just now").check()
    page.get_by_label("Children’s services", exact=True).check()
    press(page, "Put it on the record")
    # then it is met in part, and what is missing is named, here and on the child's page
    expect(page.get_by_text("Still missing: Police").first).to_be_visible()
    no_barriers(page)
    page.goto(f"{site}/children/{team['tia']}")
    expect(page.get_by_text("Still missing:").first).to_be_visible()
    no_barriers(page)


def test_a_multi_agency_meeting_with_who_was_involved(wide: BrowserContext, site: str, team: Any) -> None:
    # given a co-ordinator after a meeting
    page = opened(wide, site, team["coordinator"], f"/children/{team['tia']}/record/meeting")
    page.get_by_label("Multi-agency sexual exploitation (MASE) meeting").check()
    page.get_by_label("Just now").check()
    page.get_by_role("group", name="Who attended?").get_by_label("Police", exact=True).check()
    # when they name a person and look them up
    page.get_by_label("What is it?").select_option("adult")
    page.get_by_label("Name, number or how to recognise it").fill("Dee with the grey Corsa")
    page.get_by_label("Its part in this").select_option("person-of-concern")
    press(page, "Look it up, or add another")
    expect(page.get_by_label("Name, number or how to recognise it").first).to_have_value("Dee with the grey Corsa")
    no_barriers(page)
    picture(page, "meeting-involved")
    press(page, "Put it on the record")
    # then the entry says so, with the part that person had in it
    expect(page.get_by_role("link", name="Dee with the grey Corsa")).to_be_visible()
    no_barriers(page)


def test_found_again_and_the_return_interview(narrow: BrowserContext, site: str) -> None:
    # given a child of Newham who was missing, and an officer who found them
    worker, officer = factories.children_services("newham"), factories.police("newham")
    factories.coordinator("newham")
    child = a_child(worker, "Jay Moss", area="newham")
    recorded(officer, child, "missing", timezone.now() - 9 * HOUR, fields={"category": "missing"})
    page = opened(narrow, site, officer, f"/children/{child}")
    expect(page.get_by_text("is missing now")).to_be_visible()
    no_barriers(page)
    page.goto(f"{site}/children/{child}/record/found")
    page.get_by_label("Just now").check()
    no_barriers(page)
    press(page, "Put it on the record")
    expect(page.get_by_text("Now owed")).to_be_visible()
    # when the social worker offers the interview
    page = opened(narrow, site, worker)
    page.get_by_role("button", name=re.compile("Record it.*return interview", re.I)).first.click()
    no_barriers(page)
    page.locator("#offered").check()
    page.locator("#accepted").check()
    page.get_by_label("Just now").check()
    page.get_by_label("Why did the child go?").fill("cos i woz scared")
    expect(page.get_by_label("Why did the child go?")).to_have_attribute("spellcheck", "false")
    press(page, "Put it on the record")
    # then the child's words stand as they were said
    expect(page.get_by_text("cos i woz scared")).to_be_visible()
    no_barriers(page)


def test_correcting_taking_back_and_looking_at_an_earlier_day(wide: BrowserContext, site: str, team: Any) -> None:
    # given a note of last week, about another child
    note = recorded(team["worker"], team["tia"], "note", timezone.now() - 7 * DAY, text="Seen with Jay")
    page = opened(wide, site, team["worker"], f"/entries/{note}")
    page.get_by_role("link", name="Correct this entry").click()
    no_barriers(page)
    page.get_by_label("Anything to add, in your own words?").fill("Seen with Jo")
    press(page, "Save the correction")
    page.get_by_role("link", name="Take it back").click()
    page.get_by_label("Why is it taken back?").fill("It was about another child")
    page.get_by_label("Just now").check()
    no_barriers(page)
    press(page, "Put it on the record")
    # then the child's page keeps both, struck; and an earlier day shows neither
    page.goto(f"{site}/children/{team['tia']}")
    expect(page.locator(".sk-timeline s")).to_have_count(2)
    earlier = timezone.localdate() - 2 * DAY
    for part, value in (("Day", earlier.day), ("Month", earlier.month), ("Year", earlier.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    press(page, "Show that day")
    expect(page.get_by_text("As known at the end of")).to_be_visible()
    no_barriers(page)


def test_safe_contact_is_one_step_from_the_childs_page(narrow: BrowserContext, site: str, team: Any) -> None:
    page = opened(narrow, site, team["worker"], f"/children/{team['tia']}")
    page.get_by_role("link", name="Change the safe contact").click()
    no_barriers(page)
    page.get_by_label("How can the child be reached without danger?").fill("")
    press(page, "Save safe contact")
    expect(page).to_have_title(re.compile("^Error: "))
    no_barriers(page)
    page.get_by_label("How can the child be reached without danger?").fill("Through her form tutor")
    press(page, "Save safe contact")
    expect(page.get_by_text("Through her form tutor")).to_be_visible()
    no_barriers(page)


def test_a_draft_is_there_after_coming_back(wide: BrowserContext, site: str, team: Any) -> None:
    # given a note begun and left
    page = opened(wide, site, team["worker"], f"/children/{team['tia']}/record/note")
    page.get_by_label("Anything to add, in your own words?").fill("Half a thought")
    expect(page.locator("[data-saved]")).to_contain_text("Only you can see this draft", timeout=5000)
    # when its author comes back after signing in again
    wide.clear_cookies()
    page.goto(f"{site}/children/{team['tia']}/record/note")
    expect(page.get_by_text("Sign in to go on where you were")).to_be_visible()
    no_barriers(page)
    page = opened(wide, site, team["worker"])
    page.get_by_role("link", name="Note: Tia Rowan").click()
    # then it is there
    expect(page.get_by_label("Anything to add, in your own words?")).to_have_value("Half a thought")


def test_leaving_quickly_lands_elsewhere_and_shows_nothing_again(wide: BrowserContext, site: str, team: Any) -> None:
    page = opened(wide, site, team["worker"])

    def elsewhere(route: Route) -> None:
        route.fulfill(body="<title>Weather</title>", content_type="text/html")

    page.route("https://www.bbc.co.uk/**", elsewhere)
    press(page, "Leave quickly")
    expect(page).to_have_title("Weather")
    page.goto(f"{site}/children/{team['tia']}")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_every_role_has_a_first_page(wide: BrowserContext, site: str, team: Any) -> None:
    first = {"board": "What you can do now", "guardian": "To review", "administrator": "What you can do now"}
    for role, heading in first.items():
        page = opened(wide, site, factories.viewer("children-services", role=role), "/")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
            no_barriers(page)
            picture(page, f"{width}-desk-{role}")


def test_each_agency_starts_from_its_work(narrow: BrowserContext, site: str, team: Any) -> None:
    for kind in ("health", "care-home", "school"):
        page = opened(narrow, site, factories.viewer(kind, name=f"Made-up {kind}"))
        expect(page.get_by_text("Nothing is owed here")).to_be_visible()
        no_barriers(page)


def test_pages_that_say_no_say_where_to_go(wide: BrowserContext, site: str, team: Any) -> None:
    outsider = factories.viewer("school", name="Far school", area_slug="newham")
    page = opened(wide, site, outsider, "/children/11111111-1111-4111-8111-111111111111")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    no_barriers(page)
    page.goto(f"{site}/children/{team['tia']}/record/")
    expect(page.get_by_role("heading", name="You cannot open this")).to_be_visible()
    expect(page.get_by_text("Your agency is not among those that work with this child.")).to_be_visible()
    no_barriers(page)
    page.get_by_role("button", name="Go to your first page").click()
    expect(page.get_by_role("heading", name="Your work")).to_be_visible()
