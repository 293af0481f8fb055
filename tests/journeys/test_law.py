"""Keeping and erasing in a real browser, wide and narrow: asked by one, agreed to by another; no barriers."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from tests import factories
from tests.journeys.conftest import no_barriers, opened, press
from tests.pages import a_child, recorded


@pytest.fixture
def two(site: str) -> dict[str, Any]:
    """A guardian, an administrator, and a child of whom one note is recorded; the child's time is over."""
    factories.coordinator()
    factories.police()
    worker = factories.children_services()
    tia = a_child(worker, "Tia Rowan", born="2001-05-04")
    return {
        "guardian": factories.viewer("other", role="guardian", name="Board"),
        "administrator": factories.viewer("other", role="administrator", name="Board"),
        "tia": tia,
        "note": recorded(worker, tia, "note", timezone.now(), text="What must go."),
    }


def test_one_asks_and_another_agrees(wide: BrowserContext, narrow: BrowserContext, site: str, two: Any) -> None:
    page = opened(narrow, site, two["guardian"], "/law/")
    no_barriers(page)
    page.get_by_role("link", name="What will go, and when").click()
    expect(page.get_by_text("Tia Rowan, 1 entry")).to_be_visible()
    no_barriers(page)
    page.goto(f"{site}/law/ask")
    page.get_by_label("The entries, one a line").fill(f"{site}/entries/{two['note']}")
    page.get_by_label("Why?").fill("The court ordered it.")
    press(page, "Ask for it")
    expect(page.get_by_role("alert")).to_contain_text("Say on what basis")
    expect(page.get_by_label("Why?")).to_have_value("The court ordered it.")
    no_barriers(page)
    page.get_by_label("Order of a court").check()
    press(page, "Ask for it")
    expect(page.get_by_text("Somebody else answers it.")).to_be_visible()
    no_barriers(page)
    page.goto(f"{site}/law/hold")
    no_barriers(page)

    second = opened(wide, site, two["administrator"], "/law/")
    no_barriers(second)
    second.get_by_role("link", name="Answer it").click()
    expect(second.get_by_text("These are the last entries of a record")).to_be_visible()
    no_barriers(second)
    second.get_by_label("Erase it").check()
    second.get_by_label("Why?").fill("I have read the order.")
    press(second, "Answer")
    expect(second.get_by_role("alert")).to_contain_text("Confirm that it cannot be brought back")
    expect(second.get_by_label("Erase it")).to_be_checked()
    no_barriers(second)
    second.get_by_label("If it is erased, it cannot be brought back").check()
    press(second, "Answer")
    expect(second.get_by_text("It is erased.")).to_be_visible()
    page.goto(f"{site}/law/coming")
    expect(page.get_by_text("No record goes by then.")).to_be_visible()


def test_a_hold_is_lifted_without_script(scriptless: BrowserContext, site: str, two: Any) -> None:
    page = opened(scriptless, site, two["guardian"], "/law/hold")
    page.get_by_label("The record").fill(f"{site}/children/{two['tia']}")
    page.get_by_label("Why?").fill("A claim is being brought.")
    press(page, "Put the hold on")
    page.get_by_role("link", name="Lift it").click()
    page.get_by_label("Why?").fill("The claim was settled.")
    press(page, "Lift the hold")
    expect(page.get_by_text("There is no legal hold.")).to_be_visible()
