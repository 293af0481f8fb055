"""The two walls: the application's own filter, and row-level security behind it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from safekept.access import circles
from safekept.access.models import Circle, ReadEvent
from safekept.access.viewer import ViewerRequired, loader, viewing
from safekept.record.models import Entry
from tests import factories
from tests.pages import a_child, recorded

pytestmark = pytest.mark.django_db


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def test_without_a_viewer_the_gateway_raises() -> None:
    with pytest.raises(ViewerRequired, match="without a viewer"):
        Circle.objects.all()


def test_without_a_viewer_raw_sql_finds_no_rows() -> None:
    with viewing(loader("test")):
        circles.join(uuid4(), factories.agency().pk, "concern")
        assert count("access_circle") == 1
    assert count("access_circle") == 0


def test_two_viewers_on_one_connection_do_not_bleed() -> None:
    one, other = factories.viewer(name="Ash School"), factories.viewer(name="Brook School")
    child = uuid4()
    with viewing(one):
        circles.join(child, one.agency_id, "concern")
        assert count("access_circle") == 1
        with viewing(other):
            assert count("access_circle") == 0
            assert not circles.circle_of(child)
        assert count("access_circle") == 1
    with viewing(other):
        assert count("access_circle") == 0


def test_the_outer_viewer_is_back_after_an_error_inside() -> None:
    one, other = factories.viewer(name="Ash School"), factories.viewer(name="Brook School")
    with viewing(one):
        circles.join(uuid4(), one.agency_id, "concern")
        with pytest.raises(ZeroDivisionError), viewing(other):
            _ = 1 / 0
        assert count("access_circle") == 1


def test_without_the_applications_filter_there_are_still_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = factories.viewer(name="Ash School"), factories.viewer(name="Brook School")
    child = uuid4()
    with viewing(one):
        circles.join(child, one.agency_id, "concern")
    monkeypatch.setattr("safekept.access.gateway.visible", lambda *_: True)
    with viewing(other):
        assert not circles.circle_of(child)
    with viewing(one):
        assert len(circles.circle_of(child)) == 1


def test_whoever_is_in_the_circle_sees_all_of_it_and_may_bring_in_others() -> None:
    school, social_worker = factories.viewer(), factories.children_services()
    factories.police()
    factories.coordinator()
    child = uuid4()
    with viewing(school):
        circles.surround(school, child, "birmingham")
    with viewing(social_worker):
        kinds = {ring.agency.kind for ring in circles.circle_of(child)}
        assert kinds == {"school", "children-services", "police", "other"}
        assert circles.may_see_record(social_worker, child)


def test_nobody_brings_others_around_a_child_they_do_not_work_with() -> None:
    stranger, other = factories.viewer(), factories.viewer("health")
    with viewing(stranger), pytest.raises(DatabaseError), transaction.atomic():
        circles.join(uuid4(), other.agency_id, "invited")


@pytest.mark.parametrize("role", ["board", "guardian", "administrator"])
def test_roles_that_do_not_work_cases_see_no_record(role: str) -> None:
    worker = factories.viewer()
    recorded(worker, a_child(worker), "note", timezone.now(), text="Seen.")
    with viewing(factories.viewer(role=role)):
        assert count("record_entry") == 0
        assert not Entry.objects.exists()
        assert Circle.objects.exists() is (role == "guardian")  # who works with whom is what a reading is judged by


@pytest.mark.parametrize("statement", ["UPDATE access_readevent SET what = 'x'", "DELETE FROM access_readevent"])
def test_the_reading_log_is_never_changed(statement: str) -> None:
    with viewing(factories.viewer()), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_log_in_somebody_elses_name_is_refused() -> None:
    one, other = factories.viewer(), factories.viewer()
    row = ReadEvent(account_id=other.account_id, agency_id=one.agency_id, role=one.role, purpose="x", what="x")
    with viewing(one), pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)
