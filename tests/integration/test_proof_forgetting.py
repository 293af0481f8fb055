"""With the last entry of a record goes what the register knows of whom it was about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import RequestFactory
from django.utils import timezone

from safekept.access.viewer import Viewer, loader, viewing
from safekept.directory.models import Account
from safekept.directory.roles import Role
from safekept.entrance import kept
from safekept.entrance.models import KeptForm
from safekept.proof import acts
from safekept.proof.forgetting import LABEL
from safekept.proof.verifying import verify_everything
from safekept.record.actions import NewEntry, append
from safekept.register.actions import NewThing, add_identifier, add_thing, set_safe_contact
from safekept.register.models import Thing
from safekept.register.queries import SearchQuery, search
from safekept.vault import actions as vault
from tests import factories, tampering
from tests.pages import signed_in, text_of
from tests.security.world import APART
from tests.tampering import Superuser

ORDER = ("court-order", "BM26P00012", "The court ordered it.")
SECRETS = ("Zephyrine", "Quail", "Zeph", "999 000 0018", "9990000018", "07700 900456", "the form tutor", "2011-05-04")


@pytest.fixture
def worker(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    monkeypatch.setenv("SAFEKEPT_CHECKPOINT_KEY", str(tmp_path / "checkpoint-key.pem"))
    factories.coordinator()
    factories.police()
    return factories.children_services()


@pytest.fixture
def superuser(worker: Viewer, fresh_database: str) -> Iterator[Superuser]:
    with tampering.superuser(fresh_database) as made:
        yield made


def a_whole_child(worker: Viewer) -> UUID:
    """A child of whom the register knows everything that it can know."""
    named = [("Zephyrine Quail", "name"), ("Zeph", "nickname")]
    new = NewThing("child", named, born="2011-05-04", area="birmingham", safe_contact="Through the form tutor")
    with viewing(worker):
        child = UUID(str(add_thing(worker, new).pk))
        add_identifier(worker, child, "nhs", "999 000 0018")
        add_identifier(worker, child, "phone", "07700 900456")
        set_safe_contact(worker, child, "Ask the form tutor")
        vault.keep(worker, child, APART)
    return child


def noted(worker: Viewer, child: UUID, text: str = "A note.", mentions: tuple[tuple[UUID, str], ...] = ()) -> UUID:
    with viewing(worker):
        at = timezone.now() - dt.timedelta(hours=1)
        return UUID(str(append(worker, NewEntry("note", child, at, {}, text, mentions=mentions)).pk))


def erased(*entries: UUID) -> None:
    guardian = factories.viewer("other", role=Role.GUARDIAN, name="Governance")
    second = factories.viewer("other", role=Role.ADMINISTRATOR, name="Governance")
    acts.agree(second, acts.ask(guardian, entries, *ORDER), "Agreed.")


def everything(superuser: Superuser) -> str:
    names = [name for (name,) in superuser.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    return " ".join(text for rows in tampering.tables(superuser, *names).values() for text in rows)


def found(viewer: Viewer, words: str) -> list[UUID]:
    return [one.thing.pk for one in search(viewer, SearchQuery(words, kinds=("child", "adult")))]


def test_with_the_last_entry_goes_everything_that_the_register_knows(worker: Viewer, superuser: Superuser) -> None:
    child = a_whole_child(worker)
    other = add_thing(worker, NewThing("child", [("Quail Sam", "name")], area="birmingham")).pk
    first, last = noted(worker, child), noted(worker, child)
    theirs = noted(worker, other, "Sam knows them.", ((child, "friend"),))
    before = everything(superuser)
    assert all(secret in before for secret in SECRETS)
    erased(first)
    assert child in found(worker, "Zephyrine Quail")
    assert all(secret in everything(superuser) for secret in SECRETS)
    erased(last)
    left = everything(superuser)
    assert [secret for secret in SECRETS if secret in left and secret != "Quail"] == []
    assert "zephyrine" not in left and "quail" in left  # another child's name part stays in the vocabulary
    with viewing(worker):
        stub = Thing.objects.get(pk=child)
        assert (stub.label, stub.born, stub.sex, stub.description, stub.area_id) == (LABEL, None, "", "", "birmingham")
    for words in ("Zephyrine Quail", "Zeph", "9990000018", "07700 900456", "4 May 2011"):
        assert child not in found(worker, words), words
    assert found(worker, "Quail Sam") == [other]
    page = text_of(signed_in(worker).get(f"/entries/{theirs}"))
    assert LABEL in page and "Sam knows them." in page
    assert LABEL in text_of(signed_in(worker).get(f"/children/{child}"))
    assert verify_everything().faults == ()


def test_somebody_else_stays_while_another_entry_mentions_them(worker: Viewer) -> None:
    child = a_whole_child(worker)
    with viewing(worker):
        man = UUID(str(add_thing(worker, NewThing("adult", [("Wendell Oxtoby", "name")])).pk))
        at = timezone.now() - dt.timedelta(hours=1)
        own = UUID(str(append(worker, NewEntry("disruption", man, at, {"option": "caution"})).pk))
    told = noted(worker, child, "Seen with him.", ((man, "person-of-concern"),))
    noted(worker, child)
    erased(own)
    assert found(worker, "Wendell Oxtoby") == [man]
    erased(told)
    assert found(worker, "Wendell Oxtoby") == []


def test_a_fact_that_was_put_right_goes_too(worker: Viewer, superuser: Superuser) -> None:
    child = a_whole_child(worker)
    last = noted(worker, child)
    with viewing(worker):
        thing = Thing.objects.get(pk=child)
        thing.born = dt.date(2010, 3, 9)
        thing.save(update_fields=["born"])
    assert "2010-03-09" in everything(superuser)
    erased(last)
    left = everything(superuser)
    assert "2010-03-09" not in left and "2011-05-04" not in left


def test_nothing_of_the_register_goes_otherwise(worker: Viewer) -> None:
    """Neither by the application, nor by the tables' owner while an entry is left."""
    child = a_whole_child(worker)
    first, _ = noted(worker, child), noted(worker, child)
    erased(first)
    statements = [
        *(f"DELETE FROM register_{name}" for name in ("thingname", "identifier", "safecontact", "token", "namekey")),
        "DELETE FROM vault_keptapart",
        f"UPDATE register_thing SET label = '{LABEL}', born = NULL, born_precision = '', sex = '', description = ''",
    ]
    for statement in statements:
        for viewer in (worker, loader("test")):
            with viewing(viewer), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            try:
                with transaction.atomic("owner"):
                    cursor.execute(statement)
                assert cursor.rowcount == 0, statement
            except DatabaseError as error:
                assert "never changed" in str(error) or "only" in str(error)
    assert found(worker, "Zephyrine Quail") == [child]


def test_a_form_sent_too_late_that_names_an_erased_entry_goes(worker: Viewer) -> None:
    child = a_whole_child(worker)
    gone, _ = noted(worker, child, "What nobody may read afterwards."), noted(worker, child)
    account = Account.objects.get(pk=worker.account_id)
    sent = {
        f"/entries/{gone}/correct": {"text": "Something else"},
        "/concern/": {"answers": str(gone)},
        "/children/x": {"text": "I quote: What nobody may read afterwards."},
        f"/children/{child}/record/meeting": {"text": "Another matter."},
    }
    for path, data in sent.items():
        assert kept.keep(RequestFactory().post(path, data), account)
    erased(gone)
    with viewing(worker):
        assert [one.path for one in KeptForm.objects.all()] == [f"/children/{child}/record/meeting"]
