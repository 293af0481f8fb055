"""Looking for somebody hidden: the guardian is told, and whoever looks cannot tell, by answer or by statement."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from safekept.access import closing
from safekept.access.models import Alert
from safekept.access.models.closing import Level
from safekept.access.viewer import Viewer, viewing
from safekept.record import sealing
from safekept.register.actions import NewThing, add_identifier, add_thing
from safekept.register.queries import SearchQuery, search
from tests import factories
from tests.pages import a_child, signed_in

pytestmark = pytest.mark.django_db
NHS = "999 000 0018"
WHY = "A relative of hers works in the school."


class World:
    """A child, sealed where ``sealed``, or never added where ``there`` is false; and somebody who looks."""

    def __init__(self, there: bool = True, sealed: bool = True) -> None:
        self.manager = factories.viewer("children-services", role="manager")
        self.school = factories.viewer("school", name="Ash School")
        self.guardian = factories.viewer("other", name="Board", role="guardian")
        a_child(self.manager, "Tia Rowan", born="2012-01-01")
        a_child(self.manager, "Rosa Quillan", born="2012-01-01")
        if there:
            self.bring(sealed)

    def bring(self, sealed: bool = True) -> None:
        """The child comes."""
        self.child = a_child(self.manager, "Tia Quillan", identifiers=[("nhs", NHS), ("phone", "07700 900456")])
        if sealed:
            with viewing(self.manager):
                sealing.close(self.manager, self.child, closing.Closing(Level.SEALED, WHY, None, []))

    def told(self) -> list[Alert]:
        with viewing(self.guardian):
            return list(Alert.objects.all())


def look(viewer: Viewer, text: str, **more: Any) -> list[str]:
    return [one.thing.label for one in search(viewer, SearchQuery(text, **more))]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tia quillan 4 May 2011", "Searched for somebody. The name and birth date typed are theirs."),
        ("Quillan, Tia 04/05/2011", "Searched for somebody. The name and birth date typed are theirs."),
        ("999 000 0018", "Searched for somebody. The number or address typed is theirs."),
        ("07700 900456", "Searched for somebody. The number or address typed is theirs."),
    ],
)
def test_a_strong_search_for_a_sealed_child_tells_the_guardian(text: str, says: str) -> None:
    world = World()
    assert "Tia Quillan" not in look(world.school, text)
    (alert,) = world.told()
    assert (alert.kind, alert.subject_id, alert.account_id) == ("sealed-sought", world.child, world.school.account_id)
    assert alert.says == says
    assert alert.due - alert.at == dt.timedelta(hours=72)
    with viewing(world.school):
        assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "text", ["tia quillan", "4 May 2011", "tia quillan 5 May 2011", "tia rowan 4 May 2011", "999 000 0026"]
)
def test_a_weak_search_tells_nobody(text: str) -> None:
    world = World()
    look(world.school, text)
    assert world.told() == []


def test_whoever_was_named_finds_the_child_and_nobody_is_told() -> None:
    world = World()
    assert look(world.manager, "tia quillan 4 May 2011")[0] == "Tia Quillan"
    assert world.told() == []


def test_an_open_record_tells_nobody() -> None:
    world = World(sealed=False)
    assert look(world.school, "tia quillan 4 May 2011")[0] == "Tia Quillan"
    assert world.told() == []


def test_looking_for_somebody_denied_to_one_is_told_too() -> None:
    world = World(sealed=False)
    with viewing(world.manager):
        sealing.deny(world.manager, world.child, world.school.account_id, WHY)
    look(world.school, "tia quillan 4 May 2011")
    (alert,) = world.told()
    assert (alert.kind, alert.subject_id) == ("barred-sought", world.child)
    look(factories.viewer("health"), "tia quillan 4 May 2011")
    assert len(world.told()) == 1


def test_adding_a_child_who_is_there_and_sealed_tells_the_guardian() -> None:
    world = World()
    with viewing(world.school):
        add_thing(world.school, NewThing("child", names=[("Tia Quillan", "name")], born="4 May 2011"))
    (alert,) = world.told()
    assert alert.says == "Added somebody. The name and birth date typed are theirs."


def test_one_day_tells_once() -> None:
    world = World()
    with time_machine.travel(dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC), tick=False) as clock:
        for _ in range(3):
            look(world.school, "tia quillan 4 May 2011")
        assert len(world.told()) == 1
        clock.shift(dt.timedelta(days=1))
        look(world.school, "tia quillan 4 May 2011")
        assert len(world.told()) == 2


def plain(answer: Any) -> str:
    """A page without what is new in each answer."""
    return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.content.decode())


@pytest.mark.parametrize("text", ["tia quillan 4 May 2011", NHS, "tia quillan", "07700 900456"])
def test_the_answer_and_the_number_of_statements_are_the_same_with_and_without_the_sealed_child(text: str) -> None:
    world, answers = World(there=False), []
    browser = signed_in(world.school)
    browser.get("/search?q=nobody")
    for there in (False, True):
        if there:
            world.bring()
        with CaptureQueriesContext(connection) as asked:
            page = browser.get("/search", {"q": text})
        answers.append((page.status_code, plain(page), len(asked)))
    assert answers[0] == answers[1]


def test_adding_runs_the_same_statements_with_and_without_the_sealed_child() -> None:
    world, counts = World(there=False), []
    for there in (False, True):
        if there:
            world.bring()
        point = transaction.savepoint()
        with viewing(world.school), CaptureQueriesContext(connection) as asked:
            made = add_thing(world.school, NewThing("child", names=[("Tia Quillan", "name")], born="4 May 2011"))
            add_identifier(world.school, made.pk, "nhs", NHS)
        counts.append(len(asked))
        transaction.savepoint_rollback(point)
    assert counts[0] == counts[1]


def test_a_guardian_reviews_what_others_did_and_not_what_they_did_themselves() -> None:
    world = World(sealed=False)
    other = factories.viewer("other", name="Board", role="guardian")
    with viewing(world.manager):
        sealing.deny(world.manager, world.child, other.account_id, WHY)
    look(other, "tia quillan 4 May 2011")
    with viewing(world.guardian):
        (alert,) = Alert.objects.all()
    for who, changed in ((other, 0), (world.guardian, 1)):
        with viewing(who):
            rows = Alert.objects.filter(pk=alert.pk)
            assert rows.update(reviewed_at=timezone.now(), reviewed_by=who.account_id) == changed


def test_the_database_keeps_reviews_independent_by_itself() -> None:
    """Past the application's filter: one's own reading is not reviewed by oneself, nor in another's name."""
    world = World(sealed=False)
    of_nobody = Alert(
        kind="pattern", pattern="bulk", account_id=world.guardian.account_id, subject_id=None, says="x",
        at=timezone.now(), due=timezone.now(),
    )  # fmt: skip
    with viewing(world.guardian):
        of_nobody.save(force_insert=True)
    settle = "UPDATE access_alert SET reviewed_at = now(), reviewed_by = %s, finding = 'in-order', review = 'Mine.'"
    with viewing(world.guardian), connection.cursor() as cursor:
        cursor.execute(settle, [world.guardian.account_id])
        assert cursor.rowcount == 0
    other = factories.viewer("other", name="Board", role="guardian")
    with viewing(other), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(settle, [world.guardian.account_id])
    with viewing(other), connection.cursor() as cursor:
        cursor.execute(settle, [other.account_id])
        assert cursor.rowcount == 1


def test_only_whoever_reads_writes_that_they_read() -> None:
    world = World(sealed=False)
    from safekept.access.models import ReadEvent

    for who in (world.guardian, world.school):
        with viewing(who), pytest.raises(DatabaseError), transaction.atomic():
            ReadEvent(
                account_id=world.manager.account_id, agency_id=world.manager.agency_id, role="manager", purpose="x",
                what="child", ids=[UUID(int=1)],
            ).save(force_insert=True)  # fmt: skip
