"""Asking another agency about a child, in a real browser: by somebody inside, answered from outside. No barriers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests import factories
from tests.journeys.conftest import no_barriers, opened, picture, press
from tests.pages import a_child

WHAT, WHY = "When was she last seen at the clinic?", "She came home with a bruise and says nothing of it."
KNOWN = "She came on Tuesday evening and asked to be seen alone."


@pytest.fixture
def team(site: str) -> dict[str, Any]:
    """A child with somebody who works with her, a co-ordinator, and a clinic outside."""
    coordinator, worker = factories.coordinator(), factories.children_services()
    clinic = factories.viewer("health", name="Ash Clinic")
    return {"coordinator": coordinator, "worker": worker, "clinic": clinic, "tia": a_child(worker, "Tia Rowan")}


def ask(page: Any, site: str, child: Any, check: Callable[[Any], None] = no_barriers) -> None:
    """Ask the clinic, from the child's page; ``check`` each page, where the browser runs what checks it."""
    page.goto(f"{site}/children/{child}")
    page.get_by_role("link", name="Ask another agency").click()
    check(page)
    page.get_by_label("What do you need to know?").fill(WHAT)
    press(page, "Ask them")
    expect(page).to_have_title(re.compile("^Error: "))
    check(page)
    expect(page.get_by_label("What do you need to know?")).to_have_value(WHAT)
    page.get_by_label("Which agency do you ask?").select_option(label="Ash Clinic, Birmingham, 07700 900123")
    page.get_by_label("Why do you need it?").fill(WHY)
    page.get_by_label("To safeguard a child or somebody else").check()
    page.get_by_label("Urgent: within 2 hours").check()
    picture(page, "ask")
    press(page, "Ask them")


def test_an_urgent_request_is_asked_and_answered_on_a_phone(
    wide: BrowserContext, narrow: BrowserContext, site: str, team: Any
) -> None:
    page = opened(wide, site, team["worker"])
    ask(page, site, team["tia"])
    expect(page.get_by_text("It is urgent: ring them now.")).to_be_visible()
    no_barriers(page)
    picture(page, "asked")
    clinic = opened(narrow, site, team["clinic"])
    expect(clinic.get_by_role("heading", name=re.compile("Asked of your agency"))).to_be_visible()
    no_barriers(clinic)
    picture(clinic, "asked-of-you")
    clinic.get_by_role("button", name=re.compile("^Answer.*Tia Rowan")).click()
    expect(clinic.get_by_text(WHAT)).to_be_visible()
    no_barriers(clinic)
    clinic.get_by_label("We share what we know").check()
    clinic.get_by_label("What do you know?").fill(KNOWN)
    clinic.get_by_label("Fact", exact=True).check()
    press(clinic, "Send the answer")
    expect(clinic).to_have_title(re.compile("^Error: "))
    no_barriers(clinic)
    picture(clinic, "answer-error")
    expect(clinic.get_by_label("What do you know?")).to_have_value(KNOWN)
    clinic.get_by_label("With consent").check()
    press(clinic, "Send the answer")
    expect(clinic.get_by_text("The answer is on the record.")).to_be_visible()
    no_barriers(clinic)
    page.reload()
    expect(page.get_by_text(KNOWN)).to_be_visible()
    no_barriers(page)
    picture(page, "answered")
    page.goto(f"{site}/work")
    expect(page.get_by_role("heading", name=re.compile("Asked by your agency"))).to_have_count(0)


def test_a_refusal_stands_out_for_the_coordinator_and_is_escalated(
    scriptless: BrowserContext, wide: BrowserContext, narrow: BrowserContext, site: str, team: Any
) -> None:
    page = opened(scriptless, site, team["worker"])
    ask(page, site, team["tia"], check=lambda _: None)
    clinic = opened(narrow, site, team["clinic"])
    clinic.get_by_role("button", name=re.compile("^Answer.*Tia Rowan")).click()
    clinic.get_by_label("We refuse").check()
    clinic.get_by_label("If in part, or refused: why, and on what basis in law?").fill("She has not agreed to it yet.")
    press(clinic, "Send the answer")
    expect(clinic.get_by_text("Take it to a manager today")).to_be_visible()
    no_barriers(clinic)
    overseer = opened(wide, site, team["coordinator"])
    expect(overseer.get_by_role("heading", name=re.compile("Between others: late or refused"))).to_be_visible()
    no_barriers(overseer)
    picture(overseer, "refused")
    overseer.get_by_role("button", name=re.compile("^Read the refusal")).click()
    no_barriers(overseer)
    overseer.get_by_role("link", name="Record that it was escalated").click()
    overseer.get_by_label("Just now").check()
    press(overseer, "Put it on the record")
    overseer.goto(f"{site}/work")
    expect(overseer.get_by_role("heading", name=re.compile("Between others"))).to_have_count(0)


def test_what_was_shared_by_phone_is_written_down_in_one_step(narrow: BrowserContext, site: str, team: Any) -> None:
    page = opened(narrow, site, team["worker"], f"/children/{team['tia']}/record/")
    page.get_by_role("link", name="What you shared by phone").click()
    no_barriers(page)
    page.get_by_label("Whom did you tell?").select_option(label="Ash Clinic, Birmingham, 07700 900123")
    page.get_by_label("What did you tell them?").fill("That she may come tonight with an older man.")
    page.get_by_label("Why did they need to know?").fill("So that she is seen alone if she comes.")
    page.get_by_label("To safeguard a child or somebody else").check()
    picture(page, "told")
    press(page, "Put it on the record")
    expect(page.get_by_text("is on Tia Rowan’s record")).to_be_visible()
    no_barriers(page)
