"""A real browser against a running server with a database of its own; skipped where there is no Chromium."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STANDARDS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here is a journey."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium with a profile of its own."""
    if not CHROMIUM:
        message = "There is no Chromium to take the journeys with. Install it (apt-get install chromium)."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    profile = tempfile.mkdtemp(prefix="safekept-browser-")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, f"--crash-dumps-dir={profile}"])
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture
def site(fresh_database: str, settings: Any) -> Iterator[str]:
    """The address of a server over a database that is this journey's alone."""
    from pytest_django.live_server_helper import LiveServer

    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    server = LiveServer("localhost")
    yield str(server.url)
    server.stop()


@pytest.fixture
def wide(browser: Browser) -> Iterator[BrowserContext]:
    """A desktop window."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield context
    context.close()


@pytest.fixture
def narrow(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB", has_touch=True)
    yield context
    context.close()


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without JavaScript."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", java_script_enabled=False)
    yield context
    context.close()


def sign_in(context: BrowserContext, site: str, account_id: Any) -> None:
    """Sign an account in with both steps, as its session cookie says."""
    from django.conf import settings
    from django.test import Client

    from safekept.directory.models import Account
    from safekept.entrance.proof import PROVEN
    from safekept.entrance.sessions import SECOND_STEP

    client = Client()
    client.force_login(Account.objects.get(pk=account_id))
    session = client.session
    session[SECOND_STEP] = True
    session[PROVEN] = int(time.time())
    session.save()
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])


def no_barriers(page: Page) -> None:
    """The page meets WCAG 2.2 AA as far as axe can tell, and nothing runs past its right edge."""
    found = Axe().run(page, options=STANDARDS)
    assert found.violations_count == 0, found.generate_report()
    fits(page)


def fits(page: Page) -> None:
    """Nothing runs past the page's right edge."""
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{page.url} is {overflow}px wider than the window"


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where the run asks for them."""
    folder = os.environ.get("SAFEKEPT_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def opened(context: BrowserContext, site: str, viewer: Any, address: str = "/work") -> Page:
    """A page at an address, as somebody who has signed in."""
    sign_in(context, site, viewer.account_id)
    page = context.new_page()
    page.goto(site + address)
    return page


def press(page: Page, name: str) -> None:
    """Press the button that is called this."""
    page.get_by_role("button", name=name, exact=True).click()
