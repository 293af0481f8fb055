"""What opens or gives away most asks again who somebody is, and nothing they sent is lost over it."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import get_resolver, reverse

from safekept.access import closing
from safekept.access.models import Bar, Proposal
from safekept.access.models.closing import Level
from safekept.access.viewer import Viewer, viewing
from safekept.directory.models import Account, Team
from safekept.entrance.proof import PROVEN
from safekept.record import sealing
from tests import factories
from tests.pages import NOW, a_child, recorded, signed_in, text_of
from tests.security.test_routes import routes

pytestmark = pytest.mark.django_db
PASSWORD, SECRET = "three quiet green boats", "JBSWY3DPEHPK3PXP"
ASKED = "Show again that it is you"
WHY = 'The relative’s <b>work</b> "ended" & moved.\nNothing else.'
QUARTER = dt.timedelta(minutes=15)


@pytest.fixture
def sealed(manager: Viewer) -> UUID:
    child = a_child(manager)
    with viewing(manager):
        desk = Team.objects.get(pk=manager.team_id)
        sealing.close(manager, child, closing.Closing(Level.SEALED, "A relative works in the school.", desk, []))
    return child


def with_both_steps(viewer: Viewer) -> Account:
    account = Account.objects.get(pk=viewer.account_id)
    account.set_password(PASSWORD)
    account.save()
    TOTP.activate(account, SECRET)
    return account


def code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def long_ago(viewer: Viewer) -> Client:
    """Somebody who showed more than a quarter of an hour ago who they are, and has used the pages since."""
    with_both_steps(viewer)
    browser = signed_in(viewer)
    session = browser.session
    session[PROVEN] = int((NOW - QUARTER).timestamp()) - 1
    session.save()
    return browser


def carried(answer: Any) -> dict[str, list[str]]:
    """The hidden inputs of the form for a password, as a browser sends them."""
    form = re.findall(r'<form action="" method="post" novalidate>.*?</form>', answer.content.decode(), re.S)[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def answers(password: str = PASSWORD, typed: str = "") -> dict[str, str]:
    return {"again-password": password, "again-code": typed or code()}


def proposals() -> int:
    return int(Proposal._base_manager.count())


def test_a_form_that_asks_is_shown_after_the_answer(manager: Viewer, sealed: UUID) -> None:
    browser, address = long_ago(manager), f"/children/{sealed}/who/propose?from=here"
    page = browser.get(address)
    assert page.status_code == 200 and ASKED in text_of(page) and "What has changed?" not in text_of(page)
    answer = browser.post(address, carried(page) | answers())
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert "What has changed?" in text_of(browser.get(address))


def test_what_was_sent_is_carried_along_and_done_after_the_answer(manager: Viewer, sealed: UUID) -> None:
    browser, address = long_ago(manager), f"/children/{sealed}/who/propose"
    page = browser.post(address, {"level": "open", "reason": WHY, "more": ["one", "two"]})
    assert ASKED in text_of(page) and "What you typed is kept" in text_of(page)
    kept = carried(page)
    assert kept == {"again": ["POST"], "level": ["open"], "reason": [WHY], "more": ["one", "two"]} | {
        "csrfmiddlewaretoken": kept["csrfmiddlewaretoken"]
    }
    with viewing(manager):
        assert proposals() == 0
    answer = browser.post(address, kept | answers())
    assert answer.headers["Location"] == f"/children/{sealed}/who/?saved=propose"
    with viewing(manager):
        assert Proposal.objects.get().reason == WHY


@pytest.mark.parametrize(
    ("password", "typed"),
    [("three quiet green goats", ""), (PASSWORD, "000000"), ("", ""), (PASSWORD, " "), ("\x00", "\x00")],
)
def test_a_wrong_answer_does_nothing_and_loses_nothing(
    manager: Viewer, sealed: UUID, password: str, typed: str
) -> None:
    browser, address = long_ago(manager), f"/children/{sealed}/who/propose"
    kept = carried(browser.post(address, {"level": "open", "reason": WHY}))
    page = browser.post(address, kept | answers(password, typed))
    assert page.status_code == 422 and carried(page)["reason"] == [WHY]
    again = browser.post(address, carried(page) | {"again-password": PASSWORD, "again-code": ""})
    assert again.status_code == 422
    with viewing(manager):
        assert proposals() == 0


def test_the_wrong_password_and_the_wrong_code_get_the_same_answer(manager: Viewer, sealed: UUID) -> None:
    browser, address = long_ago(manager), f"/children/{sealed}/who/propose"
    kept = carried(browser.get(address))
    said = [
        text_of(browser.post(address, kept | answers(*pair)))
        for pair in (("three quiet green goats", ""), (PASSWORD, "000000"))
    ]
    assert said[0] == said[1]


def test_a_right_code_with_a_wrong_password_is_not_used_up(manager: Viewer, sealed: UUID) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    browser, address = long_ago(manager), f"/children/{sealed}/who/propose"
    recovery = RecoveryCodes.activate(Account.objects.get(pk=manager.account_id)).get_unused_codes()[0]
    kept = carried(browser.get(address))
    assert browser.post(address, kept | answers("three quiet green goats", recovery)).status_code == 422
    assert browser.post(address, kept | answers(PASSWORD, recovery)).status_code == 302
    session = browser.session
    session[PROVEN] = 0
    session.save()
    assert browser.post(address, kept | answers(PASSWORD, recovery)).status_code == 422


def test_guessing_here_is_slowed_down_too(manager: Viewer, sealed: UUID) -> None:
    browser, address = long_ago(manager), f"/children/{sealed}/who/propose"
    kept = carried(browser.get(address))
    said = ["Too many" in text_of(browser.post(address, kept | answers(f"wrong {n}"))) for n in range(7)]
    assert said == [False] * 5 + [True] * 2


def test_an_answer_holds_for_a_quarter_of_an_hour(manager: Viewer, sealed: UUID, clock: Any) -> None:
    account = with_both_steps(manager)
    browser, address = Client(), f"/children/{sealed}/who/propose"
    browser.post("/account/login/", {"login": account.email, "password": PASSWORD})
    browser.post("/account/codes/authenticate/", {"code": code()})
    assert ASKED not in text_of(browser.get(address))  # signing in was an answer
    clock.shift(QUARTER / 2)
    browser.get("/work")
    clock.shift(QUARTER / 2)
    assert ASKED not in text_of(browser.get(address))
    clock.shift(dt.timedelta(seconds=1))
    assert ASKED in text_of(browser.get(address))


def test_a_clock_set_back_does_not_lengthen_it(manager: Viewer, sealed: UUID, clock: Any) -> None:
    with_both_steps(manager)
    browser = signed_in(manager)
    session = browser.session
    session[PROVEN] = int((NOW + dt.timedelta(days=1)).timestamp())
    session.save()
    assert ASKED in text_of(browser.get(f"/children/{sealed}/who/propose"))


@pytest.mark.parametrize("act", ["name", "deny", "open", "propose"])
def test_acts_that_open_or_decide_by_name_ask(manager: Viewer, sealed: UUID, act: str) -> None:
    browser = long_ago(manager)
    assert ASKED in text_of(browser.get(f"/children/{sealed}/who/{act}"))
    sent = browser.post(f"/children/{sealed}/who/{act}", {"reason": WHY, "email": "a@b.example", "level": "open"})
    assert ASKED in text_of(sent)
    with viewing(manager):
        assert proposals() == 0 and not Bar.objects.exists()


@pytest.mark.parametrize("act", ["close", "emergency", "join", "conflict"])
def test_what_protects_or_cannot_wait_asks_nothing(manager: Viewer, sealed: UUID, act: str) -> None:
    assert ASKED not in text_of(long_ago(manager).get(f"/children/{sealed}/who/{act}"))


def test_carrying_out_what_another_proposed_asks(manager: Viewer, sealed: UUID) -> None:
    second = factories.viewer("children-services", role="manager")
    with viewing(manager):
        made = closing.propose(manager, sealed, Level.OPEN, "The relative has left the school.")
    browser, address = long_ago(second), f"/children/{sealed}/who/carry-out/{made.pk}"
    assert ASKED in text_of(browser.post(address, {}))
    assert browser.get(address).status_code == 405


def test_opening_a_sealed_entry_asks(manager: Viewer) -> None:
    child = a_child(manager)
    entry = recorded(manager, child, "note", NOW - QUARTER, text="WORDS")
    assert ASKED in text_of(long_ago(manager).get(f"/entries/{entry}/who/propose"))


def test_taking_up_a_version_of_a_procedure_asks(clock: Any) -> None:
    from tests.security.world import put_forward

    administrator = factories.viewer("other", name="Board", role="administrator")
    browser, address = long_ago(administrator), f"/procedure/put-forward/{put_forward('birmingham')}/adopt"
    assert ASKED in text_of(browser.get(address))
    sent = browser.post(address, {"starts-day": "1", "starts-month": "4", "starts-year": "2026", "sure": "yes"})
    assert ASKED in text_of(sent) and carried(sent)["sure"] == ["yes"]


@pytest.mark.parametrize(
    "address", ["/account/codes/recovery/", "/account/codes/recovery/new/", "/account/passkeys/add/"]
)
def test_changing_how_one_signs_in_asks(manager: Viewer, address: str) -> None:
    browser = long_ago(manager)
    assert ASKED in text_of(browser.get(address))
    browser.post(address, {})
    assert Authenticator.objects.filter(user_id=manager.account_id).count() == 1


GIVES_AWAY = {"guardian-child-csv"}
"""Addresses from which a copy leaves the service."""


def test_whatever_gives_a_copy_away_asks(manager: Viewer, sealed: UUID) -> None:
    """Every address whose name says that something leaves the service is known here, and asks."""
    named = {name for name in routes(get_resolver()) if re.search("csv|export|bundle|download|disclos|copy", name)}
    assert named == GIVES_AWAY
    browser = long_ago(factories.viewer("other", name="Board", role="guardian"))
    for name in GIVES_AWAY:
        assert ASKED in text_of(browser.get(reverse(name, kwargs={"subject_id": sealed})))


def test_what_is_not_there_and_what_is_hidden_ask_alike(manager: Viewer, sealed: UUID) -> None:
    outsider = factories.viewer("school", "camden", role="manager")
    browser = long_ago(outsider)
    hidden, absent = (text_of(browser.get(f"/children/{one}/who/propose")) for one in (sealed, UUID(int=7)))
    assert hidden == absent


def test_made_up_people_of_the_demonstration_are_not_asked(manager: Viewer, sealed: UUID, settings: Any) -> None:
    """They have no password to show; the same session is asked as soon as the demonstration is over."""
    account = with_both_steps(manager)
    account.is_demo = True
    account.save()
    settings.DEMO = True
    browser = Client()
    browser.post("/account/demo", {"account": str(account.pk)})
    assert PROVEN not in browser.session
    assert ASKED not in text_of(browser.get(f"/children/{sealed}/who/propose"))
    settings.DEMO = False
    assert ASKED in text_of(browser.get(f"/children/{sealed}/who/propose"))


def test_an_account_with_no_password_is_shown_a_way_out(manager: Viewer, sealed: UUID) -> None:
    account = Account.objects.get(pk=manager.account_id)
    TOTP.activate(account, SECRET)
    browser = signed_in(manager)
    session = browser.session
    session[PROVEN] = 0
    session.save()
    page = browser.get(f"/children/{sealed}/who/propose")
    assert "Sign out and in again" in text_of(page)
    alone = browser.post(f"/children/{sealed}/who/propose", {"again": "GET", **answers("")})
    assert alone.status_code == 422
