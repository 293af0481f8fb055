"""Putting right in a real browser: a fact, a decision that cannot stand, a duty that is not owed. No barriers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from tests import factories
from tests.journeys.conftest import no_barriers, opened, press
from tests.pages import a_child, recorded


@pytest.fixture
def team(site: str) -> dict[str, Any]:
    """A social worker and a manager around a child who was referred."""
    factories.coordinator()
    factories.police()
    worker, manager = factories.children_services(), factories.viewer("children-services", role="manager")
    tia = a_child(worker, "Tia Rowan")
    recorded(worker, tia, "referral", timezone.now(), fields={"to": "children-services"})
    return {"worker": worker, "manager": manager, "tia": tia}


def test_a_wrong_birth_date_is_put_right_from_the_childs_page(narrow: BrowserContext, site: str, team: Any) -> None:
    page = opened(narrow, site, team["worker"], f"/children/{team['tia']}")
    page.get_by_role("link", name="Birth date, sex or area is wrong").click()
    no_barriers(page)
    page.get_by_label("Birth date").fill("32 May 2011")
    press(page, "Put it right")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("Birth date")).to_have_value("32 May 2011")
    no_barriers(page)
    page.get_by_label("Birth date").fill("6 June 2012")
    press(page, "Put it right")
    expect(page.get_by_text("4 May 2011 became 6 June 2012")).to_be_visible()
    no_barriers(page)


def test_no_service_unticks_the_other_decisions_as_one_chooses(wide: BrowserContext, site: str, team: Any) -> None:
    page = opened(wide, site, team["worker"], f"/children/{team['tia']}/record/discussion")
    page.get_by_label("An assessment by children’s services").check()
    page.get_by_label("No social work service is needed").check()
    expect(page.get_by_label("An assessment by children’s services")).not_to_be_checked()
    no_barriers(page)


def test_why_an_interview_was_declined_is_asked_where_it_is_said(narrow: BrowserContext, site: str, team: Any) -> None:
    page = opened(narrow, site, team["worker"], f"/children/{team['tia']}/record/return-interview")
    page.locator("#offered").check()
    page.locator("#accepted-2").check()
    page.get_by_label("Just now").check()
    press(page, "Put it on the record")
    expect(page.get_by_label("Why not, in the child’s words?")).to_be_visible()
    no_barriers(page)
    page.get_by_label("Why not, in the child’s words?").fill("I want to sleep first")
    press(page, "Put it on the record")
    expect(page.get_by_text("I want to sleep first")).to_be_visible()
    no_barriers(page)


def test_a_manager_says_that_something_is_not_owed(narrow: BrowserContext, site: str, team: Any) -> None:
    page = opened(narrow, site, team["manager"], f"/children/{team['tia']}/record/waiver")
    no_barriers(page)
    page.get_by_label("Talk the referral over").check()
    page.get_by_label("Why is it not owed?").fill("Held under another referral")
    page.get_by_label("Just now").check()
    press(page, "Put it on the record")
    expect(page.get_by_text("No longer owed", exact=True)).to_be_visible()
    no_barriers(page)
