"""Signed out for want of a page: nothing typed is lost, and nothing is done that nobody signed in for."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import BACKEND_SESSION_KEY
from django.test import Client

from safekept.access.models import Bar
from safekept.access.viewer import Viewer, loader, viewing
from safekept.directory.models import Account
from safekept.entrance.models import KeptForm
from safekept.record.models import Draft, Entry
from tests import factories
from tests.pages import a_child, signed_in, text_of

pytestmark = pytest.mark.django_db
IDLE = dt.timedelta(minutes=15, seconds=1)
WORDS = 'She said: "He waits by the gate." <b>Blue</b> car & a dog \\u0000.'
PASSWORD, SECRET = "three quiet green boats", "JBSWY3DPEHPK3PXP"


@pytest.fixture
def child(manager: Viewer) -> UUID:
    return a_child(manager)


def note(**more: str) -> dict[str, str]:
    return {"client_key": str(uuid4()), "at-when": "now", "text": WORDS, "basis": "fact", **more}


def entries() -> int:
    with viewing(loader("test")):
        return int(Entry.objects.count())


def too_late(browser: Client, clock: Any, address: str, data: dict[str, Any]) -> str:
    """What somebody sends after they were signed out; gives the address to which signing in leads back."""
    browser.get("/work")
    clock.shift(IDLE)
    answer = browser.post(address, data)
    assert answer.status_code == 302
    place, _, onward = answer.headers["Location"].partition("?next=")
    assert place == "/account/login/"
    return onward


def hidden(page: Any) -> dict[str, list[str]]:
    form = re.findall(r"<form action=\"/account/kept/.*?</form>", page.content.decode(), re.S)[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


def test_an_entry_that_was_sent_too_late_is_kept_and_put_on_record_on_coming_back(
    manager: Viewer, child: UUID, clock: Any
) -> None:
    before = entries()
    onward = too_late(signed_in(manager), clock, f"/children/{child}/record/note?because={child}", note())
    assert entries() == before
    browser = signed_in(manager)
    page = browser.get(onward)
    assert "He waits by the gate." in text_of(page)
    answer = browser.post(onward, hidden(page), follow=True)
    assert answer.redirect_chain[0] == (f"/children/{child}/record/note?because={child}", 307)
    with viewing(manager):
        assert Entry.objects.get(kind="note").text == WORDS
        assert not KeptForm.objects.exists()


def test_signing_in_by_hand_leads_back_to_it(manager: Viewer, child: UUID, clock: Any) -> None:
    account = Account.objects.get(pk=manager.account_id)
    account.set_password(PASSWORD)
    account.save()
    TOTP.activate(account, SECRET)
    browser = signed_in(manager)
    onward = too_late(browser, clock, f"/children/{child}/record/note", note())
    for asked in (onward, ""):
        browser.post("/account/login/", {"login": account.email, "password": PASSWORD, "next": asked})
        typed = format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))
        answer = browser.post("/account/codes/authenticate/", {"code": typed})
        assert answer.headers["Location"] == onward
        browser.post("/account/logout/")
        clock.shift(dt.timedelta(minutes=1))


def test_a_step_of_a_concern_is_kept(manager: Viewer, clock: Any) -> None:
    browser = signed_in(manager)
    start = browser.get("/concern/").headers["Location"]
    onward = too_late(browser, clock, start, {"child-known": "unknown", "child-description": WORDS})
    browser = signed_in(manager)
    answer = browser.post(onward, hidden(browser.get(onward)), follow=True)
    assert answer.status_code == 200
    with viewing(manager):
        assert Draft.objects.get().data["child-description"] == [WORDS]


def test_a_screening_is_kept(manager: Viewer, child: UUID, clock: Any) -> None:
    data = {"client_key": str(uuid4()), "at-when": "now", "signs": ["one", "two"], "text": WORDS}
    onward = too_late(signed_in(manager), clock, f"/children/{child}/screening", data)
    page = signed_in(manager).get(onward)
    assert hidden(page)["signs"] == ["one", "two"] and hidden(page)["text"] == [WORDS]


def test_an_act_about_who_sees_the_record_is_kept_and_not_done(manager: Viewer, child: UUID, clock: Any) -> None:
    other = factories.viewer("school", name="Ash School")
    email = Account.objects.get(pk=other.account_id).email
    data = {"email": email, "reason": "They are related to the adult of concern."}
    onward = too_late(signed_in(manager), clock, f"/children/{child}/who/deny", data)
    with viewing(manager):
        assert not Bar.objects.exists()
    browser = signed_in(manager)
    browser.post(onward, hidden(browser.get(onward)), follow=True)
    with viewing(manager):
        assert Bar.objects.get().account_id == other.account_id


def test_it_can_be_thrown_away(manager: Viewer, child: UUID, clock: Any) -> None:
    before = entries()
    onward = too_late(signed_in(manager), clock, f"/children/{child}/record/note", note())
    browser = signed_in(manager)
    answer = browser.post(onward, {"throw-away": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/children/{child}/record/note")
    assert entries() == before
    assert browser.get(onward).headers["Location"] == "/"


def test_nobody_else_finds_it(manager: Viewer, child: UUID, clock: Any) -> None:
    onward = too_late(signed_in(manager), clock, f"/children/{child}/record/note", note())
    colleague = factories.viewer("children-services", role="manager")
    assert signed_in(colleague).get(onward).headers["Location"] == "/"
    assert signed_in(colleague).post(onward, note()).headers["Location"] == "/"
    assert WORDS.encode() not in Client().get(onward).content
    with viewing(manager):
        assert KeptForm.objects.count() == 1


def test_what_another_page_sends_in_their_name_is_not_kept(manager: Viewer, child: UUID, clock: Any) -> None:
    browser = signed_in(manager)
    browser.get("/work")
    clock.shift(IDLE)
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = browser.cookies
    assert forged.post(f"/children/{child}/record/note", note()).status_code == 403
    with viewing(manager):
        assert not KeptForm.objects.exists()


@pytest.mark.parametrize("address", ["/account/password/", "/account/passkeys/add/", "/account/codes/set-up/"])
def test_passwords_and_codes_are_never_kept(manager: Viewer, clock: Any, address: str) -> None:
    browser = signed_in(manager)
    browser.get("/work")
    clock.shift(IDLE)
    browser.post(address, {"oldpassword": PASSWORD, "password1": PASSWORD, "code": "123456"})
    with viewing(manager):
        assert not KeptForm.objects.exists()


def test_neither_is_what_showed_who_somebody_is(manager: Viewer, child: UUID, clock: Any) -> None:
    data = {"reason": WORDS, "again": "POST", "again-password": PASSWORD, "again-code": "123456"}
    onward = too_late(signed_in(manager), clock, f"/children/{child}/who/deny", data)
    with viewing(manager):
        assert KeptForm.objects.get().data == {"reason": [WORDS]}
    assert onward


def test_after_twelve_hours_it_is_kept_too(manager: Viewer, child: UUID, clock: Any) -> None:
    browser = signed_in(manager)
    browser.get("/work")
    for _ in range(12 * 6):
        clock.shift(dt.timedelta(minutes=10))
        assert browser.get("/work").status_code == 200
    clock.shift(dt.timedelta(minutes=1))
    answer = browser.post(f"/children/{child}/record/note", note())
    assert "/account/kept/" in answer.headers["Location"]


def test_it_goes_after_a_week(manager: Viewer, child: UUID, clock: Any) -> None:
    onward = too_late(signed_in(manager), clock, f"/children/{child}/record/note", note())
    clock.shift(dt.timedelta(days=7, seconds=1))
    assert signed_in(manager).get(onward).headers["Location"] == "/"
    too_late(signed_in(manager), clock, f"/children/{child}/record/concern", note())
    with viewing(manager):
        assert KeptForm.objects.count() == 1


def test_what_is_sent_twice_is_kept_once(manager: Viewer, child: UUID, clock: Any) -> None:
    for text in ("First words", "Later words"):
        too_late(signed_in(manager), clock, f"/children/{child}/record/note", note(text=text))
    with viewing(manager):
        assert KeptForm.objects.get().data["text"] == ["Later words"]


def test_a_session_from_before_sessions_were_read_here_goes_on(manager: Viewer, child: UUID, clock: Any) -> None:
    browser = signed_in(manager)
    session = browser.session
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.save()
    assert browser.get("/work").status_code == 200
    clock.shift(IDLE)
    assert browser.post(f"/children/{child}/record/note", note()).status_code == 302
    with viewing(manager):
        assert KeptForm.objects.count() == 1


def test_asking_how_long_is_left_does_not_lengthen_it_and_staying_does(manager: Viewer, clock: Any) -> None:
    browser = signed_in(manager)
    browser.get("/work")
    clock.shift(dt.timedelta(minutes=13))
    assert browser.get("/account/session").json()["left"] == 120
    clock.shift(dt.timedelta(minutes=1))
    assert browser.get("/account/session").json()["left"] == 60
    assert browser.post("/account/session").json()["left"] == 900
    clock.shift(dt.timedelta(minutes=15))
    assert browser.get("/account/session").json()["left"] == 0
    clock.shift(dt.timedelta(seconds=1))
    assert browser.get("/account/session").json()["left"] == 0
    assert browser.get("/work").headers["Location"].startswith("/account/login/")


def test_near_the_twelve_hours_staying_says_how_long_is_left_in_truth(manager: Viewer, clock: Any) -> None:
    browser = signed_in(manager)
    browser.get("/work")
    for _ in range(12 * 6 - 1):
        clock.shift(dt.timedelta(minutes=10))
        browser.get("/work")
    clock.shift(dt.timedelta(minutes=5))
    assert browser.post("/account/session").json()["left"] == 300


def test_whoever_is_signed_out_is_told_so(clock: Any) -> None:
    assert Client().get("/account/session").json()["left"] == 0
    assert Client(enforce_csrf_checks=True).post("/account/session").status_code == 403
