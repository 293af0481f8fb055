"""Whatever is done to a chained row behind Safekept's back is found, at the row; and nothing is recorded twice."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone

from safekept.access.viewer import Viewer, viewing
from safekept.cli.chain import verify_chain as verify_command
from safekept.config import database
from safekept.proof.verifying import verify_everything
from safekept.record import chain
from safekept.record.actions import NewEntry, Refused, append, append_many
from safekept.record.models import Entry, Obligation
from safekept.register.actions import NewThing, add_thing
from tests import factories

LENGTH = 5
Superuser = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def school(fresh_database: str) -> Viewer:
    factories.children_services()
    factories.police()
    factories.coordinator()
    return factories.viewer(name="Ash School")


def a_child(viewer: Viewer) -> UUID:
    return add_thing(viewer, NewThing("child", [("Tia Robinson", "name")], area="birmingham")).pk


def note(child: UUID, text: str = "Seen.", mentions: tuple[tuple[UUID, str], ...] = ()) -> NewEntry:
    return NewEntry("note", child, timezone.now() - dt.timedelta(hours=1), {}, text, mentions=mentions)


@pytest.fixture
def tampering(school: Viewer, fresh_database: str) -> Iterator[tuple[Superuser, UUID, list[UUID]]]:
    """A small chain of one child, and a superuser with the triggers off in this test's own database."""
    child, other = a_child(school), a_child(school)
    ids = [append(school, note(child, f"Entry {n}", ((other, "friend"),))).pk for n in range(LENGTH)]
    assert verify_everything().holds
    server = database.server()
    assert server is not None
    with server.connect(fresh_database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        yield superuser, child, ids


CHANGES = {
    "kind": "'concern'",
    "at": "at - interval '1 second'",
    "at_latest": "at",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "agency_kind": "'police'",
    "agency_id": "gen_random_uuid()",
    "account_id": "gen_random_uuid()",
    "basis": "'opinion'",
    "text": "text || ' '",
    "fields": """'{"about": "x"}'""",
    "answers": "ARRAY[gen_random_uuid()]",
    "supersedes": "gen_random_uuid()",
    "audience": "ARRAY['police']",
    "client_key": "gen_random_uuid()",
    "salt": r"'\x00'",
    "digest": r"'\x00'",
    "previous": r"'\x00'",
    "hash": r"'\x00'",
    "id": "gen_random_uuid()",
}


def found_at(shard: int, seq: int) -> bool:
    return any((fault.shard, fault.seq) == (shard, seq) for fault in verify_everything().faults)


def test_each_change_of_each_row_is_found_at_the_row(tampering: tuple[Superuser, UUID, list[UUID]]) -> None:
    superuser, child, ids = tampering
    for place, entry in enumerate(ids, 1):
        for column, value in CHANGES.items():
            seq = [chain.shard_of(child), place]
            kept = superuser.execute("SELECT to_jsonb(e) FROM record_entry e WHERE id = %s", [entry]).fetchone()
            superuser.execute(f"UPDATE record_entry SET {column} = {value} WHERE shard = %s AND seq = %s", seq)
            assert found_at(*seq), f"{column} of row {place} was changed and nothing said so"
            superuser.execute("DELETE FROM record_entry WHERE shard = %s AND seq = %s", seq)
            superuser.execute(
                "INSERT INTO record_entry SELECT * FROM jsonb_populate_record(NULL::record_entry, %s)",
                [json.dumps(kept[0]) if kept else None],
            )
            assert verify_everything().holds


def test_each_removed_row_is_found(tampering: tuple[Superuser, UUID, list[UUID]]) -> None:
    superuser, child, ids = tampering
    for place, entry in enumerate(ids, 1):
        with superuser.transaction(force_rollback=False):
            superuser.execute("CREATE TABLE aside AS SELECT * FROM record_entry WHERE id = %s", [entry])
            superuser.execute("DELETE FROM record_entry WHERE id = %s", [entry])
        assert found_at(chain.shard_of(child), place)
        superuser.execute("INSERT INTO record_entry SELECT * FROM aside")
        superuser.execute("DROP TABLE aside")
        assert verify_everything().holds


def test_every_cut_tail_and_an_emptied_table_are_found(tampering: tuple[Superuser, UUID, list[UUID]]) -> None:
    superuser, child, _ = tampering
    for left in range(LENGTH - 1, -1, -1):
        superuser.execute("DELETE FROM record_entry WHERE seq > %s", [left])
        superuser.execute("DELETE FROM record_mention WHERE entry_id NOT IN (SELECT id FROM record_entry)")
        faults = verify_everything().faults
        assert [(fault.shard, fault.seq) for fault in faults] == [(chain.shard_of(child), left + 1)]
        assert "cut" in faults[0].says


def test_each_two_rows_changing_places_are_found(tampering: tuple[Superuser, UUID, list[UUID]]) -> None:
    superuser, child, ids = tampering
    shard = chain.shard_of(child)

    def swap(one: int, other: int) -> None:
        for before, after in ((one, -1), (other, one), (-1, other)):
            superuser.execute("UPDATE record_entry SET seq = %s WHERE shard = %s AND seq = %s", [after, shard, before])

    for one in range(1, len(ids)):
        swap(one, one + 1)
        assert found_at(shard, one)
        swap(one, one + 1)
        assert verify_everything().holds


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE record_mention SET role = 'suspect' WHERE entry_id = %s",
        "UPDATE record_mention SET thing_id = gen_random_uuid() WHERE entry_id = %s",
        "DELETE FROM record_mention WHERE entry_id = %s",
        "INSERT INTO record_mention (id, entry_id, thing_id, role) "
        "SELECT gen_random_uuid(), %s, gen_random_uuid(), 'suspect'",
        "UPDATE record_entry SET subject_id = gen_random_uuid() WHERE id = %s",
        "UPDATE record_entry SET shard = 99 WHERE id = %s",
    ],
)
def test_what_an_entry_mentions_and_whom_it_is_about_is_chained(
    tampering: tuple[Superuser, UUID, list[UUID]], command: str
) -> None:
    superuser, _, ids = tampering
    superuser.execute(command, [ids[2]])
    assert not verify_everything().holds


def test_a_lost_or_moved_end_is_found(tampering: tuple[Superuser, UUID, list[UUID]]) -> None:
    superuser, child, _ = tampering
    shard = chain.shard_of(child)
    superuser.execute("UPDATE record_chainhead SET seq = seq - 1 WHERE shard = %s", [shard])
    assert not verify_everything().holds
    superuser.execute("DELETE FROM record_chainhead WHERE shard = %s", [shard])
    assert any("not recorded any more" in fault.says for fault in verify_everything().faults)


def test_the_command_says_where(tampering: tuple[Superuser, UUID, list[UUID]]) -> None:
    superuser, child, ids = tampering
    assert CliRunner().invoke(verify_command, []).exit_code == 0
    superuser.execute("UPDATE record_entry SET text = 'other' WHERE id = %s", [ids[1]])
    plain = CliRunner().invoke(verify_command, [])
    assert plain.exit_code == 1
    assert f"entries, shard {chain.shard_of(child)}, number 2, row {ids[1]}" in plain.stdout
    found = json.loads(CliRunner().invoke(verify_command, ["--json"]).stdout)
    assert (found["holds"], found["checked"]["entries"], len(found["faults"])) == (False, LENGTH, 1)


def test_one_by_one_and_many_at_once_make_one_chain(school: Viewer) -> None:
    child = a_child(school)
    append(school, note(child))
    append_many(school, [note(child, "One"), note(child, "Another")])
    append(school, note(child))
    verdict = verify_everything()
    assert verdict.as_dict() == {"holds": True, "checked": dict(verdict.checked), "faults": []}
    assert verdict.checked["entries"] == 4


def in_threads(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run ``act`` that many times at once, each on a connection of its own; what it gave or raised."""
    start = Barrier(count)

    def one(number: int) -> Any:
        try:
            start.wait(timeout=30)
            return act(number)
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_twenty_double_submits_are_one_entry(school: Viewer) -> None:
    new = NewEntry("referral", a_child(school), timezone.now(), {"to": "children-services"})
    answers = in_threads(20, lambda _: append(school, new))
    assert len({answer.pk for answer in answers}) == 1
    with viewing(school):
        assert Entry.objects.count() == 1
        assert Obligation.objects.filter(owes="discussion").count() == 1
    assert verify_everything().holds


def test_one_key_for_two_children_at_once_is_one_entry(school: Viewer) -> None:
    children, key = [a_child(school) for _ in range(8)], uuid4()
    answers = in_threads(8, lambda n: append(school, NewEntry("note", children[n], timezone.now(), client_key=key)))
    assert sum(isinstance(answer, Entry) for answer in answers) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 7
    assert verify_everything().holds


def test_many_at_once_about_several_children_keep_the_chain(school: Viewer) -> None:
    children = [a_child(school) for _ in range(4)]
    answers = in_threads(12, lambda n: [append(school, note(children[(n + i) % 4], f"{n} {i}")).pk for i in range(4)])
    assert len({pk for pks in answers for pk in pks}) == 48
    verdict = verify_everything()
    assert (verdict.holds, verdict.checked["entries"]) == (True, 48)
