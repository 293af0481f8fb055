"""An address kept apart and a document made, wide and narrow, in a real browser: no barriers, from end to end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from safekept.access.viewer import viewing
from safekept.register.actions import NewThing, add_thing
from safekept.vault import actions as vault
from tests import factories
from tests.journeys.conftest import no_barriers, opened, picture, press
from tests.pages import a_child, recorded

ADDRESS = "14 Alder Row, Brampton, B1 1AA"


@pytest.fixture
def people(site: str) -> dict[str, Any]:
    """A child whose mother came to school, with an address kept apart; a social worker and a manager."""
    factories.coordinator()
    factories.police()
    worker, manager = factories.children_services(), factories.viewer("children-services", role="manager")
    tia, now = a_child(worker, "Tia Rowan"), timezone.now()
    with viewing(worker):
        mother = add_thing(worker, NewThing("adult", names=[("Anna Rowan", "name")])).pk
        vault.keep(worker, tia, vault.New("home", ADDRESS, "Her father looks for her.", [mother]))
    recorded(
        worker, tia, "note", now, text="Her mother came to school and asked how she is.", mentions=[(mother, "helps")]
    )
    recorded(worker, tia, "note", now, text="She sleeps at 14 Alder Row now.")
    recorded(worker, tia, "child-voice", now, fields={"questions": {"q1": "I am scared"}, "said_to": "her teacher"})
    return {"worker": worker, "manager": manager, "tia": tia}


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_an_address_is_shown_to_whoever_says_why(
    width: str, site: str, people: Any, request: pytest.FixtureRequest
) -> None:
    page = opened(request.getfixturevalue(width), site, people["worker"], f"/children/{people['tia']}")
    expect(page.get_by_text("An address or contact is kept apart.")).to_be_visible()
    no_barriers(page)
    page.get_by_role("link", name="Show it").click()
    no_barriers(page)
    picture(page, f"kept-apart-{width}")
    page.get_by_role("link", name=re.compile("^Show it.*Where they live")).click()
    no_barriers(page)
    press(page, "Show it")
    expect(page).to_have_title(re.compile("^Error: "))
    no_barriers(page)
    page.get_by_label("Why do you need it now?").fill("I visit her at three today.")
    press(page, "Show it")
    expect(page.get_by_text(ADDRESS)).to_be_visible()
    no_barriers(page)
    picture(page, f"kept-apart-shown-{width}")


def test_an_address_is_kept_and_ended_without_script(scriptless: BrowserContext, site: str, people: Any) -> None:
    page = opened(scriptless, site, people["worker"], f"/children/{people['tia']}/kept-apart/")
    page.get_by_role("button", name="Keep one apart").click()
    page.get_by_label("Phone number").check()
    page.get_by_label("The address or contact").fill("07700 900 123")
    page.get_by_label("Anna Rowan").check()
    page.get_by_label("Why is it kept apart?").fill("He rings her at night.")
    press(page, "Keep it apart")
    expect(page.get_by_text("It is kept apart from now on.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^End.*Phone number")).click()
    page.get_by_label("Why need it not be kept apart any more?").fill("She has a new number.")
    press(page, "End it")
    expect(page.get_by_text("It is kept apart no more.")).to_be_visible()


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_every_page_of_keeping_apart_and_of_documents_has_no_barriers(
    width: str, site: str, people: Any, request: pytest.FixtureRequest
) -> None:
    page = opened(request.getfixturevalue(width), site, people["worker"], f"/children/{people['tia']}/kept-apart/add")
    no_barriers(page)
    page.goto(f"{site}/children/{people['tia']}/record/note")
    page.get_by_label("Anything to add, in your own words?").fill("She is at 14 Alder Row.")
    page.get_by_label("Just now").check()
    press(page, "Put it on the record")
    expect(page.get_by_label("It stays: everybody who sees this entry may read it")).to_be_visible()
    no_barriers(page)
    page.goto(f"{site}/children/{people['tia']}/documents/")
    no_barriers(page)
    page.get_by_role("button", name="Make a document").click()
    no_barriers(page)
    picture(page, f"document-new-{width}")
    for form in ("copy", "order", "access-parent"):
        page.goto(f"{site}/children/{people['tia']}/documents/new?form={form}")
        no_barriers(page)
    picture(page, f"document-about-{width}")
    press(page, "Continue")
    expect(page).to_have_title(re.compile("^Error: "))
    no_barriers(page)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_letter_is_made_put_forward_and_let_out(
    width: str, site: str, people: Any, browser: Any, request: pytest.FixtureRequest
) -> None:
    page = opened(request.getfixturevalue(width), site, people["worker"], f"/children/{people['tia']}/documents/new")
    page.get_by_label("A letter to a parent or carer").check()
    press(page, "Continue")
    page.get_by_label("Which parent or carer?").select_option(label="Anna Rowan")
    press(page, "Continue")
    no_barriers(page)
    page.get_by_label("Your own words at the beginning").fill("Come to 14 Alder Row.")
    for one in page.get_by_role("checkbox", name=re.compile("^In the document")).all():
        one.check()
    press(page, "Save and look again")
    expect(page.get_by_text("It is saved.")).to_be_visible()
    no_barriers(page)
    picture(page, f"document-draft-{width}")
    press(page, "Put it forward")
    expect(page.get_by_role("alert")).to_contain_text("Take this out of your own words")
    no_barriers(page)
    page.get_by_label("Your own words at the beginning").fill("Dear Ms Rowan")
    press(page, "Put it forward")
    expect(page.get_by_text("It is put forward.")).to_be_visible()
    no_barriers(page)
    second = browser.new_context(viewport=page.viewport_size)
    other = opened(second, site, people["manager"], page.url.removeprefix(site).split("?")[0])
    no_barriers(other)
    picture(other, f"document-{width}")
    press(other, "Issue it")
    expect(other.get_by_text("It is issued, and the child’s record says so.")).to_be_visible()
    no_barriers(other)
    other.goto(f"{site}/children/{people['tia']}/documents/")
    no_barriers(other)
    second.close()
