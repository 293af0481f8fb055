"""Deciding who sees a record, in a real browser: restricted, asked for, opened in an emergency, sealed. No barriers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from tests import factories
from tests.journeys.conftest import no_barriers, opened, press
from tests.pages import a_child, recorded

WHY = "A relative of a person of concern works in the school."


@pytest.fixture
def team(site: str) -> dict[str, Any]:
    """A child with a note on record, a manager who decides, and a clinic outside."""
    factories.coordinator()
    worker, manager = factories.children_services(), factories.viewer("children-services", role="manager")
    tia = a_child(worker, "Tia Rowan")
    note = recorded(worker, tia, "note", timezone.now(), text="Spoke with her aunt.")
    clinic = factories.viewer("health", name="Ash Clinic")
    police = factories.police()
    return {"worker": worker, "manager": manager, "tia": tia, "note": note, "clinic": clinic, "police": police}


def test_a_record_is_restricted_and_asked_for(
    wide: BrowserContext, narrow: BrowserContext, site: str, team: Any
) -> None:
    page = opened(wide, site, team["manager"], f"/children/{team['tia']}")
    page.get_by_role("link", name="Who may see this record").click()
    expect(page.get_by_text("Open to those who work with the child")).to_be_visible()
    no_barriers(page)
    page.get_by_role("link", name="Restrict or seal this record").click()
    no_barriers(page)
    press(page, "Restrict or seal it")
    expect(page).to_have_title(re.compile("^Error: "))
    no_barriers(page)
    page.get_by_label("Restricted", exact=True).check()
    page.get_by_label("Whose duty desk do others call?").select_option(index=1)
    page.get_by_label("Why?").fill(WHY)
    press(page, "Restrict or seal it")
    expect(page.get_by_text("The people whom you named see the record, and nobody else.")).to_be_visible()
    no_barriers(page)
    clinic = opened(narrow, site, team["clinic"], f"/children/{team['tia']}")
    expect(clinic.get_by_text("It is restricted to people who are named.")).to_be_visible()
    no_barriers(clinic)
    clinic.get_by_role("link", name="Ask to see the record").click()
    no_barriers(clinic)
    clinic.get_by_label("How does your agency work with the child?").fill("She is our patient, and comes on Friday.")
    press(clinic, "Ask")
    expect(clinic.get_by_text("There is no answer yet.")).to_be_visible()
    page.goto(f"{site}/work")
    page.get_by_role("link", name=re.compile("Ash Clinic, about Tia Rowan")).click()
    page.get_by_label("Your answer, with the reason").fill("She is their patient.")
    press(page, "Let them join")
    clinic.goto(f"{site}/children/{team['tia']}")
    expect(clinic.get_by_text("Spoke with her aunt.").first).to_be_visible()


def test_a_record_is_opened_in_an_emergency_on_a_phone(narrow: BrowserContext, site: str, team: Any) -> None:
    page = opened(narrow, site, team["clinic"], f"/children/{team['tia']}")
    page.get_by_role("link", name="Open it in an emergency").click()
    no_barriers(page)
    page.get_by_label("What is the emergency, and what do you need to see?").fill("She is in A&E and says nothing.")
    page.get_by_label("4 hours", exact=True).check()
    press(page, "Open the record now")
    expect(page.get_by_text("The information guardian has been told.")).to_be_visible()
    expect(page.get_by_text("Spoke with her aunt.").first).to_be_visible()
    no_barriers(page)


def test_an_entry_is_sealed_and_shared_without_script(scriptless: BrowserContext, site: str, team: Any) -> None:
    page = opened(scriptless, site, team["manager"], f"/entries/{team['note']}")
    page.get_by_role("link", name="Share this entry with another agency").click()
    page.get_by_label("With which agency?").select_option(label="Ash Clinic, Birmingham")
    page.get_by_label("To safeguard a child or somebody else").check()
    page.get_by_label("Why do they need to know?").fill("They see her on Friday.")
    press(page, "Share the entry")
    expect(page.get_by_text("The entry is shared.")).to_be_visible()
    page.get_by_role("link", name="Seal this entry").click()
    page.get_by_label("Why?").fill(WHY)
    press(page, "Seal the entry")
    expect(page.get_by_text("For whoever wrote it, and for people named.")).to_be_visible()


def test_who_stands_in_is_set_without_barriers(narrow: BrowserContext, site: str, team: Any) -> None:
    page = opened(narrow, site, team["worker"], "/cover")
    no_barriers(page)
    press(page, "Save")
    expect(page).to_have_title(re.compile("^Error: "))
    no_barriers(page)
