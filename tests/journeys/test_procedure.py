"""People read the procedure, print it, and take up a new version of it, in a real browser."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from safekept.calendars import london_date
from safekept.directory import procedures
from tests import factories
from tests.journeys.conftest import fits, no_barriers, opened, picture
from tests.pages import a_child, recorded
from tests.rewritten import rewritten

DAY = dt.timedelta(days=1)
PAGES = (
    "", "moments/", "moments/referral", "moments/concern", "roles/", "roles/school", "questions/", "questions/q3",
    "search?q=discuss", "search?q=xyzzy", "rules/", "rules/discussion-after-referral", "reminders", "lists/",
    "lists/signs", "lists/mase-agenda", "paragraphs", "coverage", "coverage?state=partly", "readings", "print",
    "print/lists", "versions", "compare?old=2015.1&new=2015.1",
)  # fmt: skip
LONG = ("paragraphs", "coverage", "print", "print/lists")
"""Pages of hundreds of parts, like those of shorter pages: axe takes longest over them, and is asked at one width."""


@pytest.fixture
def shorter(tmp_path: Path) -> Path:
    """The West Midlands procedure with a shorter clock for talking a referral over, zipped."""
    copy = rewritten(tmp_path, "2026.1", ("rules/referral.yaml", "within: 3 working days", "within: 1 working day"))
    return zipped(copy)


def zipped(folder: Path) -> Path:
    place = folder.with_suffix(".zip")
    with zipfile.ZipFile(place, "w") as made:
        for path in folder.rglob("*.yaml"):
            made.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return place


def slug(address: str) -> str:
    return re.sub(r"\W+", "-", address).strip("-") or "front"


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_no_page_of_the_procedure_has_barriers(width: str, request: pytest.FixtureRequest, site: str) -> None:
    page = opened(request.getfixturevalue(width), site, factories.children_services(), "/procedure/")
    no_barriers(page)
    for address in PAGES:
        page.goto(f"{site}/procedure/west-midlands/{address}")
        fits(page) if width == "narrow" and address in LONG else no_barriers(page)
        picture(page, f"{width}-procedure-{slug(address)}")
    page.goto(f"{site}/procedure/london/2015.1/moments/found")
    no_barriers(page)


def test_a_teacher_finds_what_falls_to_them(narrow: BrowserContext, site: str) -> None:
    page = opened(narrow, site, factories.viewer("school", name="Brampton School"), "/procedure/west-midlands/")
    page.get_by_role("link", name="I work in a school").click()
    page.get_by_role("link", name="Complete the screening tool").first.click()
    expect(page.get_by_text("An example, worked out by Safekept")).to_be_visible()
    page.get_by_role("link", name="Signs", exact=True).first.click()
    expect(page.get_by_role("heading", name="Signs")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="WM-12.1").first.click()
    expect(page).to_have_url(re.compile(r"/paragraphs#WM-12\.1$"))


def test_on_paper_stands_the_text_alone(wide: BrowserContext, site: str, tmp_path: Path) -> None:
    page = opened(wide, site, factories.children_services(), "/procedure/west-midlands/print")
    expect(page.get_by_role("button", name="Print or save as PDF")).to_be_visible()
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print or save as PDF").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    for left_out in (".sk-header", ".sk-nav", ".sk-footer", ".sk-marking", ".govuk-back-link", "[data-print]"):
        expect(page.locator(left_out).first).to_be_hidden()
    expect(page.get_by_role("heading", name="Contents")).to_be_visible()
    shown = page.evaluate(
        "[...document.querySelectorAll('main a[href]')].filter("
        "a => getComputedStyle(a, '::after').content.includes('/')).length"
    )
    assert shown == 0, "addresses of links would be printed"
    breaks = page.evaluate(
        "[...document.querySelectorAll('.sk-print-part')].map(part => getComputedStyle(part).breakBefore)"
    )
    assert breaks == ["page"] * 4
    page.pdf(path=str(tmp_path / "whole.pdf"))
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "whole.pdf").read_bytes())) > 10


def test_without_scripts_the_page_says_how_to_print(scriptless: BrowserContext, site: str) -> None:
    page = opened(scriptless, site, factories.children_services(), "/procedure/west-midlands/print/rules")
    expect(page.get_by_text("Your browser’s own Print does the same")).to_be_visible()
    expect(page.locator("[data-print]")).to_be_hidden()


def test_from_a_zip_to_the_day_it_is_followed(
    wide: BrowserContext, narrow: BrowserContext, site: str, shorter: Path
) -> None:
    procedures.look_again()
    worker, coordinator = factories.children_services(), factories.coordinator()
    board = factories.viewer("other", name="Board", role="board")
    recorded(worker, a_child(worker), "referral", timezone.now() - DAY, fields={"to": "children-services"})
    page = opened(wide, site, coordinator, "/procedure/")
    page.get_by_role("link", name="Put a new version forward").click()
    no_barriers(page)
    page.get_by_role("button", name="Check it and put it forward").click()
    expect(page).to_have_title(re.compile("^Error: "))
    no_barriers(page)
    picture(page, "put-forward-error")
    page.get_by_label("The procedure’s folder").set_input_files(shorter)
    page.get_by_role("button", name="Check it and put it forward").click()
    expect(page.get_by_text("Is now due in 1 working day, was in 3 working days.")).to_be_visible()
    no_barriers(page)
    picture(page, "proposal")
    page.get_by_role("button", name="Try it on your children").click()
    no_barriers(page)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="Due sooner")).to_be_visible()
    expect(page.get_by_role("link", name="Tia Rowan").first).to_be_visible()
    no_barriers(page)
    picture(page, "try")
    small = opened(narrow, site, board, "/procedure/")
    small.get_by_role("link", name=re.compile("version 2026.1")).click()
    no_barriers(small)
    picture(small, "narrow-proposal")
    small.get_by_role("button", name="Adopt it").click()
    no_barriers(small)
    small.get_by_role("button", name="Adopt it").click()
    expect(small.get_by_role("link", name="Say from which day the area follows this version.")).to_be_visible()
    no_barriers(small)
    picture(small, "narrow-adopt-error")
    tomorrow = london_date(timezone.now()) + DAY
    small.get_by_label("Day").fill(str(tomorrow.day))
    small.get_by_label("Month").fill(f"{tomorrow:%B}")
    small.get_by_label("Year").fill(str(tomorrow.year))
    small.get_by_label("I have read what it changes").check()
    small.get_by_role("button", name="Adopt it").click()
    expect(small.get_by_text("Birmingham will follow it from")).to_be_visible()
    no_barriers(small)
    picture(small, "narrow-versions")
    page.goto(f"{site}/procedure/west-midlands/2026.1/rules/discussion-after-referral")
    expect(page.get_by_text("You are reading version 2026.1. Birmingham follows version 2015.1 today.")).to_be_visible()
    no_barriers(page)
    procedures.look_again()
