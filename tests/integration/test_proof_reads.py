"""The reading log is chained: whatever is done to a row of it behind Safekept's back is found, at the row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from safekept.access import reading
from safekept.access.viewer import Viewer, viewing
from safekept.config import database
from safekept.proof.verifying import Fault, verify_everything
from safekept.record import chain
from tests import factories

LENGTH = 4
Superuser = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
def school(fresh_database: str) -> Viewer:
    return factories.viewer(name="Ash School")


@pytest.fixture
def tampering(school: Viewer, fresh_database: str) -> Iterator[Superuser]:
    """A reading log of a few rows in one chain, and a superuser with the triggers off."""
    for number in range(LENGTH):
        with viewing(school):
            reading.log(school, f"Page {number}", [uuid4(), uuid4()])
    assert verify_everything().holds
    server = database.server()
    assert server is not None
    with server.connect(fresh_database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        yield superuser


def links(superuser: Superuser) -> list[tuple[int, int, UUID, bytes, bytes]]:
    return superuser.execute(
        "SELECT shard, seq, row_id, digest, hash FROM proof_link WHERE chain = 'reads' ORDER BY shard, seq"
    ).fetchall()  # type: ignore[return-value]


def faults() -> tuple[Fault, ...]:
    return verify_everything().faults


def found_at(place: tuple[int, int]) -> bool:
    return any((fault.chain, fault.shard, fault.seq) == ("reads", *place) for fault in faults())


def test_a_row_is_linked_as_the_chain_says(tampering: Superuser) -> None:
    """The link that the database reckons is the one that the chain's own arithmetic gives."""
    rows = links(tampering)
    assert [seq for _, seq, *_ in rows] == [1, 2, 3, 4]
    last = chain.START
    for shard, seq, row_id, digest, link in rows:
        told = tampering.execute(
            "SELECT jsonb_strip_nulls(to_jsonb(r))::text FROM access_readevent r WHERE id = %s", [row_id]
        ).fetchone()
        assert told is not None
        assert digest == hashlib.sha256(told[0].encode()).digest()
        last = chain.link(last, row_id, shard, seq, digest)
        assert link == last


CHANGES = {
    "account_id": "gen_random_uuid()",
    "agency_id": "gen_random_uuid()",
    "role": "'guardian'",
    "purpose": "'Another'",
    "what": "what || '.'",
    "ids": "ids[1:1]",
    "at": "at + interval '1 microsecond'",
    "allowed": "NOT allowed",
    "reason": "'None'",
    "id": "gen_random_uuid()",
}


def test_every_column_of_the_log_is_tried(tampering: Superuser) -> None:
    columns = tampering.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'access_readevent'::regclass AND attnum > 0 "
        "AND NOT attisdropped"
    ).fetchall()
    assert {name for (name,) in columns} == set(CHANGES)


def test_each_change_of_each_row_is_found_at_the_row(tampering: Superuser) -> None:
    for shard, seq, row_id, *_ in links(tampering):
        for column, value in CHANGES.items():
            with tampering.transaction():
                tampering.execute("CREATE TABLE aside AS SELECT * FROM access_readevent WHERE id = %s", [row_id])
                tampering.execute(f"UPDATE access_readevent SET {column} = {value} WHERE id = %s", [row_id])
            assert found_at((shard, seq)), f"{column} of number {seq} was changed and nothing said so"
            tampering.execute("DELETE FROM access_readevent WHERE id NOT IN (SELECT row_id FROM proof_link)")
            tampering.execute("DELETE FROM access_readevent WHERE id = %s", [row_id])
            tampering.execute("INSERT INTO access_readevent SELECT * FROM aside")
            tampering.execute("DROP TABLE aside")
            assert verify_everything().holds


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("row_id", "gen_random_uuid()"),
        ("digest", r"'\x00'"),
        ("hash", r"'\x00'"),
        ("seq", "seq + 100"),
        ("shard", "(shard + 1) %% 16"),
        ("shard", "77"),
        ("chain", "'other'"),
    ],
)
def test_each_change_of_each_link_is_found(tampering: Superuser, column: str, value: str) -> None:
    for shard, seq, *_ in links(tampering):
        with tampering.transaction():
            tampering.execute("CREATE TABLE aside AS SELECT * FROM proof_link")
            tampering.execute(f"UPDATE proof_link SET {column} = {value} WHERE shard = %s AND seq = %s", [shard, seq])
        assert not verify_everything().holds, f"{column} of link {seq}"
        with tampering.transaction():
            tampering.execute("DELETE FROM proof_link")
            tampering.execute("INSERT INTO proof_link SELECT * FROM aside")
            tampering.execute("DROP TABLE aside")
        assert verify_everything().holds


def test_each_removed_row_is_found_with_or_without_its_link(tampering: Superuser) -> None:
    for shard, seq, row_id, *_ in links(tampering):
        with tampering.transaction():
            tampering.execute("CREATE TABLE row_aside AS SELECT * FROM access_readevent WHERE id = %s", [row_id])
            tampering.execute("CREATE TABLE link_aside AS SELECT * FROM proof_link WHERE row_id = %s", [row_id])
            tampering.execute("DELETE FROM access_readevent WHERE id = %s", [row_id])
        assert found_at((shard, seq))
        tampering.execute("DELETE FROM proof_link WHERE row_id = %s", [row_id])
        assert found_at((shard, seq))
        with tampering.transaction():
            tampering.execute("INSERT INTO access_readevent SELECT * FROM row_aside")
            tampering.execute("INSERT INTO proof_link SELECT * FROM link_aside")
            tampering.execute("DROP TABLE row_aside, link_aside")
        assert verify_everything().holds


def test_each_two_rows_changing_places_are_found(tampering: Superuser) -> None:
    rows = links(tampering)
    for (shard, one, one_id, *_), (_, other, other_id, *_) in pairwise(rows):
        for first, second in ((one_id, other_id), (other_id, one_id)):
            with tampering.transaction():
                update = "UPDATE proof_link SET row_id = %s WHERE chain = 'reads' AND seq = %s"
                tampering.execute(update, [second, one])
                tampering.execute(update, [first, other])
            if (first, second) == (one_id, other_id):
                assert found_at((shard, one))
                assert found_at((shard, other))
        assert verify_everything().holds


def test_every_cut_tail_is_found_at_its_first_missing_number(tampering: Superuser) -> None:
    shard = links(tampering)[0][0]
    for left in range(LENGTH - 1, -1, -1):
        tampering.execute(
            "DELETE FROM access_readevent WHERE id IN (SELECT row_id FROM proof_link WHERE seq > %s)", [left]
        )
        tampering.execute("DELETE FROM proof_link WHERE seq > %s", [left])
        assert [(fault.shard, fault.seq) for fault in faults()] == [(shard, left + 1)]


def test_a_row_without_a_link_is_found(tampering: Superuser) -> None:
    tampering.execute(
        "INSERT INTO access_readevent SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).* "
        "FROM access_readevent AS r LIMIT 1"
    )
    assert any("stands in no chain" in fault.says for fault in faults())


def test_a_lost_or_moved_end_is_found(tampering: Superuser) -> None:
    shard = links(tampering)[0][0]
    tampering.execute("UPDATE proof_head SET seq = seq - 1 WHERE chain = 'reads' AND shard = %s", [shard])
    assert not verify_everything().holds
    tampering.execute("DELETE FROM proof_head WHERE chain = 'reads' AND shard = %s", [shard])
    assert any("not recorded any more" in fault.says for fault in faults())


def test_what_is_undone_leaves_no_link_and_a_refusal_is_linked(school: Viewer) -> None:
    with pytest.raises(ZeroDivisionError), viewing(school):
        reading.log(school, "Page", [uuid4()])
        raise ZeroDivisionError
    reading.deny(school, "record", [uuid4()], "Not in the circle.")
    verdict = verify_everything()
    assert (verdict.holds, verdict.checked["reads"]) == (True, 1)


def test_many_at_once_are_all_linked(school: Viewer) -> None:
    start = Barrier(12)

    def read(number: int) -> None:
        try:
            start.wait(timeout=30)
            for page in range(5):
                with viewing(school):
                    reading.log(school, f"{number} {page}", [uuid4()])
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(read, range(12)))
    verdict = verify_everything()
    assert (verdict.holds, verdict.checked["reads"]) == (True, 60)


@pytest.mark.parametrize("table", ["proof_link", "proof_head"])
@pytest.mark.parametrize("command", ["DELETE FROM {}", "UPDATE {} SET seq = 1", "INSERT INTO {} SELECT * FROM {}"])
def test_the_application_cannot_write_the_chain_itself(school: Viewer, table: str, command: str) -> None:
    with viewing(school), connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute(command.replace("{}", table))


def test_no_page_where_the_log_cannot_be_linked(school: Viewer, fresh_database: str) -> None:
    server = database.server()
    assert server is not None
    with server.connect(fresh_database) as superuser:
        superuser.execute("DELETE FROM proof_head WHERE chain = 'reads'")
    with pytest.raises(Exception, match="not recorded any more"), viewing(school):
        reading.log(school, "Page", [uuid4()])
