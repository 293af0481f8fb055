"""Every address, for everybody: what each answers, and that a refusal says nothing of the child."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from safekept.access.models import Circle, ReadEvent
from safekept.access.viewer import loader, viewing
from safekept.record.models import Draft, Entry, Mention, Obligation
from safekept.register.models import SafeContact, Thing
from tests.security.world import CANARIES, NAME, World, form

pytestmark = pytest.mark.django_db

IN = ("social worker", "police", "school in the circle", "manager in the circle", "co-ordinator")
OUT = ("social worker elsewhere", "health outside", "manager elsewhere", "co-ordinator elsewhere")
NO_CASES = ("board", "guardian", "administrator")
SIGN_IN = "sign in"
"""302 to the sign-in page."""

Answers = tuple[int, int, int, int | str]
"""For those in the child's circle, those who work with other children, those who see no case, and the signed out."""

CASES: Answers = (200, 200, 403, SIGN_IN)
RECORD: Answers = (200, 403, 403, SIGN_IN)
HIDDEN: Answers = (200, 404, 403, SIGN_IN)
ANYONE: Answers = (200, 200, 200, SIGN_IN)
POST_ONLY: Answers = (405, 405, 405, 405)
POST_ONLY_FOR_PEOPLE: Answers = (405, 405, 405, SIGN_IN)
IN_THE_AREA: Answers = (200, 404, 200, SIGN_IN)
GUARDIANS: Answers = (403, 403, 403, SIGN_IN)
"""For guardians alone, who are among the exceptions."""
NO_DRAFT: Answers = (404, 403, 403, SIGN_IN)
ITS_AGENCYS: Answers = (404, 404, 403, SIGN_IN)
"""For the agency that made the document, whose people are among the exceptions."""
BY_LAW: Answers = (403, 403, 200, SIGN_IN)
"""For guardians and administrators: what is kept and erased."""
OF_THE_LAW: Answers = (403, 403, 404, SIGN_IN)
"""The same, of an act that is not there."""
DECIDED_BY_FEW: Answers = (403, 403, 200, SIGN_IN)
TABLE: dict[str, tuple[str, Answers]] = {
    "healthz": ("/healthz", (200, 200, 200, 200)),
    "favicon": ("/favicon.ico", (301, 301, 301, 301)),
    "leave": ("/leave", POST_ONLY),
    "demo_sign_in": ("/account/demo", POST_ONLY),
    "account_login": ("/account/login/", (302, 302, 302, 200)),
    "account_logout": ("/account/logout/", (200, 200, 200, SIGN_IN)),
    "account_inactive": ("/account/inactive/", (200, 200, 200, 200)),
    "account_change_password": ("/account/password/", (302, 302, 302, SIGN_IN)),
    "mfa_index": ("/account/codes/", ANYONE),
    "mfa_authenticate": ("/account/codes/authenticate/", (302, 302, 302, SIGN_IN)),
    "program-end": ("/account/programs/{child}/end", POST_ONLY_FOR_PEOPLE),
    "mfa_activate_totp": ("/account/codes/set-up/", ANYONE),
    "mfa_view_recovery_codes": ("/account/codes/recovery/", (404, 404, 404, SIGN_IN)),
    "mfa_generate_recovery_codes": ("/account/codes/recovery/new/", ANYONE),
    "organisation": ("/account/with/nobody/", (404, 404, 404, 404)),
    "organisation-back": ("/account/with/nobody/back/", (404, 404, 404, 404)),
    "organisation-saml": ("/account/with/nobody/saml/", POST_ONLY),
    "organisation-saml-finish": ("/account/with/nobody/saml/finish/", POST_ONLY),
    "organisation-metadata": ("/account/with/nobody/metadata/", (404, 404, 404, 404)),
    "session": ("/account/session", (200, 200, 200, 200)),
    "kept-form": ("/account/kept/{child}", (302, 302, 302, SIGN_IN)),
    "passkey-add": ("/account/passkeys/add/", ANYONE),
    "passkey-remove": ("/account/passkeys/1/remove/", (404, 404, 404, SIGN_IN)),
    "passkey-sign-in": ("/account/passkeys/sign-in/", (302, 302, 302, SIGN_IN)),
    "home": ("/", (302, 302, 302, SIGN_IN)),
    "work": ("/work", (200, 200, 302, SIGN_IN)),
    "work-seen": ("/work/seen", (405, 405, 405, SIGN_IN)),
    "desk": ("/desk", (302, 302, 200, SIGN_IN)),
    "numbers": ("/numbers", (403, 403, 403, SIGN_IN)),  # for co-ordinators of police or children’s services
    "children": ("/children?q=Tia+Rowan", CASES),
    "child": ("/children/{child}", CASES),
    "record": ("/children/{child}/record/", RECORD),
    "record-kind": ("/children/{child}/record/note", RECORD),
    "attach": ("/children/{child}/file", RECORD),
    "safe-contact": ("/children/{child}/safe-contact", RECORD),
    "kept-apart": ("/children/{child}/kept-apart/", RECORD),
    "kept-apart-add": ("/children/{child}/kept-apart/add", RECORD),
    "kept-apart-show": ("/children/{child}/kept-apart/{kept_apart}/show", RECORD),
    "kept-apart-end": ("/children/{child}/kept-apart/{kept_apart}/end", RECORD),
    "documents": ("/children/{child}/documents/", RECORD),
    "document-new": ("/children/{child}/documents/new", RECORD),
    "document-about": ("/children/{child}/documents/{draft}/about", NO_DRAFT),
    "document-draft": ("/children/{child}/documents/{draft}/", NO_DRAFT),
    "document": ("/documents/{document}/", ITS_AGENCYS),
    "document-pdf": ("/documents/{document}/pdf", ITS_AGENCYS),
    "document-issue": ("/documents/{document}/issue", POST_ONLY_FOR_PEOPLE),
    "document-send-back": ("/documents/{document}/send-back", POST_ONLY_FOR_PEOPLE),
    "document-again": ("/documents/{document}/again", POST_ONLY_FOR_PEOPLE),
    "screening": ("/children/{child}/screening", CASES),
    "who": ("/children/{child}/who/", RECORD),
    "who-act": ("/children/{child}/who/join", CASES),
    "who-carry-out": ("/children/{child}/who/carry-out/{child}", POST_ONLY_FOR_PEOPLE),
    "who-end": ("/children/{child}/who/end/{child}", POST_ONLY_FOR_PEOPLE),
    "who-answer": ("/children/{child}/who/answer/{child}", POST_ONLY_FOR_PEOPLE),
    "who-leave": ("/children/{child}/who/leave/{child}", POST_ONLY_FOR_PEOPLE),
    "sharing": ("/children/{child}/sharing/ask", RECORD),
    "request": ("/requests/{asked}", HIDDEN),
    "entry": ("/entries/{entry}", HIDDEN),
    "entry-who": ("/entries/{entry}/who/share", HIDDEN),
    "entry-correct": ("/entries/{entry}/correct", HIDDEN),
    "file": ("/entries/{file}/file", HIDDEN),
    "file-page": ("/entries/{file}/file/1", HIDDEN),
    "file-original": ("/entries/{file}/file/original", HIDDEN),
    "concern": ("/concern/?child={child}", (302, 302, 403, SIGN_IN)),
    "concern-step": ("/concern/{draft}/check", (404, 404, 403, SIGN_IN)),
    "concern-done": ("/concern/done/{concern}", HIDDEN),
    "cover": ("/cover", CASES),
    "cover-end": ("/cover/{child}/end", (405, 405, 405, SIGN_IN)),
    "search": ("/search?q=Tia+Rowan", CASES),
    "thing": ("/things/{adult}", (200, 404, 403, SIGN_IN)),
    "thing-put-right": ("/things/{adult}/put-right", (200, 404, 403, SIGN_IN)),
    "draft-discard": ("/drafts/{kept_draft}/discard", (405, 405, 405, SIGN_IN)),
    "guardian": ("/guardian/", GUARDIANS),
    "guardian-reviewed": ("/guardian/reviewed", GUARDIANS),
    "guardian-patterns": ("/guardian/patterns", GUARDIANS),
    "guardian-alert": ("/guardian/alerts/{alert}", GUARDIANS),
    "guardian-children": ("/guardian/children/?q=Tia+Rowan", GUARDIANS),
    "guardian-child": ("/guardian/children/{child}/", GUARDIANS),
    "guardian-child-csv": ("/guardian/children/{child}/csv", GUARDIANS),
    "guardian-deny": ("/guardian/children/{child}/deny", GUARDIANS),
    "guardian-lift": ("/guardian/children/{child}/lift/{child}", POST_ONLY_FOR_PEOPLE),
    "guardian-end": ("/guardian/children/{child}/end/{child}", POST_ONLY_FOR_PEOPLE),
    "guardian-carry-out": ("/guardian/children/{child}/carry-out/{child}", POST_ONLY_FOR_PEOPLE),
    "guardian-people": ("/guardian/people/?q=Person", GUARDIANS),
    "guardian-person": ("/guardian/people/{colleague}/", GUARDIANS),
    "law": ("/law/", BY_LAW),
    "law-coming": ("/law/coming", BY_LAW),
    "law-ask": ("/law/ask", BY_LAW),
    "law-answer": ("/law/asked/{child}", OF_THE_LAW),
    "law-hold": ("/law/hold", BY_LAW),
    "law-lift": ("/law/held/{child}", OF_THE_LAW),
    "procedures": ("/procedure/", ANYONE),
    "procedure": ("/procedure/west-midlands/", ANYONE),
    "procedure-moments": ("/procedure/west-midlands/moments/", ANYONE),
    "procedure-moment": ("/procedure/west-midlands/moments/referral", ANYONE),
    "procedure-roles": ("/procedure/west-midlands/roles/", ANYONE),
    "procedure-role": ("/procedure/west-midlands/roles/school", ANYONE),
    "procedure-questions": ("/procedure/west-midlands/questions/", ANYONE),
    "procedure-question": ("/procedure/west-midlands/questions/q3", ANYONE),
    "procedure-search": ("/procedure/west-midlands/search?q=referral", ANYONE),
    "procedure-reminders": ("/procedure/west-midlands/reminders", ANYONE),
    "procedure-lists": ("/procedure/west-midlands/lists/", ANYONE),
    "procedure-coverage": ("/procedure/west-midlands/coverage", ANYONE),
    "procedure-readings": ("/procedure/west-midlands/readings", ANYONE),
    "procedure-print": ("/procedure/west-midlands/print", ANYONE),
    "procedure-print-part": ("/procedure/west-midlands/print/rules", ANYONE),
    "procedure-versions": ("/procedure/west-midlands/versions", ANYONE),
    "procedure-compare": ("/procedure/west-midlands/compare?old=2015.1&new=2015.1", ANYONE),
    "proposals": ("/procedure/put-forward/", DECIDED_BY_FEW),
    "proposal": ("/procedure/put-forward/{proposal}/decide/", IN_THE_AREA),
    "proposal-try": ("/procedure/put-forward/{proposal}/try", DECIDED_BY_FEW),
    "proposal-adopt": ("/procedure/put-forward/{proposal}/adopt", DECIDED_BY_FEW),
    "proposal-take-back": ("/procedure/put-forward/{proposal}/take-back", POST_ONLY_FOR_PEOPLE),
    "procedure-rules": ("/procedure/west-midlands/rules/", ANYONE),
    "procedure-rule": ("/procedure/west-midlands/rules/discussion-after-referral", ANYONE),
    "procedure-guard": ("/procedure/west-midlands/guards/no-such-guard", (404, 404, 404, SIGN_IN)),
    "procedure-list": ("/procedure/west-midlands/lists/signs", ANYONE),
    "procedure-paragraphs": ("/procedure/west-midlands/paragraphs", ANYONE),
}
EXCEPTIONS: dict[tuple[str, str], int] = {
    ("desk", "guardian"): 302,  # to a desk of their own
    **{(name, "guardian"): 200 for name, (_, answers) in TABLE.items() if answers is GUARDIANS},
    **{(name, "board"): 403 for name in TABLE if name == "law" or name.startswith("law-")},
    ("concern-step", "social worker"): 200,  # the draft is theirs
    **{(name, who): 200 for name in ("document", "document-pdf") for who in ("social worker", "manager in the circle")},
    # Those who make enquiries, and co-ordinators, may look up any person; the entries about them stay hidden.
    ("thing", "social worker elsewhere"): 200,
    ("thing", "co-ordinator elsewhere"): 200,
    ("thing-put-right", "social worker elsewhere"): 200,
    # What an area's own people have put forward is for them to see, whether or not they work with the child.
    ("proposal", "health outside"): 200,
    ("proposal-try", "social worker elsewhere"): 404,
    ("proposal-try", "manager elsewhere"): 404,
    ("proposal-try", "co-ordinator elsewhere"): 404,
    ("proposal-adopt", "social worker elsewhere"): 404,
    ("proposal-adopt", "manager elsewhere"): 404,
    ("proposal-adopt", "co-ordinator elsewhere"): 404,
    # Co-ordinators put forward and try; boards and administrators put forward and adopt; guardians do neither.
    ("proposals", "co-ordinator"): 200,
    ("proposals", "co-ordinator elsewhere"): 200,
    ("proposals", "guardian"): 403,
    ("proposal-try", "co-ordinator"): 200,
    ("proposal-try", "board"): 403,
    ("proposal-try", "administrator"): 403,
    ("proposal-try", "guardian"): 403,
    ("proposal-adopt", "guardian"): 403,
    ("thing-put-right", "co-ordinator elsewhere"): 200,
}


@pytest.fixture
def world() -> World:
    cache.clear()
    return World()


def address(world: World, name: str) -> str:
    return TABLE[name][0].format(**{key: value for key, value in vars(world).items() if isinstance(value, UUID)})


def expected(name: str, who: str) -> int | str:
    inside, outside, no_cases, signed_out = TABLE[name][1]
    usual = inside if who in IN else outside if who in OUT else no_cases if who in NO_CASES else signed_out
    return EXCEPTIONS.get((name, who), usual)


def routes(resolver: URLResolver | None = None) -> list[str]:
    """Every page; the interface for programs has a table of its own (``test_api_routes``)."""
    found: list[str] = []
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver) and not one.namespace:
            found += routes(one)
        elif isinstance(one, URLPattern):
            found.append(str(one.name))
    return found


def answered(answer: Any) -> int | str:
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/")
    return SIGN_IN if to_sign_in else int(answer.status_code)


def names_of_the_child_only(page: str) -> bool:
    return not any(canary in page for canary in CANARIES)


def test_the_table_holds_every_route_and_no_other() -> None:
    assert set(routes()) == set(TABLE)


@pytest.mark.parametrize("who", [*IN, *OUT, *NO_CASES, "signed out"])
def test_every_route_answers_everybody_as_the_table_says(world: World, who: str) -> None:
    world.police_records()
    wrong = {}
    for name in TABLE:
        browser = world.browser(who)
        answer = browser.get(address(world, name))
        page, got = answer.content.decode(errors="replace"), answered(answer)
        if got != expected(name, who):
            wrong[name] = (got, answer.headers.get("Location", ""))
        if who not in IN:
            assert names_of_the_child_only(page), (name, [c for c in CANARIES if c in page])
        if who not in ("police", "social worker", "manager in the circle"):
            assert "CANARYPOLICE" not in page, name
        if who != "social worker":
            assert "CANARYDRAFT" not in page, name
        if got not in (200, 405) and name != "concern" and who in NO_CASES:
            assert NAME not in page, name
        strict(answer, name)
    assert wrong == {}


def strict(answer: Any, name: str) -> None:
    """The headers that every answer carries, errors too."""
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy, name
    assert "base-uri 'none'" in policy and "script-src 'self';" in policy + ";", name
    assert answer.headers["X-Content-Type-Options"] == "nosniff", name
    assert answer.headers["Referrer-Policy"] == "same-origin", name
    assert answer.headers["X-Frame-Options"] == "DENY", name
    assert "no-store" in answer.headers.get("Cache-Control", "no-store"), name
    for cookie in answer.cookies.values():
        assert cookie["httponly"] and cookie["samesite"] == "Lax", (name, cookie.key)


KEPT = (Entry, Mention, Obligation, SafeContact, Thing, Circle)
"""What the loader sees of what is written; it sees nothing of what is kept apart."""


def everything() -> dict[str, int]:
    with viewing(loader("test")):
        return {model.__name__: model.objects.count() for model in KEPT}


POSTS: dict[str, tuple[str, dict[str, str]]] = {
    "note": ("/children/{child}/record/note", {"text": "HOSTILE"}),
    "withdraw": ("/children/{child}/record/withdrawn", {"reason": "HOSTILE", "answers": "{entry}"}),
    "file": ("/children/{child}/file", {"shows": "HOSTILE", "confirmed": "yes"}),
    "original": ("/entries/{file}/file/original", {"reason": "HOSTILE reason"}),
    "draft": ("/children/{child}/record/note", {"text": "HOSTILE", "save_draft": "1"}),
    "correct": ("/entries/{entry}/correct", {"text": "HOSTILE"}),
    "safe contact": ("/children/{child}/safe-contact", {"text": "HOSTILE"}),
    "kept apart": ("/children/{child}/kept-apart/add", {"what": "home", "apart": "HOSTILE", "why": "HOSTILE HOSTILE"}),
    "end it": ("/children/{child}/kept-apart/{kept_apart}/end", {"why": "HOSTILE HOSTILE"}),
    "document": ("/children/{child}/documents/new", {"form": "letter"}),
    "issue": ("/documents/{document}/issue", {}),
    "send back": ("/documents/{document}/send-back", {"why": "HOSTILE HOSTILE"}),
    "again": ("/documents/{document}/again", {}),
    "put right": ("/things/{child}/put-right", {"born": "1 May 2010", "shown": "2011-05-04|day||birmingham"}),
    "ask another agency": ("/children/{child}/sharing/ask", {"what": "HOSTILE HOSTILE", "soon": "4"}),
    "shared by phone": ("/children/{child}/sharing/told", {"what": "HOSTILE HOSTILE"}),
    "answer what another was asked": ("/requests/{asked}", {"step": "shared", "text": "HOSTILE HOSTILE"}),
    "somebody's concern": ("/concern/{draft}/check", {"noticed": "HOSTILE"}),
    "somebody's draft": ("/drafts/{kept_draft}/discard", {}),
}


@pytest.mark.parametrize("who", [*OUT, *NO_CASES, "signed out"])
def test_nobody_outside_writes_anything_to_the_record(world: World, who: str) -> None:
    before, browser = everything(), world.browser(who)
    for name, (path, data) in POSTS.items():
        ids = {key: value for key, value in vars(world).items() if isinstance(value, UUID)}
        answer = browser.post(path.format(**ids), form(**{k: v.format(**ids) for k, v in data.items()}))
        assert answer.status_code in (302, 403, 404), name
        if answer.status_code == 302:
            assert answered(answer) == SIGN_IN, name
        assert names_of_the_child_only(answer.content.decode())
    assert everything() == before
    assert own_drafts(world, "social worker") == 2


def test_another_agency_in_the_circle_cannot_correct_or_withdraw_what_it_did_not_record(world: World) -> None:
    before, browser = everything(), world.browser("school in the circle")
    assert browser.post(f"/entries/{world.entry}/correct", form(text="HOSTILE")).status_code == 422
    sent = browser.post(f"/children/{world.child}/record/withdrawn", form(reason="HOSTILE", answers=str(world.entry)))
    assert sent.status_code == 422
    assert everything() == before


def own_drafts(world: World, who: str) -> int:
    with viewing(world.who(who)):
        return int(Draft.objects.count())


def test_the_drafts_of_others_are_as_if_they_did_not_exist(world: World) -> None:
    """Even a colleague of the same team gets the answer that a draft which never was gets."""
    browser = world.browser("manager in the circle")
    for path in ("/concern/{}/check", "/concern/{}/noticed"):
        theirs, none = browser.get(path.format(world.draft)), browser.get(path.format(uuid4()))
        sent = browser.post(path.format(world.draft), {"noticed": "HOSTILE"})
        assert [one.status_code for one in (theirs, none, sent)] == [404, 404, 404]
        assert theirs.content == none.content
    theirs, none = (browser.post(f"/drafts/{one}/discard") for one in (world.kept_draft, uuid4()))
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert theirs.content == none.content
    assert own_drafts(world, "social worker") == 2
    with viewing(world.who("social worker")):
        assert all("CANARYDRAFT" in str(draft.data) for draft in Draft.objects.all())


@pytest.mark.parametrize("who", [*IN, *OUT, *NO_CASES, "signed out"])
def test_every_version_answers_as_todays_does(world: World, who: str) -> None:
    """The same pages stand below a version of their own, and below one that is put forward in the area."""
    browser = world.browser(who)
    elsewhere = {"social worker elsewhere", "manager elsewhere", "co-ordinator elsewhere"}
    for name, (path, _) in TABLE.items():
        if path.startswith("/procedure/west-midlands/") and name not in ("procedure-versions", "procedure-compare"):
            rest = path.removeprefix("/procedure/west-midlands/")
            assert answered(browser.get(f"/procedure/west-midlands/2015.1/{rest}")) == expected(name, who), name
            proposed = answered(browser.get(f"/procedure/put-forward/{world.proposal}/{rest}"))
            assert proposed == (404 if who in elsewhere else expected(name, who)), name


FROM_ANOTHER_SITE = {"organisation-saml", "organisation-saml-finish"}
"""Where an organisation's provider sends its answer, which our own request of that session makes good, not a token."""


def test_every_post_needs_its_token(world: World) -> None:
    before = everything()
    person = world.browser("social worker")
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = person.cookies
    for name in TABLE:
        answer = browser.post(address(world, name), {})
        assert answer.status_code == (404 if name in FROM_ANOTHER_SITE else 403), name
        strict(answer, name)
    assert everything() == before
    assert own_drafts(world, "social worker") == 2


def test_asking_changes_nothing(world: World) -> None:
    """Save for the reading log, and the empty draft with which a concern begins."""
    before = everything()
    for who in ("social worker", "health outside"):
        browser = world.browser(who)
        for name in TABLE:
            browser.get(address(world, name) + ("&" if "?" in address(world, name) else "?") + "save_draft=1&text=x")
    assert everything() == before
    assert own_drafts(world, "social worker") == 3
    assert own_drafts(world, "health outside") == 1


def test_other_methods_get_no_further(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = world.browser("social worker").cookies
    before = everything()
    for method in (browser.put, browser.patch, browser.delete):
        for name in ("child", "record-kind", "entry", "entry-correct", "safe-contact", "draft-discard"):
            assert method(address(world, name)).status_code in (403, 405), name
    assert everything() == before


def test_what_is_refused_is_written_down_with_who_asked(world: World) -> None:
    world.browser("health outside").get(f"/children/{world.child}/record/")
    with viewing(world.who("health outside")):
        refused = ReadEvent.objects.get(allowed=False)
    assert (refused.what, refused.ids) == ("record", [world.child])
    assert refused.account_id == world.who("health outside").account_id


def test_reading_leaves_an_event_for_every_record_that_a_page_shows(world: World) -> None:
    """Whatever has an address on the page, or a name, was written down before the page left."""
    for who, pages in {
        "social worker": ("child", "entry", "work", "concern-done", "thing", "record-kind", "screening", "children"),
        "school in the circle": ("child", "entry", "work", "concern-done", "children", "search"),
    }.items():
        for name in pages:
            with viewing(world.who(who)):
                earlier = set(ReadEvent.objects.values_list("pk", flat=True))
            page = world.browser(who).get(address(world, name)).content.decode()
            with viewing(world.who(who)):
                rows = ReadEvent.objects.exclude(pk__in=earlier).values_list("ids", flat=True)
                logged = {str(one) for ids in rows for one in ids}
            links = r'href="/(?:entries|children|things)/([0-9a-f-]{36})"'
            assert set(re.findall(links, page)) <= logged, (who, name)


@pytest.mark.parametrize("name", ["child", "entry", "work", "search", "thing", "children", "concern-done", "screening"])
def test_without_the_log_there_is_no_page(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The insert of the read event fails in the database: nothing of the child is shown."""
    real = connection.execute_wrapper

    def broken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "access_readevent" in sql and sql.startswith("INSERT"):
            return execute("SELECT 1/0", (), many, context)
        return execute(sql, params, many, context)

    browser = world.browser("social worker")
    with real(broken):
        answer = browser.get(address(world, name))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert NAME not in page
    assert names_of_the_child_only(page)
    strict(answer, name)
