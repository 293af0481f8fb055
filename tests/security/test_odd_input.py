"""Odd, endless and broken input gets a sentence, never an error page, and nothing typed is lost."""

from __future__ import annotations

import io
import logging
import re
import sys
from itertools import product
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory

from safekept.access.edge import OneLine
from safekept.access.viewer import viewing
from safekept.record import drafts
from safekept.record.models import Entry
from tests import factories
from tests.security.world import World, form

pytestmark = pytest.mark.django_db
ODD = ("a\x00b", "9" * 30, "9" * 5000, "\u202e²", "'\"><script>{{7*7}}")


@pytest.fixture
def world() -> World:
    return World()


def test_odd_text_in_every_address_is_answered(world: World) -> None:
    browser, child = world.browser("social worker"), f"/children/{world.child}"
    asked = {
        "/work": ("whose", "child", "kind", "agency", "show"),
        "/children": ("q", "category", "area", "page"),
        child: ("known", "known-day", "kind", "agency", "q"),
        "/search": ("q", "kind"),
        f"{child}/record/note": ("because", "rule"),
        f"{child}/screening": ("because",),
        f"/entries/{world.entry}": ("saved",),
        "/account/login/": ("next",),
    }
    whole = {"known-day": "1", "known-month": "2", "known-year": "2025"}
    for path, names in asked.items():
        for name in names:
            rest = {key: text for key, text in whole.items() if name.startswith("known-")}
            for text in ODD:
                answer = browser.get(path, {**rest, name: text})
                assert answer.status_code < 500, (path, name, text[:20])


def test_any_day_can_be_asked_for(world: World) -> None:
    browser = world.browser("social worker")
    for known in ("0001-01-01", "0001-04-02", "1899-12-31", "9999-12-31", "2025-02-30", "x-y-z"):
        assert browser.get(f"/children/{world.child}", {"known": known}).status_code == 200, known


def test_odd_dates_are_said(world: World) -> None:
    browser = world.browser("social worker")
    whole = {"at-when": "then", "at-day": "1", "at-month": "2", "at-year": "2025", "at-time": "10:00"}
    for part, text in product(("at-day", "at-month", "at-year", "at-time"), ("9" * 30, "1" * 5000, "\x00", "00:99")):
        answer = browser.post(f"/children/{world.child}/record/note", form(**{**whole, part: text}))
        assert (answer.status_code, "There is a problem" in answer.content.decode()) == (422, True), (part, text[:9])


@pytest.mark.parametrize("kind", ["review", "plan", "meeting", "child-voice"])
def test_every_question_bears_odd_answers(world: World, kind: str) -> None:
    browser, address = world.browser("social worker"), f"/children/{world.child}/record/{kind}"
    names = set(re.findall(r'name="([^"]+)"', browser.get(address).content.decode()))
    apart = {"csrfmiddlewaretoken", "client_key", "q", "viewport", "save_draft", "add", "at-when", "answers"}
    for text in ("9" * 5000, "\x00", "\uffff\U0010ffff"):
        filled = dict.fromkeys(names - apart, text)
        assert browser.post(address, form(**filled)).status_code in (302, 422)
        assert browser.post(address, form(save_draft="1", **filled)).status_code in (200, 422)
        assert browser.get(address).status_code == 200


def test_a_draft_keeps_what_was_typed_whatever_it_looks_like(world: World) -> None:
    browser, address = world.browser("school in the circle"), f"/children/{world.child}/record/note"
    for typed in ("C:\\u0000", 'x\\u0000","y":["z"],"w":"', "a\x00b", "\\\\u0000"):
        assert browser.post(address, form(text=typed, save_draft="1")).status_code == 200
        with viewing(world.who("school in the circle")):
            kept = drafts.load(world.who("school in the circle"), "record:note", world.child)
        assert kept is not None
        assert kept.data["text"] == [typed.replace("\x00", "")]
        assert set(kept.data) == {"client_key", "at-when", "text", "basis"}


@pytest.mark.parametrize("step", ["record/note", "screening", "concern"])
def test_a_draft_too_long_to_keep_is_said_and_stays_on_the_page(world: World, step: str) -> None:
    browser, words = world.browser("social worker"), "x" * 1_100_000
    address = f"/concern/{world.draft}/noticed" if step == "concern" else f"/children/{world.child}/{step}"
    name = "noticed" if step == "concern" else "text"
    answer = browser.post(address, form(save_draft="1", **{name: words}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "too long to be kept as a draft" in page


def test_more_than_a_request_may_hold_is_refused_with_a_sentence(world: World) -> None:
    browser, address = world.browser("social worker"), f"/children/{world.child}/record/note"
    for data in (form(text="x" * 3_000_000), form(**{f"extra-{n}": "1" for n in range(1100)})):
        answer = browser.post(address, data)
        assert answer.status_code == 400
        assert "nothing was saved" in answer.content.decode()


def test_files_are_not_taken(world: World) -> None:
    file = SimpleUploadedFile("a.svg", b"<svg onload=alert(1)>", "image/svg+xml")
    browser, key = world.browser("social worker"), str(uuid4())
    browser.post(f"/children/{world.child}/record/note", form(client_key=key, text="With a file", attachment=file))
    page = browser.get(f"/children/{world.child}").content.decode()
    assert "With a file" in page
    assert "<svg onload" not in page


def test_long_safe_contacts_and_strange_ones_are_said(world: World) -> None:
    browser, address = world.browser("social worker"), f"/children/{world.child}/safe-contact"
    assert browser.post(address, {"text": "x" * 501}).status_code == 422
    assert browser.post(address, {"text": "\x00"}).status_code == 422
    assert browser.post(address, {"text": "after\x00 four"}).status_code == 302
    assert "after four" in browser.get(f"/children/{world.child}").content.decode()


def test_odd_addresses_are_not_there(world: World) -> None:
    browser = world.browser("social worker")
    for path in ("/children/%00", "/entries/x", "/procedure/%00/", "/concern/x/y", "/%00"):
        answer = browser.get(path)
        assert answer.status_code == 404, path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_other_hosts_are_refused_without_a_trace() -> None:
    browser = Client(raise_request_exception=False)
    for host in ("evil.example", "testserver@evil.example", "a b", "evil.example:80"):
        answer = browser.get("/work", headers={"host": host})
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "evil.example" not in page and "Traceback" not in page and "DisallowedHost" not in page
        guarded(answer)


def test_other_hosts_are_refused_as_strictly_where_everything_goes_over_https(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client(raise_request_exception=False).get("/work", headers={"host": "evil.example"})
    assert answer.status_code == 400
    guarded(answer)


def guarded(answer: Any) -> None:
    """The headers that keep an answer in its place."""
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    kept = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    assert {name: answer.headers.get(name) for name in kept} == kept


CHARSETS = (
    "utf-7",
    "utf-16",
    "idna",
    "rot13",
    "base64",
    "no-such",
    "cp1252",
    "\x00",
    "utf-8\r\nX: y",
    "",
    "x; charset*=zz''utf-8",
)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain")


def served(path: str, content_type: str, method: str = "POST") -> tuple[int, dict[str, str]]:
    """Status and headers of what the service's own entrance answers."""
    from safekept.config.wsgi import application

    answered: list[tuple[int, dict[str, str]]] = []
    asked = RequestFactory().generic(method, path, b"login=+ADw-", content_type="text/plain").environ
    body = application(
        {**asked, "CONTENT_TYPE": content_type},
        lambda status, headers, *_: answered.append((int(status[:3]), dict(headers))),
    )
    list(body)
    return answered[0]


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("kind", FORMS)
def test_a_request_in_another_character_set_is_refused(charset: str, kind: str) -> None:
    for method in ("GET", "POST"):
        for address in ("/search?q=%2BADw-", "/account/login/"):
            status, headers = served(address, f"{kind}; charset={charset}", method)
            assert status == 400, (method, address)
            guarded(HttpResponse(headers=headers))


@pytest.mark.parametrize("name", ["UTF-8", "utf8", "us-ascii", '"utf-8"'])
def test_utf_8_by_any_of_its_names_is_read(name: str) -> None:
    for kind in (*FORMS, "x", "", ";", "a/b; charset*=utf-8''utf-8"):
        said = f"{kind}; charset={name}" if kind in FORMS else kind
        assert served("/account/login/", said, "GET")[0] == 200, said


def test_a_refusal_is_one_line_in_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    handler.addFilter(OneLine())
    logging.getLogger("django").addHandler(handler)
    try:
        world.browser("health outside").get(f"/children/{world.child}/record/")
        world.browser("social worker").get("/entries/x")
        Client(raise_request_exception=False).get("/work", headers={"host": "evil.example"})
    finally:
        logging.getLogger("django").removeHandler(handler)
    lines = logged.getvalue().splitlines()
    assert len(lines) == 3 and lines[0].startswith("Forbidden"), lines


def test_what_goes_wrong_here_keeps_its_traceback() -> None:
    try:
        raise KeyError("x")
    except KeyError:
        failed = logging.LogRecord("django.request", logging.ERROR, "", 1, "Failed", (), sys.exc_info())
    failed.status_code = 500
    assert OneLine().filter(failed) and failed.exc_info is not None


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_elsewhere(onward: str, settings: Any) -> None:
    cache.clear()
    settings.DEMO = True
    person = factories.account(role="administrator", password="three quiet green boats")
    person.is_demo = True
    person.save()
    for address, data in (
        ("/account/demo", {"account": str(person.pk), "next": onward}),
        (f"/account/login/?next={quote(onward)}", {"login": person.email, "password": "three quiet green boats"}),
        ("/account/login/", {"login": person.email, "password": "three quiet green boats", "next": onward}),
    ):
        answer = Client().post(address, data)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/") and "evil" not in answer.headers["Location"]
        assert "javascript" not in answer.headers["Location"]
    cache.clear()


def test_a_screening_cannot_go_round_its_checks(world: World) -> None:
    """The general form and a correction ask for the second person as the screening's own page does."""
    browser, child = world.browser("social worker"), f"/children/{world.child}"
    assert browser.post(f"{child}/record/section-47", form()).status_code == 302
    low = form(category="0", rationale="No")
    assert browser.post(f"{child}/screening", low).status_code == 422
    sent = browser.post(f"{child}/record/screening", low)
    assert (sent.status_code, sent.headers["Location"]) == (307, f"{child}/screening")
    high = browser.post(f"{child}/screening", form(category="3", rationale="Yes"))
    assert high.status_code == 302, high.content.decode()
    entry = high.headers["Location"].partition("?")[0]
    lowered = browser.post(f"{entry}/correct", form(category="0", rationale="No"))
    assert lowered.status_code == 422
    assert "second person" in lowered.content.decode()
    assert (
        browser.post(f"{entry}/correct", form(category="0", rationale="No", second_person="A. Lee")).status_code == 302
    )


def test_nothing_was_written_by_what_was_refused(world: World) -> None:
    browser = world.browser("social worker")
    worker = world.who("social worker")
    with viewing(worker):
        before = Entry.objects.count()
    browser.post(f"/children/{world.child}/record/note", form(text="x" * 30_000))
    browser.post(f"/children/{world.child}/record/meeting", form(text="No type"))
    with viewing(worker):
        assert Entry.objects.count() == before


def test_signing_in_gives_a_new_session_and_signing_out_ends_it() -> None:
    """A session known before signing in is worth nothing afterwards; one copied before leaving neither."""
    cache.clear()
    person = factories.account(role="administrator", password="three quiet green boats")
    browser = Client()
    session = browser.session
    session["planted"] = "x"
    session.save()
    browser.cookies["sessionid"] = session.session_key
    browser.post("/account/login/", {"login": person.email, "password": "three quiet green boats"})
    signed_in = browser.cookies["sessionid"].value
    assert signed_in != session.session_key
    old, copied = Client(), Client()
    old.cookies["sessionid"], copied.cookies["sessionid"] = session.session_key, signed_in
    assert old.get("/desk").headers["Location"].startswith("/account/login/")
    browser.post("/leave")
    assert copied.get("/desk").headers["Location"].startswith("/account/login/")
    cache.clear()


@pytest.mark.parametrize("act", ["close", "name", "deny", "conflict", "emergency", "join", "propose", "leave"])
def test_what_is_decided_about_a_record_takes_any_text(world: World, act: str) -> None:
    """A character that no database keeps is left out, as in every other form; nothing breaks."""
    who = "health outside" if act in ("emergency", "join") else "manager in the circle"
    sent = {"reason": "A relative\x00 works in the school.", "why": "Left\x00 the school by now.", "hours": "4"}
    sent |= {"level": "restricted", "email": "nobody\x00@safekept.example"}
    place = f"leave/{world.who('school in the circle').agency_id}" if act == "leave" else act
    answer = world.browser(who).post(f"/children/{world.child}/who/{place}", sent)
    assert answer.status_code == (302 if act in ("conflict", "emergency", "join", "propose", "leave") else 422)
