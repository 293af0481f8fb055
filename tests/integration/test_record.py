"""Entries are appended whole or not at all, read by those who may, and keep what is owed up to date."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from safekept.access import joining
from safekept.access.models import Circle, ReadEvent
from safekept.access.viewer import Viewer, loader, viewing
from safekept.casework.presenters import owed
from safekept.record import drafts, queries
from safekept.record.actions import Author, NewEntry, Refused, append, append_many, appended, rebuild_duties
from safekept.record.models import ChainHead, Draft, Entry, Mention, Obligation
from safekept.register.actions import NewThing, add_thing
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()
YESTERDAY = NOW - dt.timedelta(days=1)


@pytest.fixture
def school() -> Viewer:
    factories.children_services()
    factories.police()
    factories.coordinator()
    return factories.viewer(name="Ash School")


@pytest.fixture
def child(school: Viewer) -> UUID:
    thing = add_thing(school, NewThing("child", [("Tia Robinson", "name")], born="4 May 2011", area="birmingham"))
    return thing.pk


def concern(child: UUID, **more: Any) -> NewEntry:
    return NewEntry("concern", child, YESTERDAY, {"signs": ["missing-from-home"]}, "Seen at the gate.", "fact", **more)


def referral(child: UUID, **more: Any) -> NewEntry:
    return NewEntry("referral", child, YESTERDAY, {"to": "children-services"}, **more)


def test_what_was_recorded_is_read_back(school: Viewer, child: UUID) -> None:
    recorded = append(school, concern(child))
    read = queries.entry(school, recorded.pk)
    assert (read.kind, read.text, read.basis, read.fields) == (
        "concern",
        "Seen at the gate.",
        "fact",
        {"signs": ["missing-from-home"]},
    )
    assert read.account_id == school.account_id
    assert bytes(read.hash) == recorded.hash
    with viewing(school):
        assert ReadEvent.objects.filter(what="Entry", ids=[child, recorded.pk]).exists()


def test_a_referral_makes_a_discussion_owed_by_the_areas_team(school: Viewer, child: UUID) -> None:
    append(school, referral(child))
    social_worker = factories.children_services()
    rows = queries.work_list(social_worker, "team", kind="discussion")
    assert [(row.owner_kind, row.status, row.team_is_fallback) for row in rows] == [
        ("children-services", "open", False)
    ]
    assert rows[0].team_id == social_worker.team_id
    assert rows[0].because_at == YESTERDAY
    by_when = owed.grouped((owed.Duty.listed(row, NOW) for row in rows), NOW)
    assert sum(len(group) for group in by_when.values()) == 1
    append(
        social_worker,
        NewEntry("discussion", child, NOW, {"attended": ["police", "children-services"], "decisions": ["assessment"]}),
    )
    assert queries.work_list(social_worker, "team", kind="discussion") == []
    with viewing(school):
        assert Obligation.objects.get(owes="discussion").status == "met"


def test_the_cache_never_says_overdue(school: Viewer, child: UUID) -> None:
    append(school, replace(referral(child), at=NOW - dt.timedelta(days=60)))
    with viewing(school):
        row = Obligation.objects.get(owes="discussion")
        assert row.status == "open"
    assert owed.group_of(owed.Duty.listed(row, NOW), NOW) == "overdue"
    assert queries.position_of(school, child).obligations


def test_what_did_not_change_is_not_written_again(school: Viewer, child: UUID) -> None:
    append(school, referral(child))
    with viewing(loader("test")), connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(xmin::text || id::text ORDER BY id) FROM record_obligation")
        before = cursor.fetchone()
        rebuild_duties(loader("test"), [child])
        cursor.execute("SELECT array_agg(xmin::text || id::text ORDER BY id) FROM record_obligation")
        assert cursor.fetchone() == before


def test_a_duty_that_nobody_is_set_for_goes_to_the_co_ordinator() -> None:
    coordinator = factories.coordinator("solihull")
    child = add_thing(coordinator, NewThing("child", [("Jay M", "name")], area="solihull")).pk
    append(coordinator, referral(child))
    rows = queries.work_list(coordinator, "team", kind="discussion")
    assert [(row.owner_kind, row.team_is_fallback) for row in rows] == [("children-services", True)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "rumour"}, "kind"),
        ({"kind": "order", "fields": {}}, "kind"),
        ({"fields": {"colour": "red"}}, "colour"),
        ({"fields": {"signs": "missing"}}, "signs"),
        ({"text": "x\x00"}, "text"),
        ({"text": "x" * 50_001}, "text"),
        ({"basis": "gossip"}, "basis"),
        ({"at": dt.datetime(2026, 4, 1)}, "at"),  # noqa: DTZ001
        ({"at": NOW + dt.timedelta(days=1)}, "at"),
        ({"at": dt.datetime(1066, 1, 1, tzinfo=dt.UTC)}, "at"),
        ({"at_latest": YESTERDAY - dt.timedelta(hours=1)}, "at_latest"),
        ({"answers": [uuid4()]}, "answers"),
        ({"supersedes": uuid4()}, "supersedes"),
        ({"mentions": [(uuid4(), "suspect")]}, "mentions"),
        ({"mentions": [(uuid4(), "")]}, "mentions"),
        ({"subject_id": uuid4()}, "subject_id"),
        ({"kind": "withdrawn", "fields": {}}, "answers"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_written(
    school: Viewer, child: UUID, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        append(school, replace(concern(child), **change))
    assert field in [name for name, _ in refused.value.errors]
    assert all(sentence.endswith(".") for _, sentence in refused.value.errors)
    with pytest.raises(Refused):
        append_many(school, [concern(child), replace(concern(child), **change)])
    with viewing(loader("test")):
        assert not Entry.objects.exists()
        assert set(ChainHead.objects.values_list("seq", flat=True)) == {0}


def test_answers_that_cannot_stand_together_are_refused_one_by_one_and_in_bulk(school: Viewer, child: UUID) -> None:
    new = NewEntry("discussion", child, YESTERDAY, {"decisions": ["no-service", "section-47"]})
    for write in (lambda: append(school, new), lambda: append_many(loader("test"), [new])):
        with pytest.raises(Refused, match="cannot stand beside another answer"):
            write()
    with viewing(school):
        assert not Entry.objects.exists()


def test_handing_in_twice_is_one_entry(school: Viewer, child: UUID) -> None:
    new = concern(child)
    first = append(school, new)
    assert append(school, new).pk == first.pk
    assert append_many(school, [new, concern(child)])[0] == first.pk
    with pytest.raises(Refused, match="sent before with other answers"):
        append(school, replace(new, text="Something else."))
    with viewing(school):
        assert Entry.objects.count() == 2


def test_the_same_key_of_somebody_else_is_another_entry(school: Viewer, child: UUID) -> None:
    new = concern(child)
    assert append(school, new).pk != append(factories.police(), new).pk


def test_an_agency_outside_the_circle_reports_and_sees_what_it_reported_until_it_is_let_in(
    school: Viewer, child: UUID
) -> None:
    append(school, concern(child))
    clinic, manager = factories.viewer("health", name="Ash Clinic"), factories.viewer(name="Ash School", role="manager")
    with pytest.raises(Refused, match="not among those"):
        append(clinic, NewEntry("note", child, NOW, text="From outside."))
    with pytest.raises(queries.NoRecord):
        queries.history_of(clinic, child)
    own = [append(clinic, concern(child)), append(clinic, referral(child))]
    assert {one["id"] for one in queries.history_of(clinic, child)["entries"]} == {str(one.pk) for one in own}
    with viewing(manager):
        (asked,) = joining.unanswered(child)
        joining.answer(manager, asked.pk, True, "The clinic treats the child.")
    assert len(queries.history_of(clinic, child)["entries"]) == 3
    append(clinic, NewEntry("note", child, NOW, text="From inside."))


@pytest.mark.parametrize("role", ["board", "guardian", "administrator"])
def test_other_roles_record_and_read_nothing(school: Viewer, child: UUID, role: str) -> None:
    append(school, concern(child))
    other = factories.viewer(name="Ash School", role=role)
    with pytest.raises(Refused):
        append(other, concern(child))
    with pytest.raises(queries.NoRecord):
        queries.position_of(other, child)
    assert queries.timeline(other, child) == []


def test_an_entry_for_named_agencies_stays_with_them(school: Viewer, child: UUID) -> None:
    police = factories.police()
    hidden = append(police, NewEntry("categorised", child, YESTERDAY, {"category": 2}))
    note = append(police, NewEntry("note", child, NOW, text="See the other entry.", answers=[hidden.pk]))
    assert [line.entry.pk for line in queries.timeline(school, child)] == [note.pk]
    entries = queries.history_of(school, child)["entries"]
    assert [entry["id"] for entry in entries] == [str(note.pk)]
    assert "answers" not in entries[0]
    assert len(queries.history_of(police, child)["entries"]) == 2
    with pytest.raises(queries.NoRecord):
        queries.entry(school, hidden.pk)
    with pytest.raises(Refused):
        append(school, concern(child, answers=[hidden.pk]))


def test_a_correction_supersedes_and_the_first_stays(school: Viewer, child: UUID) -> None:
    first = append(school, referral(child))
    second = append(school, replace(referral(child), text="On the second of April.", supersedes=first.pk))
    lines = {line.entry.pk: line for line in queries.timeline(school, child)}
    assert lines[first.pk].struck
    assert lines[second.pk].corrections == (lines[first.pk].entry,)
    roots = {o.root for o in queries.position_of(school, child).obligations}
    assert str(first.pk) in roots
    with viewing(school):
        assert Obligation.objects.filter(owes="discussion").count() == 1


def test_only_the_author_or_their_agency_corrects_or_takes_back(school: Viewer, child: UUID) -> None:
    first, police = append(school, referral(child)), factories.police()
    for new in (
        replace(referral(child), supersedes=first.pk),
        NewEntry("withdrawn", child, NOW, {"reason": "wrong child"}, answers=[first.pk]),
    ):
        with pytest.raises(Refused, match="Another agency"):
            append(police, new)
    colleague = factories.viewer(name="Ash School")
    append(colleague, NewEntry("withdrawn", child, NOW, {"reason": "wrong child"}, answers=[first.pk]))
    assert queries.timeline(school, child)[1].struck
    assert queries.work_list(factories.children_services(), "team", kind="discussion") == []


def test_a_correction_stays_on_its_own_record(school: Viewer, child: UUID) -> None:
    other = add_thing(school, NewThing("child", [("Jay M", "name")], area="birmingham")).pk
    first = append(school, referral(child))
    with pytest.raises(Refused, match="not on this record"):
        append(school, replace(referral(other), supersedes=first.pk))


def test_as_known_on_an_earlier_day(school: Viewer, child: UUID) -> None:
    first = append(school, concern(child))
    append(school, referral(child))
    assert [line.entry.pk for line in queries.timeline(school, child, known_at=first.recorded_at)] == [first.pk]


def test_the_timeline_is_filtered(school: Viewer, child: UUID) -> None:
    append(school, concern(child))
    append(school, referral(child))
    assert [line.entry.kind for line in queries.timeline(school, child, kind="referral")] == ["referral"]
    assert [line.entry.kind for line in queries.timeline(school, child, search="AT the GATE")] == ["concern"]
    assert queries.timeline(school, child, agency=uuid4()) == []


def test_what_is_mentioned_is_seen_by_those_who_see_the_entry(school: Viewer, child: UUID) -> None:
    car = add_thing(factories.police(), NewThing("vehicle", label="grey Corsa", identifiers=[("vrm", "AB12CDE")]))
    append(factories.police(), concern(child, mentions=[(car.pk, "vehicle seen")]))
    assert [(t.pk, role) for t, role, _ in queries.mentioned_things(school, child)] == [(car.pk, "vehicle seen")]
    assert queries.mentioned_things(factories.viewer("health", "newham"), child) == []
    around = queries.people_around(school, child)
    assert [involved.agency.kind for involved in around] == ["police"]


def test_a_linked_child_is_mentioned(school: Viewer, child: UUID) -> None:
    other = add_thing(school, NewThing("child", [("Jay M", "name")], area="birmingham")).pk
    append(school, replace(concern(child), fields={"signs": [], "linked_children": [str(other)]}))
    with viewing(school):
        assert Mention.objects.get().thing_id == other


def test_a_child_placed_elsewhere_gets_that_areas_agencies(school: Viewer, child: UUID) -> None:
    newham = factories.children_services("newham")
    append(school, NewEntry("circumstance", child, NOW, {"what": "placed-out-of-area", "host_area": "newham"}))
    with viewing(newham):
        assert Circle.objects.filter(subject_id=child, agency_id=newham.agency_id).exists()


def test_a_broken_rule_shows_as_a_warning(school: Viewer, child: UUID) -> None:
    police = factories.police()
    number = {"type": "non-crime", "number": "1"}
    first = append(police, NewEntry("crime-record", child, YESTERDAY, number))
    assert isinstance(first.warnings, list)
    assert all(isinstance(one, str) for one in first.warnings)


def test_people_are_told_after_the_commit(school: Viewer, child: UUID, django_capture_on_commit_callbacks: Any) -> None:
    told: list[Entry] = []

    def listen(entry: Entry, **_: Any) -> None:
        told.append(entry)

    appended.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            recorded = append(school, concern(child))
            assert told == []
        assert told == [recorded]
    finally:
        appended.disconnect(listen)


def test_many_are_appended_as_one_by_one(school: Viewer, child: UUID) -> None:
    done: list[int] = []
    first, second = uuid4(), uuid4()
    brought = loader("Import")
    author = Author(school.account_id, school.agency_id, school.agency_kind)
    entries = [
        replace(concern(child), id=first, author=author, recorded_at=YESTERDAY),
        replace(referral(child), id=second, answers=[first], author=author),
    ]
    assert append_many(brought, entries, done.append) == [first, second]
    assert append_many(brought, entries) == [first, second]
    assert done == [2]
    assert [entry["id"] for entry in queries.history_of(school, child)["entries"]] == [str(first), str(second)]
    assert queries.entry(school, first).recorded_at == YESTERDAY
    assert len(queries.work_list(factories.children_services(), "team", kind="discussion")) == 1


def test_only_the_loader_names_another_author(school: Viewer, child: UUID) -> None:
    someone = Author(uuid4(), uuid4(), "police")
    recorded = append(school, concern(child, author=someone, recorded_at=YESTERDAY))
    assert recorded.account_id == school.account_id
    assert recorded.recorded_at > YESTERDAY


@pytest.mark.parametrize("table", ["record_entry", "record_mention"])
def test_nothing_recorded_is_changed_or_removed(school: Viewer, child: UUID, table: str) -> None:
    append(school, concern(child))
    for command in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id", f"TRUNCATE {table}"):
        for viewer in (school, loader("test")):
            with pytest.raises(DatabaseError), viewing(viewer), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(command)


def test_nobody_records_in_anothers_name_even_in_sql(school: Viewer, child: UUID) -> None:
    recorded = append(school, concern(child))
    with pytest.raises(DatabaseError), viewing(factories.police()), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_entry SELECT gen_random_uuid(), subject_id, kind, at, at_latest, recorded_at, "
            "agency_kind, agency_id, account_id, basis, text, fields, answers, supersedes, audience, "
            "gen_random_uuid(), shard, seq + 100, salt, digest, previous, hash FROM record_entry WHERE id = %s",
            [recorded.pk],
        )


def test_drafts_are_private_and_one_for_each_form(school: Viewer, child: UUID) -> None:
    colleague = factories.viewer(name="Ash School")
    drafts.save(school, "record:concern", child, {"text": ["half"]})
    kept = drafts.save(school, "record:concern", child, {"text": ["half a sentence"]})
    drafts.save(school, "record:concern", None, {"text": ["no child yet"]})
    assert len(drafts.mine(school)) == 2
    loaded = drafts.load(school, "record:concern", child)
    assert loaded is not None
    assert (loaded.pk, loaded.data) == (kept.pk, {"text": ["half a sentence"]})
    assert drafts.mine(colleague) == []
    drafts.discard_by_id(colleague, kept.pk)
    with viewing(colleague), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM record_draft")
        assert cursor.fetchone() == (0,)
    drafts.discard(school, "record:concern", child)
    assert [draft.subject_id for draft in drafts.mine(school)] == [None]
    with pytest.raises(drafts.DraftTooLong):
        drafts.save(school, "record:concern", None, {"text": ["x" * 1_000_001]})
    with viewing(school):
        assert Draft.objects.count() == 1
