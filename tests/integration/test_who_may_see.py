"""Restricted, sealed, denied, in conflict, in an emergency, joining and leaving: what each person then finds."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from safekept.access import circles, closing, joining, naming
from safekept.access.models import Alert, Bar, Circle, Closed, Cover, Departure, Grant, JoinRequest, Proposal, Standing
from safekept.access.models.closing import Level
from safekept.access.problems import NotDone
from safekept.access.viewer import Viewer, viewing
from safekept.directory.models import Team
from safekept.record import queries, sealing
from safekept.register.queries import SearchQuery, search
from tests import factories
from tests.pages import a_child, let_in, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
WHY = "A relative of the person of concern works in the school."


class People:
    """A child with a note on record, a manager who decides, and others around."""

    def __init__(self) -> None:
        self.coordinator = factories.coordinator()
        self.worker = factories.children_services()
        self.manager = factories.viewer("children-services", role="manager")
        self.police = factories.police()
        self.school = factories.viewer("school", name="Ash School")
        self.clinic = factories.viewer("health", name="Ash Clinic")
        self.guardian = factories.viewer("other", name="Board", role="guardian")
        self.child = a_child(self.worker)
        let_in(self.worker, self.school, self.child)
        self.note = recorded(self.worker, self.child, "note", timezone.now() - dt.timedelta(days=1), text="WORDS")

    def close(self, level: Level, *named: Viewer) -> None:
        desk = Team.objects.get(pk=self.worker.team_id)
        with viewing(self.manager):
            how = closing.Closing(level, WHY, desk, [one.account_id for one in named])
            sealing.close(self.manager, self.child, how)


@pytest.fixture
def people() -> People:
    return People()


def reads(viewer: Viewer, child: UUID) -> bool:
    try:
        return "WORDS" in [entry.get("text") for entry in queries.history_of(viewer, child)["entries"]]
    except queries.NoRecord:
        return False


def finds(viewer: Viewer) -> bool:
    return bool(search(viewer, SearchQuery("Tia Rowan", kinds=("child",))))


def test_a_restricted_record_is_for_named_people_and_others_find_the_desk(people: People) -> None:
    people.close(Level.RESTRICTED, people.worker)
    assert reads(people.worker, people.child) and reads(people.manager, people.child)
    assert not reads(people.school, people.child) and not reads(people.police, people.child)
    page = text_of(signed_in(people.school).get(f"/children/{people.child}"))
    assert "It is restricted to people who are named" in page and "07700 900123" in page
    assert "WORDS" not in page and WHY not in page
    assert finds(people.school)


def test_a_sealed_record_is_not_there_for_others(people: People) -> None:
    people.close(Level.SEALED, people.worker)
    assert reads(people.worker, people.child) and not reads(people.school, people.child)
    assert not finds(people.school) and finds(people.worker)
    nowhere = UUID(int=77)
    browser = signed_in(people.school)
    for path in (
        "/children/{}",
        "/things/{}",
        "/children/{}/who/",
        "/children/{}/who/emergency",
        "/children/{}/screening",
    ):
        hidden, absent = browser.get(path.format(people.child)), browser.get(path.format(nowhere))
        assert (hidden.status_code, text_of(hidden)) == (absent.status_code, text_of(absent)), path
    assert browser.get(f"/entries/{people.note}").status_code == 404
    with viewing(people.school):
        assert not Closed.objects.exists() and not Standing.objects.exists() and not Grant.objects.exists()


def test_what_is_owed_shows_to_those_who_may_see_why(people: People) -> None:
    recorded(
        people.worker,
        people.child,
        "referral",
        timezone.now() - dt.timedelta(days=1),
        fields={"to": "children-services"},
    )
    assert queries.work_list(people.worker, "team") and queries.work_list(people.coordinator, "area")
    people.close(Level.RESTRICTED, people.worker)
    assert queries.work_list(people.worker, "team")
    assert not queries.work_list(people.coordinator, "area")
    page = text_of(signed_in(people.manager).get(f"/children/{people.child}/who/"))
    assert "Something is owed by people who cannot see why" not in page


def test_a_team_that_owes_and_is_not_named_is_pointed_out(people: People) -> None:
    referred = timezone.now() - dt.timedelta(days=1)
    recorded(people.worker, people.child, "referral", referred, fields={"to": "children-services"})
    head = factories.viewer("school", name="Ash School", role="manager")
    desk = Team.objects.get(pk=people.school.team_id)
    with viewing(head):
        sealing.close(head, people.child, closing.Closing(Level.RESTRICTED, WHY, desk, []))
    owed_by = "Nobody of Duty team, Birmingham children-services"
    assert owed_by in text_of(signed_in(head).get(f"/children/{people.child}/who/"))
    with viewing(head):
        naming.name(head, people.child, people.worker.account_id, "Holds the discussion that is owed.")
    assert owed_by not in text_of(signed_in(head).get(f"/children/{people.child}/who/"))


def test_opening_what_is_sealed_takes_two(people: People) -> None:
    people.close(Level.SEALED, people.coordinator)
    with viewing(people.manager):
        with pytest.raises(NotDone, match="two people"):
            closing.open_up(people.manager, people.child, "No longer needed.")
        made = closing.propose(people.manager, people.child, Level.OPEN, "The person has left the school.")
        with pytest.raises(NotDone, match="yourself"):
            sealing.carry_out(people.manager, made.pk)
    with viewing(people.manager), pytest.raises(DatabaseError, match="two people"), transaction.atomic():
        Standing.objects.create(
            subject_id=people.child, level="open", reason="Alone.", account_id=people.manager.account_id,
            proposal_id=made.pk,
        )  # fmt: skip
    assert not reads(people.school, people.child)
    with viewing(people.coordinator):
        sealing.carry_out(people.coordinator, made.pk)
    assert reads(people.school, people.child)


def test_the_guardian_can_be_the_second(people: People) -> None:
    people.close(Level.SEALED)
    with viewing(people.manager):
        made = closing.propose(people.manager, people.child, Level.RESTRICTED, "The person has left the school.")
    with viewing(people.guardian):
        sealing.carry_out(people.guardian, made.pk)
    with viewing(people.school):
        assert Closed.objects.get().level == "restricted"
    assert not reads(people.guardian, people.child)


def test_a_denial_beats_every_grant_and_only_the_guardian_ends_it(people: People) -> None:
    with viewing(people.manager):
        naming.name(people.manager, people.child, people.school.account_id, "Designated lead of the school.")
        sealing.deny(people.manager, people.child, people.school.account_id, WHY)
        with pytest.raises(NotDone, match="guardian"):
            naming.name(people.manager, people.child, people.school.account_id, "Once more, please.")
        bar = Bar.objects.get()
    assert not reads(people.school, people.child) and not finds(people.school)
    assert signed_in(people.school).get(f"/children/{people.child}").status_code == 404
    with viewing(people.manager), pytest.raises(NotDone):
        naming.lift(people.manager, bar.pk, "It was a mistake.")
    with viewing(people.manager):
        assert Bar.objects.filter(pk=bar.pk).update(ended_at=timezone.now(), ended_by=people.manager.account_id) == 0
    with viewing(people.guardian):
        naming.lift(people.guardian, bar.pk, "It was another person of that name.")
    assert reads(people.school, people.child)


def test_a_conflict_of_interest_keeps_the_record_from_oneself(people: People) -> None:
    browser = signed_in(people.school)
    sent = browser.post(f"/children/{people.child}/who/conflict", {"reason": "She is my neighbour’s daughter."})
    assert sent.status_code == 302
    page = text_of(browser.get(f"/children/{people.child}"))
    assert "conflict of interest" in page and "WORDS" not in page and "emergency" not in page
    assert not reads(people.school, people.child) and finds(people.school)
    with viewing(people.school), pytest.raises(NotDone, match="conflict"):
        naming.break_glass(people.school, people.child, "It is an emergency now.", 4)


def test_breaking_the_glass_opens_for_some_hours_and_tells_the_guardian(people: People) -> None:
    browser = signed_in(people.clinic)
    missing = browser.post(f"/children/{people.child}/who/emergency", {"reason": "Help", "hours": "4"})
    assert missing.status_code == 422 and "Help" in missing.content.decode()
    reason = "The child is in A&E tonight and cannot say who is safe to call."
    sent = browser.post(f"/children/{people.child}/who/emergency", {"reason": reason, "hours": "4"})
    assert sent.status_code == 302
    assert reads(people.clinic, people.child)
    assert "WORDS" in text_of(browser.get(f"/children/{people.child}"))
    with viewing(people.guardian):
        (told,) = Alert.objects.all()
        assert (told.kind, told.account_id, told.says) == ("break-glass", people.clinic.account_id, reason)
        assert told.due - told.at == dt.timedelta(hours=72)
    with viewing(people.clinic):
        assert not Alert.objects.exists()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=4, seconds=1)):
        assert not reads(people.clinic, people.child)


def test_nobody_opens_a_record_to_themselves_but_in_an_emergency_of_a_day(people: People) -> None:
    now = timezone.now()
    for basis, until in (("named", None), ("break-glass", None), ("break-glass", now + dt.timedelta(days=2))):
        with viewing(people.clinic), pytest.raises(DatabaseError), transaction.atomic():
            Grant.objects.create(
                subject_id=people.child, account_id=people.clinic.account_id, basis=basis, reason=WHY,
                given_by=people.clinic.account_id, at=now, until=until,
            )  # fmt: skip


def test_nobody_joins_a_circle_by_themselves(people: People) -> None:
    with viewing(people.clinic), pytest.raises(DatabaseError), transaction.atomic():
        circles.join(people.child, people.clinic.agency_id, Circle.Basis.ADDED)


def test_asking_to_join_is_answered_with_a_reason(people: People) -> None:
    browser = signed_in(people.clinic)
    browser.post(f"/children/{people.child}/who/join", {"reason": "The clinic sees the child every month."})
    with viewing(people.clinic):
        asked = JoinRequest.objects.get()
        assert JoinRequest.objects.filter(pk=asked.pk).update(accepted=True, answered_at=timezone.now()) == 0
    manager = signed_in(people.manager)
    assert "every month" in text_of(manager.get(f"/children/{people.child}/who/"))
    address = f"/children/{people.child}/who/answer/{asked.pk}"
    assert signed_in(people.worker).post(address, {"accepted": "yes", "answer": WHY}).status_code == 403
    assert manager.post(address, {"accepted": "yes", "answer": ""}).status_code == 422
    assert manager.post(address, {"accepted": "no", "answer": "Another clinic sees her now."}).status_code == 302
    assert "Another clinic sees her now." in text_of(browser.get(f"/children/{people.child}"))
    assert not reads(people.clinic, people.child)
    browser.post(f"/children/{people.child}/who/join", {"reason": "She came back to us on Monday."})
    with viewing(people.manager):
        joining.answer(people.manager, JoinRequest.objects.get(answered_at=None).pk, True, "She is their patient.")
    assert reads(people.clinic, people.child)


def test_an_agency_that_leaves_stays_in_the_history(people: People) -> None:
    address = f"/children/{people.child}/who/leave/{people.school.agency_id}"
    assert signed_in(people.worker).post(address, {"why": "She changed schools."}).status_code == 403
    assert signed_in(people.manager).post(address, {"why": "She changed schools."}).status_code == 302
    assert not reads(people.school, people.child)
    with viewing(people.manager):
        left = Departure.objects.get()
        assert (left.agency_id, left.why, left.basis) == (people.school.agency_id, "She changed schools.", "invited")
    assert "Ash School left the circle" in text_of(signed_in(people.manager).get(f"/children/{people.child}/who/"))


def test_whoever_stands_in_sees_what_was_opened_to_the_person_away(people: People) -> None:
    from safekept.directory.models import Account

    other = factories.viewer("children-services")
    people.close(Level.RESTRICTED, people.worker)
    assert not reads(other, people.child)
    now = timezone.now()
    away, by = (Account.objects.get(pk=one.account_id) for one in (people.worker, other))
    with viewing(people.worker):
        naming.cover(people.worker, away, by, now, now + dt.timedelta(days=14), "Annual leave")
    assert reads(other, people.child)
    with time_machine.travel(now + dt.timedelta(days=15)):
        assert not reads(other, people.child)


def test_a_sealed_entry_is_for_its_author_and_those_named(people: People) -> None:
    with viewing(people.manager):
        sealing.seal_entry(people.manager, people.note, WHY)
    assert reads(people.worker, people.child) and reads(people.manager, people.child)
    assert not reads(people.police, people.child)
    assert signed_in(people.police).get(f"/entries/{people.note}").status_code == 404
    with viewing(people.coordinator):
        assert not Proposal.objects.exists()
    with viewing(people.manager):
        made = closing.propose(people.manager, people.child, Level.OPEN, "It is known to all by now.", people.note)
        with pytest.raises(NotDone, match="yourself"):
            sealing.carry_out(people.manager, made.pk)
    with viewing(people.guardian):
        sealing.carry_out(people.guardian, made.pk)
    assert reads(people.police, people.child)


def test_what_was_decided_is_never_changed_or_removed(people: People) -> None:
    people.close(Level.RESTRICTED, people.worker)
    with viewing(people.manager):
        for table in ("access_standing", "access_grant", "access_closed", "access_departure", "access_alert"):
            for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET subject_id = gen_random_uuid()"):
                with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)


def test_what_corrects_a_sealed_entry_is_sealed_for_the_same_people(people: People) -> None:
    with viewing(people.manager):
        sealing.seal_entry(people.manager, people.note, WHY, [people.coordinator.account_id])
    then = timezone.now() - dt.timedelta(days=1)
    recorded(people.worker, people.child, "note", then, text="BETTER", supersedes=people.note)
    seen = {
        name: [entry.get("text") for entry in queries.history_of(viewer, people.child)["entries"]]
        for name, viewer in vars(people).items()
        if name in ("worker", "manager", "coordinator", "police")
    }
    assert seen == {"worker": ["WORDS", "BETTER"], "manager": ["WORDS", "BETTER"], "coordinator": ["WORDS", "BETTER"],
                    "police": []}  # fmt: skip


def test_lists_never_rest_on_a_sealed_entry_for_those_who_do_not_see_it(people: People) -> None:
    """A referral makes a discussion owed; sealed, it makes none for the police, and the worker's list keeps it."""
    then = timezone.now() - dt.timedelta(hours=2)
    referral = recorded(people.worker, people.child, "referral", then, fields={"to": "children-services"})
    with viewing(people.manager):
        sealing.seal_entry(people.manager, referral, WHY)
    assert {row.because for row in queries.work_list(people.worker, "team")} == {str(referral)}
    assert queries.work_list(people.coordinator, "area") == []
    recorded(people.police, people.child, "note", timezone.now(), text="Something else.")
    assert {row.because for row in queries.work_list(people.worker, "team")} == {str(referral)}
    assert queries.work_list(people.coordinator, "area") == []


def test_an_entry_is_shared_with_an_agency_outside_and_nothing_else(people: People) -> None:
    other = recorded(people.worker, people.child, "note", timezone.now(), text="UNSHARED")
    browser, clinic = signed_in(people.worker), signed_in(people.clinic)
    form = {"agency": str(people.clinic.agency_id), "basis": "safeguarding", "reason": "They see her on Friday."}
    unsaid = browser.post(f"/entries/{people.note}/who/share", form | {"basis": ""})
    assert unsaid.status_code == 422 and "They see her on Friday." in unsaid.content.decode()
    assert browser.post(f"/entries/{people.note}/who/share", form).status_code == 302
    assert "WORDS" in text_of(clinic.get(f"/entries/{people.note}"))
    assert clinic.get(f"/entries/{other}").status_code == 404
    page = text_of(clinic.get(f"/children/{people.child}"))
    assert "UNSHARED" not in page and "Your agency is not among those" in page
    written = [e for e in queries.history_of(people.worker, people.child)["entries"] if e["kind"] == "sharing"]
    assert [(e["step"], e["other_agency"], e["answers"]) for e in written] == [("shared", "health", [str(people.note)])]
    assert "Ash Clinic" in text_of(browser.get(f"/entries/{people.note}"))


def test_a_sealed_entry_is_sealed_and_opened_on_its_page_by_two(people: People) -> None:
    manager, second = signed_in(people.manager), signed_in(people.coordinator)
    named = {"named": str(people.coordinator.account_id), "reason": WHY}
    assert signed_in(people.worker).post(f"/entries/{people.note}/who/seal", named).status_code == 403
    assert manager.post(f"/entries/{people.note}/who/seal", named).status_code == 302
    assert signed_in(people.police).get(f"/entries/{people.note}").status_code == 404
    manager.post(f"/entries/{people.note}/who/propose", {"reason": "It is known to all by now."})
    assert "Open the entry" not in text_of(manager.get(f"/entries/{people.note}"))
    page = second.get(f"/entries/{people.note}")
    assert "Open the entry" in text_of(page)
    with viewing(people.manager):
        proposal = Proposal.objects.get()
    assert second.post(f"/children/{people.child}/who/carry-out/{proposal.pk}").status_code == 302
    assert "WORDS" in text_of(signed_in(people.police).get(f"/entries/{people.note}"))


def test_who_and_what_a_sealed_record_alone_mentions_is_as_hidden(people: People) -> None:
    """The police may look up any adult; not one whom sealed records alone name. Named elsewhere, he is found again."""
    from safekept.register.actions import NewThing, add_thing

    man = add_thing(people.worker, NewThing("adult", [("Wendell Oxtoby", "name")])).pk
    recorded(
        people.worker, people.child, "note", timezone.now(), text="By his car.", mentions=[(man, "person-of-concern")]
    )
    look = SearchQuery("Wendell Oxtoby", kinds=("adult",))
    assert search(people.police, look)
    people.close(Level.SEALED, people.worker)
    assert not search(people.police, look) and search(people.worker, look)
    other = a_child(people.worker, "Ada Quill")
    recorded(people.worker, other, "note", timezone.now(), text="Seen again.", mentions=[(man, "person-of-concern")])
    assert search(people.police, look)


def test_somebody_sets_who_stands_in_for_them_on_a_page(people: People) -> None:
    other, browser = factories.viewer("children-services"), signed_in(people.worker)
    people.close(Level.RESTRICTED, people.worker)
    today = timezone.localdate()
    named = (("from", today), ("until", today + dt.timedelta(days=7)))
    days = {f"{name}-{part}": str(getattr(day, part)) for name, day in named for part in ("day", "month", "year")}
    school = factories.viewer("school", name="Ash School")
    elsewhere = browser.post("/cover", days | {"by": str(school.account_id), "reason": "Annual leave"})
    assert elsewhere.status_code == 422 and "Annual leave" in elsewhere.content.decode()
    assert browser.post("/cover", days | {"by": str(other.account_id), "reason": "Annual leave"}).status_code == 302
    assert reads(other, people.child)
    with viewing(people.worker):
        (row,) = Cover.objects.all()
    assert signed_in(school).post(f"/cover/{row.pk}/end").status_code == 404
    assert browser.post(f"/cover/{row.pk}/end").status_code == 302
    assert not reads(other, people.child)


def test_whoever_can_answer_is_told_on_their_work_that_somebody_asks(people: People) -> None:
    asked = {"reason": "The clinic sees the child every month."}
    signed_in(people.clinic).post(f"/children/{people.child}/who/join", asked)
    assert "Ash Clinic, about Tia Rowan" in text_of(signed_in(people.manager).get("/work"))
    assert "Ash Clinic, about" not in text_of(signed_in(people.worker).get("/work"))
    elsewhere = factories.viewer("children-services", "camden", role="manager")
    assert "Ash Clinic, about" not in text_of(signed_in(elsewhere).get("/work"))
