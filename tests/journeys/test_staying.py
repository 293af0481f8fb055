"""Being warned before one is signed out, staying, and going on with what one typed."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import BrowserContext, Page, expect

from safekept.entrance.sessions import LAST_USED
from tests import factories
from tests.journeys.conftest import no_barriers, opened, picture, press, sign_in
from tests.pages import a_child

MINUTE = 60


@pytest.fixture
def worker(site: str) -> Any:
    return factories.children_services()


@pytest.fixture
def child(worker: Any) -> UUID:
    return a_child(worker)


def idle_for(context: BrowserContext, seconds: int) -> None:
    """As if the last page had been opened so many seconds ago."""
    key = next(one["value"] for one in context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    session = SessionStore(key)
    session[LAST_USED] = int(time.time()) - seconds
    session.save()


def time_passes(page: Page, seconds: int) -> None:
    """In the browser; the server is told by ``idle_for``."""
    page.clock.fast_forward(seconds * 1000)


def test_two_minutes_before_the_end_one_is_asked_and_may_stay(wide: BrowserContext, site: str, worker: Any) -> None:
    page = wide.new_page()
    page.clock.install()
    sign_in(wide, site, worker.account_id)
    page.goto(f"{site}/work")
    warning = page.get_by_role("dialog", name="You will be signed out soon")
    idle_for(wide, 12 * MINUTE)
    time_passes(page, 12 * MINUTE)
    expect(warning).to_be_hidden()
    idle_for(wide, 13 * MINUTE + 5)
    time_passes(page, MINUTE + 20)
    expect(warning).to_be_visible()
    expect(warning).to_contain_text("You will be signed out in 2 minutes.")
    no_barriers(page)
    picture(page, "signed-out-soon")
    press(page, "Stay signed in")
    expect(warning).to_be_hidden()
    page.goto(f"{site}/procedure/")
    expect(page).to_have_url(f"{site}/procedure/")


def test_another_window_in_use_means_no_warning(wide: BrowserContext, site: str, worker: Any) -> None:
    page = wide.new_page()
    page.clock.install()
    sign_in(wide, site, worker.account_id)
    page.goto(f"{site}/work")
    with page.expect_response("**/account/session"):
        time_passes(page, 14 * MINUTE)
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_is_typed_while_signed_out_is_saved_once_one_is_back(
    wide: BrowserContext, site: str, worker: Any, child: UUID
) -> None:
    page = opened(wide, site, worker, f"/children/{child}/record/note")
    idle_for(wide, 16 * MINUTE)
    page.get_by_label("What", exact=False).first.fill("He waits by the gate.")
    expect(page.locator("[data-saved]")).to_contain_text("Not saved just now", timeout=5000)
    sign_in(wide, site, worker.account_id)
    other = wide.new_page()
    other.goto(f"{site}/account/codes/")  # gives the browser the new token, as signing in does
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-saved]")).to_contain_text("Only you can see this draft", timeout=5000)


def test_without_scripts_what_is_sent_too_late_waits(
    scriptless: BrowserContext, site: str, worker: Any, child: UUID
) -> None:
    page = opened(scriptless, site, worker, f"/children/{child}/record/note")
    page.get_by_label("Just now").check()
    page.locator("textarea").first.fill("He waits by the gate.")
    page.get_by_label("Fact", exact=True).check()
    idle_for(scriptless, 16 * MINUTE)
    press(page, "Put it on the record")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    onward = page.url.partition("?next=")[2]
    sign_in(scriptless, site, worker.account_id)
    page.goto(site + onward)
    expect(page.get_by_role("heading", name="What you typed is kept")).to_be_visible()
    expect(page.get_by_text("He waits by the gate.")).to_be_visible()
    press(page, "Send it now")
    expect(page.get_by_text("He waits by the gate.")).to_be_visible()
    assert "/entries/" in page.url
