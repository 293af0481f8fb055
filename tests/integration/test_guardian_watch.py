"""Looking through the reading log itself: what people really did is found, told once, and by nobody but the loader."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from safekept.access import circles
from safekept.access.models import Alert, ReadEvent
from safekept.access.viewer import Viewer, viewer_for, viewing
from safekept.guardian.limits import SHIPPED, load
from safekept.guardian.watching import last_look, watch
from tests import factories
from tests.pages import a_child, let_in, recorded, signed_in

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MONDAY = dt.datetime(2026, 3, 9, 10, 0, tzinfo=dt.UTC)
USUAL = load(SHIPPED)


class People:
    """A social worker with a child, a school around her, and a guardian."""

    def __init__(self) -> None:
        factories.coordinator()
        factories.police()
        self.worker = factories.children_services()
        self.school = self.named("Mel Ashby", "school")
        self.guardian = factories.viewer("other", name="Board", role="guardian")
        self.child = a_child(self.worker, "Tia Quillan")
        let_in(self.worker, self.school, self.child)

    def named(self, name: str, kind: str) -> Viewer:
        team = factories.team(factories.agency(kind, name=f"{name}’s {kind}"))
        return viewer_for(factories.account(team, name=name))

    def looks(self, who: Viewer, child: UUID | None = None, search: str = "Tia Quillan") -> None:
        browser = signed_in(who)
        if search:
            browser.get("/search", {"q": search})
        assert browser.get(f"/children/{child or self.child}").status_code == 200

    def told(self) -> list[tuple[str, UUID, UUID | None]]:
        with viewing(self.guardian):
            return [(a.pattern, a.account_id, a.subject_id) for a in Alert.objects.order_by("at", "pattern")]


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(MONDAY, tick=False) as travelled:
        yield travelled


def found(now: dt.datetime) -> set[str]:
    return {one.pattern for one in watch(now, USUAL)}


def test_a_child_searched_for_and_opened_without_any_part_is_told_once(clock: Any) -> None:
    people = People()
    people.looks(people.school)
    assert found(MONDAY + 23 * HOUR) == set()
    assert found(MONDAY + 24 * HOUR) == {"no-relation"}
    assert people.told() == [("no-relation", people.school.account_id, people.child)]
    assert found(MONDAY + 24 * HOUR) == set() and found(MONDAY + 25 * HOUR) == set()
    clock.move_to(MONDAY + 5 * DAY)
    people.looks(people.school)
    assert found(MONDAY + 7 * DAY) == set(), "the same within thirty days is the same"
    clock.move_to(MONDAY + 40 * DAY)
    people.looks(people.school)
    assert found(MONDAY + 42 * DAY) == {"no-relation"}


def test_whoever_records_what_they_saw_has_a_part_in_it(clock: Any) -> None:
    people = People()
    people.looks(people.school)
    clock.move_to(MONDAY + 3 * HOUR)
    recorded(people.school, people.child, "note", MONDAY, text="She was in school today.")
    assert found(MONDAY + 25 * HOUR) == set()


def test_whoever_is_outside_saw_a_name_and_a_duty_desk(clock: Any) -> None:
    people = People()
    people.looks(people.named("Jo Bexley", "health"))
    assert found(MONDAY + 25 * HOUR) == set()


def test_the_surname_of_an_adult_whom_the_record_mentions(clock: Any) -> None:
    from safekept.register.actions import NewThing, add_thing

    people = People()
    with viewing(people.worker):
        man = add_thing(people.worker, NewThing("adult", names=[("Lee Ashby", "name")]))
    recorded(people.worker, people.child, "note", MONDAY, text="Seen with him.", mentions=[(man.pk, "seen-with")])
    people.looks(people.school, search="")
    (one,) = watch(MONDAY + HOUR, USUAL)
    assert one.pattern == "same-surname"
    assert one.says == (
        "Mel Ashby opened the record of Tia Quillan on 9 March 2026 at 10:00; Lee Ashby in it has the same surname."
    )


def test_opening_after_the_agency_left() -> None:
    """The database writes down when an agency leaves, by its own clock."""
    people, left = People(), timezone.now()
    manager = factories.viewer("children-services", role="manager")
    with viewing(manager):
        circles.leave(manager, people.child, people.school.agency_id, "She changed schools.")
    for days, told in ((29, set()), (31, {"after-closing"})):
        with time_machine.travel(left + days * DAY, tick=False):
            people.looks(people.school, search="")
        assert found(left + days * DAY + HOUR) == told


def test_many_refusals(clock: Any) -> None:
    people = People()
    outside = signed_in(people.named("Jo Bexley", "health"))
    for _ in range(4):
        assert outside.get(f"/children/{people.child}/record/").status_code == 403
    assert found(MONDAY + HOUR) == set()
    outside.get(f"/children/{people.child}/who/")
    assert found(MONDAY + HOUR) == {"refusals"}


def test_just_before_the_child_went_missing(clock: Any) -> None:
    people = People()
    people.looks(people.school, search="")
    clock.move_to(MONDAY + 5 * HOUR)
    recorded(people.worker, people.child, "missing", MONDAY + 4 * HOUR, fields={"category": "missing"})
    (one,) = watch(MONDAY + 6 * HOUR, USUAL)
    assert one.pattern == "before-moving"
    assert "4 hours before the child was recorded as missing on 9 March 2026" in one.says


def test_the_numbers_of_the_readers_area_count(clock: Any, tmp_path: Path) -> None:
    own = tmp_path / "patterns.yaml"
    own.write_text(SHIPPED.read_text("utf-8").replace("areas: {}", "areas:\n  birmingham: {refusals: 2}"), "utf-8")
    people = People()
    outside, elsewhere = signed_in(people.named("Jo Bexley", "health")), signed_in(factories.police("camden"))
    for browser in (outside, elsewhere):
        for _ in range(2):
            browser.get(f"/children/{people.child}/record/")
    (one,) = watch(MONDAY + HOUR, load(own))
    assert (one.pattern, "Jo Bexley" in one.says) == ("refusals", True)


def test_the_look_itself_is_in_the_log_and_says_when(clock: Any) -> None:
    people = People()
    clock.move_to(MONDAY + HOUR)
    watch(timezone.now(), USUAL)
    with viewing(people.guardian):
        assert last_look() == MONDAY + HOUR
        assert ReadEvent.objects.filter(what="watch").count() == 1
    with viewing(people.school):
        assert last_look() is None


def test_nobody_else_tells_the_guardian_about_others() -> None:
    people = People()
    for who in (people.worker, people.guardian):
        with viewing(who), pytest.raises(DatabaseError), transaction.atomic():
            Alert(kind="pattern", pattern="bulk", account_id=people.school.account_id, says="x").save(force_insert=True)
