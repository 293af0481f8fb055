"""The edges of what a witness compares: a greater or a smaller hash, one number more or less, one bit too open."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from safekept import witness
from safekept.witness import Wrong
from tests.unit.test_witness import NOW, Record, end, held_after, linked, set_to, with_links

LOW, MIDDLE, HIGH = "0" * 64, "7" * 64, "f" * 64


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_larger_roots_split_at_the_greatest_power_of_two() -> None:
    """RFC 6962, 2.1: of n leaves the left side holds the greatest power of two that is smaller than n."""
    raw = [b"%d" % number for number in range(9)]
    leaf = [hashlib.sha256(b"\x00" + one).digest() for one in raw]
    four = node(node(leaf[0], leaf[1]), node(leaf[2], leaf[3]))
    seven = node(four, node(node(leaf[4], leaf[5]), leaf[6]))
    eight = node(four, node(node(leaf[4], leaf[5]), node(leaf[6], leaf[7])))
    assert witness.merkle_root(raw[:2]) == node(leaf[0], leaf[1])
    assert witness.merkle_root(raw[:4]) == four
    assert witness.merkle_root(raw[:5]) == node(four, leaf[4])
    assert witness.merkle_root(raw[:6]) == node(four, node(leaf[4], leaf[5]))
    assert witness.merkle_root(raw[:7]) == seven
    assert witness.merkle_root(raw[:8]) == eight
    assert witness.merkle_root(raw) == node(eight, leaf[8])


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601])
def test_a_key_that_anybody_else_can_use_in_any_way_is_refused(tmp_path: Path, mode: int) -> None:
    witness.write_key(tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(mode)
    with pytest.raises(Wrong, match="can be read by others"):
        witness.read_key(tmp_path / "key.pem")


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_key_of_its_owner_alone_is_read(tmp_path: Path, mode: int) -> None:
    made = witness.write_key(tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(mode)
    assert witness.public_of(witness.read_key(tmp_path / "key.pem")) == witness.public_of(made)


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ([[3, MIDDLE]], []),
        ([[3, LOW]], ["rewritten at or before number 3"]),
        ([[3, HIGH]], ["rewritten at or before number 3"]),
        ([[2, MIDDLE]], ["cut after number 2; checkpoint 5 vouches for 3"]),
        ([[4, LOW]], []),
        ([[4, HIGH]], []),
        ([], ["the chain is gone since checkpoint 5"]),
        ([[3, MIDDLE], [9, LOW]], []),
    ],
)
def test_ends_of_chains_are_compared_one_by_one(ends: list[list[Any]], says: list[str]) -> None:
    before = {"number": 5, "heads": {"entries": [[3, MIDDLE]]}}
    found = list(witness._ends_compared("entries", before, {"heads": {"entries": ends}}))
    assert [one in said for one, said in zip(says, found, strict=True)] == [True] * len(says)


def test_every_chain_that_is_gone_is_named() -> None:
    before = {"number": 5, "heads": {"entries": [[1, LOW], [2, MIDDLE], [3, HIGH]]}}
    found = list(witness._ends_compared("entries", before, {"heads": {"entries": [[1, LOW]]}}))
    assert found == [
        "entries, shard 1: the chain is gone since checkpoint 5.",
        "entries, shard 2: the chain is gone since checkpoint 5.",
    ]


@pytest.mark.parametrize(
    ("held", "begins", "follows"),
    [(1, 1, True), (1, 2, True), (1, 3, False), (3, 4, True), (3, 5, False), (3, 6, False)],
)
def test_a_file_follows_when_it_begins_at_the_next_number_at_latest(held: int, begins: int, follows: bool) -> None:
    export = {"checkpoints": [{"number": begins}]}
    assert witness.reaches({"checkpoint": {"number": held}}, export) is follows


@pytest.mark.parametrize("wrong", [LOW, HIGH])
def test_a_checkpoint_that_names_another_one_before_it(record: Record, wrong: str) -> None:
    second = record.make(entries=[end(4)])
    unsigned = {**{name: second[name] for name in ("number", "at", "key", "chains")}, "previous": wrong}
    told = witness.statement(record.name, unsigned)
    record.checkpoints[-1] = {
        **unsigned, "signature": witness.sign(record.key, "checkpoint", told), "heads": second["heads"]
    }  # fmt: skip
    with pytest.raises(Wrong, match="Checkpoint 2 does not follow checkpoint 1"):
        witness.check_export(record.export())


@pytest.mark.parametrize("wrong", [LOW, HIGH])
def test_what_is_held_is_what_was_countersigned(record: Record, tmp_path: Path, wrong: str) -> None:
    held_after(record, tmp_path)
    (path,) = tmp_path.glob("checkpoint-*.json")
    held = json.loads(path.read_text())
    key = witness.read_key(tmp_path / "agency-key.pem")
    told = {name: held["countersignature"][name] for name in ("record", "number", "hash", "agency", "key", "at")}
    told["hash"] = wrong
    signed = {"format": witness.COUNTERSIGNATURE, **told, "signature": witness.sign(key, "countersignature", told)}
    witness.check_countersignature(signed)
    path.write_text(json.dumps({**held, "countersignature": signed}))
    with pytest.raises(Wrong, match="is not the one that was countersigned"):
        witness.kept(tmp_path)


def test_of_several_that_are_held_the_last_one_is_followed_on_from(record: Record, tmp_path: Path) -> None:
    held_after(record, tmp_path)
    record.make(entries=[end(4)])
    held_after(record, tmp_path)
    record.make(entries=[end(5)])
    record.make(entries=[end(6)])
    with pytest.raises(Wrong, match=r"Checkpoint 2 is held and the file begins at 4\..*--since 2"):
        witness.keep(tmp_path, record.export(4), "Ash Valley", "", NOW)
    witness.keep(tmp_path, record.export(3), "Ash Valley", "", NOW)
    assert [one["checkpoint"]["number"] for one in witness.kept(tmp_path)] == [1, 2, 4]


@pytest.mark.parametrize("arguments", [[], ["keep", "folder", "file"], ["check", "folder"]])
def test_a_command_that_lacks_something_is_a_wrong_command(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        witness.main(arguments)
    assert ended.value.code == 2


OTHERWISE = {
    "of an earlier form": (("format", "safekept-checkpoints/0"), "Use a newer witness"),
    "of a later form": (("format", "safekept-checkpoints/2"), "Use a newer witness"),
    "with the lowest name": (("record", "0" * 32), "name is not that of its first key"),
    "with the highest name": (("record", "f" * 32), "name is not that of its first key"),
    "with a key after the lowest": (("keys", 1, "previous", LOW), "does not follow the one before it"),
    "with a key after the highest": (("keys", 1, "previous", HIGH), "does not follow the one before it"),
    "with the lowest root": (("checkpoints", 1, "chains", "entries", "root", LOW), "do not end as was signed"),
    "with the highest root": (("checkpoints", 1, "chains", "entries", "root", HIGH), "do not end as was signed"),
    "with one row fewer": (("checkpoints", 1, "chains", "entries", "count", 3), "do not end as was signed"),
    "with one row more": (("checkpoints", 1, "chains", "entries", "count", 5), "do not end as was signed"),
    "with a number left out": (("checkpoints", 1, "number", 3), "Between checkpoints 1 and 3 some are missing"),
    "with a number twice": (("checkpoints", 1, "number", 1), "Between checkpoints 1 and 1 some are missing"),
}


@pytest.mark.parametrize("damage", OTHERWISE)
def test_a_file_is_refused_whichever_way_it_differs(record: Record, damage: str) -> None:
    record.rotate()
    record.make(entries=[end(4)])
    export = record.export()
    witness.check_export(export)
    path, says = OTHERWISE[damage]
    set_to(*path)(export)
    with pytest.raises(Wrong, match=says):
        witness.check_export(export)


@pytest.mark.parametrize("name", ["0" * 32, "f" * 32])
def test_another_name_than_the_record_has_is_not_expected(record: Record, tmp_path: Path, name: str) -> None:
    with pytest.raises(Wrong, match=f"The record is called {record.name}, and not {name}"):
        witness.keep(tmp_path, record.export(), "Ash Valley", name, NOW)
    spaced = f"{record.name[:16]} {record.name[16:]}".upper()
    assert witness.keep(tmp_path, record.export(), "Ash Valley", spaced, NOW)


@pytest.mark.parametrize("form", ["safekept-countersignature/0", "safekept-countersignature/2"])
def test_a_countersignature_of_an_earlier_or_a_later_form_is_refused(record: Record, form: str) -> None:
    sent = witness.countersign(record.key, "Ash Valley", record.name, record.checkpoints[0], NOW.isoformat())
    with pytest.raises(Wrong, match="not a countersignature"):
        witness.check_countersignature({**sent, "format": form})


def checkpoint(number: int, at: str, previous: str = LOW) -> dict[str, Any]:
    return {"number": number, "at": at, "previous": previous, "key": HIGH, "chains": {}}


def test_a_checkpoint_with_any_other_hash_is_not_the_one_that_is_held() -> None:
    """Of nine that differ in their time alone, the one with the middle hash is held."""
    some = [checkpoint(2, f"2026-11-0{day}") for day in range(1, 10)]
    ordered = sorted(some, key=lambda one: witness.hash_of("a record", one))
    held = ordered[4]
    assert [witness._leads_on("a record", held, [one]) for one in ordered] == [False] * 4 + [True] + [False] * 4


def test_a_file_that_begins_with_the_next_checkpoint_names_the_one_that_is_held() -> None:
    held = checkpoint(2, "2026-11-01")
    for previous, leads_on in ((LOW, False), (witness.hash_of("a record", held), True), (HIGH, False)):
        assert witness._leads_on("a record", held, [checkpoint(3, "2026-11-02", previous)]) is leads_on


@pytest.mark.parametrize(("after", "reckoned"), [(0, False), (1, True), (2, False)])
def test_links_since_another_checkpoint_are_not_reckoned(
    record: Record, tmp_path: Path, after: int, reckoned: bool
) -> None:
    held_after(record, tmp_path)
    record.make(entries=[end(5)])
    says = witness.check(tmp_path, with_links(record, linked(5)[3:], after))
    assert any("--links" in one for one in says) is not reckoned
    wrong = list(witness._relinked(record.checkpoints[0], with_links(record, linked(5)[4:], after)))
    assert bool(wrong) is reckoned


@pytest.fixture
def record() -> Record:
    made = Record()
    made.make(entries=[end(3)])
    return made
