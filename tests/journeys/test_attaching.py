"""Attaching a letter in a real browser: the warning, what is not taken, the file as it is shown, the original."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from tests import corpus, factories
from tests.journeys.conftest import no_barriers, opened, press
from tests.pages import a_child, recorded

SHOWS = "The school’s letter about attendance"


@pytest.fixture
def team(site: str) -> dict[str, Any]:
    """A social worker and a child with a note on record."""
    factories.coordinator()
    factories.police()
    worker = factories.children_services()
    tia = a_child(worker, "Tia Rowan")
    return {
        "worker": worker,
        "tia": tia,
        "note": recorded(worker, tia, "note", timezone.now(), text="Rang the school."),
    }


def choose(page: Page, name: str, content: bytes) -> None:
    """Choose a file as a person does."""
    page.get_by_label("The file", exact=True).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_a_letter_is_attached_to_an_entry_and_its_original_fetched(
    narrow: BrowserContext, site: str, team: Any
) -> None:
    page = opened(narrow, site, team["worker"], f"/entries/{team['note']}")
    page.get_by_role("link", name="Attach a file to this entry").click()
    expect(page.get_by_role("heading", name="Never an indecent image of a child")).to_be_visible()
    no_barriers(page)
    choose(page, "letter.svg", corpus.svg())
    page.get_by_label("What does it show, or say?").fill(SHOWS)
    page.get_by_label("Just now").check()
    press(page, "Check it and put it on the record")
    expect(page.get_by_role("alert")).to_contain_text("Confirm that this is not, and does not hold")
    expect(page.get_by_role("alert")).to_contain_text("Choose the file again")
    no_barriers(page)
    page.get_by_label("This file is not, and does not hold").check()
    choose(page, "letter.svg", corpus.svg())
    press(page, "Check it and put it on the record")
    expect(page.get_by_role("alert")).to_contain_text("marks of a web page, a drawing or a program")
    expect(page.get_by_label("What does it show, or say?")).to_have_value(SHOWS)
    no_barriers(page)
    letter = corpus.pdf(2)
    choose(page, "School letter.pdf", letter)
    press(page, "Check it and put it on the record")
    no_barriers(page)
    press(page, "Look at the file")
    picture = page.get_by_role("img", name="Page 1 of 2")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1200
    no_barriers(page)
    page.get_by_role("link", name="Fetch the original").click()
    no_barriers(page)
    press(page, "Save the original")
    expect(page.get_by_role("alert")).to_contain_text("Say in a sentence what you need the original for")
    page.get_by_label("What do you need it for?").fill("Evidence for the officer in charge.")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the original").click()
    assert saved.value.suggested_filename == "School-letter.pdf"
    assert saved.value.path().read_bytes() == letter


def test_it_works_without_script_and_stands_on_the_timeline(scriptless: BrowserContext, site: str, team: Any) -> None:
    page = opened(scriptless, site, team["worker"], f"/children/{team['tia']}/record/")
    page.get_by_role("link", name="Letter, photo or other file").click()
    page.get_by_label("This file is not, and does not hold").check()
    choose(page, "car.jpg", corpus.jpeg())
    page.get_by_label("What does it show, or say?").fill("A blue car")
    page.get_by_label("Just now").check()
    press(page, "Check it and put it on the record")
    expect(page.get_by_role("link", name="Take it back")).to_be_visible()
    page.goto(f"{site}/children/{team['tia']}")
    page.get_by_role("link", name="Look at it").click()
    expect(page.get_by_role("img", name="The file as a picture")).to_be_visible()
