"""The edges of what a witness compares: a greater or a smaller hash, one number more or less, one bit too open."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from safekept import witness
from safekept.witness import Wrong
from tests.unit.test_witness import NOW, Record, end, held_after

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


@pytest.fixture
def record() -> Record:
    made = Record()
    made.make(entries=[end(3)])
    return made
