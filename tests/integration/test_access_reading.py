"""Nothing is shown that is not written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from safekept.access import circles, reading
from safekept.access.middleware import NotAllowed
from safekept.access.models import Circle, ReadEvent
from safekept.access.viewer import Viewer, loader, viewer_for, viewing
from safekept.config.urls import urlpatterns as real
from safekept.directory.models import Account
from tests import factories

pytestmark = pytest.mark.django_db
CHILD = uuid4()


def show(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(ring.agency.name for ring in circles.circle_of(CHILD)))


def show_and_log(request: HttpRequest) -> HttpResponse:
    rings = circles.circle_of(CHILD)
    reading.log(request.viewer, "circle", [ring.pk for ring in rings])  # type: ignore[attr-defined]
    return HttpResponse(str(len(rings)))


def refuse(request: HttpRequest) -> HttpResponse:
    circles.join(uuid4(), request.viewer.agency_id, "concern")  # type: ignore[attr-defined]
    raise NotAllowed("Your agency does not work with this child.", "record", (CHILD,))


def fail(request: HttpRequest) -> HttpResponse:
    circles.join(uuid4(), request.viewer.agency_id, "concern")  # type: ignore[attr-defined]
    raise PermissionDenied


urlpatterns = [
    *real,
    path("show", show, name="show"),
    path("show-and-log", show_and_log),
    path("refuse", refuse),
    path("fail", fail),
]


@pytest.fixture
def person() -> Account:
    account = factories.account(factories.team(factories.agency()))
    with viewing(loader("test")):
        circles.join(CHILD, account.team.agency_id, "concern")
    return account


@pytest.fixture
def get(client: Client, person: Account, settings: Any) -> Callable[[str], Any]:
    settings.DEMO = True
    settings.ROOT_URLCONF = __name__
    client.force_login(person)
    session = client.session
    session["safekept_demo"] = True
    session.save()
    client.raise_request_exception = False
    return client.get


def events(person: Account) -> list[ReadEvent]:
    with viewing(viewer_for(person)):
        return list(ReadEvent.objects.filter(account_id=person.pk).order_by("at"))


def circle_rows(person: Account) -> set[UUID]:
    with viewing(viewer_for(person)):
        return set(Circle.objects.values_list("pk", flat=True))


def test_a_page_that_logs_nothing_itself_is_logged_for_it(get: Any, person: Account) -> None:
    assert person.team.agency.name in get("/show").content.decode()
    (event,) = events(person)
    assert event.what == "show"
    assert set(event.ids) == circle_rows(person)
    assert (event.allowed, event.purpose) == (True, "Safeguarding work")


def test_a_page_that_logs_itself_is_logged_once(get: Any, person: Account) -> None:
    assert get("/show-and-log").status_code == 200
    assert [event.what for event in events(person)] == ["circle"]


def test_if_the_log_cannot_be_written_no_data_is_shown(
    get: Any, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise DatabaseError("no room")

    monkeypatch.setattr(reading, "_write", broken)
    for address in ("/show", "/show-and-log"):
        answer = get(address)
        assert answer.status_code == 500
        assert person.team.agency.name not in answer.content.decode()


def test_a_refusal_is_written_down_and_the_pages_writes_are_undone(get: Any, person: Account) -> None:
    before = circle_rows(person)
    answer = get("/refuse")
    assert answer.status_code == 403
    assert circle_rows(person) == before
    (event,) = events(person)
    assert (event.what, event.ids, event.allowed) == ("record", [CHILD], False)
    assert event.reason == "Your agency does not work with this child."


def test_an_error_undoes_the_pages_writes(get: Any, person: Account) -> None:
    before = circle_rows(person)
    assert get("/fail").status_code == 403
    assert circle_rows(person) == before


def test_what_is_shown_to_one_is_kept_by_no_cache(get: Any) -> None:
    assert get("/show").headers["Cache-Control"] == "no-store"


def test_access_taken_away_holds_from_the_next_page(get: Any, person: Account) -> None:
    assert get("/show").content
    other = factories.viewer("health", name="Ash Clinic")
    with viewing(loader("test")) as sight:
        circles.join(CHILD, other.agency_id, Circle.Basis.INVITED)
        circles.leave(sight.viewer, CHILD, person.team.agency_id, "She changed schools.")
    assert get("/show").content == b""


def test_after_a_page_the_connection_knows_nobody(get: Any) -> None:
    get("/show")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('safekept.account', true)")
        row = cursor.fetchone()
    assert row is not None
    assert not row[0]


def test_the_guardian_reads_everybodys_log_and_others_their_own(get: Any, person: Account) -> None:
    get("/show")
    other: Viewer = factories.viewer(name="Brook School")
    with viewing(other):
        assert not ReadEvent.objects.exists()
    with viewing(factories.viewer(role="guardian")):
        assert ReadEvent.objects.count() == 1
