"""An area adopts a later version: from tomorrow on, once, for good; and what it would change is known before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from safekept.access.viewer import Viewer, viewing
from safekept.calendars import LONDON, add_working_days, end_of_day, london_date
from safekept.directory import procedures
from safekept.directory.models import Adoption, PublishedPack
from safekept.procedures import load_pack, obligations
from safekept.record import queries, trying
from safekept.record.actions import NewEntry, append
from tests import factories
from tests.pages import a_child
from tests.rewritten import rewritten

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TOMORROW = london_date(NOW) + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _looked_again() -> Iterator[None]:
    procedures.look_again()
    yield
    procedures.look_again()


def written_anew(folder: Path, version: str, within: str) -> Path:
    """A copy of the West Midlands procedure in which a referral is talked over within another time."""
    return rewritten(folder, version, ("rules/referral.yaml", "within: 3 working days", f"within: {within}"))


@pytest.fixture
def shorter(tmp_path: Path) -> Path:
    factories.children_services()
    return written_anew(tmp_path, "2026.1", "1 working day")


def test_an_adopted_version_speaks_from_its_day_on(shorter: Path) -> None:
    procedures.adopt(shorter, "birmingham", TOMORROW, "the board")
    midnight = dt.datetime.combine(TOMORROW, dt.time(), LONDON)
    before, after = (procedures.pack_of("birmingham", midnight + dt.timedelta(seconds=s)) for s in (-1, 0))
    assert before and after and (before.version, after.version) == ("2015.1", "2026.1")
    assert str(next(r for r in after.rules if r.id == "discussion-after-referral").within) == "1 working day"
    other = procedures.pack_of("coventry", midnight)
    assert other and other.version == "2015.1"


def test_what_was_adopted_is_never_changed(shorter: Path) -> None:
    procedures.adopt(shorter, "birmingham", TOMORROW, "the board")
    for change in (
        lambda: Adoption.objects.update(adopted_by="nobody"),
        lambda: PublishedPack.objects.update(version="x"),
        Adoption.objects.all().delete,
        PublishedPack.objects.all()._raw_delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change("default") if change.__name__ == "_raw_delete" else change()


def test_a_version_that_was_published_keeps_its_text(shorter: Path, tmp_path: Path) -> None:
    procedures.adopt(shorter, "birmingham", TOMORROW, "the board")
    (tmp_path / "again").mkdir()
    other = written_anew(tmp_path / "again", "2026.1", "2 working days")
    with pytest.raises(procedures.NotAdopted, match="published already, with another text"):
        procedures.adopt(other, "coventry", TOMORROW, "the board")
    procedures.adopt(shorter, "coventry", TOMORROW, "the board")
    assert PublishedPack.objects.count() == 1


@pytest.mark.parametrize("days", [0, -1, -400])
def test_no_version_is_adopted_backwards(shorter: Path, days: int) -> None:
    with pytest.raises(procedures.NotAdopted, match="from tomorrow on at the earliest"):
        procedures.adopt(shorter, "birmingham", TOMORROW + dt.timedelta(days=days - 1), "the board")
    assert not Adoption.objects.exists()


def test_a_version_with_faults_is_not_adopted(shorter: Path) -> None:
    (shorter / "scenarios").mkdir()
    (shorter / "scenarios" / "ours.yaml").write_text(
        "- name: Two days\n  rows: [WM-14.2]\n  subject: {born: 2011-05-04, area: birmingham}\n"
        "  entries:\n    - {id: r, kind: referral, at: 2026-02-05T10:00, agency: school, to: children-services}\n"
        "  at: 2026-02-05T12:00\n  owed:\n    - {rule: discussion-after-referral, due: 2026-02-09T23:59:59}\n",
        "utf-8",
    )
    with pytest.raises(procedures.NotAdopted, match="Two days"):
        procedures.adopt(shorter, "birmingham", TOMORROW, "the board")
    with pytest.raises(procedures.NotAdopted, match="no area ‘atlantis’"):
        procedures.adopt(shorter, "atlantis", TOMORROW, "the board")


def test_a_trial_says_whom_a_version_would_touch_and_how(shorter: Path, worker: Viewer, child: UUID) -> None:
    """Referred two working days ago or a little more: late after one working day, perhaps not after three."""
    day = london_date(NOW)
    while add_working_days(day, 2) > london_date(NOW) or not day < london_date(NOW):
        day -= dt.timedelta(days=1)
    at = dt.datetime.combine(day, dt.time(9), LONDON)
    append(worker, NewEntry("referral", child, at, {"to": "children-services"}))
    quiet = a_child(worker, name="Mina Sandhu")
    with viewing(worker):
        found = trying.tried(procedures.library(), load_pack(shorter), "birmingham", NOW)
        some = trying.differences(procedures.library(), load_pack(shorter), "birmingham", [child, quiet], NOW)
    due = {(d.subject, d.what): (d.was, d.due) for d in some if d.rule == "discussion-after-referral"}
    old, new = (end_of_day(add_working_days(day, n)) for n in (3, 1))
    assert due[child, trying.SOONER] == (old, new)
    assert ((child, trying.NEWLY_LATE) in due) is (new < NOW <= old)
    assert (found.read, found.touched) == (2, {child})
    assert found.counted["discussion-after-referral", trying.SOONER] == 1


def test_who_is_passed_over_would_be_owed_the_same(
    shorter: Path, worker: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version changes one duty, which a referral sets off: reading everybody finds no more than reading those."""
    referred, screened = a_child(worker, name="Ada Moss"), a_child(worker, name="Bea Holt")
    at = NOW - dt.timedelta(days=9)
    append(worker, NewEntry("referral", referred, at, {"to": "children-services"}))
    append(worker, NewEntry("screening", screened, at, {"category": 2, "rationale": "Away for nights"}))
    ids, read = [referred, screened], []
    monkeypatch.setattr(trying, "obligations", lambda *given: read.append(given[1].subject.id) or obligations(*given))

    def found() -> list[trying.Difference]:
        read.clear()
        with viewing(worker):
            return trying.differences(procedures.library(), load_pack(shorter), "birmingham", ids, NOW)

    some = found()
    assert (set(read), {one.subject for one in some}) == ({str(referred)}, {referred})
    monkeypatch.setattr(trying, "_setting_off_what_changed", lambda *_: None)
    assert found() == some
    assert set(read) == {str(referred), str(screened)}


def test_a_trial_counts_only_what_its_viewer_may_see(shorter: Path, worker: Viewer, child: UUID) -> None:
    append(worker, NewEntry("referral", child, NOW - dt.timedelta(hours=1), {"to": "children-services"}))
    stranger = factories.viewer(area_slug="coventry", name="Far School")
    with viewing(stranger):
        found = trying.tried(procedures.library(), load_pack(shorter), "birmingham", NOW)
    assert not found.touched
    assert queries.position_of(worker, child).obligations
