"""A full disk, a cut connection, a stopped import, two editors, a clock that jumps: nothing is lost or half there."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from safekept.access.models import ReadEvent
from safekept.access.viewer import Viewer, loader, viewing
from safekept.casework.pages.concern import key
from safekept.config import database
from safekept.proof.verifying import verify_everything
from safekept.record import drafts
from safekept.record.actions import NewEntry, append, append_many
from safekept.record.models import Entry, Mention, Obligation
from safekept.register.models import Thing
from tests import factories
from tests.integration.test_pages_concern import begun
from tests.integration.test_record_chain import in_threads
from tests.pages import a_child, recorded, signed_in, text_of

WORDS = "She said <b>he</b> waits at the gate.\nTwice last week."


def disk_full() -> OperationalError:
    """What Django raises when PostgreSQL has no room left."""
    error = OperationalError("could not extend file: No space left on device")
    error.__cause__ = psycopg.errors.DiskFull("could not extend file: No space left on device")
    return error


@contextmanager
def failing_at(number: int, error: Callable[[], Exception] = disk_full) -> Iterator[list[str]]:
    """The numbered statement fails; gives the statements that were sent."""
    sent: list[str] = []

    def wrapper(execute: Any, sql: str, *rest: Any) -> Any:
        sent.append(sql)
        if len(sent) - 1 == number:
            raise error()
        return execute(sql, *rest)

    with connection.execute_wrapper(wrapper):
        yield sent


def browser(viewer: Viewer) -> Client:
    """Signed in, and shown the page for what went wrong, as in life."""
    client = signed_in(viewer)
    client.raise_request_exception = False
    return client


def concern(**more: Any) -> dict[str, Any]:
    return {"client_key": str(uuid4()), "at-when": "now", "text": WORDS, "basis": "fact", **more}


def left(viewer: Viewer) -> tuple[int, int, int]:
    """Entries, mentions, and rows of the reading log that say something was recorded."""
    with viewing(viewer):
        logged = ReadEvent.objects.filter(what__startswith="Recorded").count()
        return Entry.objects.count(), Mention.objects.count(), logged


def inputs(page: str) -> dict[str, list[str]]:
    """The hidden inputs of a page, as a browser would send them."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


@pytest.mark.django_db
def test_a_full_disk_at_any_statement_keeps_nothing_and_gives_back_what_was_typed(worker: Viewer, child: UUID) -> None:
    client, typed = browser(worker), concern()
    drafts.save(worker, "record-note", child, {"text": [WORDS]})
    with failing_at(-1) as sent:
        assert client.post(f"/children/{child}/record/note", concern(text="One that works.")).status_code == 302
    before, inside = left(worker), 0
    for number in range(len(sent)):
        with failing_at(number):
            answer = client.post(f"/children/{child}/record/note", typed)
        if answer.status_code == 302:  # after the commit, or where failing is allowed: then the entry is there whole
            break
        inside += 1
        assert answer.status_code == 503, (number, sent[number])
        assert "This was not saved There is no room left where records are kept" in text_of(answer)
        assert html.escape(WORDS, quote=False).split("\n")[0] in answer.content.decode()
        assert "<b>he</b>" not in answer.content.decode()
        assert left(worker) == before, (number, sent[number])
    assert inside > 15
    again = {**inputs(answer.content.decode()), "at-when": "now"} if answer.status_code == 503 else typed
    assert again["text"] in (WORDS, [WORDS])
    assert client.post(f"/children/{child}/record/note", again).status_code == 302
    assert left(worker) == (before[0] + 1, before[1], before[2] + 1)
    assert verify_everything().holds


@pytest.mark.django_db
def test_what_was_typed_elsewhere_is_never_given_back(worker: Viewer, child: UUID) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(worker).cookies
    strict.raise_request_exception = False
    with failing_at(2):
        answer = strict.post(f"/children/{child}/record/note", concern())
    assert answer.status_code >= 400
    assert "Twice last week" not in answer.content.decode()


@pytest.mark.django_db
def test_a_password_is_never_written_into_a_page(worker: Viewer, child: UUID) -> None:
    client = browser(worker)
    with failing_at(12):
        answer = client.post(f"/children/{child}/record/note", concern(**{"again-password": "quiet boats"}))
    assert answer.status_code == 503
    assert "quiet boats" not in answer.content.decode()


def cut() -> OperationalError:
    """The server ends this very connection, as an administrator or a restart would; then the statement is sent."""
    server = database.server()
    assert server is not None
    with server.connect() as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    try:
        connection.connection.execute("SELECT 1")
    except psycopg.OperationalError as error:
        gone = OperationalError(str(error))
        gone.__cause__ = error
        return gone
    raise AssertionError("the connection was not cut")


def test_a_connection_cut_at_any_statement_of_an_append_leaves_nothing(fresh_database: str) -> None:
    worker, child = _people()
    append(worker, NewEntry("note", child, timezone.now(), text="One that works."))
    with failing_at(-1) as sent:
        append(worker, NewEntry("note", child, timezone.now(), text="Another."))
    new, before = NewEntry("note", child, timezone.now(), text=WORDS), left(worker)
    for number in range(len(sent)):
        with failing_at(number, cut), pytest.raises(OperationalError):
            append(worker, new)
        assert left(worker) == before, sent[number]
    append(worker, new)
    assert left(worker) == (before[0] + 1, before[1], before[2] + 1)
    assert verify_everything().holds


def test_a_connection_cut_while_a_form_is_sent_gives_back_what_was_typed(fresh_database: str) -> None:
    worker, child = _people()
    client, typed = browser(worker), concern()
    kept = drafts.save(worker, "record-note", child, {"text": [WORDS]})
    with failing_at(12, cut):
        answer = client.post(f"/children/{child}/record/note", typed)
    assert answer.status_code == 503
    assert "The database stopped answering." in text_of(answer)
    assert [draft.pk for draft in drafts.mine(worker)] == [kept.pk]
    assert left(worker)[0] == 0
    assert client.post(f"/children/{child}/record/note", inputs(answer.content.decode())).status_code == 302
    assert client.post(f"/children/{child}/record/note", typed).status_code == 302
    assert left(worker)[0] == 1


def test_an_import_that_is_stopped_is_all_or_nothing_and_complete_the_second_time(fresh_database: str) -> None:
    worker, child = _people()
    at = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    handed_in = [NewEntry("note", child, at + dt.timedelta(hours=n), text=f"Number {n}.") for n in range(30)]
    with failing_at(-1) as sent:
        append_many(worker, [NewEntry("note", child, at, text="Another import.")])
    before = left(worker)
    for number in range(0, len(sent), 3):
        with failing_at(number, cut), pytest.raises(OperationalError):
            append_many(worker, handed_in)
        assert left(worker) == before
    first = append_many(worker, handed_in)
    assert append_many(worker, handed_in) == first
    assert left(worker)[0] == before[0] + 30
    assert verify_everything().holds


def test_fifty_sendings_of_one_form_at_once_are_one_entry(fresh_database: str) -> None:
    worker, child = _people()
    clients, typed = [signed_in(worker) for _ in range(50)], concern(signs=["missing-from-home"])
    answers = in_threads(50, lambda n: clients[n].post(f"/children/{child}/record/concern", typed))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert left(worker)[0] == 1
    assert verify_everything().holds


def test_a_concern_about_a_new_child_sent_twelve_times_at_once_is_one_entry_about_one_child(
    fresh_database: str,
) -> None:
    worker, _ = _people()
    base = begun(signed_in(worker))
    draft = UUID(base.rsplit("/", 1)[1])
    who = {"child-known": ["named"], "child-name": ["Jay Moss"], "child-born": ["2010"], "child-area": ["birmingham"]}
    answers = {"immediate_danger": ["no"], "noticed": [WORDS], "at-when": ["now"], "basis": ["fact"], "online": ["no"]}
    drafts.save(worker, key(draft), None, {**who, **answers, "signs": ["unexplained-gifts"]})
    clients = [signed_in(worker) for _ in range(12)]
    sent = in_threads(12, lambda n: clients[n].post(f"{base}/check"))
    assert {answer.status_code for answer in sent} == {302}
    assert len({answer.url for answer in sent}) == 1
    assert left(worker)[0] == 1
    with viewing(loader("test")):
        assert Thing.objects.filter(label="Jay Moss").count() == 1
    assert drafts.mine(worker) == []
    assert verify_everything().holds


@pytest.mark.django_db
def test_two_people_who_correct_the_same_entry_are_both_kept_and_shown(worker: Viewer, child: UUID) -> None:
    other = factories.viewer("children-services")
    first = recorded(worker, child, "note", timezone.now(), text="Seen at the gate.")
    for viewer, text in ((worker, "Seen at the north gate."), (other, "Seen at the gate at nine.")):
        recorded(viewer, child, "note", timezone.now(), text=text, supersedes=first)
    page = text_of(signed_in(worker).get(f"/children/{child}"))
    assert "Seen at the north gate." in page
    assert "Seen at the gate at nine." in page
    assert left(worker)[0] == 3


@pytest.mark.django_db
def test_a_clock_that_jumps_refuses_nothing_and_the_chain_keeps_the_order(worker: Viewer, child: UUID) -> None:
    start = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)
    hour, day = dt.timedelta(hours=1), dt.timedelta(days=1)
    moments, kept = [start, start - hour, start + day, start + hour], []
    for number, now in enumerate(moments):
        with time_machine.travel(now, tick=False):
            kept.append(recorded(worker, child, "referral", now, fields={"to": "children-services"}, text=f"{number}."))
    with viewing(loader("test")):
        rows = list(Entry.objects.filter(subject_id=child).order_by("seq"))
        owed = Obligation.objects.filter(subject_id=child, owes="discussion").count()
    assert [row.pk for row in rows] == kept
    assert [row.recorded_at for row in rows] == moments
    assert owed == len({row.pk for row in rows})
    assert verify_everything().holds


def _people() -> tuple[Viewer, UUID]:
    factories.coordinator()
    factories.police()
    worker = factories.children_services()
    return worker, a_child(worker)
