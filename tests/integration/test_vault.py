"""Addresses and contacts kept apart: locked, shown to nobody unasked, written down when shown, warned of in texts."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from safekept.access import locked
from safekept.access.models import Bar, Closed, Grant, ReadEvent, SealedEntry
from safekept.access.problems import NotDone
from safekept.access.viewer import Viewer, loader, viewing
from safekept.directory.models import Account
from safekept.entrance.models import KeptForm
from safekept.entrance.proof import PROVEN
from safekept.record.models import Entry
from safekept.redaction import Secret, Sort
from safekept.register.actions import NewThing, add_thing
from safekept.register.models import SafeContact
from safekept.vault import actions as vault
from safekept.vault.models import KeptApart
from tests import factories
from tests.pages import a_child, let_in, recorded, signed_in, text_of
from tests.security.world import form

pytestmark = pytest.mark.django_db

ADDRESS = "14 Alder Row, Brampton, B1 1AA"
WHY = "Her father looks for her."
NEEDED = "I visit her at three today."


@pytest.fixture
def father(worker: Viewer, child: UUID) -> UUID:
    """Somebody whom the record mentions."""
    with viewing(worker):
        made = add_thing(worker, NewThing("adult", names=[("Alan Rowan", "name")]))
    recorded(worker, child, "note", timezone.now(), text="He rang.", mentions=[(made.pk, "person-of-concern")])
    return UUID(str(made.pk))


@pytest.fixture
def kept(worker: Viewer, child: UUID, father: UUID) -> UUID:
    with viewing(worker):
        return UUID(str(vault.keep(worker, child, vault.New("home", ADDRESS, WHY, [father])).pk))


@pytest.fixture
def browser(worker: Viewer) -> Client:
    return signed_in(worker)


def stored() -> str:
    """Every row of the table, as a copy of the database holds it: asked as nobody else may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT k::text FROM vault_keptapart AS k")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_the_text_is_locked_and_its_place_is_its_own(worker: Viewer, child: UUID, kept: UUID) -> None:
    with viewing(worker):
        row = KeptApart.objects.get()
        copy = stored()
    for written in (ADDRESS, ADDRESS.encode().hex(), "Alder"):
        assert written not in copy
    assert locked.unlock(bytes(row.locked), row.place).decode() == ADDRESS
    with pytest.raises(locked.NotOpened):
        locked.unlock(bytes(row.locked), locked.Place("vault_keptapart", str(uuid4()), "locked"))


def test_it_is_for_those_who_see_the_record_and_not_for_the_loader(worker: Viewer, child: UUID, kept: UUID) -> None:
    for other in (factories.children_services("camden"), factories.viewer("health"), loader("test")):
        with viewing(other):
            assert (vault.listed(child), vault.anything(child), vault.secrets(child), stored()) == ([], False, [], "")
            with pytest.raises(NotDone, match="nothing kept apart here"):
                vault.show(other, child, kept, NEEDED)
            with pytest.raises(NotDone, match="no more already"):
                vault.end(other, child, kept, NEEDED)


def test_it_is_looked_for_as_what_it_is_and_from_whom(worker: Viewer, child: UUID, kept: UUID, father: UUID) -> None:
    with viewing(worker):
        vault.keep(worker, child, vault.New("phone", "07700 900123", WHY))
        vault.keep(worker, child, vault.New("other", "tia@example.org", WHY))
        found = vault.secrets(child)
    assert [(one.sort, one.text, one.kept_from) for one in found] == [
        (Sort.ADDRESS, ADDRESS, {str(father)}),
        (Sort.PHONE, "07700 900123", frozenset()),
        (Sort.OTHER, "tia@example.org", frozenset()),
    ]
    assert isinstance(found[0], Secret) and found[0].id == str(kept)


@pytest.mark.parametrize(
    ("new", "field", "says"),
    [
        (vault.New("house", ADDRESS, WHY), "what", "Choose what it is"),
        (vault.New("home", " ", WHY), "apart", "Type the address"),
        (vault.New("home", "?!", WHY), "apart", "too short"),
        (vault.New("other", "ab", WHY), "apart", "too short"),
        (vault.New("home", "x" * 1001, WHY), "apart", "1,000 characters"),
        (vault.New("home", "a\x00bcd", WHY), "apart", "1,000 characters"),
        (vault.New("phone", "900123", WHY), "apart", "whole phone number"),
        (vault.New("phone", "call her later", WHY), "apart", "whole phone number"),
        (vault.New("home", ADDRESS, "so"), "why", "in a sentence"),
        (vault.New("home", ADDRESS, "Placed at 14 alder row since May."), "why", "out of the reason"),
        (vault.New("home", ADDRESS, WHY, [uuid4()]), "", "Choose again whom"),
    ],
)
def test_what_cannot_be_kept(worker: Viewer, child: UUID, new: vault.New, field: str, says: str) -> None:
    with viewing(worker), pytest.raises(NotDone, match=says) as refused:
        vault.keep(worker, child, new)
    assert refused.value.field == field


def test_no_reason_that_others_read_holds_it(worker: Viewer, child: UUID, kept: UUID) -> None:
    telling = "She lives at 14 Alder Row now."
    with viewing(worker):
        for does in (
            lambda: vault.show(worker, child, kept, telling),
            lambda: vault.end(worker, child, kept, telling),
            lambda: vault.keep(worker, child, vault.New("phone", "07700 900123", telling)),
        ):
            with pytest.raises(NotDone, match="out of the reason") as refused:
                does()
            assert refused.value.field == "why"
        assert KeptApart.objects.get().ended_at is None


def test_nothing_but_its_end_is_ever_written(worker: Viewer, child: UUID, kept: UUID) -> None:
    with viewing(worker):
        vault.end(worker, child, kept, "She has moved away.")
        assert (vault.anything(child), vault.secrets(child)) == (False, [])
        with pytest.raises(NotDone, match="no more already"):
            vault.end(worker, child, kept, "She has moved away.")
        row = KeptApart.objects.get()
    assert (row.ended_by, row.ended_why) == (worker.account_id, "She has moved away.")


def test_without_its_key_it_is_said_and_an_entry_is_recorded_all_the_same(
    worker: Viewer, child: UUID, kept: UUID, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("SAFEKEPT_CONTENT_KEYS", str(tmp_path / "other.key"))
    with viewing(worker):
        with pytest.raises(NotDone, match="cannot be opened now"):
            vault.show(worker, child, kept, NEEDED)
        with pytest.raises(NotDone, match="cannot be opened now"):
            vault.secrets(child)
        with vault.kept_out(worker, child) as written:
            written.add(ADDRESS)


def test_pages_say_that_it_is_there_and_never_what(browser: Client, child: UUID, kept: UUID) -> None:
    page = text_of(browser.get(f"/children/{child}"))
    assert "An address or contact is kept apart. Show it" in page and "Alder" not in page
    listed = text_of(browser.get(f"/children/{child}/kept-apart/"))
    assert WHY in listed and "Kept from Alan Rowan." in listed and "Alder" not in listed
    for path in ("/search?q=Alder+Row", "/children?q=14+Alder+Row", f"/children/{child}/who/", "/work"):
        assert "Brampton" not in text_of(browser.get(path)), path


def test_nothing_kept_apart_offers_to_keep_something(browser: Client, child: UUID) -> None:
    assert "Keep an address or contact apart" in text_of(browser.get(f"/children/{child}"))
    assert "Nothing is kept apart." in text_of(browser.get(f"/children/{child}/kept-apart/"))


def test_it_is_kept_by_a_form(browser: Client, worker: Viewer, child: UUID, father: UUID) -> None:
    path = f"/children/{child}/kept-apart/add"
    opened = text_of(browser.get(path))
    assert "Alan Rowan" in opened and "Where they live" in opened
    wrong = browser.post(path, {"what": "home", "apart": ADDRESS, "why": "no"})
    assert wrong.status_code == 422 and ADDRESS in text_of(wrong)
    done = browser.post(
        path, {"what": "home", "apart": ADDRESS, "why": WHY, "kept_from": [str(father), "x"]}, follow=True
    )
    assert "It is kept apart from now on." in text_of(done) and "Alder" not in text_of(done)
    with viewing(worker):
        (one,) = vault.secrets(child)
    assert (one.text, one.kept_from) == (ADDRESS, {str(father)})


def test_it_is_shown_once_to_whoever_says_why(browser: Client, worker: Viewer, child: UUID, kept: UUID) -> None:
    path = f"/children/{child}/kept-apart/{kept}/show"
    assert "Alder" not in text_of(browser.get(path))
    short = browser.post(path, {"why": "work"})
    assert short.status_code == 422 and "Alder" not in text_of(short)
    shown = browser.post(path, {"why": NEEDED})
    assert shown.status_code == 200 and ADDRESS in text_of(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    assert "Alder" not in text_of(browser.get(path))
    with viewing(worker):
        event = ReadEvent.objects.get(what="Showed what is kept apart")
    assert event.purpose == f"To know what is kept apart: {NEEDED}"
    assert event.ids == [child, kept]


def test_showing_asks_again_who_it_is(worker: Viewer, child: UUID, kept: UUID) -> None:
    browser = signed_in(worker)
    session = browser.session
    session[PROVEN] = 0
    session.save()
    path = f"/children/{child}/kept-apart/{kept}/show"
    for asked in (browser.get(path), browser.post(path, {"why": NEEDED})):
        assert "Show again that it is you" in text_of(asked) and "Alder" not in text_of(asked)
    with viewing(worker):
        assert not ReadEvent.objects.filter(what="Showed what is kept apart").exists()


def test_it_ends_by_a_form_and_is_then_not_there(browser: Client, child: UUID, kept: UUID) -> None:
    path = f"/children/{child}/kept-apart/{kept}/end"
    assert browser.post(path, {"why": "x"}).status_code == 422
    done = text_of(browser.post(path, {"why": "She has moved away."}, follow=True))
    assert "It is kept apart no more." in done and "She has moved away." in done
    assert browser.post(path, {"why": "She has moved away."}).status_code == 404
    assert browser.get(f"/children/{child}/kept-apart/{kept}/show").status_code == 404
    assert browser.get(f"/children/{child}/kept-apart/{uuid4()}/show").status_code == 404


def test_an_entry_that_holds_it_is_asked_about(browser: Client, worker: Viewer, child: UUID, kept: UUID) -> None:
    path, before = f"/children/{child}/record/note", count(worker)
    sent = form(text="Seen at 14 alder row.")
    warned = browser.post(path, sent)
    assert warned.status_code == 422
    assert "This holds something that is kept apart (where they live)." in text_of(warned)
    assert "Seen at 14 alder row." in warned.content.decode() and 'name="apart-kept"' in warned.content.decode()
    assert count(worker) == before
    assert browser.post(path, sent | {"apart-kept": "yes"}).status_code == 302
    assert count(worker) == before + 1
    assert browser.post(path, form(text="Seen at school.")).status_code == 302


def test_somebody_outside_learns_nothing_from_what_they_type(worker: Viewer, child: UUID, kept: UUID) -> None:
    outside = signed_in(factories.viewer("health"))
    sent = outside.post(f"/children/{child}/record/concern", form(noticed="She is at 14 Alder Row."))
    assert sent.status_code == 302


def test_what_leaves_the_circle_never_holds_it(browser: Client, worker: Viewer, child: UUID, kept: UUID) -> None:
    """Neither a request to another agency, nor an entry shared with one, nor what is written beside a file."""
    clinic, before = factories.viewer("health", name="Ash Clinic"), count(worker)
    asked = {"agency": str(clinic.agency_id), "what": "Was she seen at 14 Alder Row?", "reason": "She is missing.",
             "legal_basis": "safeguarding", "soon": "24", "client_key": str(uuid4())}  # fmt: skip
    refused = browser.post(f"/children/{child}/sharing/ask", asked)
    assert refused.status_code == 422 and "kept apart (where they live). Take it out" in text_of(refused)
    sent = SimpleUploadedFile("letter.txt", b"She is well.")
    beside = browser.post(f"/children/{child}/file", form(shows="A letter to 14 Alder Row", confirmed="yes", file=sent))
    assert beside.status_code == 422 and "kept apart (where they live). Take it out" in text_of(beside)
    assert count(worker) == before
    note = recorded(worker, child, "note", timezone.now(), text="She is at 14 Alder Row.")
    shared = {"agency": str(clinic.agency_id), "basis": "safeguarding", "reason": "They treat her tonight."}
    refused = browser.post(f"/entries/{note}/who/share", shared)
    assert refused.status_code == 422 and "It is not shared outside the circle." in text_of(refused)
    assert browser.post(f"/entries/{note}/who/share", shared | {"text": "x", "apart-kept": "yes"}).status_code == 422
    other = recorded(worker, child, "note", timezone.now(), text="She is well.")
    assert browser.post(f"/entries/{other}/who/share", shared).status_code == 302


def test_what_corrects_a_shared_entry_never_takes_it_along(
    browser: Client, worker: Viewer, child: UUID, kept: UUID
) -> None:
    """The agency that was shown the entry is shown its correction: no tick lets an address go there."""
    clinic = factories.viewer("health", name="Ash Clinic")
    note, own = (recorded(worker, child, "note", timezone.now(), text="She is well.") for _ in range(2))
    shared = {"agency": str(clinic.agency_id), "basis": "safeguarding", "reason": "They treat her tonight."}
    assert browser.post(f"/entries/{note}/who/share", shared).status_code == 302
    before, ticked = count(worker), form(text="She is at 14 Alder Row.", **{"apart-kept": "yes"})
    for tries, sent in enumerate((form(text="She is at 14 Alder Row."), ticked), 1):
        refused = browser.post(f"/entries/{note}/correct", sent)
        assert refused.status_code == 422 and "An agency outside was shown what this corrects" in text_of(refused)
        assert 'name="apart-kept"' not in refused.content.decode() and "14 Alder Row" in refused.content.decode()
        assert count(worker) == before and tried() == tries
    assert browser.post(f"/entries/{note}/correct", form(text="She is at school.")).status_code == 302
    assert browser.post(f"/entries/{own}/correct", ticked).status_code == 302


def test_a_place_that_a_correction_picks_says_its_address_too(
    browser: Client, worker: Viewer, child: UUID, kept: UUID
) -> None:
    clinic = factories.viewer("health", name="Ash Clinic")
    with viewing(worker):
        place = add_thing(worker, NewThing("place", names=[("14 Alder Row, Brampton", "name")]))
    note = recorded(worker, child, "note", timezone.now(), text="She is well.")
    shared = {"agency": str(clinic.agency_id), "basis": "safeguarding", "reason": "They treat her tonight."}
    picked = {"other-0-kind": "place", "other-0-what": "the row", "other-0-thing": str(place.pk)}
    asked = browser.post(f"/children/{child}/record/note", form(text="She was seen there.", **picked))
    assert asked.status_code == 422 and 'name="apart-kept"' in asked.content.decode()
    assert browser.post(f"/entries/{note}/who/share", shared).status_code == 302
    ticked = form(text="She is well there.", **picked, **{"apart-kept": "yes"})
    refused = browser.post(f"/entries/{note}/correct", ticked)
    assert refused.status_code == 422 and "An agency outside was shown what this corrects" in text_of(refused)
    other = recorded(worker, child, "note", timezone.now(), text="Seen.", mentions=[(place.pk, "meeting-place")])
    refused = browser.post(f"/entries/{other}/who/share", shared)
    assert refused.status_code == 422 and "It is not shared outside the circle." in text_of(refused)


def test_neither_does_the_record_of_another_child_that_names_them(
    browser: Client, worker: Viewer, child: UUID, kept: UUID
) -> None:
    clinic, friend = factories.viewer("health", name="Ash Clinic"), a_child(worker, name="Paige Larch")
    named = {"other-0-kind": "child", "other-0-what": "Tia Rowan", "other-0-thing": str(child)}
    path, sent = f"/children/{friend}/record/note", form(text="She was with her at 14 Alder Row.", **named)
    asked = browser.post(path, sent)
    assert asked.status_code == 422 and 'name="apart-kept"' in asked.content.decode()
    assert tried() == 1
    kept_on = browser.post(path, sent | {"apart-kept": "yes"})
    assert kept_on.status_code == 302
    note = kept_on.headers["Location"].split("?")[0]
    shared = {"agency": str(clinic.agency_id), "basis": "safeguarding", "reason": "They treat her tonight."}
    refused = browser.post(f"{note}/who/share", shared)
    assert refused.status_code == 422 and "It is not shared outside the circle." in text_of(refused)
    assert tried() == 2


def test_an_agency_that_has_come_into_the_circle_is_not_outside(
    browser: Client, worker: Viewer, child: UUID, kept: UUID
) -> None:
    clinic = factories.viewer("health", name="Ash Clinic")
    note = recorded(worker, child, "note", timezone.now(), text="She is well.")
    shared = {"agency": str(clinic.agency_id), "basis": "safeguarding", "reason": "They treat her tonight."}
    assert browser.post(f"/entries/{note}/who/share", shared).status_code == 302
    let_in(worker, clinic, child)
    ticked = form(text="She is at 14 Alder Row.", **{"apart-kept": "yes"})
    assert browser.post(f"/entries/{note}/correct", ticked).status_code == 302


def test_a_reason_that_is_refused_stays_where_it_was_typed(worker: Viewer, child: UUID, kept: UUID) -> None:
    clinic, nurse = (factories.viewer("health", name=name) for name in ("Ash Clinic", "Birch Clinic"))
    for one in (clinic, nurse):
        let_in(worker, one, child)
    browser = signed_in(factories.viewer("children-services", role="manager"))
    address = f"/children/{child}/who/leave/{clinic.agency_id}"
    page = browser.post(address, {"why": "They moved to 14 Alder Row."})
    assert page.status_code == 422
    shown = page.content.decode()
    assert shown.count("They moved to 14 Alder Row.") == 1
    assert f'href="#{address}-why"' in shown and f'id="{address}-why"' in shown
    assert "/who/leave/" in shown.split('<details class="govuk-details govuk-!-margin-bottom-0" open>')[1][:400]


def test_what_is_not_written_is_compared_with_nothing(worker: Viewer, child: UUID, kept: UUID) -> None:
    """Inputs that no form has, and acts that were done already: right and wrong guesses are answered alike."""
    manager, other = factories.viewer("children-services", role="manager"), factories.viewer("health")
    browser = signed_in(manager)
    with viewing(loader("test")):
        email = Account.objects.get(pk=other.account_id).email
    assert browser.post(f"/children/{child}/who/name", {"email": email, "reason": "She treats her."}).status_code == 302
    assert browser.post(f"/children/{child}/who/join", {"reason": "We see her weekly."}).status_code == 302
    for path, sent in (
        (f"/children/{child}/who/name", {"email": email, "reason": "At {guess}?"}),
        (f"/children/{child}/who/join", {"reason": "At {guess}?"}),
        (f"/children/{child}/who/propose", {"level": "open", "reason": "She is safe.", "x": "At {guess}?"}),
        (f"/children/{child}/record/note", form(text="She is well.", x="At {guess}?")),
    ):
        statuses = set()
        for guess in ("14 Alder Row", "15 Birch Row"):
            told = {name: value.format(guess=guess) for name, value in sent.items()} | {"client_key": str(uuid4())}
            statuses.add(browser.post(path, told).status_code)
        assert len(statuses) == 1, path
    assert tried() == 0


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("children/{child}/who/close", {"level": "sealed"}),
        ("children/{child}/who/name", {"email": "{email}"}),
        ("children/{child}/who/deny", {"email": "{email}"}),
        ("children/{child}/who/conflict", {}),
        ("entries/{note}/who/seal", {}),
    ],
)
def test_a_reason_that_the_guardian_reads_never_holds_it(
    worker: Viewer, child: UUID, kept: UUID, path: str, sent: dict[str, str]
) -> None:
    manager, other = factories.viewer("children-services", role="manager"), factories.viewer("health")
    note = recorded(worker, child, "note", timezone.now(), text="She is well.")
    with viewing(loader("test")):
        email = Account.objects.get(pk=other.account_id).email
    told = {"child": child, "note": note, "email": email}
    browser, where = signed_in(manager), "/" + path.format(**told)
    filled = {name: value.format(**told) for name, value in sent.items()}
    refused = browser.post(where, filled | {"reason": "He waits at 14 Alder Row."})
    assert refused.status_code == 422 and "kept apart (where they live). Take it out" in text_of(refused)
    assert "He waits at 14 Alder Row." in refused.content.decode()
    assert tried() == 1
    with viewing(worker):
        assert not any(rows.objects.exists() for rows in (Closed, Grant, Bar, SealedEntry))
    assert browser.post(where, filled | {"reason": "He waits outside."}).status_code == 302


REACHED = {"agency": "{clinic}", "basis": "safeguarding", "legal_basis": "safeguarding", "what": "When was she seen?"}


@pytest.mark.parametrize(
    ("path", "sent", "guessed", "wrong"),
    [
        ("children/{child}/record/note", form(), "text", {"at-when": "moon"}),
        ("children/{child}/sharing/ask", REACHED | {"soon": "24"}, "reason", {"agency": ""}),
        ("children/{child}/sharing/ask", REACHED | {"soon": "24", "apart-kept": "yes"}, "reason", {"agency": ""}),
        ("children/{child}/safe-contact", {}, "text", {"text": "{guess} " + "x" * 500}),
        ("entries/{note}/who/share", REACHED, "reason", {"agency": ""}),
        ("entries/{note}/who/share", REACHED | {"apart-kept": "yes", "told": "x"}, "reason", {"agency": ""}),
        ("children/{child}/kept-apart/add", {"what": "phone", "apart": "07700 900123"}, "why",
         {"kept_from": "{clinic}"}),
        ("children/{child}/kept-apart/{kept}/show", {}, "why", None),
        ("children/{child}/kept-apart/{kept}/end", {}, "why", None),
    ],
)  # fmt: skip
def test_a_guess_stays_on_the_record_or_in_the_log(
    browser: Client, worker: Viewer, child: UUID, kept: UUID,
    path: str, sent: dict[str, Any], guessed: str, wrong: dict[str, str] | None,
) -> None:  # fmt: skip
    """A right guess is written down; with anything else wrong, right and wrong guesses are answered alike."""
    note = recorded(worker, child, "note", timezone.now(), text="She is well.")
    clinic = factories.viewer("health", name="Ash Clinic").agency_id

    def answer(guess: str, more: dict[str, str]) -> str:
        told = {"child": child, "kept": kept, "note": note, "clinic": clinic, "guess": guess}
        typed = sent | {guessed: f"Is it {guess}, I wonder?"} | more
        filled = {name: str(value).format(**told) for name, value in typed.items()}
        return text_of(browser.post("/" + path.format(**told), filled)).replace(guess, "…")

    if wrong is not None:
        assert answer("14 Alder Row", wrong) == answer("15 Birch Row", wrong)
        assert tried() == 0
    answer("14 Alder Row", {})
    assert tried() == 1
    answer("15 Birch Row", {})
    assert tried() == 1


def tried() -> int:
    with viewing(loader("test")):
        return int(ReadEvent.objects.filter(what="Tried to record what is kept apart").count())


def test_a_concern_of_somebody_inside_is_asked_about(browser: Client, worker: Viewer, child: UUID, kept: UUID) -> None:
    begun = browser.get(f"/concern/?child={child}").headers["Location"].rsplit("/", 1)[0]
    for step, sent in (("danger", {"immediate_danger": "no"}), ("noticed", {"noticed": "Seen at 14 Alder Row.",
                       "at-when": "now", "basis": "fact"}), ("signs", {}), ("others", {})):  # fmt: skip
        assert browser.post(f"{begun}/{step}", sent).status_code == 302, step
    before, asked = count(worker), browser.post(f"{begun}/check")
    assert asked.status_code == 422 and 'name="apart-kept"' in asked.content.decode()
    assert count(worker) == before and tried() == 1
    assert browser.post(f"{begun}/check", {"apart-kept": "yes"}).status_code == 302
    assert count(worker) == before + 1


def test_a_safe_contact_never_holds_it(browser: Client, worker: Viewer, child: UUID, kept: UUID) -> None:
    refused = browser.post(f"/children/{child}/safe-contact", {"text": "Write to 14 Alder Row"})
    assert refused.status_code == 422 and "kept apart" in text_of(refused)
    with viewing(worker):
        assert not SafeContact.objects.filter(text__contains="Alder").exists()


def test_what_is_sent_too_late_is_not_kept_in_clear(browser: Client, worker: Viewer, child: UUID) -> None:
    from django.http import QueryDict
    from django.test import RequestFactory

    from safekept.directory.models import Account
    from safekept.entrance import kept

    request = RequestFactory().post(f"/children/{child}/kept-apart/add", {"what": "home", "apart": ADDRESS, "why": WHY})
    assert isinstance(request.POST, QueryDict)
    kept.keep(request, Account.objects.get(pk=worker.account_id))
    with viewing(worker):
        assert KeptForm.objects.get().data == {"what": ["home"], "why": [WHY]}


def count(worker: Viewer) -> int:
    with viewing(worker):
        return int(Entry.objects.count())
