"""Checkpoints: a record that was rewritten as a whole, consistently, is found by what was signed and kept elsewhere."""

from __future__ import annotations

import datetime as dt
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone

from safekept import witness
from safekept.access import reading
from safekept.access.viewer import Viewer, viewing
from safekept.cli.chain import verify_chain
from safekept.cli.checkpoint import checkpoint as command
from safekept.cli.checkpoint import witness as witness_command
from safekept.cli.hourly import next_hour
from safekept.problems import OperatingProblem
from safekept.proof import checkpoints, keys
from safekept.proof.verifying import verify_everything
from safekept.record import chain
from safekept.record.actions import NewEntry, append
from safekept.register.actions import NewThing, add_thing
from tests import factories, tampering
from tests.tampering import Superuser

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
ALL = (
    "record_entry", "record_mention", "record_chainhead", "access_readevent", "proof_link", "proof_head",
    "proof_checkpoint", "proof_key", "proof_countersignature",
)  # fmt: skip


@pytest.fixture
def school(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    monkeypatch.setenv("SAFEKEPT_CHECKPOINT_KEY", str(tmp_path / "keys" / "checkpoint-key.pem"))
    factories.children_services()
    factories.police()
    factories.coordinator()
    return factories.viewer(name="Ash School")


@pytest.fixture
def child(school: Viewer) -> UUID:
    return add_thing(school, NewThing("child", [("Tia Robinson", "name")], area="birmingham")).pk


@pytest.fixture
def superuser(school: Viewer, fresh_database: str) -> Iterator[Superuser]:
    with tampering.superuser(fresh_database) as made:
        yield made


def note(child: UUID, text: str = "Seen.") -> NewEntry:
    return NewEntry("note", child, timezone.now() - dt.timedelta(hours=1), {}, text)


def some_more(school: Viewer, child: UUID, count: int = 2) -> None:
    for number in range(count):
        append(school, note(child, f"Entry {number}"))
        with viewing(school):
            reading.log(school, "Page", [child])


def says(*options: Any, **more: Any) -> list[str]:
    return [fault.says for fault in verify_everything(*options, **more).faults]


def a_reading_shard(superuser: Superuser) -> int:
    row = superuser.execute("SELECT shard FROM proof_link WHERE chain = 'reads' ORDER BY seq DESC LIMIT 1").fetchone()
    assert row is not None
    return int(row[0])


def test_each_checkpoint_follows_the_one_before_it(school: Viewer, child: UUID) -> None:
    first = checkpoints.make()
    some_more(school, child)
    second = checkpoints.make()
    record = checkpoints.export(1)["record"]
    assert (first["number"], second["number"]) == (1, 2)
    assert (first["previous"], second["previous"]) == (witness.START, witness.hash_of(record, first))
    assert second["chains"]["entries"]["count"] == first["chains"]["entries"]["count"] + 2
    assert len(second["heads"]["entries"]) == len(second["heads"]["reads"]) == 16
    witness.check_export(checkpoints.export(1))
    verdict = verify_everything()
    assert (verdict.holds, verdict.checked["checkpoints"]) == (True, 2)


def test_the_private_key_is_in_a_file_of_its_owner_alone_and_not_in_the_database(
    school: Viewer, superuser: Superuser
) -> None:
    checkpoints.make()
    place = keys.path()
    assert place.stat().st_mode & 0o777 == 0o600
    private = witness.read_key(place).private_bytes_raw().hex()
    kept = " ".join(text for rows in tampering.tables(superuser, *ALL).values() for text in rows)
    assert witness.public_of(witness.read_key(place)) in kept
    assert private not in kept


def test_without_a_place_of_its_own_the_key_is_in_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SAFEKEPT_CHECKPOINT_KEY", raising=False)
    monkeypatch.setenv("SAFEKEPT_HOME", str(tmp_path))
    assert keys.path() == tmp_path / "checkpoint-key.pem"


def test_twelve_at_once_are_twelve_in_order(school: Viewer) -> None:
    def one(_: int) -> int:
        try:
            return int(checkpoints.make()["number"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(one, range(12))) == list(range(1, 13))
    assert verify_everything().holds


def test_another_key_is_signed_by_the_one_before(school: Viewer) -> None:
    checkpoints.make()
    before = keys.path().read_bytes()
    rotated = checkpoints.rotate()
    assert keys.path().read_bytes() != before
    assert rotated["key"] == witness.public_of(witness.read_key(keys.path()))
    export = checkpoints.export(1)
    witness.check_export(export)
    assert [key["from"] for key in export["keys"]] == [1, 2]
    assert verify_everything().holds


def test_the_first_act_may_be_a_change_of_key(school: Viewer) -> None:
    assert checkpoints.rotate()["number"] == 1
    witness.check_export(checkpoints.export(1))


def test_stopped_between_recording_a_key_and_putting_it_in_place(
    school: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints.make()
    monkeypatch.setattr(keys, "put_in_place", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        checkpoints.rotate()
    assert checkpoints.make()["number"] == 2
    witness.check_export(checkpoints.export(1))
    assert verify_everything().holds


def test_a_lost_damaged_or_open_key_signs_nothing(school: Viewer) -> None:
    checkpoints.make()
    place, kept = keys.path(), keys.path().read_bytes()
    place.unlink()
    with pytest.raises(keys.KeyProblem, match="Restore that file from a backup"):
        checkpoints.make()
    witness.write_key(place)
    with pytest.raises(keys.KeyProblem, match="does not hold the key"):
        checkpoints.make()
    place.write_bytes(kept)
    place.chmod(0o644)
    with pytest.raises(keys.KeyProblem, match="chmod 600"):
        checkpoints.make()
    place.chmod(0o600)
    assert checkpoints.make()["number"] == 2


def test_a_key_that_is_there_already_is_used(school: Viewer) -> None:
    made = witness.write_key(keys.path())
    assert checkpoints.make()["key"] == witness.public_of(made)


@pytest.mark.parametrize("table", ["proof_key", "proof_checkpoint", "proof_countersignature"])
def test_nobody_changes_what_was_signed(school: Viewer, fresh_database: str, table: str) -> None:
    checkpoints.make()
    with viewing(school), connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute(f"DELETE FROM {table}")
    with tampering.superuser(fresh_database) as superuser:
        superuser.execute("SET session_replication_role = origin")
        with pytest.raises(Exception, match="never changed"):
            superuser.execute(f"TRUNCATE {table} CASCADE")


def rewritten_entry(superuser: Superuser, child: UUID) -> int:
    shard = chain.shard_of(child)
    superuser.execute("UPDATE record_entry SET text = 'Another text.' WHERE shard = %s AND seq = 2", [shard])
    tampering.rewrite_entries(superuser, shard)
    return shard


def test_a_consistent_rewrite_of_entries_is_found_by_the_checkpoint(
    school: Viewer, child: UUID, superuser: Superuser
) -> None:
    some_more(school, child, 1)
    checkpoints.make()
    some_more(school, child, 2)
    checkpoints.make()
    shard = rewritten_entry(superuser, child)
    (fault,) = verify_everything().faults
    assert (fault.chain, fault.shard, fault.seq) == ("entries", shard, 3)
    assert fault.says == "The chain was rewritten after number 1: it is not what checkpoint 2 vouches for."
    with pytest.raises(checkpoints.Broken, match=f"entries, shard {shard}, number 3 is not what it vouches for"):
        checkpoints.make()


def test_a_consistent_rewrite_of_what_was_read_is_found_by_the_checkpoint(
    school: Viewer, child: UUID, superuser: Superuser
) -> None:
    some_more(school, child)
    checkpoints.make()
    shard = a_reading_shard(superuser)
    superuser.execute("UPDATE access_readevent SET what = 'Another'")
    tampering.rewrite_links(superuser, "reads", "access_readevent", shard)
    (fault,) = verify_everything().faults
    assert (fault.chain, fault.shard) == ("reads", shard)
    assert fault.says == "The chain was rewritten from its beginning: it is not what checkpoint 1 vouches for."
    with pytest.raises(checkpoints.Broken, match=f"reads, shard {shard}"):
        checkpoints.make()


def test_a_consistent_cut_is_found_by_the_checkpoint(school: Viewer, child: UUID, superuser: Superuser) -> None:
    some_more(school, child, 3)
    checkpoints.make()
    shard = chain.shard_of(child)
    superuser.execute("DELETE FROM record_mention")
    superuser.execute("DELETE FROM record_entry WHERE shard = %s AND seq = 3", [shard])
    tampering.rewrite_entries(superuser, shard)
    (fault,) = verify_everything().faults
    assert (fault.shard, fault.seq, fault.says) == (
        shard,
        3,
        "checkpoint 1 vouches for number 3: the end was cut.",
    )


def test_a_log_that_lost_the_ends_of_its_chains_is_not_signed(
    school: Viewer, child: UUID, superuser: Superuser
) -> None:
    some_more(school, child)
    checkpoints.make()
    superuser.execute("DELETE FROM proof_head WHERE shard = 15")
    with pytest.raises(checkpoints.Broken, match="reads end"):
        checkpoints.make()


CHECKPOINT_CHANGES = [
    "UPDATE proof_checkpoint SET number = number + 1000 WHERE number = {}",
    "UPDATE proof_checkpoint SET at = at + interval '1 second' WHERE number = {}",
    "UPDATE proof_checkpoint SET hash = repeat('1', 64) WHERE number = {}",
    "UPDATE proof_checkpoint SET body = jsonb_set(body, '{{at}}', '\"x\"') WHERE number = {}",
    "UPDATE proof_checkpoint SET body = jsonb_set(body, '{{heads,entries,0}}', '[7, \"11\"]') WHERE number = {}",
    "UPDATE proof_checkpoint SET body = body - 'signature' WHERE number = {}",
    "UPDATE proof_checkpoint SET body = '5' WHERE number = {}",
]


@pytest.mark.parametrize("change", [*CHECKPOINT_CHANGES, "DELETE FROM proof_checkpoint WHERE number = {}"])
def test_each_change_of_each_checkpoint_is_found(
    school: Viewer, child: UUID, superuser: Superuser, change: str
) -> None:
    for _ in range(3):
        some_more(school, child, 1)
        checkpoints.make()
    kept = tampering.tables(superuser, "proof_checkpoint")
    for number in (1, 2, 3):
        if (change[:6], number) == ("DELETE", 3):
            continue  # the last one cut is for those who hold it: see the next tests
        superuser.execute(change.format(number))
        assert not verify_everything().holds, number
        tampering.put_back(superuser, kept)
    assert verify_everything().holds


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE proof_key SET key = repeat('1', 64) WHERE number = {}",
        "UPDATE proof_key SET previous = repeat('1', 64) WHERE number = {}",
        "UPDATE proof_key SET starts = starts + 5 WHERE number = {}",
        "UPDATE proof_key SET signature = repeat('1', 128) WHERE number = {}",
        "DELETE FROM proof_key WHERE number = {}",
    ],
)
def test_each_change_of_each_key_is_found(school: Viewer, superuser: Superuser, change: str) -> None:
    checkpoints.make()
    checkpoints.rotate()
    kept = tampering.tables(superuser, "proof_key")
    for number in (1, 2):
        superuser.execute(change.format(number))
        assert not verify_everything().holds, number
        tampering.put_back(superuser, kept)
    superuser.execute("DELETE FROM proof_checkpoint")
    assert says() == ["The first checkpoints are missing."]


def held_by_an_agency(folder: Path) -> dict[str, Any]:
    witness.keep(folder, checkpoints.export(1), "Ash Valley", "", NOW)
    return witness.kept(folder)[-1]


def test_checkpoints_cut_or_signed_anew_are_found_by_what_an_agency_holds(
    school: Viewer, child: UUID, superuser: Superuser, tmp_path: Path
) -> None:
    some_more(school, child, 3)
    checkpoints.make()
    held = held_by_an_agency(tmp_path / "held")
    assert verify_everything(against=held).holds
    assert verify_everything(against=checkpoints.export(1)).holds
    superuser.execute("DELETE FROM proof_checkpoint")
    rewritten_entry(superuser, child)
    assert says() == ["The first checkpoints are missing."]
    assert "It is held elsewhere, and is not here any more." in says(against=held)
    checkpoints.make()
    assert verify_everything().holds
    assert says(against=held) == [
        "Another checkpoint of this number is held elsewhere.",
        "The chain was rewritten from its beginning: it is not what checkpoint 1, held elsewhere, vouches for.",
    ]
    with pytest.raises(witness.Wrong, match="rewritten at or before number 3"):
        witness.check(tmp_path / "held", checkpoints.export(1))
    with pytest.raises(checkpoints.NotAccepted, match="holds another checkpoint 1"):
        checkpoints.accept(held["countersignature"], new_agency=True)


def test_an_agency_follows_every_link_since(school: Viewer, child: UUID, tmp_path: Path, superuser: Superuser) -> None:
    some_more(school, child, 2)
    checkpoints.make()
    held_by_an_agency(tmp_path / "held")
    some_more(school, child, 2)
    checkpoints.make()
    some_more(school, child, 1)  # not in the checkpoint yet: its links are not brought
    export = checkpoints.export(1, links=True)
    told = witness.check(tmp_path / "held", json.loads(json.dumps(export)))
    assert len(told) == 1
    assert len(export["links"]["chains"]["entries"][chain.shard_of(child)]) == 2


def test_only_the_first_and_the_last_of_a_file_bring_the_ends_of_chains(
    school: Viewer, child: UUID, tmp_path: Path
) -> None:
    for _ in range(4):
        some_more(school, child, 1)
        checkpoints.make()
    export = checkpoints.export(1)
    assert ["heads" in one for one in export["checkpoints"]] == [True, False, False, True]
    witness.keep(tmp_path / "held", export, "Ash Valley", "", NOW)
    assert [one["checkpoint"]["number"] for one in witness.kept(tmp_path / "held")] == [4]


def test_a_file_that_cannot_be_trusted_itself_proves_nothing(school: Viewer) -> None:
    checkpoints.make()
    export = checkpoints.export(1)
    export["checkpoints"][0]["at"] = "x"
    with pytest.raises(witness.Wrong, match="signature"):
        verify_everything(against=export)


def test_nothing_to_export_before_the_first_checkpoint(school: Viewer) -> None:
    with pytest.raises(checkpoints.Broken, match="Make one first"):
        checkpoints.export()


def test_a_countersignature_comes_back_and_is_kept(school: Viewer, tmp_path: Path, superuser: Superuser) -> None:
    checkpoints.make()
    sent = held_by_an_agency(tmp_path / "held")["countersignature"]
    with pytest.raises(checkpoints.NotAccepted, match="--new-agency"):
        checkpoints.accept(sent)
    assert checkpoints.accept(sent, new_agency=True)
    assert not checkpoints.accept(sent)
    verdict = verify_everything()
    assert (verdict.holds, verdict.checked["countersignatures"]) == (True, 1)
    checkpoints.make()
    assert checkpoints.export()["checkpoints"][0]["number"] == 1
    later = held_by_an_agency(tmp_path / "held")["countersignature"]
    assert checkpoints.accept(later)
    assert checkpoints.export()["checkpoints"][0]["number"] == 2
    kept = tampering.tables(superuser, "proof_countersignature")
    for change in ("agency = 'Another'", "key = repeat('1', 64)", "checkpoint_id = 9", "body = body - 'key'"):
        superuser.execute(f"UPDATE proof_countersignature SET {change} WHERE checkpoint_id = 1")
        assert [fault.chain for fault in verify_everything().faults] == ["countersignatures"], change
        tampering.put_back(superuser, kept)


def test_a_countersignature_that_is_not_right_is_not_kept(school: Viewer, tmp_path: Path) -> None:
    checkpoints.make()
    sent = held_by_an_agency(tmp_path / "held")["countersignature"]
    key = witness.read_key(tmp_path / "held" / "agency-key.pem")
    kept = checkpoints.export(1)["checkpoints"][0]
    record = checkpoints.export(1)["record"]
    assert checkpoints.accept(sent, new_agency=True)
    for wrong, why in (
        ({**sent, "agency": "x"}, "changed on its way"),
        (witness.countersign(key, "Ash Valley", "0" * 32, kept, "now"), "another record"),
        (witness.countersign(key, "Oak Valley", record, kept, "now"), "that of Ash Valley, and not of Oak Valley"),
        (witness.countersign(key, "Ash Valley", record, {**kept, "number": 9}, "now"), "another checkpoint 9"),
    ):
        with pytest.raises(checkpoints.NotAccepted, match=why):
            checkpoints.accept(wrong)


def test_no_countersignature_before_the_first_checkpoint(school: Viewer) -> None:
    key = witness.write_key(keys.path())
    some: dict[str, Any] = {"number": 1, "at": "", "previous": "", "key": "", "chains": {}}
    with pytest.raises(checkpoints.NotAccepted, match="another record"):
        checkpoints.accept(witness.countersign(key, "Ash Valley", "0", some, "now"))


def test_progress_is_told_as_rows_pass(school: Viewer, child: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    some_more(school, child)
    monkeypatch.setattr("safekept.proof.shards.ROWS_AT_ONCE", 1)
    heard: list[int] = []
    verdict = verify_everything(heard.append)
    assert sum(heard) == verdict.checked["entries"] + verdict.checked["reads"]


def test_two_processes_find_what_one_finds(school: Viewer, child: UUID, superuser: Superuser) -> None:
    some_more(school, child)
    checkpoints.make()
    heard: list[int] = []
    assert verify_everything(heard.append, workers=2).checked == verify_everything(workers=1).checked
    assert sum(heard) == 4 + superuser.execute("SELECT count(*) FROM access_readevent").fetchone()[0] - 2  # type: ignore[index]
    superuser.execute("UPDATE record_entry SET text = 'other' WHERE seq = 1")
    superuser.execute("UPDATE access_readevent SET what = 'other'")
    assert verify_everything(workers=2).faults == verify_everything(workers=1).faults
    assert not verify_everything(workers=2).holds


def test_the_commands(school: Viewer, child: UUID, tmp_path: Path) -> None:
    def run(which: Any, *arguments: Any) -> Any:
        return CliRunner().invoke(which, [str(one) for one in arguments])

    some_more(school, child)
    out, held = tmp_path / "out.json", tmp_path / "held"
    made = run(command, "--out", out, "--links")
    assert (made.exit_code, "Checkpoint 1 of" in made.stdout) == (0, True), made.output
    assert run(witness_command, "keep", held, out, "--agency", "Ash Valley").exit_code == 0
    back = held / "countersignature-000001.json"
    assert isinstance(run(command, "accept", back).exception, OperatingProblem)
    assert "is kept." in run(command, "accept", back, "--new-agency").stdout
    assert "was kept already" in run(command, "accept", back).stdout
    assert "signed by a new key" in run(command, "rotate-key").stdout
    assert run(verify_chain, "--against", held / "checkpoint-000001.json").exit_code == 0
    out.write_text("nothing")
    assert isinstance(run(verify_chain, "--against", out).exception, OperatingProblem)
    assert isinstance(run(command, "accept", out).exception, OperatingProblem)


def test_one_is_made_at_every_full_hour() -> None:
    assert next_hour(dt.datetime(2026, 3, 28, 23, 59, 59, 5, tzinfo=dt.UTC)) == dt.datetime(2026, 3, 29, tzinfo=dt.UTC)
    assert next_hour(dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)) == dt.datetime(2026, 3, 28, 13, tzinfo=dt.UTC)


def test_the_server_has_checkpoints_made_and_takes_the_maker_with_it(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    told = {**environment, "SAFEKEPT_CHECKPOINT_KEY": str(tmp_path / "checkpoint-key.pem"), "PYTHONUNBUFFERED": "1"}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "safekept", "serve", "--port", port], env=told, stdout=log)
        try:
            assert until(lambda: "Checkpoint 1 of" in (tmp_path / "log").read_text())
            made = children_of(server.pid)
            assert len(made) >= 1
        finally:
            server.terminate()
            server.wait(timeout=30)
    assert until(lambda: not any(Path(f"/proc/{one}").exists() for one in made))


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def until(holds: Callable[[], bool]) -> bool:
    """Wait for something, half a minute at most."""
    for _ in range(300):
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_an_hourly_maker_says_what_it_could_not_do_and_goes_on(school: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoints.make()
    keys.path().unlink()
    parents = iter([1, 1, 1, 1, 2, 2])
    monkeypatch.setattr("safekept.cli.hourly.os.getppid", lambda: next(parents))
    monkeypatch.setattr("safekept.cli.hourly.time.sleep", lambda _: None)
    told = CliRunner().invoke(command, ["--hourly"])
    assert (told.exit_code, "No checkpoint was made" in told.stderr) == (0, True)
