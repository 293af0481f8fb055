"""People do their work in a real browser: every page is free of barriers, wide and narrow, with and without scripts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from tests import factories
from tests.journeys.conftest import no_barriers, opened, picture
from tests.pages import a_child, let_in, recorded

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WORDS = "She got into a grey car AB12 CDE after school. A man had rung her from 07700 900123."


@pytest.fixture
def people(site: str) -> dict[str, Any]:
    """A social worker, an officer, a teacher and a co-ordinator, and a child with a lively record."""
    worker, officer = factories.children_services(), factories.police()
    teacher, coordinator = factories.viewer("school", name="Brampton School"), factories.coordinator()
    tia = a_child(worker, "Tia Rowan")
    let_in(worker, teacher, tia)
    now = timezone.now()
    recorded(worker, tia, "circumstance", now - 90 * DAY, fields={"what": "looked-after"})
    recorded(
        teacher,
        tia,
        "concern",
        now - 9 * DAY,
        fields={
            "signs": ["unexplained-gifts", "missing-from-home"],
            "noticed": "Two new phones in a week, and she left with somebody in a grey car.",
        },
        basis="fact",
    )
    for days in (40, 22, 8):
        recorded(officer, tia, "missing", now - days * DAY, fields={"category": "missing"})
        recorded(officer, tia, "found", now - days * DAY + 9 * HOUR)
    recorded(
        teacher,
        tia,
        "child-voice",
        now - 6 * DAY,
        fields={"questions": {"q2": "I don’t know who to tell."}, "said_to": "her teacher"},
    )
    recorded(
        teacher, tia, "screening", now - 6 * DAY, fields={"category": 1, "rationale": "Gifts, and gone overnight."}
    )
    recorded(worker, tia, "screening", now - 4 * DAY, fields={"category": 2, "rationale": "Seen with the same man."})
    recorded(teacher, tia, "referral", now - 30 * HOUR, fields={"to": "children-services", "strategy": True})
    return {"worker": worker, "officer": officer, "teacher": teacher, "coordinator": coordinator, "tia": tia}


def test_from_a_worry_to_the_record_in_a_few_steps(wide: BrowserContext, site: str, people: dict[str, Any]) -> None:
    page = opened(wide, site, people["teacher"])
    page.get_by_role("button", name="Report a concern").click()
    page.get_by_label("Name, birth date or number").fill("tia rowen")
    page.get_by_role("button", name="Search", exact=True).last.click()
    no_barriers(page)
    picture(page, "concern-who")
    page.get_by_role("button", name=re.compile("This child.*Tia Rowan")).click()
    page.get_by_label("Yes, or I think so").check()
    no_barriers(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".sk-big-number")).to_have_text("999")
    no_barriers(page)
    picture(page, "concern-now")
    page.get_by_role("button", name="I have called, go on").click()
    page.get_by_label("What did you notice?").fill(WORDS)
    page.get_by_label("Just now").check()
    page.get_by_label("Fact", exact=True).check()
    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"Saved \d\d:\d\d"), timeout=5000)
    no_barriers(page)
    picture(page, "concern-noticed")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Receipt of gifts").check()
    no_barriers(page)
    picture(page, "concern-signs")
    page.get_by_role("button", name="Continue").click()
    no_barriers(page)
    picture(page, "concern-others")
    page.get_by_role("button", name="Continue").click()
    no_barriers(page)
    picture(page, "concern-check")
    page.get_by_role("button", name="Report the concern").click()
    expect(page.get_by_role("heading", name="Thank you. It is on the record.")).to_be_visible()
    no_barriers(page)
    picture(page, "concern-done")


def test_a_duty_is_answered_from_your_work(wide: BrowserContext, site: str, people: dict[str, Any]) -> None:
    page = opened(wide, site, people["worker"])
    no_barriers(page)
    picture(page, "work")
    page.get_by_role("button", name=re.compile("Record it.*Hold the strategy discussion")).click()
    no_barriers(page)
    picture(page, "discussion")
    expect(page.get_by_label("Strategy discussion")).to_be_visible()
    page.get_by_role("button", name="Put it on the record").click()
    expect(page).to_have_title(re.compile("^Error: "))
    no_barriers(page)
    page.get_by_label("Strategy discussion", exact=True).check()
    page.get_by_label("Just now").check()
    page.get_by_label("Police", exact=True).check()
    page.get_by_label("Children’s services", exact=True).check()
    page.get_by_label("A multi-agency sexual exploitation").check()
    page.get_by_role("button", name="Put it on the record").click()
    expect(page.get_by_text("This meets")).to_be_visible()
    no_barriers(page)
    picture(page, "entry-saved")


def test_screening_beside_the_definitions(wide: BrowserContext, site: str, people: dict[str, Any]) -> None:
    page = opened(wide, site, people["worker"], f"/children/{people['tia']}/screening")
    no_barriers(page)
    picture(page, "screening")


ADDRESSES = (
    "/work",
    "/work?whose=agency",
    "/children?whose=agency",
    "/children/{tia}",
    "/children/{tia}?known={yesterday}",
    "/children/{tia}/record/",
    "/children/{tia}/record/meeting",
    "/children/{tia}/record/return-interview",
    "/children/{tia}/record/plan",
    "/children/{tia}/record/review",
    "/children/{tia}/record/circumstance",
    "/search?q=tia",
    "/procedure/",
    "/procedure/west-midlands/",
    "/procedure/west-midlands/rules/",
    "/procedure/west-midlands/rules/discussion-after-referral",
    "/procedure/west-midlands/lists/signs",
    "/procedure/west-midlands/paragraphs",
)


def named(address: str, tia: UUID) -> str:
    yesterday = (timezone.localdate() - 3 * DAY).isoformat()
    return address.replace("{tia}", str(tia)).replace("{yesterday}", yesterday)


def slug(address: str) -> str:
    return re.sub(r"\W+", "-", address.replace("{tia}", "tia").replace("{yesterday}", "then")).strip("-")


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_no_page_has_barriers(width: str, request: pytest.FixtureRequest, site: str, people: dict[str, Any]) -> None:
    context = request.getfixturevalue(width)
    page = opened(context, site, people["worker"])
    for address in ADDRESSES:
        page.goto(site + named(address, people["tia"]))
        no_barriers(page)
        picture(page, f"{width}-{slug(address)}")


@pytest.mark.parametrize("role", ["officer", "teacher", "coordinator"])
def test_each_agency_sees_its_part(wide: BrowserContext, site: str, people: dict[str, Any], role: str) -> None:
    page = opened(wide, site, people[role])
    no_barriers(page)
    page.goto(f"{site}/children/{people['tia']}")
    expect(page.get_by_role("heading", name="Tia Rowan")).to_be_visible()
    no_barriers(page)


def test_everything_works_without_scripts(scriptless: BrowserContext, site: str, people: dict[str, Any]) -> None:
    page = opened(scriptless, site, people["worker"], f"/children/{people['tia']}/record/return-interview")
    page.get_by_label("Yes", exact=True).first.check()
    expect(page.get_by_label("Why not, in the child’s words?")).to_be_visible()
    page.get_by_label("Just now").check()
    page.get_by_role("button", name="Put it on the record").click()
    expect(page.get_by_text("On the record")).to_be_visible()


def test_the_keyboard_reaches_the_main_content_first(wide: BrowserContext, site: str, people: dict[str, Any]) -> None:
    page = opened(wide, site, people["worker"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
