"""Files on the record: for those alone who see what they belong to, kept as they came, shown from pixels and words."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from safekept.access import locked
from safekept.access.models import ReadEvent, SealedEntry
from safekept.access.viewer import Viewer, loader, viewing
from safekept.attachments import actions, apart
from safekept.attachments.looking.bounds import MOST_BYTES
from safekept.attachments.models import Original, Page
from safekept.attachments.naming import safe_name, tidy_name
from safekept.entrance.models import KeptForm
from safekept.entrance.proof import PROVEN
from safekept.entrance.sessions import LAST_USED
from safekept.kinds import KINDS
from safekept.record import queries, sealing
from safekept.record.actions import NewEntry, Refused
from safekept.record.models import Entry
from safekept.vault import actions as vault
from tests import corpus, factories
from tests.pages import a_child, let_in, moment, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
SHOWS = "A blue car outside the school gate"
PHOTO = corpus.jpeg_with_place()
DAY = dt.timedelta(days=1)


class People:
    """A child with a note on record, and others around."""

    def __init__(self) -> None:
        factories.coordinator()
        self.worker = factories.children_services()
        self.manager = factories.viewer("children-services", role="manager")
        self.police = factories.police()
        self.school = factories.viewer("school", name="Ash School")
        self.clinic = factories.viewer("health", name="Ash Clinic")
        self.guardian = factories.viewer("other", name="Board", role="guardian")
        self.child = a_child(self.worker)
        let_in(self.worker, self.school, self.child)
        self.note = recorded(self.worker, self.child, "note", timezone.now() - DAY, text="WORDS")


@pytest.fixture
def people() -> People:
    return People()


def attached(viewer: Viewer, child: UUID, *answers: UUID, content: bytes = PHOTO, name: str = "car.jpg") -> Entry:
    new = NewEntry("file", child, timezone.now() - DAY, {"shows": SHOWS}, answers=answers)
    with viewing(viewer):
        return actions.attach(viewer, new, actions.Sent(name, content, apart.look(content)))


def form(content: bytes | None = PHOTO, name: str = "car.jpg", **more: str) -> dict[str, Any]:
    """What a browser sends."""
    data: dict[str, Any] = {
        "client_key": str(uuid4()), "shows": SHOWS, "confirmed": "yes", **moment(timezone.now() - DAY), **more,
    }  # fmt: skip
    if content is not None:
        data["file"] = SimpleUploadedFile(name, content, "image/svg+xml")
    return {key: value for key, value in data.items() if value != ""}


def kept() -> tuple[int, int]:
    with viewing(loader("test")):
        return Original.objects.count(), Page.objects.count()


def sees(viewer: Viewer, entry: Entry) -> bool:
    """Whether somebody sees the entry; their pages and the two walls must say the same of the file."""
    browser = signed_in(viewer)
    found = browser.get(f"/entries/{entry.pk}").status_code == 200
    for path in ("file", "file/1", "file/original"):
        assert (browser.get(f"/entries/{entry.pk}/{path}").status_code == 200) is found, path
    with viewing(viewer):
        assert Original.objects.filter(entry_id=entry.pk).exists() is found
        for table in ("attachments_original", "attachments_page"):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {table} WHERE entry_id = %s", [entry.pk])
                assert (cursor.fetchone()[0] == 1) is found, table
    return found


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PHOTO, "14 Alder Row.jpg"),
        (b"She sleeps at 14 alder row, BRAMPTON.", "note.txt"),
        (corpus.written_pdf("She sleeps at 14 alder row, BRAMPTON."), "letter.pdf"),
    ],
    ids=["its name", "a text", "a letter"],
)
def test_what_is_kept_apart_is_looked_for_in_a_files_name_and_words(people: People, content: bytes, name: str) -> None:
    with viewing(people.worker):
        vault.keep(
            people.worker, people.child, vault.New("home", "14 Alder Row, Brampton", "Her father looks for her.")
        )
    page = f"/children/{people.child}/file"
    refused = signed_in(people.worker).post(page, form(content, name))
    assert refused.status_code == 422
    assert "holds something that is kept apart" in text_of(refused) and SHOWS in text_of(refused)
    assert kept() == (0, 0)
    with viewing(loader("test")):
        assert ReadEvent.objects.filter(what="Tried to record what is kept apart").count() == 1
    other = corpus.written_pdf("She sleeps well.") if name.endswith("pdf") else content.replace(b"alder", b"elder")
    assert signed_in(people.worker).post(page, form(other, "note.txt")).status_code == 302


def test_a_file_sent_from_the_page_is_an_entry_with_its_hash_in_the_chain(people: People) -> None:
    browser = signed_in(people.worker)
    answer = browser.post(
        f"/children/{people.child}/file", form(answers=str(people.note), name="C:\\My photos\\car.jpg")
    )
    assert answer.status_code == 302
    with viewing(people.worker):
        entry = Entry.objects.get(kind="file")
        assert entry.fields == {
            "shows": SHOWS, "name": "car.jpg", "media_type": "image/jpeg", "size": len(PHOTO),
            "sha256": hashlib.sha256(PHOTO).hexdigest(),
        }  # fmt: skip
        assert entry.answers == [people.note]
        row = Original.objects.get(entry_id=entry.pk)
        assert PHOTO[:40] not in bytes(row.locked) and locked.unlock(bytes(row.locked), row.place) == PHOTO
    page = text_of(browser.get(f"/entries/{people.note}"))
    line = f"car.jpg · Photo (JPEG) · {-(-len(PHOTO) // 1000)} KB. {SHOWS}"
    assert line in page and "A file belongs to this" in page
    assert f"{line} Look at it" in text_of(browser.get(f"/children/{people.child}"))
    shown = browser.get(f"/entries/{entry.pk}/file")
    assert f'src="/entries/{entry.pk}/file/1"' in shown.content.decode() and SHOWS in text_of(shown)


def test_what_is_served_is_made_from_pixels_and_can_do_nothing(people: People) -> None:
    entry = attached(people.worker, people.child, people.note)
    answer = signed_in(people.school).get(f"/entries/{entry.pk}/file/1")
    assert b"SECRET" in PHOTO and b"SECRET" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.format == "JPEG" and not dict(shown.getexif())
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy and "default-src 'none'" in policy


def test_text_is_shown_as_words_and_never_as_a_page(people: People) -> None:
    entry = attached(people.worker, people.child, content=b"5 < 6 & <b>bold</b>, he wrote.", name="a.html")
    browser = signed_in(people.worker)
    assert (
        "5 &lt; 6 &amp; &lt;b&gt;bold&lt;/b&gt;, he wrote." in browser.get(f"/entries/{entry.pk}/file").content.decode()
    )
    assert browser.get(f"/entries/{entry.pk}/file/1").status_code == 404


def test_the_same_form_twice_is_one_file(people: People) -> None:
    browser, sent = signed_in(people.worker), form()
    first = browser.post(f"/children/{people.child}/file", sent)
    sent["file"].seek(0)
    again = browser.post(f"/children/{people.child}/file", sent)
    assert first.headers["Location"] == again.headers["Location"]
    assert kept() == (1, 1)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (form(confirmed=""), "Confirm that this is not, and does not hold, an indecent image of a child."),
        (form(None), "Choose the file."),
        (form(shows=""), "What does it show, or say: answer this question."),
        (form(corpus.svg(), "drawing.jpg"), "This file holds marks of a web page, a drawing or a program"),
        (form(corpus.jpeg() + corpus.zipped({"a.exe": b"MZ"})), "This file is two kinds of file at once"),
        (form(b"", "empty.txt"), "This file is empty. Choose another."),
        (form(bytes(MOST_BYTES + 1), "large.pdf"), "This file is larger than 20 MB."),
        (form(bytes(MOST_BYTES + 300_000), "larger.pdf"), "This file is larger than 20 MB."),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_said_and_what_was_typed_stays(people: People, sent: dict[str, Any], says: str) -> None:
    if "file" in sent:
        sent["file"].seek(0)
    answer = signed_in(people.worker).post(f"/children/{people.child}/file", {**sent, "text": ""})
    page = text_of(answer)
    assert answer.status_code == 422 and says in page
    if "shows" in sent:
        assert SHOWS in answer.content.decode()
    assert ("checked" in answer.content.decode().split('id="confirmed"')[1][:80]) is ("confirmed" in sent)
    if "file" in sent and ("shows" not in sent or "confirmed" not in sent):
        assert "Choose the file again" in page
    assert kept() == (0, 0)
    with viewing(people.worker):
        assert not Entry.objects.filter(kind="file").exists()


def test_what_was_typed_too_late_is_kept_and_the_file_is_chosen_again(people: People) -> None:
    browser = signed_in(people.worker)
    browser.get("/work")
    session = browser.session
    session[LAST_USED] = int(time.time()) - settings.SESSION_IDLE_SECONDS - 5
    session.save()
    answer = browser.post(f"/children/{people.child}/file", form())
    assert answer.headers["Location"].startswith("/account/login/?next=/account/kept/") and kept() == (0, 0)
    with viewing(people.worker):
        held = KeptForm.objects.get()
    assert held.data["shows"] == [SHOWS] and "file" not in held.data
    again = signed_in(people.worker).post(held.path, {name: texts[0] for name, texts in held.data.items()})
    assert again.status_code == 422 and SHOWS in again.content.decode() and "Choose the file." in text_of(again)


def test_nobody_who_is_not_signed_in_has_a_file_read(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr(apart, "look", lambda data: looked.append(len(data)))
    assert Client().post(f"/children/{people.child}/file", form()).headers["Location"].startswith("/account/login/")
    assert signed_in(people.clinic).post(f"/children/{people.child}/file", form()).status_code == 403
    assert looked == [] and kept() == (0, 0)


def test_the_warning_says_what_to_do_and_whom_to_call(people: People) -> None:
    page = text_of(signed_in(people.worker).get(f"/children/{people.child}/file"))
    for said in ("Never an indecent image of a child", "999", "101", "07700 900123", "Leave the device as it is"):
        assert said in page
    assert page.index("Never an indecent image") < page.index("The file")


def test_it_belongs_to_an_entry_of_this_record_that_one_sees(people: People) -> None:
    other = a_child(people.worker, "Sam Alder")
    elsewhere = recorded(people.worker, other, "note", timezone.now() - DAY, text="Other")
    browser = signed_in(people.school)
    for one in (elsewhere, uuid4()):
        assert browser.get(f"/children/{people.child}/file?because={one}").status_code == 404
        assert browser.post(f"/children/{people.child}/file", form(answers=str(one))).status_code == 404
    with pytest.raises(Refused, match="not on this record"):
        attached(people.worker, people.child, elsewhere)
    assert kept() == (0, 0)


def test_it_is_for_those_who_see_what_it_belongs_to(people: People) -> None:
    crime = recorded(people.police, people.child, "crime-record", timezone.now() - DAY, fields={"type": "crime"})
    limited, opened = attached(people.police, people.child, crime), attached(people.school, people.child, people.note)
    assert [sees(one, limited) for one in (people.police, people.worker, people.school, people.clinic)] == [
        True, True, False, False,
    ]  # fmt: skip
    assert [sees(one, opened) for one in (people.police, people.worker, people.school, people.clinic)] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("before", [True, False])
def test_of_a_sealed_entry_it_is_sealed_too(people: People, before: bool) -> None:
    """Whether it was sealed before the file was attached, or after."""
    early = attached(people.worker, people.child, people.note) if before else None
    with viewing(people.manager):
        sealing.seal_entry(people.manager, people.note, "A relative works at the school.", [people.police.account_id])
    entry = early or attached(people.worker, people.child, people.note)
    assert [sees(one, entry) for one in (people.worker, people.manager, people.police)] == [True, True, True]
    assert not sees(people.school, entry)
    with viewing(people.manager):
        assert set(SealedEntry.objects.values_list("entry_id", flat=True)) == {people.note, entry.pk}


def test_what_corrects_an_entry_is_sealed_with_it(people: People) -> None:
    better = recorded(people.worker, people.child, "note", timezone.now() - DAY, text="BETTER", supersedes=people.note)
    file = attached(people.worker, people.child, better)
    with viewing(people.manager):
        sealing.seal_entry(people.manager, people.note, "A relative works at the school.")
    school = signed_in(people.school)
    assert [school.get(f"/entries/{one}").status_code for one in (people.note, better, file.pk)] == [404, 404, 404]
    assert "BETTER" not in str(queries.history_of(people.school, people.child))


def test_files_are_appended_by_whoever_recorded_the_entry_and_never_changed(people: People) -> None:
    entry = attached(people.worker, people.child, people.note)
    with viewing(people.school), pytest.raises(DatabaseError), transaction.atomic():
        Page(entry_id=entry.pk, number=2, locked=b"x").save(force_insert=True)
    with viewing(people.worker), pytest.raises(DatabaseError), transaction.atomic():
        Page(entry_id=people.note, number=1, locked=b"x").save(force_insert=True)
    for statement in ("UPDATE attachments_original SET locked = ''", "DELETE FROM attachments_page"):
        with viewing(people.worker), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert kept() == (1, 1)


def test_the_original_comes_to_save_with_a_reason_that_is_written_down(people: People) -> None:
    entry, browser = attached(people.worker, people.child, people.note, name="Blue car.JPEG"), signed_in(people.school)
    without = browser.post(f"/entries/{entry.pk}/file/original", {"reason": "Court"})
    assert without.status_code == 422 and "Say in a sentence what you need" in text_of(without)
    answer = browser.post(f"/entries/{entry.pk}/file/original", {"reason": "Evidence for the officer in charge."})
    assert (answer.status_code, answer.content) == (200, PHOTO)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Blue-car.jpg"'
    assert answer.headers["Cache-Control"] == "no-store"
    with viewing(people.guardian):
        events = list(ReadEvent.objects.filter(what="file-original", account_id=people.school.account_id))
        read = [one for one in events if one.purpose.startswith("Original of a file")]
    assert [one.purpose for one in read] == ["Original of a file: Evidence for the officer in charge."]
    assert read[0].ids == [people.child, entry.pk]


def test_the_original_asks_again_who_somebody_is(people: People) -> None:
    entry, browser = attached(people.worker, people.child, people.note), signed_in(people.worker)
    session = browser.session
    session[PROVEN] = 0
    session.save()
    answer = browser.post(f"/entries/{entry.pk}/file/original", {"reason": "Evidence for the officer in charge."})
    assert PHOTO not in answer.content and "Show again" in text_of(answer)


def test_an_original_that_was_changed_is_not_given_out(people: People) -> None:
    entry, other = (attached(people.worker, people.child, content=corpus.jpeg(quality=q)) for q in (90, 50))
    with viewing(people.worker):
        theirs = Original.objects.get(entry_id=other.pk)
        found = Entry.objects.get(pk=entry.pk)
        found.fields = {**found.fields, "sha256": other.fields["sha256"]}
        with pytest.raises(actions.NotDone, match="not the one that was recorded"):
            actions.original(people.worker, found, "To look at it again.")
        row = Original.objects.get(entry_id=entry.pk)
        with pytest.raises(locked.NotOpened):  # a row that was put in another's place stays shut
            locked.unlock(bytes(theirs.locked), row.place)


def test_without_the_file_of_keys_nothing_is_shown_and_it_is_said(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = attached(people.worker, people.child, content=b"Words of a letter.", name="letter.txt")
    photo = attached(people.worker, people.child)
    monkeypatch.setenv("SAFEKEPT_CONTENT_KEYS", str(tmp_path / "other.key"))
    browser = signed_in(people.worker)
    page = text_of(browser.get(f"/entries/{words.pk}/file"))
    assert "does not open" in page and "Words of a letter." not in page
    assert browser.get(f"/entries/{photo.pk}/file/1").status_code == 404
    original = browser.post(f"/entries/{photo.pk}/file/original", {"reason": "Evidence for the officer."})
    assert original.status_code == 422 and "Tell your administrator" in text_of(original)


def test_a_correction_says_better_what_it_shows_and_keeps_the_file(people: People) -> None:
    entry, browser = attached(people.worker, people.child, people.note), signed_in(people.worker)
    sent = {
        "client_key": str(uuid4()), "shows": "A green van", "answers": str(people.note), "sha256": "0" * 64,
        "name": "other.exe", **moment(entry.at),
    }  # fmt: skip
    answer = browser.post(f"/entries/{entry.pk}/correct", sent)
    assert answer.status_code == 302
    with viewing(people.worker):
        better = Entry.objects.get(supersedes=entry.pk)
        assert better.fields == {**entry.fields, "shows": "A green van"}
        assert actions.original(people.worker, better, "To look at it again.") == PHOTO
    page = text_of(browser.get(f"/entries/{people.note}"))
    assert "A green van" in page and SHOWS not in page
    assert browser.get(f"/entries/{better.pk}/file/1").status_code == 200


def test_the_file_of_an_entry_stays_with_its_correction(people: People) -> None:
    attached(people.worker, people.child, people.note)
    better = recorded(people.worker, people.child, "note", timezone.now() - DAY, text="BETTER", supersedes=people.note)
    assert SHOWS in text_of(signed_in(people.worker).get(f"/entries/{better}"))


def test_a_file_that_is_taken_back_is_no_longer_shown_with_its_entry(people: People) -> None:
    entry = attached(people.worker, people.child, people.note)
    recorded(people.worker, people.child, "withdrawn", timezone.now(), answers=[entry.pk], fields={"reason": "Wrong"})
    browser = signed_in(people.worker)
    assert SHOWS not in text_of(browser.get(f"/entries/{people.note}"))
    timeline = text_of(browser.get(f"/children/{people.child}"))
    assert "Taken back" in timeline and "Look at it" not in timeline


def test_its_kind_has_a_page_of_its_own(people: People) -> None:
    browser = signed_in(people.worker)
    assert KINDS["file"].title in text_of(browser.get(f"/children/{people.child}/record/"))
    answer = browser.get(f"/children/{people.child}/record/file?because={people.note}")
    assert answer.headers["Location"] == f"/children/{people.child}/file?because={people.note}"
    hostile = browser.post(f"/children/{people.child}/record/file", {"shows": "x", "sha256": "0" * 64})
    assert hostile.status_code in (307, 308) and kept() == (0, 0)


@pytest.mark.parametrize(
    ("given", "tidy", "safe"),
    [
        ("letter.pdf", "letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd", "passwd.pdf"),
        ("C:\\Users\\x\\Brief an Zoë.PDF", "Brief an Zoë.PDF", "Brief-an-Zoe.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe", "invoicefdp-exe.pdf"),
        ('a"; filename="b.exe', 'a"; filename="b.exe', "a-filename-b-exe.pdf"),
        ("\x00\r\n", "File without a name", "File-without-a-name.pdf"),
        ("...", "File without a name", "File-without-a-name.pdf"),
        ("日本.pdf", "日本.pdf", "file.pdf"),
        ("n" * 300 + ".pdf", "n" * 112 + ".pdf", "n" * 80 + ".pdf"),
    ],
)
def test_names(given: str, tidy: str, safe: str) -> None:
    assert tidy_name(given) == tidy
    assert safe_name(tidy, "application/pdf") == safe
