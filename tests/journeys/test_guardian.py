"""The guardian's desk in a real browser, wide and narrow: no barriers, and an emergency reviewed from end to end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from safekept.access import closing, naming, reading
from safekept.access.models.closing import Level
from safekept.access.viewer import viewing
from safekept.record import sealing
from safekept.register.queries import SearchQuery, search
from tests import factories
from tests.journeys.conftest import no_barriers, opened, picture, press
from tests.pages import a_child, let_in, recorded

WHY = "A relative of the person of concern works in the school."


@pytest.fixture
def desk(site: str) -> dict[str, Any]:
    """A child whose record a nurse opened in an emergency, a sealed child whom a school looked for, and a guardian."""
    factories.coordinator()
    factories.police()
    worker, manager = factories.children_services(), factories.viewer("children-services", role="manager")
    school, nurse = factories.viewer("school", name="Ash School"), factories.viewer("health", name="Ash Clinic")
    tia, rosa = a_child(worker, "Tia Rowan"), a_child(worker, "Rosa Quillan", born="2012-01-01")
    let_in(worker, school, tia)
    recorded(worker, tia, "note", timezone.now(), text="She was in school today.")
    with viewing(manager):
        sealing.close(manager, rosa, closing.Closing(Level.SEALED, WHY, None, []))
        closing.propose(manager, rosa, Level.OPEN, "The person has left the school.")
        sealing.deny(manager, tia, school.account_id, WHY)
    with viewing(nurse):
        naming.break_glass(nurse, tia, "The child is here tonight and cannot say who is safe to call.", 4)
        reading.log(nurse, "child", [tia])
    search(school, SearchQuery("Rosa Quillan 1 January 2012"))
    return {"guardian": factories.viewer("other", name="Board", role="guardian"), "tia": tia, "nurse": nurse}


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_every_page_of_the_desk_has_no_barriers(
    width: str, site: str, desk: Any, request: pytest.FixtureRequest
) -> None:
    page = opened(request.getfixturevalue(width), site, desk["guardian"], "/guardian/")
    expect(page.get_by_text("hours left to review")).to_have_count(2)
    no_barriers(page)
    picture(page, f"guardian-{width}")
    child, nurse = desk["tia"], desk["nurse"].account_id
    for path in ("reviewed", "patterns", "children/?q=Tia+Rowan", f"children/{child}/", f"children/{child}/deny",
                 f"children/{child}/?from=32+May+2026", "people/?q=person", f"people/{nurse}/"):  # fmt: skip
        page.goto(f"{site}/guardian/{path}")
        no_barriers(page)


def test_an_emergency_is_reviewed_and_ended(narrow: BrowserContext, site: str, desk: Any) -> None:
    page = opened(narrow, site, desk["guardian"], "/")
    page.get_by_role("link", name="A record was opened in an emergency: Tia Rowan").click()
    expect(page.get_by_role("heading", name="What they read under it")).to_be_visible()
    no_barriers(page)
    press(page, "Close this review")
    expect(page).to_have_title(re.compile("^Error: "))
    no_barriers(page)
    page.locator("summary", has_text="End it now").click()
    page.get_by_label("Why?").fill("The clinic no longer needs it.")
    press(page, "End it now")
    expect(page.get_by_text("It is no longer open to them.")).to_be_visible()
    no_barriers(page)
    page.get_by_role("link", name="A record was opened in an emergency").click()
    page.get_by_label("In order", exact=True).check()
    page.get_by_label("How did you come to that?").fill("I rang the clinic: the nurse was on duty.")
    press(page, "Close this review")
    expect(page.get_by_text("It is reviewed, and written down.")).to_be_visible()
    expect(page.get_by_text("0 of 1 reviewed were false alarms in the last 90 days.")).to_be_visible()
    no_barriers(page)


def test_the_desk_works_without_script(scriptless: BrowserContext, site: str, desk: Any) -> None:
    page = opened(scriptless, site, desk["guardian"], "/guardian/")
    page.get_by_label("The child’s name").fill("Rosa Quillan")
    press(page, "Find the child")
    page.get_by_role("link", name="Rosa Quillan").click()
    press(page, "Carry it out")
    expect(page.get_by_text("It is carried out, as proposed.")).to_be_visible()
