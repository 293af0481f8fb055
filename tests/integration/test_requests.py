"""Asking another agency for information, inside the circle and outside it: the clock, the answer, and who sees it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from safekept.access import closing, statements
from safekept.access.models import JoinRequest, Share
from safekept.access.models.closing import Level
from safekept.access.problems import NotDone
from safekept.access.viewer import Viewer, viewing
from safekept.directory.models import Team
from safekept.record import requests, sealing
from safekept.record.actions import NewEntry, Refused, append
from safekept.record.models import Entry, Obligation
from tests import factories
from tests.pages import NOW, a_child, let_in, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
WHAT = "When was she last seen at the clinic, and by whom?"
WHY = "She has been missing twice this month."
KNOWN = "She came on Tuesday with a bruise and asked to be seen alone."
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class People:
    """A child with a note on record, those around the child, and a clinic outside."""

    def __init__(self) -> None:
        self.coordinator = factories.coordinator()
        self.worker = factories.children_services()
        self.manager = factories.viewer("children-services", role="manager")
        self.school = factories.viewer("school", name="Ash School")
        self.clinic = factories.viewer("health", name="Ash Clinic")
        self.housing = factories.viewer("housing", name="Ash Homes")
        self.child = a_child(self.worker)
        let_in(self.worker, self.school, self.child)
        self.note = recorded(self.worker, self.child, "note", timezone.now(), text="WORDS")

    def asks(self, of: Viewer, by: Viewer | None = None, **more: Any) -> UUID:
        who = by or self.worker
        given: dict[str, Any] = {"hours": "4", "client_key": uuid4()} | more
        with viewing(who):
            asking = requests.Asking(of.agency_id, WHAT, WHY, "safeguarding", **given)
            return UUID(str(requests.ask(who, self.child, asking).pk))


@pytest.fixture
def people() -> People:
    return People()


def answered(who: Viewer, request: UUID, step: str = "shared", **more: str) -> UUID:
    words = {"text": KNOWN, "basis": "fact", "withheld": "", "reason": "", "legal_basis": "safeguarding"} | more
    with viewing(who):
        found = requests.request_of(Entry.objects.get(pk=request))
        assert found is not None
        made = requests.answer(who, found, requests.Answer(step, **words, client_key=uuid4()))
        return UUID(str(made.pk))


def stands(who: Viewer, request: UUID) -> str:
    with viewing(who):
        entry = Entry.objects.filter(pk=request).first()
        found = requests.request_of(entry) if entry else None
        return found.standing if found else "nothing"


def listed(who: Viewer) -> list[UUID]:
    with viewing(who):
        return [one.entry.pk for one in requests.waiting(who, timezone.now())]


def texts(who: Viewer) -> set[str]:
    with viewing(who):
        return set(Entry.objects.values_list("text", flat=True))


def test_an_agency_outside_sees_the_request_alone_and_answers_it(people: People) -> None:
    request = people.asks(people.clinic)
    with viewing(people.clinic):
        assert [entry.pk for entry in Entry.objects.all()] == [request]
    assert listed(people.clinic) == listed(people.worker) == [request]
    assert listed(people.housing) == listed(people.school) == []
    answer = answered(people.clinic, request)
    assert texts(people.clinic) == {"", KNOWN} and KNOWN in texts(people.worker) and KNOWN in texts(people.school)
    assert stands(people.clinic, request) == stands(people.worker, request) == "answered"
    assert listed(people.clinic) == listed(people.worker) == []
    with viewing(people.worker):
        told = Entry.objects.get(pk=answer)
        assert (told.fields["step"], told.fields["other_agency"], told.answers) == (
            "shared", "children-services", [request],
        )  # fmt: skip
        assert not JoinRequest.objects.exists()


def test_an_agency_inside_is_asked_and_answers_as_one_outside_does(people: People) -> None:
    request = people.asks(people.school)
    assert listed(people.school) == [request]
    answered(people.school, request, "nothing-held", text="")
    assert stands(people.worker, request) == "answered"


def test_whoever_was_asked_from_outside_appends_the_answer_and_nothing_else(people: People) -> None:
    request = people.asks(people.clinic)
    shared = {"step": "shared", "legal_basis": "safeguarding"}
    refused = [
        NewEntry("note", people.child, timezone.now(), text="HOSTILE", answers=[request]),
        NewEntry("sharing", people.child, timezone.now(), shared, "HOSTILE"),
        NewEntry("sharing", people.child, timezone.now(), {"step": "asked"}, "HOSTILE", answers=[request]),
        NewEntry("sharing", people.child, timezone.now(), {"step": "escalated"}, "HOSTILE", answers=[request]),
        NewEntry("sharing", people.child, timezone.now(), shared, "HOSTILE", answers=[request, people.note]),
        NewEntry("sharing", people.child, timezone.now(), shared, "HOSTILE", answers=[people.note]),
    ]
    for new in refused:
        with pytest.raises(Refused):
            append(people.clinic, new)
    with pytest.raises(Refused):
        append(people.housing, NewEntry("sharing", people.child, timezone.now(), shared, "HOSTILE", answers=[request]))
    assert "HOSTILE" not in texts(people.worker)


def test_the_database_holds_it_whatever_the_program_asks(people: People) -> None:
    """The same, past the program's own checks: by an entry written straight into the table."""
    request = people.asks(people.clinic)
    other = a_child(people.worker, "Ada Elder")
    copied = (
        "INSERT INTO record_entry SELECT (jsonb_populate_record(e, %s::jsonb)).* FROM record_entry AS e WHERE e.id = %s"
    )

    def writes(who: Viewer, kind: str, child: UUID, answers: list[UUID]) -> bool:
        said = {
            "id": uuid4(), "kind": kind, "subject_id": child, "account_id": who.account_id, "agency_id": who.agency_id,
            "client_key": uuid4(), "seq": uuid4().int % 10**9 + 10**6, "answers": answers,
        }  # fmt: skip
        try:
            with viewing(who), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(copied, [json.dumps(said, default=str), str(request)])
                return cursor.rowcount == 1
        except DatabaseError as refused:
            assert "row-level security" in str(refused)
            return False

    assert writes(people.clinic, "sharing", people.child, [request])
    assert not writes(people.clinic, "note", people.child, [request])
    assert not writes(people.clinic, "sharing", other, [request])
    assert not writes(people.clinic, "sharing", people.child, [people.note])
    assert not writes(people.clinic, "sharing", people.child, [])


def test_one_entry_shown_to_be_read_is_not_answered(people: People) -> None:
    with viewing(people.worker):
        Share(
            entry_id=people.note, subject_id=people.child, agency_id=people.clinic.agency_id, reason=WHY,
            basis="consent", account_id=people.worker.account_id,
        ).save(force_insert=True)  # fmt: skip
    with pytest.raises(Refused):
        append(
            people.clinic,
            NewEntry("sharing", people.child, timezone.now(), {"step": "shared"}, KNOWN, answers=[people.note]),
        )


def test_a_request_is_late_by_its_own_clock(people: People) -> None:
    with time_machine.travel(NOW, tick=False):
        urgent = people.asks(people.clinic, hours="4")
        by_day = people.asks(people.school, hours="", day=dt.date(2026, 3, 12))
    with viewing(people.worker):
        found = {one.entry.pk: one for one in requests.waiting(people.worker, NOW)}
    assert found[urgent].due == NOW + 4 * HOUR
    assert found[by_day].due == dt.datetime(2026, 3, 12, 23, 59, 59, tzinfo=dt.UTC)
    assert not found[urgent].late(NOW + 4 * HOUR) and found[urgent].late(NOW + 4 * HOUR + dt.timedelta(seconds=1))
    assert not found[by_day].late(NOW + 2 * DAY) and found[by_day].late(NOW + 3 * DAY)


def test_a_refusal_is_owed_to_a_manager_and_stands_out_for_the_coordinator(people: People) -> None:
    request = people.asks(people.clinic)
    assert people.coordinator.role == "co-ordinator" and request in listed(people.coordinator)
    with pytest.raises(NotDone, match="Say why"):
        answered(people.clinic, request, "refused", text="", reason="")
    refusal = answered(people.clinic, request, "refused", text="", reason="She is sixteen and has not agreed to it.")
    with viewing(people.coordinator):
        owed = Obligation.objects.get(rule="refusal-escalated", status="open")
    assert (owed.because, owed.owner_kind) == (str(refusal), "health")
    assert listed(people.worker) == listed(people.coordinator) == [request]
    page = text_of(signed_in(people.coordinator).get("/work"))
    assert "Between others: late or refused" in page and "Read the refusal" in page
    recorded(people.worker, people.child, "sharing", timezone.now(), fields={"step": "escalated"}, answers=[refusal])
    assert stands(people.worker, request) == "escalated" and listed(people.coordinator) == []
    with viewing(people.coordinator):
        assert Obligation.objects.get(rule="refusal-escalated").status == "met"


def test_what_is_shared_after_a_refusal_ends_it(people: People) -> None:
    request = people.asks(people.clinic)
    answered(people.clinic, request, "partly", withheld="What her sister told us.", reason="We have to ask her first.")
    assert stands(people.worker, request) == "refused"
    page, work = (text_of(signed_in(people.worker).get(one)) for one in (f"/requests/{request}", "/work"))
    assert "Shared in part; what is withheld is not escalated yet" in page and "A part is withheld" in page
    assert "Shared in part" in work and "Read the answer" in work and "Refused, and not" not in page
    answered(people.clinic, request)
    assert stands(people.worker, request) == stands(people.clinic, request) == "answered"
    with viewing(people.coordinator):
        assert Obligation.objects.get(rule="refusal-escalated").status == "met"


def test_a_request_that_is_taken_back_or_corrected_is_so_for_whoever_was_asked(people: People) -> None:
    wrong, right = people.asks(people.clinic), people.asks(people.clinic)
    recorded(
        people.worker, people.child, "withdrawn", timezone.now(), fields={"reason": "The wrong child."}, answers=[wrong]
    )
    assert stands(people.clinic, wrong) == "withdrawn"
    with viewing(people.worker):
        before = Entry.objects.get(pk=right)
    fields = before.fields | {"what": "Has she been seen at the clinic since March?"}
    corrected = recorded(people.worker, people.child, "sharing", before.at, fields=fields, supersedes=right)
    assert stands(people.clinic, right) == "corrected" and stands(people.clinic, corrected) == "open"
    assert listed(people.clinic) == listed(people.worker) == [corrected]
    with pytest.raises(NotDone):
        answered(people.clinic, wrong)
    answered(people.clinic, corrected)
    assert listed(people.worker) == []


def test_an_answer_to_a_request_answers_its_correction(people: People) -> None:
    request = people.asks(people.clinic)
    answered(people.clinic, request)
    with viewing(people.worker):
        before = Entry.objects.get(pk=request)
    fields = before.fields | {"reason": "She has been missing three times."}
    corrected = recorded(people.worker, people.child, "sharing", before.at, fields=fields, supersedes=request)
    assert stands(people.worker, corrected) == "answered" and listed(people.worker) == []


def test_an_answer_that_is_taken_back_leaves_the_request_open(people: People) -> None:
    request = people.asks(people.school)
    answer = answered(people.school, request)
    assert listed(people.worker) == []
    recorded(
        people.school, people.child, "withdrawn", timezone.now(), fields={"reason": "Another pupil."}, answers=[answer]
    )
    assert stands(people.worker, request) == "open" and listed(people.worker) == [request]


def test_whoever_answered_from_outside_corrects_their_answer(people: People) -> None:
    request = people.asks(people.clinic)
    answer = answered(people.clinic, request)
    page, clinic = f"/entries/{answer}/correct", signed_in(people.clinic)
    assert KNOWN in clinic.get(page).content.decode()
    sent = {
        "at-when": "now", "step": "shared", "text": "She came on Wednesday.", "basis": "fact", "answers": str(request),
        "client_key": str(uuid4()),
    }  # fmt: skip
    assert clinic.post(page, sent).status_code == 302
    assert "She came on Wednesday." in texts(people.worker)
    assert stands(people.worker, request) == stands(people.clinic, request) == "answered"


def test_what_they_said_by_phone_is_written_down_by_whoever_asked_and_shown_to_them(people: People) -> None:
    request = people.asks(people.clinic)
    answer = answered(people.worker, request)
    assert stands(people.clinic, request) == "answered" and KNOWN in texts(people.clinic)
    with viewing(people.clinic):
        assert Entry.objects.get(pk=answer).fields["by_phone"] is True
    with pytest.raises(NotDone, match="Only the agency that was asked"):
        answered(people.school, request)


@pytest.mark.parametrize("level", [Level.RESTRICTED, Level.SEALED])
def test_of_a_closed_record_nobody_is_asked_and_a_request_made_before_is_gone(people: People, level: Level) -> None:
    request = people.asks(people.clinic)
    with viewing(people.manager):
        desk = Team.objects.get(pk=people.worker.team_id) if level == Level.RESTRICTED else None
        sealing.close(people.manager, people.child, closing.Closing(level, WHY, desk, [people.worker.account_id]))
    with pytest.raises(NotDone, match="Ring their duty desk"):
        people.asks(people.clinic)
    assert listed(people.clinic) == [] and stands(people.clinic, request) == "nothing"
    assert listed(people.worker) == [request]
    with pytest.raises(Refused):
        append(
            people.clinic,
            NewEntry("sharing", people.child, timezone.now(), {"step": "shared"}, KNOWN, answers=[request]),
        )
    with viewing(people.worker):
        telling = requests.Telling(people.clinic.agency_id, "That she is safe now.", WHY, "safeguarding", uuid4())
        requests.tell(people.worker, people.child, telling)
    assert "That she is safe now." not in str(signed_in(people.clinic).get(f"/children/{people.child}").content)


def test_a_sealed_request_shows_to_nobody_else_and_what_answers_it_is_sealed(people: People) -> None:
    request = people.asks(people.clinic)
    with viewing(people.manager):
        sealing.seal_entry(people.manager, request, WHY, [])
    for who in (people.clinic, people.school, people.coordinator):
        assert listed(who) == [] and stands(who, request) == "nothing"
        assert signed_in(who).get(f"/requests/{request}").status_code == 404
    assert listed(people.worker) == [request]
    answered(people.worker, request)
    assert KNOWN in texts(people.worker) and KNOWN not in texts(people.school) | texts(people.clinic)


def test_the_same_form_twice_asks_once(people: People) -> None:
    key = uuid4()
    with time_machine.travel(NOW, tick=False):
        assert people.asks(people.clinic, client_key=key) == people.asks(people.clinic, client_key=key)
    with viewing(people.worker):
        assert Share.objects.filter(asked_by=people.worker.agency_id).count() == 1


def test_what_was_shared_by_phone_is_one_entry_inside_and_outside(people: People) -> None:
    browser = signed_in(people.worker)
    form = {"agency": str(people.clinic.agency_id), "what": "That she may be with her uncle.", "reason": WHY}
    unsaid = browser.post(f"/children/{people.child}/sharing/told", form)
    assert unsaid.status_code == 422 and "That she may be with her uncle." in unsaid.content.decode()
    sent = browser.post(f"/children/{people.child}/sharing/told", form | {"legal_basis": "crime"})
    assert sent.status_code == 302
    with viewing(people.worker):
        told = Entry.objects.get(kind="sharing")
        assert not Share.objects.exists()
    assert told.fields == {
        "step": "shared", "other_agency": "health", "agency_name": "Ash Clinic", "by_phone": True,
        "what": "That she may be with her uncle.", "reason": WHY, "legal_basis": "crime",
    }  # fmt: skip
    assert texts(people.clinic) == set()


def test_asking_on_the_page_keeps_what_was_typed_and_shows_phones_first(people: People) -> None:
    browser, page = signed_in(people.worker), f"/children/{people.child}/sharing/ask"
    shown = text_of(browser.get(page))
    assert shown.index("ring, then write down") < shown.index("Which agency do you ask?")
    assert "Ash Clinic, Birmingham, 07700 900123" in shown and "Ash School: 07700 900123" in shown
    form = {"agency": str(people.clinic.agency_id), "what": WHAT, "reason": WHY, "legal_basis": "safeguarding"}
    for wrong, says in (
        ({}, "Choose within how many hours"),
        ({"soon": "day"}, "Give the day by which you need it"),
        ({"soon": "day", "day-day": "1", "day-month": "1", "day-year": "2020"}, "That day has passed"),
        ({"soon": "day", "day-day": "41", "day-month": "1", "day-year": "2030"}, "That day does not exist"),
        ({"soon": "4", "agency": str(people.worker.agency_id)}, "That is your own agency"),
        ({"soon": "4", "agency": "x"}, "Choose the agency that you ask"),
        ({"soon": "4", "what": ""}, "Say what you need to know"),
        ({"soon": "4", "legal_basis": "x"}, "Choose on what basis in law"),
    ):
        answer = browser.post(page, form | wrong)
        assert answer.status_code == 422 and says in text_of(answer), says
        assert WHY in answer.content.decode()
    sent = browser.post(page, form | {"soon": "4"})
    asked = text_of(browser.get(sent.headers["Location"]))
    assert "It is urgent: ring them now." in asked and "07700 900123" in asked and "in 3 hours" in asked


def test_the_answer_form_keeps_what_was_typed_and_the_asker_reads_the_answer(people: People) -> None:
    request = people.asks(people.clinic)
    page, clinic = f"/requests/{request}", signed_in(people.clinic)
    assert "Answer" in text_of(clinic.get("/work")) and "Tia Rowan" in text_of(clinic.get("/work"))
    assert WHAT in text_of(clinic.get(page)) and "WORDS" not in text_of(clinic.get(page))
    unsaid = clinic.post(page, {"step": "partly", "text": KNOWN, "legal_basis": "consent"})
    assert unsaid.status_code == 422 and KNOWN in unsaid.content.decode()
    sent = clinic.post(page, {"step": "shared", "text": KNOWN, "basis": "fact", "legal_basis": "consent"})
    assert sent.status_code == 302 and KNOWN in text_of(clinic.get(page))
    worker = text_of(signed_in(people.worker).get(page))
    assert KNOWN in worker and "Answered" in worker and "With consent" in worker
    assert signed_in(people.housing).get(page).status_code == 404


def test_reading_a_request_is_written_in_the_log(people: People) -> None:
    request = people.asks(people.clinic)
    signed_in(people.clinic).get(f"/requests/{request}")
    with viewing(people.clinic):
        read = statements.rows("SELECT count(*) FROM access_readevent WHERE %s = ANY (ids)", [request])
    assert read[0][0] >= 1
