"""Documents: made for one recipient, withheld by rule and by hand, let out by a second person, kept as they went."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from safekept.access.models import ReadEvent
from safekept.access.problems import NotDone
from safekept.access.viewer import Viewer, loader, viewing
from safekept.casework import queries
from safekept.documents import actions, making, plan
from safekept.documents.forms import FORMS
from safekept.documents.models import Document
from safekept.proof import acts
from safekept.record import sealing
from safekept.record.models import Entry
from safekept.redaction import Ground
from safekept.register.actions import NewThing, add_thing
from safekept.vault import actions as vault
from tests import factories
from tests.pages import NOW, let_in, recorded, signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DAY = dt.timedelta(days=1)
ADDRESS = "14 Alder Row, Brampton, B1 1AA"


class Case:
    """A child with a mother, a friend and an address kept apart; a social worker, and their manager."""

    def __init__(self, worker: Viewer, manager: Viewer, child: UUID) -> None:
        self.worker, self.manager, self.child = worker, manager, child
        self.mother = self.person("adult", "Anna Rowan")
        self.friend = self.person("child", "Jay Moss")
        with viewing(worker):
            vault.keep(worker, child, vault.New("home", ADDRESS, "Her father looks for her.", [self.mother]))
        self.plain = self.note("A meeting was held at school.")
        self.address = self.note("She sleeps at 14 ALDER ROW now.")
        self.named = self.note("She was there with Jay.", mentions=[(self.friend, "with-the-child")])
        self.mothers = self.note("Her mother came.", mentions=[(self.mother, "helps")])
        self.suspect = self.note("Her mother took the money.", mentions=[(self.mother, "person-of-concern")])
        self.voice = recorded(
            worker,
            child,
            "child-voice",
            NOW - DAY,
            fields={"questions": {"q1": "I am scared at home"}, "said_to": "Mel"},
        )

    def person(self, kind: str, name: str) -> UUID:
        with viewing(self.worker):
            return UUID(str(add_thing(self.worker, NewThing(kind, names=[(name, "name")])).pk))

    def note(self, text: str, by: Viewer | None = None, **more: Any) -> UUID:
        return recorded(by or self.worker, self.child, "note", NOW - DAY, text=text, **more)

    def everything(self) -> list[str]:
        with viewing(self.worker):
            return [str(pk) for pk in Entry.objects.filter(subject_id=self.child).values_list("pk", flat=True)]

    def raw(self, form: str, **more: Any) -> dict[str, list[str]]:
        given = {"form": [form], "chosen": self.everything(), **{k: [v] for k, v in more.items() if v is not None}}
        if form.startswith("access"):
            given |= {"asked-day": ["1"], "asked-month": ["3"], "asked-year": ["2026"]}
        if form in ("letter", "access-parent"):
            given |= {"person": [str(self.mother)]}
        return given | ({"court": ["Family Court at Brampton"]} if form == "order" else {})

    def put_forward(self, raw: dict[str, list[str]], by: Viewer | None = None) -> Document:
        viewer = by or self.worker
        with viewing(viewer):
            return actions.put_forward(viewer, queries.subject(viewer, self.child), raw, uuid4())

    def words(self, document: Document, by: Viewer | None = None) -> str:
        viewer = by or self.worker
        with viewing(viewer):
            return words_of(actions.content_of(viewer, document))

    def issue(self, document: Document, by: Viewer | None = None) -> None:
        viewer = by or self.manager
        with viewing(viewer):
            actions.issue(viewer, queries.subject(viewer, self.child), Document.objects.get(pk=document.pk))


def words_of(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    return " ".join("\n".join(page.get_textpage().get_text_bounded() for page in pdf).split())


@pytest.fixture
def case(clock: Any, worker: Viewer, child: UUID) -> Case:
    return Case(worker, factories.viewer("children-services", role="manager"), child)


SHOWN = {
    "plain": "A meeting was held at school.", "address": "14 ALDER ROW", "named": "She was there with Jay.",
    "mothers": "Her mother came.", "suspect": "Her mother took the money.", "voice": "I am scared at home",
}  # fmt: skip


@pytest.mark.parametrize(
    ("form", "more", "shown"),
    [
        ("letter", {}, {"plain", "mothers"}),
        ("letter", {"agreed": "yes"}, {"plain", "mothers", "voice"}),
        ("access-parent", {}, {"plain", "mothers"}),
        ("access-child", {}, {"plain", "mothers", "suspect", "voice"}),
        ("order", {}, {"plain", "named", "mothers", "suspect", "voice"}),
    ],
)
def test_what_a_recipient_reads(case: Case, form: str, more: dict[str, str], shown: set[str]) -> None:
    words = case.words(case.put_forward(case.raw(form, **more)))
    assert {name for name, text in SHOWN.items() if text in words} == shown
    assert "Alder" not in words and "ALDER" not in words and ADDRESS not in words
    assert "Some information may have been left out without a line here" in words
    assert ("Information Commissioner" in words) == form.startswith("access")


def test_another_agency_reads_by_whether_it_works_with_the_child(case: Case) -> None:
    inside, outside = factories.viewer("health"), factories.viewer("housing")
    let_in(case.worker, inside, case.child)
    within = case.words(case.put_forward(case.raw("copy", agency=str(inside.agency_id))))
    without = case.words(case.put_forward(case.raw("copy", agency=str(outside.agency_id))))
    assert {name for name, text in SHOWN.items() if text in within} == set(SHOWN) - {"address"}
    assert {name for name, text in SHOWN.items() if text in without} == {"plain", "mothers", "suspect"}


def test_the_document_tells_nothing_of_its_making(case: Case) -> None:
    content = opened(case, case.put_forward(case.raw("order")))
    told = pypdfium2.PdfDocument(content).get_metadata_dict()
    assert {name: said for name, said in told.items() if said} == {
        "Title": "Disclosure to the court", "Creator": told["Creator"],
    }  # fmt: skip
    assert told["Creator"].startswith("Typst")
    for secret in (case.worker.name, "/tmp", "/work", str(case.child)):
        assert secret.encode() not in content


def opened(case: Case, document: Document) -> bytes:
    with viewing(case.worker):
        return actions.content_of(case.worker, document)


def test_the_schedule_counts_what_it_may_tell(case: Case) -> None:
    with viewing(case.worker):
        wanted = plan.read(case.raw("access-child"), NOW.date())
        made = making.made(case.worker, queries.subject(case.worker, case.child), wanted)
    # Jay in the words and in the list of one note, of which who recorded it is then all that is left; the mother in
    # the lists of two others.
    assert [(line.number, line.title, line.told) for line in made.rebuilt.schedule] == [
        (5, "Note", "about somebody else"),
    ]


def test_a_second_person_lets_it_out_and_the_record_says_so(case: Case) -> None:
    document = case.put_forward(case.raw("order"))
    case.issue(document)
    with viewing(case.worker):
        row = Document.objects.get()
        said = Entry.objects.get(kind="sharing")
    assert (row.decision, row.decided_by) == ("issued", case.manager.account_id)
    assert row.digest == hashlib.sha256(opened(case, row)).hexdigest()
    assert said.fields["step"] == "shared" and row.digest in said.fields["reason"]
    assert said.account_id == case.manager.account_id and "Family Court" in said.text
    for again in (lambda: case.issue(row), lambda: send_back(case, row)):
        with pytest.raises(NotDone, match="decided it already"):
            again()


def send_back(case: Case, document: Document, why: str = "Leave out the second entry.") -> None:
    with viewing(case.manager):
        actions.send_back(case.manager, document, why)


def test_nobody_lets_out_their_own_and_nobody_else_than_a_manager(case: Case) -> None:
    own = case.put_forward(case.raw("order"), by=case.manager)
    colleague = factories.children_services()
    for who in (case.manager, colleague):
        with pytest.raises(NotDone, match="never whoever made it"):
            case.issue(own, by=who)
        with viewing(who), pytest.raises(NotDone, match="never whoever made it"):
            actions.send_back(who, own, "Leave out the second entry.")
        with viewing(who):  # nor past the application
            assert Document.objects.filter(pk=own.pk).update(decision="issued", decided_at=timezone.now()) == 0


def test_other_agencies_do_not_see_it(case: Case) -> None:
    document = case.put_forward(case.raw("order"))
    for other in (factories.police(), factories.coordinator("camden"), factories.viewer("school", role="manager")):
        with viewing(other):
            assert not Document.objects.filter(pk=document.pk).exists()
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM documents_document")
                assert cursor.fetchone()[0] == 0
        assert signed_in(other).get(f"/documents/{document.pk}/").status_code == 404


def test_a_document_is_not_there_for_whoever_may_not_see_an_entry_of_it_any_more(case: Case) -> None:
    document = case.put_forward(case.raw("access-child"))
    coordinator, browser = factories.coordinator(), signed_in(case.manager)
    address, listed = f"/documents/{document.pk}/", f"/children/{case.child}/documents/"
    assert browser.get(address).status_code == 200
    assert address in browser.get(listed).content.decode()
    with viewing(coordinator):
        sealing.seal_entry(coordinator, case.plain, "Somebody who works here may not know of it.")
    assert browser.get(address).status_code == browser.get(f"{address}pdf").status_code == 404
    assert address not in browser.get(listed).content.decode()
    assert address not in browser.get("/work").content.decode()
    with viewing(case.manager), connection.cursor() as cursor:  # nor past the application
        cursor.execute("SELECT count(*) FROM documents_document")
        assert cursor.fetchone()[0] == 0
        cursor.execute("UPDATE documents_document SET decided_why = 'x' WHERE id = %s", [document.pk])
        assert cursor.rowcount == 0
    assert signed_in(case.worker).get(address).status_code == 200


def test_what_changed_since_is_not_let_out(case: Case) -> None:
    document = case.put_forward(case.raw("order"))
    with viewing(case.worker):
        vault.keep(case.worker, case.child, vault.New("school", "Brook Hall, 9 Mill Lane", "He waits there."))
    case.issue(document)  # nothing of it is in the document
    other = case.put_forward(case.raw("order"))
    with viewing(case.worker):
        vault.keep(case.worker, case.child, vault.New("other", "meeting was held", "It names the place."))
    with pytest.raises(NotDone, match="no longer what was put forward"):
        case.issue(other)
    with viewing(case.manager):
        assert not Document.objects.get(pk=other.pk).decision


def test_the_same_bytes_with_and_without_what_is_sealed_from_its_maker(case: Case) -> None:
    raw = case.raw("order")
    before = opened(case, case.put_forward(raw))
    hidden = case.note("CANARY sealed words about nobody.", by=case.manager)
    with viewing(case.manager):
        sealing.seal_entry(case.manager, hidden, "Only those who decide may know.")
    raw["chosen"].append(str(hidden))
    assert opened(case, case.put_forward(raw)) == before
    with viewing(case.worker):
        assert Document.objects.first() and str(hidden) not in str(list(Document.objects.values_list("entry_ids")))
    forwarded = case.put_forward(raw, by=case.manager)  # and who sees it cannot put it in either
    assert "CANARY" not in case.words(forwarded, by=case.manager)


@pytest.mark.parametrize(
    ("more", "field", "says"),
    [
        ({"opening": "Come to 14 Alder Row."}, "opening", "kept apart"),
        ({"opening": "Jay Moss was there."}, "opening", "somebody else"),
        ({"form": "?"}, "form", "Choose what is made"),
        ({"person": str(uuid4())}, "person", "Choose the parent"),
        ({"from-day": "9", "from-month": "3", "from-year": "2026", "until-day": "1", "until-month": "3",
          "until-year": "2026"}, "until", "before the first"),
        ({"until-day": "40", "until-month": "3", "until-year": "2026"}, "until", "does not exist"),
        ({"opening": "x" * 10_001}, "opening", "10,000"),
        ({"opening": "中"}, "", "cannot show a character ‘中’"),
    ],
)  # fmt: skip
def test_what_cannot_be_put_forward(case: Case, more: dict[str, str], field: str, says: str) -> None:
    raw = case.raw("letter") | {name: [text] for name, text in more.items()}
    with pytest.raises(NotDone, match=says) as refused:
        case.put_forward(raw)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("form", "drop", "field"),
    [("order", "court", "court"), ("copy", "agency", "agency"), ("access-child", "asked-day", "asked")],
)
def test_what_is_not_said_about_who_receives_it(case: Case, form: str, drop: str, field: str) -> None:
    raw = {name: texts for name, texts in case.raw(form).items() if name != drop}
    with pytest.raises(NotDone) as refused:
        case.put_forward(raw)
    assert refused.value.field == field


def test_an_empty_document_is_none(case: Case) -> None:
    with pytest.raises(NotDone, match="nothing in it yet"):
        case.put_forward(case.raw("order") | {"chosen": []})
    assert "Dear Anna" in case.words(case.put_forward(case.raw("letter", opening="Dear Anna") | {"chosen": []}))


def place(case: Case, entry: UUID, label: str, form: str = "access-child") -> str:
    """The name of a part of an entry, as the form’s inputs name it."""
    with viewing(case.worker):
        wanted = plan.read(case.raw(form), NOW.date())
        made = making.made(case.worker, queries.subject(case.worker, case.child), wanted)
    (item,) = [one for one in made.items if one.id == str(entry)]
    return f"{entry}.{[part.label for part in item.parts].index(label)}"


def test_a_hand_leaves_out_more_and_says_why(case: Case) -> None:
    hold = f"hold-{place(case, case.plain, 'In words')}"
    with pytest.raises(NotDone, match="Say why") as refused:
        case.put_forward(case.raw("order", **{hold: "harm"}))
    assert refused.value.field == f"why-{case.plain}"
    raw = case.raw("order", **{hold: "harm", f"why-{case.plain}": "Her doctor advises so."})
    assert SHOWN["plain"] not in case.words(case.put_forward(raw))
    with pytest.raises(NotDone, match="Choose again why"):
        case.put_forward(raw | {hold: ["sealed"]})


def test_own_words_are_looked_at_last_and_a_right_guess_is_written_down(case: Case) -> None:
    hold = {f"hold-{place(case, case.plain, 'In words')}": "harm"}
    for guess in ("Come to 14 Alder Row.", "Come to 15 Birch Row."):
        with pytest.raises(NotDone, match="Say why"):
            case.put_forward(case.raw("order", opening=guess, **hold))
    with viewing(case.worker):
        child = queries.subject(case.worker, case.child)
        with pytest.raises(NotDone, match="own words"):
            actions.put_forward(case.worker, child, case.raw("order", opening="Come to 14 Alder Row."), uuid4())
    with viewing(loader("test")):
        assert ReadEvent.objects.filter(what="Tried to put forward what is withheld", ids=[case.child]).count() == 1


def test_what_a_rule_leaves_out_is_released_by_two_where_it_may_be(case: Case) -> None:
    release = f"release-{place(case, case.named, 'In words')}"
    why = {f"why-{case.named}": "They were there together."}
    assert SHOWN["named"] in case.words(case.put_forward(case.raw("access-child", **{release: "yes"}, **why)))
    with pytest.raises(NotDone, match="cannot be released"):
        case.put_forward(case.raw("letter", **{release: "yes"}, **why))


@pytest.mark.parametrize("form", ["letter", "access-parent", "order"])
def test_an_address_kept_apart_is_never_released_to_a_parent_or_a_court(case: Case, form: str) -> None:
    release = f"release-{place(case, case.address, 'In words')}"
    with pytest.raises(NotDone, match="cannot be released: It holds an address"):
        case.put_forward(case.raw(form, **{release: "yes", f"why-{case.address}": "They asked for it."}))


def test_the_proof_says_which_entry_to_look_at(case: Case) -> None:
    copied = "He drove her there twice and waited outside."
    one, other = case.note(copied), case.note(f"Said again: {copied}")
    hold = f"hold-{place(case, one, 'In words')}"
    with pytest.raises(NotDone, match=r"Nothing leaves.*Look at ‘Note’ of 9 March 2026"):
        case.put_forward(case.raw("order", **{hold: "harm", f"why-{one}": "Her doctor advises so."}))
    both = {hold: "harm", f"why-{one}": "Her doctor advises.", f"hold-{place(case, other, 'In words')}": "harm",
            f"why-{other}": "Her doctor advises."}  # fmt: skip
    case.put_forward(case.raw("order", **both))


def test_days_bound_what_is_in_it(case: Case) -> None:
    recorded(case.worker, case.child, "note", NOW - 30 * DAY, text="A month before.")
    raw = case.raw("order", **{"from-day": "1", "from-month": "3", "from-year": "2026"})
    words = case.words(case.put_forward(raw))
    assert "A month before." not in words and SHOWN["plain"] in words


def test_what_was_corrected_or_taken_back_is_in_no_document(case: Case) -> None:
    case.note("A meeting was held at home.", supersedes=case.plain)
    recorded(case.worker, case.child, "withdrawn", NOW, fields={"reason": "Wrong child."}, answers=[case.mothers])
    words = case.words(case.put_forward(case.raw("order")))
    assert SHOWN["plain"] not in words and SHOWN["mothers"] not in words and "Wrong child." not in words
    assert "A meeting was held at home." in words


def test_only_the_decision_is_ever_written_and_once(case: Case) -> None:
    document = case.put_forward(case.raw("order"))
    for wrong in ({"recipient": "x"}, {"digest": "x"}, {"locked": b""}):
        with viewing(case.manager), pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**wrong)
    with viewing(case.manager), pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=document.pk).delete()


def test_a_copy_of_the_database_shows_nothing_of_it(case: Case) -> None:
    case.put_forward(case.raw("order"))
    with viewing(case.worker), connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM documents_document AS d")
        copy = cursor.fetchone()[0]
    assert b"%PDF".hex() not in copy and "A meeting" not in copy


def test_from_the_first_question_to_the_bytes(case: Case) -> None:
    browser = signed_in(case.worker)
    opened_page = text_of(browser.get(f"/children/{case.child}/documents/new"))
    assert "A letter to a parent or carer" in opened_page
    asked = {name: text_of(browser.get(f"/children/{case.child}/documents/new?form={name}")) for name in FORMS}
    assert {name for name, page in asked.items() if "Anna Rowan" in page} == {"letter", "access-parent"}
    assert {name for name, page in asked.items() if "When did they ask?" in page} == {"access-child", "access-parent"}
    assert browser.post(f"/children/{case.child}/documents/new", {}).status_code == 422
    about = {"form": "access-child", "asked-day": "2", "asked-month": "3", "asked-year": "2026"}
    begun = browser.post(f"/children/{case.child}/documents/new", about)
    path = begun.headers["Location"]
    page = browser.get(path)
    text = text_of(page)
    assert "To be answered by 2 April 2026" in text and "Left out It holds an address or a contact" in text
    assert "14 ALDER ROW" in text  # its maker sees what is withheld
    assert "Document" in text_of(browser.get("/work")) and path in browser.get("/work").content.decode()
    sent = {"chosen": case.everything(), "opening": "Here is your record."}
    again = browser.post(path, sent)
    assert again.status_code == 200 and "It is saved." in text_of(again)
    done = browser.post(path, sent | {"forward": "1"}, follow=True)
    assert "It is put forward." in text_of(done) and "Issue it" not in text_of(done)
    assert browser.get(path).status_code == 404
    with viewing(case.worker):
        document = Document.objects.get()
    second(case, document)
    assert "issued" in text_of(browser.get(f"/children/{case.child}/documents/"))


def second(case: Case, document: Document) -> None:
    manager = signed_in(case.manager)
    work = manager.get("/work").content.decode()
    assert f"/documents/{document.pk}/" in work and "A copy for the child or young person, about Tia Rowan" in work
    assert f"/documents/{document.pk}/" not in signed_in(case.worker).get("/work").content.decode()
    assert "To be answered by 2 April 2026" in text_of(manager.get(f"/children/{case.child}/documents/")).replace(
        "to be", "To be"
    )
    assert "Issue it" in text_of(manager.get(f"/documents/{document.pk}/"))
    pdf = manager.get(f"/documents/{document.pk}/pdf")
    assert (pdf.headers["Content-Type"], pdf.headers["Content-Disposition"]) == (
        "application/pdf", 'attachment; filename="document.pdf"',
    )  # fmt: skip
    assert "no-store" in pdf.headers["Cache-Control"] and "Here is your record." in words_of(pdf.content)
    done = text_of(manager.post(f"/documents/{document.pk}/issue", follow=True))
    assert "It is issued, and the child’s record says so." in done
    assert manager.post(f"/documents/{document.pk}/issue").status_code in (200, 422)
    assert manager.get(f"/documents/{document.pk}/pdf").content == pdf.content
    assert f"/documents/{document.pk}/" not in manager.get("/work").content.decode()


def test_sent_back_it_is_made_again(case: Case) -> None:
    document = case.put_forward(case.raw("letter", opening="Dear Anna"))
    manager, browser = signed_in(case.manager), signed_in(case.worker)
    short = manager.post(f"/documents/{document.pk}/send-back", {"why": "no"})
    assert short.status_code == 422 and "Say what is to be changed" in text_of(short)
    manager.post(f"/documents/{document.pk}/send-back", {"why": "Leave out the second entry."})
    assert "Leave out the second entry." in text_of(browser.get(f"/documents/{document.pk}/"))
    again = browser.post(f"/documents/{document.pk}/again", follow=True)
    assert again.status_code == 200 and "Dear Anna" in again.content.decode()


def test_with_the_last_entry_go_all_documents_about_the_child(case: Case) -> None:
    """Also a letter that held no entry, and the name of whoever received it."""
    letter = case.put_forward(case.raw("letter", opening="Dear Anna") | {"chosen": []})
    send_back(case, letter)
    everything = [UUID(one) for one in case.everything()]
    guardian, administrator = (
        factories.viewer("other", role="guardian"),
        factories.viewer("other", role="administrator"),
    )
    acts.agree(
        administrator, acts.ask(guardian, everything, "court-order", "BM26P00012", "The court ordered it."), "Agreed."
    )
    with viewing(case.worker):
        left = Document.objects.get(pk=letter.pk)
    assert (bytes(left.locked), left.plan, left.decided_why) == (b"", {}, "")
    assert left.recipient == "Erased by law" and left.decision == "sent-back"


def test_a_draft_is_its_makers_and_changes_of_whom_it_is_for_keep_the_rest(case: Case) -> None:
    browser = signed_in(case.worker)
    about = {"form": "letter", "person": str(case.mother)}
    path = browser.post(f"/children/{case.child}/documents/new", about).headers["Location"]
    browser.post(path, {"chosen": [str(case.plain)], "opening": "Dear Anna"})
    assert signed_in(case.manager).get(path).status_code == 404
    assert "Dear Anna" in browser.get(path).content.decode()
    changed = browser.post(f"{path}about", about | {"agreed": "yes"}, follow=True)
    assert "The child agrees" in text_of(changed) and "Dear Anna" in changed.content.decode()
    assert changed.content.decode().count('name="chosen" type="checkbox"') > 1
    wrong = browser.post(path, {"chosen": [str(case.plain)], f"hold-{case.plain}.0": "sealed"})
    assert wrong.status_code == 422 and "Choose again why" in text_of(wrong)


def test_ground_words_stand_beside_what_is_withheld(case: Case) -> None:
    with viewing(case.worker):
        made = making.made(
            case.worker, queries.subject(case.worker, case.child), plan.read(case.raw("letter"), NOW.date())
        )
    assert set(made.rebuilt.grounds.values()) >= {Ground.CONCEALED, Ground.OTHERS, Ground.SUSPECTED, Ground.CHILD_WORDS}


def test_what_the_law_erases_goes_from_documents_too(case: Case) -> None:
    """Two people erase an entry by law: documents that hold it are emptied, others stay, and both say so."""
    held, other = (
        case.put_forward(case.raw("order")),
        case.put_forward(case.raw("letter") | {"chosen": [str(case.plain)]}),
    )
    guardian, administrator = (
        factories.viewer("other", role=role, name="Board") for role in ("guardian", "administrator")
    )
    asked = acts.ask(guardian, [case.named], "court-order", "BM26P00012", "The court ordered it.")
    acts.agree(administrator, asked, "Agreed.")
    with viewing(case.worker):
        emptied = Document.objects.get(pk=held.pk)
        assert (bytes(emptied.locked), emptied.plan, emptied.digest) == (b"", {}, held.digest)
        for does in (lambda: actions.content_of(case.worker, emptied), lambda: actions.again(case.worker, emptied)):
            with pytest.raises(NotDone, match="erased by law"):
                does()
    assert SHOWN["plain"] in case.words(other)
    with pytest.raises(NotDone, match="erased by law"):
        case.issue(held)
    browser = signed_in(case.worker)
    assert "What it held was erased by law." in text_of(browser.get(f"/documents/{held.pk}/"))
    assert "erased by law" in text_of(browser.get(f"/documents/{held.pk}/pdf"))
    assert "erased by law" in text_of(browser.post(f"/documents/{held.pk}/again"))
