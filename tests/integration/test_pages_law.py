"""Keeping and erasing from pages: the same acts as the command line, by two people who show who they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from safekept.access.models import ReadEvent
from safekept.access.viewer import Viewer, loader, viewing
from safekept.directory.roles import Role
from safekept.entrance.proof import PROVEN
from safekept.proof import acts, retaining
from safekept.record.models import Entry
from safekept.register.models import Thing
from tests import factories
from tests.pages import a_child, recorded, signed_in, text_of

SECRET = "What nobody may read after it is erased"


class People:
    """A child with two notes, a guardian and an administrator."""

    def __init__(self) -> None:
        factories.coordinator()
        factories.police()
        self.worker = factories.children_services()
        self.guardian = factories.viewer("other", role=Role.GUARDIAN, name="Information governance")
        self.administrator = factories.viewer("other", role=Role.ADMINISTRATOR, name="Information governance")
        self.child = a_child(self.worker, "Tia Rowan", born="2001-05-04")
        at = timezone.now() - dt.timedelta(hours=2)
        self.notes = [recorded(self.worker, self.child, "note", at, text=text) for text in (SECRET, "Kept.")]


@pytest.fixture
def people(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[People]:
    monkeypatch.setenv("SAFEKEPT_CHECKPOINT_KEY", str(tmp_path / "checkpoint-key.pem"))
    yield People()


def asking(*lines: object, **more: str) -> dict[str, str]:
    return {
        "entries": "\n".join(map(str, lines)), "basis": "court-order", "reference": "BM26P00012",
        "reason": "The court ordered it.", **more,
    }  # fmt: skip


def text(people: People, entry: UUID) -> str:
    with viewing(people.worker):
        return str(Entry.objects.get(pk=entry).text)


def waiting(people: People) -> UUID:
    return acts.waiting(people.guardian)[0].id


def test_one_asks_and_another_agrees(people: People) -> None:
    first, second = signed_in(people.guardian), signed_in(people.administrator)
    done = first.post("/law/ask", asking(f"https://safekept.example/entries/{people.notes[0]}?saved=1"), follow=True)
    assert "Somebody else answers it." in text_of(done)
    assert "1 entry of Tia Rowan" in text_of(done) and "You asked for it" in text_of(done)
    address = f"/law/asked/{waiting(people)}"
    own = text_of(first.get(address))
    assert "somebody else agrees" in own and "Erase it" not in own
    forced = first.post(address, {"answer": "agree", "sure": "yes", "reason": "I am in a hurry."})
    assert forced.status_code == 422 and "Two people erase" in text_of(forced)
    page = text_of(second.get(address))
    assert "Order of a court, BM26P00012" in page and "The court ordered it." in page
    assert "Tia" not in page and str(people.child) in page  # administrators see no names
    assert "last entries" not in page
    unsure = second.post(address, {"answer": "agree", "reason": "I have read the order."})
    assert unsure.status_code == 422 and "I have read the order." in unsure.content.decode()
    assert "Confirm that it cannot be brought back." in text_of(unsure)
    assert text(people, people.notes[0]) == SECRET
    done = second.post(address, {"answer": "agree", "sure": "yes", "reason": "I have read the order."}, follow=True)
    assert "It is erased." in text_of(done)
    assert text(people, people.notes[0]).startswith("Erased by law on ") and text(people, people.notes[1]) == "Kept."
    assert second.get(address).status_code == 404
    with viewing(people.guardian):
        assert ReadEvent.objects.filter(account_id=people.administrator.account_id, what="Erased by law").exists()


def test_the_last_entries_of_a_record_are_warned_of(people: People) -> None:
    signed_in(people.guardian).post("/law/ask", asking(*people.notes))
    second, address = signed_in(people.administrator), f"/law/asked/{waiting(people)}"
    assert "These are the last entries of a record" in text_of(second.get(address))
    second.post(address, {"answer": "agree", "sure": "yes", "reason": "I have read the order."})
    with viewing(loader("test")):
        assert Thing.objects.get(pk=people.child).label == "Erased by law"


def test_refusing_erases_nothing(people: People) -> None:
    signed_in(people.guardian).post("/law/ask", asking(people.notes[0]))
    second, address = signed_in(people.administrator), f"/law/asked/{waiting(people)}"
    nothing = second.post(address, {"reason": "The order is of another child."})
    assert nothing.status_code == 422 and "Choose whether it is erased." in text_of(nothing)
    done = second.post(address, {"answer": "refuse", "reason": "The order is of another child."}, follow=True)
    assert "Nothing was erased." in text_of(done) and "Nothing is waiting." in text_of(done)
    assert text(people, people.notes[0]) == SECRET


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"entries": ""}, "Give the address of an entry, or the number at its end."),
        ({"entries": "{note}\nthe second letter"}, "Line 2 is not the address of an entry."),
        ({"entries": "/children/{note}"}, "Line 1 is not the address of an entry."),
        ({"entries": str(uuid4())}, "One of these entries is not there. Check the numbers."),
        ({"basis": ""}, "Say on what basis"),
        ({"basis": "retention"}, "Say on what basis"),
        ({"reason": "  "}, "Say why, in words that name nobody"),
        ({"reason": "x" * 501}, "Use 500 characters or fewer; there are 501."),
        ({"reference": "x" * 201}, "Use 200 characters or fewer; there are 201."),
    ],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(people: People, more: dict[str, str], says: str) -> None:
    sent = asking(people.notes[0]) | {key: value.replace("{note}", str(people.notes[0])) for key, value in more.items()}
    answer = signed_in(people.guardian).post("/law/ask", sent)
    assert answer.status_code == 422 and says in text_of(answer)
    for name in ("entries", "reference", "reason"):
        assert sent[name] in answer.content.decode()
    assert acts.waiting(people.guardian) == []


def test_a_hold_is_placed_and_lifted(people: People) -> None:
    browser = signed_in(people.guardian)
    hold = {"record": f"/children/{people.child}", "reference": "KB-1", "reason": "A claim is being brought."}
    for record, says in ((str(uuid4()), "There is no such record."), (f"/entries/{people.notes[0]}", "Line 1 is not")):
        wrong = browser.post("/law/hold", hold | {"record": record})
        assert wrong.status_code == 422 and says in text_of(wrong) and "A claim is being brought." in text_of(wrong)
    assert "until the hold is lifted" in text_of(browser.post("/law/hold", hold, follow=True))
    page = text_of(browser.get("/law/"))
    assert "Tia Rowan" in page and "A claim is being brought. (KB-1)" in page
    browser.post("/law/ask", asking(people.notes[0]))
    agreed = {"answer": "agree", "sure": "yes", "reason": "I have read the order."}
    held = signed_in(people.administrator).post(f"/law/asked/{waiting(people)}", agreed)
    assert held.status_code == 422 and "A legal hold is on the record" in text_of(held)
    (one,) = acts.holds(people.guardian)
    assert browser.post(f"/law/held/{one.id}", {"reason": ""}).status_code == 422
    done = browser.post(f"/law/held/{one.id}", {"reason": "The claim was settled."}, follow=True)
    assert "The hold is lifted." in text_of(done) and "There is no legal hold." in text_of(done)


def test_what_will_go_is_shown_before_it_goes(people: People) -> None:
    browser, second = signed_in(people.guardian), signed_in(people.administrator)
    page = text_of(browser.get("/law/coming"))  # born 4 May 2001: kept until the 25th birthday, 4 May 2026
    assert "1 record is kept no longer by then." in page and "4 May 2026" in page
    assert "Tia Rowan, 2 entries" in page and "A child’s record is kept until the 25th birthday." in page
    assert "Tia" not in text_of(second.get("/law/coming")) and str(people.child) in text_of(second.get("/law/coming"))
    assert len(retaining.announce(timezone.localdate())) == 1
    assert "Announced" in text_of(browser.get("/law/coming?within=90"))
    address = f"/law/asked/{waiting(people)}"
    assert "Safekept, by the rules of the area" in text_of(browser.get(address))
    early = browser.post(address, {"answer": "agree", "sure": "yes", "reason": "It is due."})
    assert early.status_code == 422 and "announced less than 28 days ago" in text_of(early)


def test_acting_shows_again_who_one_is(people: People) -> None:
    asked = acts.ask(people.guardian, [people.notes[0]], "court-order", "1", "The court ordered it.")
    held = acts.hold(people.guardian, people.child, "A claim.")
    browser = signed_in(people.administrator)
    session = browser.session
    session[PROVEN] = 0
    session.save()
    for path in ("/law/ask", f"/law/asked/{asked}", "/law/hold", f"/law/held/{held}"):
        assert "Show again" in text_of(browser.get(path)), path
        assert "Show again" in text_of(browser.post(path, {"answer": "refuse", "reason": "No."})), path
    assert [one.id for one in acts.waiting(people.guardian)] == [asked]
    assert [one.id for one in acts.holds(people.guardian)] == [held]


def viewers(people: People) -> list[Viewer]:
    return [people.worker, factories.viewer("other", role="board", name="Board")]


def test_nobody_else_sees_or_does_any_of_it(people: People) -> None:
    asked = acts.ask(people.guardian, [people.notes[0]], "court-order", "1", "The court ordered it.")
    for viewer in viewers(people):
        browser = signed_in(viewer)
        for path in ("/law/", "/law/coming", "/law/ask", f"/law/asked/{asked}", "/law/hold"):
            assert browser.get(path).status_code == 403, path
            assert browser.post(path, asking(people.notes[0])).status_code in (403, 405), path
    assert "Keeping and erasing" in text_of(signed_in(people.administrator).get("/desk"))
