"""What goes by retention is seen before it goes, goes only when somebody agrees, and never under a legal hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from django.utils import timezone

from safekept.access.viewer import Viewer, viewing
from safekept.cli import law
from safekept.directory.models import Account
from safekept.directory.roles import Role
from safekept.proof import acts, retaining
from safekept.proof.acts import ActRefused
from safekept.proof.verifying import verify_everything
from safekept.record.actions import NewEntry, append
from safekept.record.models import Entry
from safekept.register.actions import NewThing, add_thing
from tests import factories, tampering
from tests.tampering import Superuser

TODAY = timezone.localdate()
LONG = dt.date(2200, 1, 1)


@pytest.fixture
def worker(fresh_database: str) -> Viewer:
    factories.coordinator()
    factories.police()
    return factories.children_services()


@pytest.fixture
def guardian(worker: Viewer) -> Viewer:
    return factories.viewer("other", role=Role.GUARDIAN, name="Information governance")


@pytest.fixture
def superuser(worker: Viewer, fresh_database: str) -> Iterator[Superuser]:
    with tampering.superuser(fresh_database) as made:
        yield made


@pytest.fixture
def own_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Birmingham’s own rules: a child’s record until the 15th birthday."""
    monkeypatch.setattr(retaining, "folder", lambda: tmp_path)
    path = tmp_path / "birmingham.yaml"
    path.write_text(
        "format: safekept-retention/1\nrules:\n"
        "  - {id: short, says: Until 15., about: [child], keep: {birthday: 15, without a birth date: 15}}\n"
        "  - {id: harm, says: Harm., about: [child], recorded: {screening: {category: [3]}}, keep: {birthday: 99, "
        "without a birth date: 99}}\n"
        "  - {id: told, says: Told., about: [child], recorded: {concern: {signs: [missing-from-home]}}, keep: "
        "{birthday: 98, without a birth date: 98}}\n"
        "  - {id: referred, says: Referred., about: [child], recorded: {referral: }, keep: {birthday: 97, "
        "without a birth date: 97}}\n"
    )
    return path


def a_child(worker: Viewer, born: str, area: str = "birmingham") -> UUID:
    return add_thing(worker, NewThing("child", [("Tia Robinson", "name")], born=born, area=area)).pk


def add(worker: Viewer, child: UUID, kind: str = "note", fields: dict[str, Any] | None = None) -> UUID:
    at = timezone.now() - dt.timedelta(hours=1)
    return append(worker, NewEntry(kind, child, at, fields or {}, "What was noted.")).pk


def test_what_will_go_and_when_is_seen_before_by_who_decides_and_without_what_it_says(
    worker: Viewer, guardian: Viewer
) -> None:
    child = a_child(worker, "2012-05-04")
    add(worker, child)
    (one,) = retaining.coming(guardian, LONG)
    assert (one.subject_id, one.area, one.day, one.rule.id, one.entries) == (
        child, "birmingham", dt.date(2037, 5, 4), "child", 1,
    )  # fmt: skip
    assert (one.held, one.announced) == (False, None)
    assert retaining.coming(guardian, dt.date(2037, 5, 3)) == []
    with pytest.raises(ActRefused, match="guardians and administrators"):
        retaining.coming(worker, LONG)


@pytest.mark.parametrize(
    ("kind", "fields", "year"),
    [
        ("note", {}, 2027),
        ("screening", {"category": 3, "rationale": "Why.", "signs": []}, 2111),
        ("screening", {"category": 1, "rationale": "Why.", "signs": []}, 2027),
        ("concern", {"signs": ["missing-from-home", "new-things"]}, 2110),
        ("referral", {"to": "children-services"}, 2109),
    ],
)
def test_an_areas_own_rules_take_the_place_of_the_default(
    worker: Viewer, guardian: Viewer, own_rules: Path, kind: str, fields: dict[str, Any], year: int
) -> None:
    add(worker, a_child(worker, "2012-05-04"), kind, fields)
    assert [one.day for one in retaining.coming(guardian, LONG)] == [dt.date(year, 5, 4)]


def test_what_is_due_is_announced_once_and_goes_four_weeks_later_when_somebody_agrees(
    worker: Viewer, guardian: Viewer, own_rules: Path, superuser: Superuser
) -> None:
    young, old, held = a_child(worker, "2020-05-04"), a_child(worker, "2009-05-04"), a_child(worker, "2009-05-04")
    kept = [add(worker, one) for one in (young, held)]
    gone = [add(worker, old), add(worker, old)]
    acts.hold(guardian, held, "An inquiry.")
    assert {one.subject_id: one.held for one in retaining.coming(guardian, TODAY)} == {old: False, held: True}
    (announced,) = retaining.announce(TODAY)
    assert retaining.announce(TODAY) == []
    assert [one.announced is not None for one in retaining.coming(guardian, TODAY) if one.subject_id == old] == [True]
    with pytest.raises(ActRefused, match="less than 28 days"):
        retaining.carry_out(guardian, announced, "Agreed.", TODAY)
    superuser.execute("UPDATE proof_act SET at = at - interval '29 days' WHERE id = %s", [announced])
    retaining.carry_out(guardian, announced, "Agreed.", TODAY)
    with viewing(worker):
        texts = dict(Entry.objects.values_list("id", "text"))
    assert {one: texts[one] for one in kept} == dict.fromkeys(kept, "What was noted.")
    assert all("The time for keeping it is over, short, 2024-05-04" in texts[one] for one in gone)
    assert [one.subject_id for one in retaining.coming(guardian, TODAY)] == [held]
    faults = verify_everything().faults
    assert {fault.chain for fault in faults} == {"acts"}  # the announcement’s time, which this test moved


def test_what_was_recorded_since_the_announcement_keeps_a_record(
    worker: Viewer, guardian: Viewer, own_rules: Path, superuser: Superuser
) -> None:
    child = a_child(worker, "2009-05-04")
    entry = add(worker, child)
    (announced,) = retaining.announce(TODAY)
    superuser.execute("UPDATE proof_act SET at = at - interval '29 days' WHERE id = %s", [announced])
    add(worker, child, "screening", {"category": 3, "rationale": "Why.", "signs": []})
    with pytest.raises(ActRefused, match="kept longer now"):
        retaining.carry_out(guardian, announced, "Agreed.", TODAY)
    with viewing(worker):
        assert Entry.objects.get(pk=entry).text == "What was noted."


def test_a_hold_beats_what_was_announced(
    worker: Viewer, guardian: Viewer, own_rules: Path, superuser: Superuser
) -> None:
    child = a_child(worker, "2009-05-04")
    add(worker, child)
    (announced,) = retaining.announce(TODAY)
    superuser.execute("UPDATE proof_act SET at = at - interval '29 days' WHERE id = %s", [announced])
    acts.hold(guardian, child, "An inquiry.")
    with pytest.raises(ActRefused, match="legal hold"):
        retaining.carry_out(guardian, announced, "Agreed.", TODAY)


def test_an_act_that_is_no_announcement_is_agreed_to_as_any(worker: Viewer, guardian: Viewer) -> None:
    entry = add(worker, a_child(worker, "2012-05-04"))
    administrator = factories.viewer("other", role=Role.ADMINISTRATOR, name="Information governance")
    asked = acts.ask(guardian, [entry], "court-order", "", "Ordered.")
    retaining.carry_out(administrator, asked, "Agreed.", TODAY)
    with viewing(worker):
        assert Entry.objects.get(pk=entry).text.startswith("Erased by law")


def test_the_commands(worker: Viewer, guardian: Viewer, own_rules: Path) -> None:
    child = a_child(worker, "2009-05-04")
    add(worker, child)
    account = Account.objects.get(pk=guardian.account_id)
    account.set_password("a password of many words")
    account.save()
    them = ["--as", account.email, "--password", "a password of many words"]
    shown = CliRunner().invoke(law.retention, ["--within", "0", *them])
    assert f"2024-05-04  {child}  birmingham  1 entries  short  not announced" in shown.stdout
    assert "1 records are announced." in CliRunner().invoke(law.retention, ["announce"]).stdout
    typed = CliRunner().invoke(law.retention, ["--within", "0"], input=f"{account.email}\na password of many words\n")
    assert f"short  announced {TODAY}" in typed.stdout
    acts.hold(guardian, child, "An inquiry.")
    assert "kept: legal hold" in CliRunner().invoke(law.retention, them).stdout
