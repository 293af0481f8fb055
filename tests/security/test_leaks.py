"""What police and children's services keep to themselves changes nothing for a school; nothing typed ever runs."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from safekept.access.viewer import loader, viewing
from safekept.record import drafts
from safekept.record.actions import Author, NewEntry, append_many
from safekept.record.models import Entry, Obligation
from safekept.record.queries import history_of, position_of, timeline
from safekept.register.actions import NewThing, add_name, add_thing
from tests import factories
from tests.pages import a_child, recorded, signed_in, text_of
from tests.security.world import POLICE_ONLY, World, form

pytestmark = pytest.mark.django_db
SCHOOL = "school in the circle"


@pytest.fixture
def world() -> World:
    return World()


def pages(world: World, browser: Client) -> dict[str, str]:
    """Everything a school can open that speaks of the child, without what differs each time."""
    child, yesterday = f"/children/{world.child}", timezone.localdate() - dt.timedelta(days=1)
    addresses = [
        child, f"{child}?all=yes", f"{child}?known={yesterday.isoformat()}", f"{child}?q=crime", f"{child}/record/",
        f"{child}/record/note", f"{child}/record/meeting", f"{child}/record/withdrawn", f"{child}/screening",
        f"{child}/safe-contact", f"/entries/{world.concern}", f"/entries/{world.entry}", f"/things/{world.adult}",
        f"/concern/done/{world.concern}", "/work", "/work?whose=mine", "/work?whose=agency", "/children",
        "/children?whose=agency", "/children?whose=agency&category=3", "/search?q=Tia+Rowan", "/search?q=AB12+CDE",
        "/search?q=CP-77", f"{child}/record/waiver",
    ]  # fmt: skip
    found = {}
    for address in addresses:
        html = browser.get(address).content.decode()
        html = re.sub(r'name="(csrfmiddlewaretoken|client_key)" value="[^"]+"', "", html)
        found[address] = re.sub(r"\d+ (minutes?|seconds?)", "", html)
    return found


def test_a_school_sees_the_same_whether_or_not_the_police_keep_records(world: World) -> None:
    browser = world.browser(SCHOOL)
    before = pages(world, browser)
    hidden = world.police_records()
    after = pages(world, browser)
    changed = [address for address in before if before[address] != after[address]]
    assert changed == []
    told = [(where, page) for where, page in after.items() if "/record/" not in where and "CP-77" not in where]
    assert [where for where, page in told for word in ("CANARYPOLICE", "CP-77") if word in page] == []
    for one in hidden:
        for address in (f"/entries/{one}", f"/entries/{one}/correct", f"/concern/done/{one}"):
            assert browser.get(address).status_code == 404
        sent = browser.post(f"/children/{world.child}/record/note", form(text="x", answers=str(one)))
        assert sent.status_code == 422
    school = world.who(SCHOOL)
    with viewing(school):
        told = repr(position_of(school, world.child).as_dict()) + repr(history_of(school, world.child))
        told += repr([line.entry.kind for line in timeline(school, world.child)])
    assert not any(str(one) in told for one in hidden)
    assert not any(word in told for word in POLICE_ONLY)


def test_where_the_police_meet_a_duty_the_lists_of_others_stay_as_they_were() -> None:
    """In London a police-only record meets duties that a referral sets off: a school’s lists know nothing of it."""
    factories.coordinator("newham")
    school = factories.viewer("school", "newham")
    social_worker, police = factories.children_services("newham"), factories.police("newham")
    child = a_child(school, area="newham")
    at = timezone.now() - dt.timedelta(days=3)
    concern = recorded(school, child, "concern", at, fields={"signs": ["missing-from-home"]})
    referral = recorded(school, child, "referral", at, fields={"to": "children-services"}, answers=[concern])
    browser, others = signed_in(school), signed_in(social_worker)
    addresses = (f"/children/{child}", "/children", "/children?whose=agency", "/work?whose=agency")
    before = [text_of(browser.get(address)) for address in addresses]
    with viewing(social_worker):
        owed = Obligation.objects.filter(subject_id=child, rule="crime-record-after-referral").get()
    assert owed.status == "open"
    fields = {"type": "non-crime", "number": "CP-77", "flags": ["ES"]}
    recorded(police, child, "crime-record", at + dt.timedelta(days=1), fields=fields, answers=[referral])
    assert [text_of(browser.get(address)) for address in addresses] == before
    with viewing(social_worker):
        assert Obligation.objects.filter(subject_id=child, rule="crime-record-after-referral").get().status == "met"
    with viewing(school):
        assert not Obligation.objects.filter(subject_id=child, rule="crime-record-after-referral").exists()
    assert "Crime record" in text_of(others.get(f"/children/{child}"))


def test_taking_back_a_police_record_shows_a_school_nothing(world: World) -> None:
    browser, police = world.browser(SCHOOL), world.who("police")
    crime = world.police_records()[0]
    before = pages(world, browser)
    recorded(police, world.child, "withdrawn", timezone.now() - dt.timedelta(days=20), answers=[crime],
             fields={"reason": "CANARYPOLICE was another child"})  # fmt: skip
    after = pages(world, browser)
    assert [address for address in before if before[address] != after[address]] == []
    assert "CANARYPOLICE" in world.browser("social worker").get(f"/children/{world.child}").content.decode()


def test_a_withdrawal_that_is_imported_with_what_it_takes_back_stays_as_private() -> None:
    police = factories.police()
    factories.coordinator()
    child = a_child(police)
    crime, at = uuid4(), timezone.now() - dt.timedelta(days=1)
    author = Author(police.account_id, police.agency_id, police.agency_kind)
    new = [
        NewEntry("crime-record", child, at, {"number": "CP-77"}, id=crime, author=author),
        NewEntry("withdrawn", child, at, {"reason": "Another child"}, answers=[crime], author=author),
        NewEntry("waiver", child, at, {"reason": "Held already"}, answers=[crime], author=author),
    ]
    append_many(loader("Importing"), new)
    with viewing(police):
        told = {e.kind: sorted(e.audience) for e in Entry.objects.filter(subject_id=child)}
    both = ["children-services", "police"]
    assert told == {"crime-record": both, "withdrawn": both, "waiver": both}


def test_the_police_see_what_they_recorded(world: World) -> None:
    """The tests above would pass if nothing were shown to anybody."""
    hidden = world.police_records()
    page = world.browser("police").get(f"/children/{world.child}").content.decode()
    assert "CANARYPOLICE" in page and "Police category" in page
    assert world.browser("social worker").get(f"/entries/{hidden[0]}").status_code == 200


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{%x%}"
RUNS = ("<script>alert", "<img src=x", "<b x", "49{%", "{%x%}'>")


def hostile_child(world: World) -> Any:
    worker = world.who("social worker")
    child = a_child(worker, HOSTILE, safe_contact=HOSTILE, description=HOSTILE)
    with viewing(worker):
        adult = add_thing(worker, NewThing("adult", names=[(HOSTILE, "name")], description=HOSTILE)).pk
        add_name(worker, adult, HOSTILE + "2", "alias")
        account = add_thing(worker, NewThing("account", identifiers=[("handle", "@x_y")], label=HOSTILE)).pk
    return child, adult, account


def test_what_people_type_is_shown_and_never_runs(world: World) -> None:
    worker, browser = world.who("social worker"), world.browser("social worker")
    child, adult, account = hostile_child(world)
    address, then = f"/children/{child}", timezone.now() - dt.timedelta(days=3)
    mentions = [(adult, "person-of-concern"), (account, HOSTILE[:40])]
    entries = [
        recorded(worker, child, "concern", then, fields={"noticed": HOSTILE}, text=HOSTILE, mentions=mentions),
        recorded(worker, child, "child-voice", then, fields={"questions": {"q1": HOSTILE}, "said_to": HOSTILE}),
        recorded(
            worker, child, "meeting", then, fields={"type": "mase", "excluded": [{"who": HOSTILE, "reason": HOSTILE}]}
        ),
        recorded(
            worker, child, "screening", then, fields={"category": 2, "rationale": HOSTILE, "second_person": HOSTILE}
        ),
        recorded(worker, child, "plan", then, text=HOSTILE),
        recorded(worker, child, "missing", then, fields={"last_seen": HOSTILE}),
    ]
    with viewing(worker):
        drafts.save(worker, f"concern:{world.draft}", None, {
            "child-known": ["named"], "child-name": [HOSTILE], "noticed": [HOSTILE],
            "at-when": ["now"], "basis": ["fact"],
            "other-0-what": [HOSTILE], "other-0-kind": ["adult"], "other-0-role": [HOSTILE],
            "immediate_danger": ["yes"],
        })  # fmt: skip
        drafts.save(worker, "record:note", child, {"text": [HOSTILE], "about": [HOSTILE], "basis": [HOSTILE]})
    asked = [
        address, f"{address}/record/", f"{address}/record/note", f"{address}/record/meeting", f"{address}/record/plan",
        f"{address}/record/return-interview", f"{address}/screening", f"{address}/safe-contact", f"/things/{adult}",
        f"/things/{account}", f"/concern/done/{entries[0]}", "/work", "/work?whose=mine", "/children",
        *(f"/entries/{one}" for one in entries), *(f"/entries/{one}/correct" for one in entries),
        *(f"/concern/{world.draft}/{s}" for s in ("who", "noticed", "signs", "others", "danger", "now", "check")),
    ]  # fmt: skip
    typed = {"q": HOSTILE, "child": HOSTILE, "kind": HOSTILE, "known": HOSTILE, "rule": HOSTILE, "because": HOSTILE,
             "agency": HOSTILE, "area": HOSTILE, "by": HOSTILE, "next": HOSTILE, "page": HOSTILE}  # fmt: skip
    shown = 0
    for one in asked:
        page = still(browser.get(one), one)
        shown += "&lt;script&gt;alert(1)" in page
    for one in (address, "/search", "/work", "/children", f"/concern/{world.draft}/who", f"{address}/record/note",
                "/procedure/west-midlands/rules/"):  # fmt: skip
        still(browser.get(one, typed), one)
    still(world.browser("health outside").get(address), "stub")
    still(Client().get("/account/login/", typed), "sign in")
    still(Client().post("/account/login/", {"login": HOSTILE, "password": "x", "next": HOSTILE}), "sign in")
    wrong = form(
        text=HOSTILE, basis=HOSTILE, category=HOSTILE, type=HOSTILE, **{"other-0-what": HOSTILE, "at-when": HOSTILE}
    )
    for one in (f"{address}/record/note", f"{address}/record/meeting", f"{address}/screening"):
        still(browser.post(one, wrong), one)
    assert shown > 20


def still(answer: Any, where: str) -> str:
    """The page, in which nothing typed has become markup and every script is the service's own file."""
    page = str(answer.content.decode())
    assert answer.status_code < 500, where
    assert not [run for run in RUNS if run in page], where
    assert all('src="/static/' in tag for tag in re.findall(r"<script[^>]*>", page)), where
    assert not re.search(r"<[^>]+\son\w+=", re.sub(r'"[^"]*"', '""', page)), where
    assert not re.search(r"<[^>]+\sstyle=", re.sub(r'"[^"]*"', '""', page)), where
    return page
