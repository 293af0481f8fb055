"""Whoever sees a mention finds whom it mentions, however they came to it; having heard of somebody opens nothing."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from safekept.access import circles, closing, naming
from safekept.access.models.closing import Level
from safekept.access.viewer import Viewer, loader, viewer_for, viewing
from safekept.directory.models import Account
from safekept.record import heard, sealing, sharing
from safekept.register.actions import NewThing, add_thing
from safekept.register.models import Thing
from safekept.register.queries import SearchQuery, search
from tests import factories
from tests.pages import a_child, let_in, recorded

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def worker() -> Viewer:
    return factories.children_services()


@pytest.fixture
def school() -> Viewer:
    return factories.viewer("school")


@pytest.fixture
def child(worker: Viewer) -> UUID:
    return a_child(worker)


@pytest.fixture
def man(worker: Viewer) -> UUID:
    with viewing(worker):
        return UUID(str(add_thing(worker, NewThing("adult", [("Wendell Oxtoby", "name")])).pk))


def mentioned(by: Viewer, child: UUID, man: UUID, kind: str = "note", **more: object) -> UUID:
    return recorded(by, child, kind, AT, mentions=[(man, "person-of-concern")], **more)  # type: ignore[arg-type]


def found(by: Viewer, man: UUID) -> bool:
    """Whether they find him by name, and see him by his id; the two never differ."""
    by_name = [one.thing.pk for one in search(by, SearchQuery("Wendell Oxtoby"))] == [man]
    with viewing(by):
        assert Thing.objects.filter(pk=man).exists() == by_name
    return by_name


def test_the_circle_finds_whom_an_entry_mentions_and_others_do_not(
    worker: Viewer, school: Viewer, child: UUID, man: UUID
) -> None:
    let_in(worker, school, child)
    assert not found(school, man)
    mentioned(worker, child, man)
    assert found(school, man)
    assert not found(factories.viewer("health"), man)


def test_who_joins_later_finds_whom_earlier_entries_mention(
    worker: Viewer, school: Viewer, child: UUID, man: UUID
) -> None:
    mentioned(worker, child, man)
    assert not found(school, man)
    let_in(worker, school, child)
    assert found(school, man)


def test_who_left_the_circle_finds_nobody_by_it_any_more(
    worker: Viewer, school: Viewer, child: UUID, man: UUID
) -> None:
    let_in(worker, school, child)
    mentioned(worker, child, man)
    manager = factories.viewer("children-services", role="manager")
    with viewing(manager):
        circles.leave(manager, child, school.agency_id, "She has changed schools.")
    assert not found(school, man)


def test_an_agency_with_which_an_entry_was_shared_finds_whom_it_mentions(
    worker: Viewer, school: Viewer, child: UUID, man: UUID
) -> None:
    entry = mentioned(worker, child, man)
    with viewing(worker):
        sharing.share(worker, entry, school.agency_id, "safeguarding", "She is taught there.")
    assert found(school, man)


def test_what_comes_from_outside_is_found_by_the_circle(worker: Viewer, school: Viewer, child: UUID) -> None:
    """Whoever reports from outside sees neither the circle nor its entries; those in it find whom they named."""
    inside = factories.viewer("voluntary")
    let_in(worker, inside, child)
    with viewing(school):
        man = UUID(str(add_thing(school, NewThing("adult", [("Wendell Oxtoby", "name")])).pk))
    mentioned(school, child, man, "concern", fields={"noticed": "A man waits at the gate."})
    assert found(inside, man)
    assert found(school, man)


def test_a_person_named_for_a_closed_record_finds_whom_it_mentions(worker: Viewer, child: UUID, man: UUID) -> None:
    named, manager = factories.viewer("health"), factories.viewer("children-services", role="manager")
    mentioned(worker, child, man)
    assert not found(named, man)
    with viewing(manager):
        naming.name(manager, child, named.account_id, "She is her school nurse.")
    assert found(named, man)


def test_what_somebody_wrote_leads_them_there_from_another_agency_too(
    worker: Viewer, school: Viewer, child: UUID, man: UUID
) -> None:
    let_in(worker, school, child)
    with viewing(school):
        mine = UUID(str(add_thing(school, NewThing("adult", [("Basil Thrupp", "name")])).pk))
    mentioned(school, child, mine)
    account = Account.objects.get(pk=school.account_id)
    account.team = factories.team(factories.agency("housing"))
    account.save()
    moved = viewer_for(Account.objects.get(pk=school.account_id))
    with viewing(moved):
        assert Thing.objects.filter(pk=mine).exists()
    assert not found(moved, man)


@pytest.mark.parametrize("how", ["record", "entry"])
def test_what_is_sealed_leads_nobody_to_whom_it_mentions(
    worker: Viewer, school: Viewer, child: UUID, man: UUID, how: str
) -> None:
    manager = factories.viewer("children-services", role="manager")
    let_in(worker, school, child)
    entry = mentioned(manager, child, man)
    assert found(school, man)
    with viewing(manager):
        if how == "record":
            sealing.close(manager, child, closing.Closing(Level.SEALED, "A relative works there.", None, ()))
        else:
            sealing.seal_entry(manager, entry, "A relative works at the school.")
    assert not found(school, man)


def test_an_entry_for_others_leads_nobody_to_whom_it_mentions(worker: Viewer, school: Viewer, man: UUID) -> None:
    police = factories.police()
    child = a_child(worker)
    let_in(worker, school, child)
    mentioned(police, child, man, "crime-record", fields={"type": "crime", "number": "C1", "flags": ["ES"]})
    assert not found(school, man)


def test_having_heard_of_somebody_opens_nothing_and_nobody_notes_it_for_themselves(school: Viewer, man: UUID) -> None:
    insert = "INSERT INTO record_heard (thing_id, holder) VALUES (%s, %s)"
    with pytest.raises(DatabaseError), viewing(school), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(insert, [man, school.agency_id])
    with viewing(loader("test")), connection.cursor() as cursor:
        cursor.execute(insert, [man, school.agency_id])
    assert not found(school, man)


def test_an_older_record_is_noted_when_the_tables_are_brought_up_to_date(
    worker: Viewer, school: Viewer, child: UUID, man: UUID
) -> None:
    let_in(worker, school, child)
    mentioned(worker, child, man)

    def rows() -> set[tuple[UUID, UUID]]:
        with viewing(loader("test")), connection.cursor() as cursor:
            cursor.execute("SELECT thing_id, holder FROM record_heard")
            return set(cursor.fetchall())

    noted = rows()
    assert (man, school.agency_id) in noted
    with viewing(loader("test")), connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_heard")
    assert not found(school, man)
    other = mentioned(worker, child, man)  # somebody goes on writing meanwhile, which fills nothing in
    assert other
    heard.note_everything()
    assert noted <= rows()
    assert found(school, man)
