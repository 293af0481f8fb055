"""What is kept for a time only is thrown away when the time is over, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from safekept.access.viewer import loader, viewing
from safekept.cli.sweep import sweep
from safekept.entrance.models import KeptForm
from tests import factories
from tests.pages import signed_in

pytestmark = pytest.mark.django_db


def test_old_forms_and_ended_sessions_go_and_the_others_stay() -> None:
    worker, now = factories.children_services(), timezone.now()
    signed_in(worker)
    live = set(Session.objects.values_list("pk", flat=True))
    for number, expires in enumerate((now - dt.timedelta(days=1), now - dt.timedelta(minutes=1))):
        Session.objects.create(session_key=f"ended{number}", session_data="x", expire_date=expires)
    with viewing(worker):
        for days in (6, 8, 40):
            KeptForm(account_id=worker.account_id, path=f"/{days}", data={}, at=now - dt.timedelta(days=days)).save()
    done = CliRunner().invoke(sweep)
    assert done.output == "Thrown away: 2 forms that were sent too late, 2 sessions that had ended.\n", done.output
    with viewing(worker):
        assert [one.path for one in KeptForm.objects.all()] == ["/6"]
    assert set(Session.objects.values_list("pk", flat=True)) == live


def test_what_somebody_may_still_come_back_for_is_theirs_alone() -> None:
    worker, colleague, now = factories.children_services(), factories.children_services(), timezone.now()
    with viewing(worker):
        for days in (6, 8):
            KeptForm(account_id=worker.account_id, path=f"/{days}", data={}, at=now - dt.timedelta(days=days)).save()
    for viewer, seen in ((colleague, []), (loader("test"), ["/8"]), (worker, ["/6", "/8"])):
        with viewing(viewer), connection.cursor() as cursor:
            cursor.execute("SELECT path FROM entrance_keptform ORDER BY path")
            assert [path for (path,) in cursor.fetchall()] == seen
            cursor.execute("UPDATE entrance_keptform SET path = path WHERE path = '/8'")
            assert cursor.rowcount == (viewer is worker)
