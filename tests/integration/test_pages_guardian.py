"""The guardian's desk: who looked, why they could, what waits, and a review that is somebody else's, once."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from safekept.access import circles, closing
from safekept.access.models import Alert, Bar, Closed, Grant, ReadEvent
from safekept.access.models.closing import Level
from safekept.access.viewer import Viewer, viewing
from safekept.directory.models import Account, Team
from safekept.guardian import words
from safekept.guardian.limits import SHIPPED, load
from safekept.guardian.presenters.lookers import inert
from safekept.guardian.watching import watch
from safekept.record import sealing
from tests import factories
from tests.pages import a_child, let_in, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
WHY = "A relative of the person of concern works in the school."
EMERGENCY = "The child is in A&E tonight and cannot say who is safe to call."
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class Desk:
    """A child with a note on record, those around her and outside, and two guardians."""

    def __init__(self) -> None:
        factories.coordinator()
        factories.police()
        self.worker = factories.children_services()
        self.manager = factories.viewer("children-services", role="manager")
        self.school = factories.viewer("school", name="Ash School")
        self.clinic = factories.viewer("health", name="Ash Clinic")
        self.guardian = factories.viewer("other", name="Board", role="guardian")
        self.second = factories.viewer("other", name="Board", role="guardian")
        self.child = a_child(self.worker, "Tia Rowan")
        let_in(self.worker, self.school, self.child)
        recorded(self.worker, self.child, "note", timezone.now() - DAY, text="CANARYWORDS")
        self.browser = signed_in(self.guardian)

    def emergency(self, who: Viewer | None = None) -> Alert:
        browser = signed_in(who or self.clinic)
        sent = browser.post(f"/children/{self.child}/who/emergency", {"reason": EMERGENCY, "hours": "4"})
        assert sent.status_code == 302
        browser.get(f"/children/{self.child}")
        with viewing(self.guardian):
            return Alert.objects.get(kind="break-glass")

    def told(self, **more: Any) -> UUID:
        """A pattern about somebody."""
        now, account = timezone.now(), more.pop("account", self.clinic.account_id)
        row = Alert(kind="pattern", account_id=account, says="They did.", at=now, due=now + DAY, **more)
        with viewing(next(one for one in vars(self).values() if getattr(one, "account_id", "") == account)):
            row.save(force_insert=True)
        return row.pk

    def page(self, path: str) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == 200, path
        assert "CANARYWORDS" not in answer.content.decode()
        return text_of(answer)

    def name(self, who: Viewer) -> str:
        return Account.objects.get(pk=who.account_id).name


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_desk_shows_what_is_due_first_with_its_clock(desk: Desk) -> None:
    assert "Nothing waits for review" in desk.page("/guardian/")
    alert = desk.emergency()
    late = desk.told(pattern="bulk")
    with viewing(desk.guardian):
        assert Alert.objects.get(pk=late).due < Alert.objects.get(pk=alert.pk).due
    page = desk.page("/guardian/")
    assert "2 to review" in page and "0 overdue" in page
    assert page.index("Many at once") < page.index("A record was opened in an emergency: Tia Rowan")
    assert "71 hours left to review" in page and "23 hours left to review" in page
    only = desk.page("/guardian/?kind=pattern")
    assert "Many at once" in only and "Tia Rowan" not in only


def test_what_is_overdue_says_so(desk: Desk) -> None:
    pk = desk.told(pattern="bulk")
    with viewing(desk.clinic):
        now = timezone.now()
        Alert(
            kind="pattern", pattern="refusals", account_id=desk.clinic.account_id, says="Late.", at=now - 4 * DAY,
            due=now - 2 * HOUR,
        ).save(force_insert=True)  # fmt: skip
    page = desk.page("/guardian/")
    assert "1 overdue" in page and "review overdue by 2 hours" in page
    assert page.index("Refused many times") < page.index("Many at once")
    assert pk


def test_an_emergency_is_read_reviewed_and_counted(desk: Desk) -> None:
    alert = desk.emergency()
    page = desk.page(f"/guardian/alerts/{alert.pk}")
    assert f"{desk.name(desk.clinic)}, practitioner, Ash Clinic" in page
    assert EMERGENCY in page.replace("&amp;", "&")
    assert "opened the record" in page and "The child’s page" in page and "Opened it in an emergency on" in page
    path = f"/guardian/alerts/{alert.pk}"
    empty = desk.browser.post(path, {"finding": "", "review": "I rang the ward: the nurse was on duty."})
    assert empty.status_code == 422 and "I rang the ward" in empty.content.decode()
    assert "Choose what you found." in text_of(empty)
    short = desk.browser.post(path, {"finding": "false-alarm", "review": "ok"})
    assert short.status_code == 422 and "Say how you came to that" in text_of(short)
    done = desk.browser.post(path, {"finding": "in-order", "review": "I rang the ward: the nurse was on duty."})
    assert done.headers["Location"] == "/guardian/?saved=reviewed"
    again = desk.browser.post(path, {"finding": "concern", "review": "I have changed my mind about it."})
    assert again.status_code == 422 and "Somebody else has reviewed this" in text_of(again)
    with viewing(desk.guardian):
        held = Alert.objects.get(pk=alert.pk)
        assert (held.finding, held.reviewed_by) == ("in-order", desk.guardian.account_id)
    assert "I rang the ward" in desk.page("/guardian/reviewed")
    assert "I rang the ward" in desk.page(path)


def test_false_alarms_are_counted_in_all_and_by_pattern(desk: Desk) -> None:
    for number, (pattern, finding) in enumerate(
        [("bulk", "false-alarm"), ("bulk", "in-order"), ("same-surname", "false-alarm"), ("bulk", "concern")]
    ):
        pk = desk.told(pattern=pattern)
        sent = desk.browser.post(
            f"/guardian/alerts/{pk}", {"finding": finding, "review": f"I asked the manager, number {number}."}
        )
        assert sent.status_code == 302
    page = desk.page("/guardian/")
    assert "2 of 4 reviewed were false alarms in the last 90 days." in page
    assert "Many at once 1 of 3 reviewed was a false alarm" in page
    assert "The same surname 1 of 1 reviewed was a false alarm" in page


def test_nobody_reviews_what_is_about_themselves(desk: Desk) -> None:
    pk = desk.told(pattern="same-surname", account=desk.guardian.account_id)
    assert "about you: not yours to review" in desk.page("/guardian/")
    page = desk.page(f"/guardian/alerts/{pk}")
    assert "Another information guardian reviews it." in page and "Close this review" not in page
    sent = {"finding": "in-order", "review": "I know that I did nothing wrong."}
    refused = desk.browser.post(f"/guardian/alerts/{pk}", sent)
    assert refused.status_code == 422 and "about what you did yourself" in text_of(refused)
    assert signed_in(desk.second).post(f"/guardian/alerts/{pk}", sent).status_code == 302


def test_an_emergency_is_ended_from_its_page(desk: Desk) -> None:
    alert = desk.emergency()
    path = f"/guardian/children/{desk.child}/end/{alert.grant_id}"
    short = desk.browser.post(path, {"why": "No"})
    assert short.status_code == 422 and 'value="No"' in short.content.decode()
    sent = desk.browser.post(path, {"why": "The ward no longer needs it."})
    assert sent.status_code == 302
    with viewing(desk.guardian):
        assert Grant.objects.get(pk=alert.grant_id).ended_why == "The ward no longer needs it."
    page = desk.page(f"/guardian/alerts/{alert.pk}")
    assert "The ward no longer needs it." in page and "Not any more: they opened it in an emergency" in page
    assert desk.browser.post(f"/guardian/children/{uuid4()}/end/{alert.grant_id}", {"why": WHY}).status_code == 404


def test_a_denial_is_placed_and_lifted(desk: Desk) -> None:
    path = f"/guardian/children/{desk.child}/deny"
    form = desk.browser.get(f"{path}?account={desk.school.account_id}").content.decode()
    email = Account.objects.get(pk=desk.school.account_id).email
    assert f'value="{email}"' in form
    wrong = desk.browser.post(path, {"email": "nobody@example.org", "reason": WHY})
    assert wrong.status_code == 422 and WHY in wrong.content.decode()
    assert desk.browser.post(path, {"email": email, "reason": WHY}).status_code == 302
    page = desk.page(f"/guardian/children/{desk.child}/?saved=denied")
    assert "They are not told" in page and WHY in page
    assert signed_in(desk.school).get(f"/children/{desk.child}").status_code == 404
    with viewing(desk.guardian):
        bar = Bar.objects.get()
    sent = desk.browser.post(f"/guardian/children/{desk.child}/lift/{bar.pk}", {"why": "It was somebody else."})
    assert sent.status_code == 302
    assert signed_in(desk.school).get(f"/children/{desk.child}").status_code == 200


def test_the_guardian_carries_out_what_a_manager_proposed(desk: Desk) -> None:
    with viewing(desk.manager):
        sealing.close(desk.manager, desk.child, closing.Closing(Level.SEALED, WHY, None, []))
        made = closing.propose(desk.manager, desk.child, Level.OPEN, "The person has left the school.")
    assert "Tia Rowan: open it to the circle" in desk.page("/guardian/")
    assert "Carry it out" in desk.page(f"/guardian/children/{desk.child}/")
    sent = desk.browser.post(f"/guardian/children/{desk.child}/carry-out/{made.pk}")
    assert sent.status_code == 302
    with viewing(desk.manager):
        assert not Closed.objects.exists()
    assert "Waiting for a second person" not in desk.page("/guardian/")


def test_who_looked_at_this_child_says_what_let_them(desk: Desk) -> None:
    for who in (desk.worker, desk.school, desk.clinic):
        browser = signed_in(who)
        browser.get("/search?q=Tia+Rowan")
        browser.get(f"/children/{desk.child}")
    signed_in(desk.clinic).get(f"/children/{desk.child}/record/")
    desk.emergency(factories.viewer("health", name="Elm Ward"))
    with viewing(desk.manager):
        circles.leave(desk.manager, desk.child, desk.school.agency_id, "She changed schools.")
    assert "Tia Rowan" in desk.page("/guardian/children/?q=tia+rowan")
    page = desk.page(f"/guardian/children/{desk.child}/")
    cards = {one: page[page.index(desk.name(one)) :][:400] for one in (desk.worker, desk.school, desk.clinic)}
    assert "Their agency works with the child since" in cards[desk.worker]
    assert "opened 1 time" in cards[desk.worker] and "saw the name 1 time" in cards[desk.worker]
    assert "Not any more: their agency left on" in cards[desk.school]
    assert "Nothing lets them open the record." in cards[desk.clinic] and "refused 1 time" in cards[desk.clinic]
    assert "Opened it in an emergency on" in page and "Safeguarding work" in page
    again = desk.page(f"/guardian/children/{desk.child}/")
    mine = next(card for card in again.split("Each time") if "Reviews who reads: sees the name" in card)
    assert desk.name(desk.guardian) in mine and "opened" not in mine[mine.index("Reviews") :]
    refused = desk.page(f"/guardian/children/{desk.child}/?what=refused")
    assert desk.name(desk.clinic) in refused and desk.name(desk.worker) not in refused
    assert "1 person" in desk.page(f"/guardian/children/{desk.child}/?person=ash+clinic")
    assert "Nobody looked in this time" in desk.page(
        f"/guardian/children/{desk.child}/?from=1+May+2011&until=2+May+2011"
    )
    wrong = desk.page(f"/guardian/children/{desk.child}/?from=32+May+2026")
    assert "There is no such day in the calendar" in wrong


def test_a_guardian_who_looks_after_their_own_family_is_looked_at_too(desk: Desk) -> None:
    Account.objects.filter(pk=desk.guardian.account_id).update(name="Jo Rowan")
    desk.page(f"/guardian/children/{desk.child}/")
    (one,) = watch(timezone.now() + HOUR, load(SHIPPED))
    assert (one.pattern, one.account) == ("same-surname", desk.guardian.account_id)
    with viewing(desk.second):
        pk = Alert.objects.get().pk
    assert "Another information guardian reviews it." in desk.page(f"/guardian/alerts/{pk}")


def test_a_sealed_child_is_found_here_and_the_reads_of_those_named(desk: Desk) -> None:
    with viewing(desk.manager):
        sealing.close(desk.manager, desk.child, closing.Closing(Level.SEALED, WHY, None, [desk.worker.account_id]))
    signed_in(desk.worker).get(f"/children/{desk.child}")
    assert "Tia Rowan" in desk.page("/guardian/children/?q=tia+rowan")
    page = desk.page(f"/guardian/children/{desk.child}/")
    assert f"Named by {desk.name(desk.manager)} on" in page


def test_whoever_is_denied_as_guardian_finds_nothing_of_the_child(desk: Desk) -> None:
    desk.emergency()
    with viewing(desk.manager):
        sealing.deny(desk.manager, desk.child, desk.guardian.account_id, WHY)
    assert "Tia Rowan" not in desk.page("/guardian/children/?q=tia+rowan")
    assert "Tia Rowan" not in desk.page("/guardian/")
    for path in ("", "csv", "deny"):
        assert desk.browser.get(f"/guardian/children/{desk.child}/{path}").status_code == 404
    assert "Tia Rowan" not in desk.page(f"/guardian/people/{desk.clinic.account_id}/")


def test_every_row_for_a_spreadsheet_with_nothing_that_it_would_run(desk: Desk) -> None:
    signed_in(desk.worker).get(f"/children/{desk.child}")
    Account.objects.filter(pk=desk.worker.account_id).update(name="=HYPERLINK(1)")
    answer = desk.browser.get(f"/guardian/children/{desk.child}/csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    sheet = list(csv.reader(io.StringIO(answer.content.decode())))
    assert sheet[0][0] == "Person"
    assert any(row[0] == "'=HYPERLINK(1)" and row[5] == "opened" for row in sheet[1:])
    assert [inert(text) for text in ("=1", "+1", "-1", "@x", "\t1", "\r1", "Tia")] == [
        "'=1", "'+1", "'-1", "'@x", "'\t1", "'\r1", "Tia",
    ]  # fmt: skip


def test_what_a_person_looked_at(desk: Desk) -> None:
    other = a_child(desk.worker, "Rosa Quillan")
    browser = signed_in(desk.school)
    browser.get("/search?q=Tia+Rowan")
    browser.get(f"/children/{desk.child}")
    browser.get(f"/children/{other}")
    browser.get(f"/children/{other}/record/")
    assert "Person" in desk.page(f"/guardian/people/?q={desk.name(desk.school).replace(' ', '+')}")
    page = desk.page(f"/guardian/people/{desk.school.account_id}/")
    outside = page[page.index("nothing that let them") : page.index("Records opened")]
    assert "Rosa Quillan" in outside and "Tia Rowan" not in outside
    opened = page[page.index("Records opened") : page.index("Refused")]
    assert "Tia Rowan" in opened and "opened 1 time, found by 1 search" in opened
    assert "refused 1 time" in page[page.index("Refused") :]


def test_what_the_guardian_reads_is_written_down_too(desk: Desk) -> None:
    alert = desk.emergency()
    for path, what in (
        (f"/guardian/children/{desk.child}/", "guardian-child"),
        (f"/guardian/children/{desk.child}/csv", "guardian-child-csv"),
        (f"/guardian/alerts/{alert.pk}", "guardian-alert"),
        (f"/guardian/people/{desk.clinic.account_id}/", "guardian-person"),
        ("/guardian/", "guardian"),
        ("/guardian/children/?q=tia+rowan", "Search"),
    ):
        desk.page(path) if "csv" not in path else desk.browser.get(path)
        with viewing(desk.second):
            row = ReadEvent.objects.filter(account_id=desk.guardian.account_id, what=what).order_by("at").last()
        assert row is not None and desk.child in row.ids, what
        if what.startswith("guardian-child"):
            assert row.ids[0] == desk.child
    with viewing(desk.second):
        assert not ReadEvent.objects.filter(account_id=desk.guardian.account_id, allowed=False).exists()


@pytest.mark.parametrize("role", ["practitioner", "manager", "co-ordinator", "board", "administrator"])
def test_the_desk_is_the_guardians_alone(desk: Desk, role: str) -> None:
    alert = desk.emergency()
    browser = signed_in(factories.viewer("children-services", role=role))
    paths = ("", "reviewed", "patterns", f"alerts/{alert.pk}", "children/", f"children/{desk.child}/",
             f"children/{desk.child}/csv", f"children/{desk.child}/deny", "people/",
             f"people/{desk.clinic.account_id}/")  # fmt: skip
    for path in paths:
        answer = browser.get(f"/guardian/{path}")
        assert answer.status_code == 403 and "Tia Rowan" not in answer.content.decode(), path
    for path in (f"lift/{uuid4()}", f"end/{alert.grant_id}", f"carry-out/{uuid4()}"):
        assert browser.post(f"/guardian/children/{desk.child}/{path}", {"why": WHY}).status_code == 403


def test_the_function_that_finds_reads_answers_the_guardian_alone(desk: Desk) -> None:
    from django.db import connection

    signed_in(desk.worker).get(f"/children/{desk.child}")
    asked = "SELECT count(*) FROM access_reads_of(%s, now() - interval '1 day', now() + interval '1 day')"

    def rows(who: Viewer) -> int:
        with viewing(who), connection.cursor() as cursor:
            cursor.execute(asked, [desk.child])
            return int(cursor.fetchone()[0])

    assert rows(desk.guardian) > 0
    assert {rows(one) for one in (desk.worker, desk.manager, desk.school, factories.viewer(role="board"))} == {0}
    with viewing(desk.manager):
        sealing.deny(desk.manager, desk.child, desk.guardian.account_id, WHY)
    assert rows(desk.guardian) == 0
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(asked, [desk.child])
        assert cursor.fetchone()[0] == 0


def test_the_patterns_page_says_the_numbers_of_the_area(desk: Desk) -> None:
    page = desk.page("/guardian/patterns")
    assert "From 20 records, and 3 times the busiest hour of 28 days." in page
    assert "no home addresses of staff are kept here" in page


def test_every_page_about_people_has_words_in_the_log() -> None:
    """A route that shows people and has no words here would stand in the log by its programmers' name."""
    from safekept.casework.urls import urlpatterns as casework
    from safekept.guardian.urls import urlpatterns as guardian

    shows_nobody = {"home", "desk", "work-seen", "draft-discard", "guardian-lift", "guardian-end",
                    "guardian-carry-out", "guardian-patterns", "guardian-people"}  # fmt: skip
    names = {str(one.name) for one in (*casework, *guardian)} - shows_nobody
    unnamed = {name for name in names if words.page(name) == name}
    assert unnamed - {"search"} == set(), "Say in safekept/guardian/words.py what these pages are called."


def test_the_door_of_a_guardian_leads_here(desk: Desk) -> None:
    assert desk.browser.get("/desk").headers["Location"] == "/guardian/"
    page = desk.browser.get("/guardian/children/").content.decode()
    current = re.findall(r'aria-current="page">([^<]+)<', page)
    assert current == ["Who looked at a child"]
    assert Team.objects.exists()
