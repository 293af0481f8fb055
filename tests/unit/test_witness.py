"""The witness: what an agency keeps of another's record, and what it can show with it."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from safekept import witness
from safekept.witness import Wrong

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
Json = dict[str, Any]
ROWS = [UUID(int=number) for number in range(1, 9)]


def linked(count: int, shard: int = 0, other: int | None = None) -> list[tuple[str, str, str]]:
    """A chain of so many rows: row, digest and link, as hexadecimal; from row ``other`` on it says something else."""
    found, last = [], bytes(32)
    for number in range(1, count + 1):
        said = "other" if other is not None and number >= other else "said"
        digest = hashlib.sha256(f"{said} {number}".encode()).digest()
        last = hashlib.sha256(last + ROWS[number - 1].bytes + f"|{shard}|{number}|".encode() + digest).digest()
        found.append((str(ROWS[number - 1]), digest.hex(), last.hex()))
    return found


def end(count: int, other: int | None = None) -> list[Any]:
    return [count, linked(count, 0, other)[-1][2]] if count else [0, witness.START]


class Record:
    """A record that makes checkpoints, as one that is run elsewhere would."""

    def __init__(self) -> None:
        self.keys: list[Json] = []
        self.checkpoints: list[Json] = []
        self.rotate()

    def rotate(self) -> None:
        before, self.key = getattr(self, "key", None), Ed25519PrivateKey.generate()
        public = witness.public_of(self.key)
        self.name = self.name if before else witness.name_of_record(public)
        told = {
            "record": self.name,
            "key": public,
            "previous": witness.public_of(before) if before else "",
            "from": len(self.checkpoints) + 1,
        }
        signature = witness.sign(before or self.key, "key", told)
        self.keys.append({**{name: told[name] for name in ("key", "previous", "from")}, "signature": signature})

    def make(self, **ends: list[list[Any]]) -> Json:
        """Sign a checkpoint over these ends of chains."""
        before = self.checkpoints[-1] if self.checkpoints else None
        made: Json = {
            "number": len(self.checkpoints) + 1,
            "at": NOW.isoformat(),
            "previous": witness.hash_of(self.name, before) if before else witness.START,
            "key": self.keys[-1]["key"],
            "chains": {
                name: {"count": sum(seq for seq, _ in heads), "root": witness.root_of(name, heads)}
                for name, heads in ends.items()
            },
        }
        told = witness.statement(self.name, made)
        made |= {"signature": witness.sign(self.key, "checkpoint", told), "heads": ends}
        self.checkpoints.append(made)
        return made

    def export(self, since: int = 1, links: Json | None = None) -> Json:
        told = {"format": witness.FORMAT, "record": self.name, "keys": self.keys}
        found = copy.deepcopy(self.checkpoints[since - 1 :])
        return {**copy.deepcopy(told), "checkpoints": found} | ({"links": links} if links else {})


@pytest.fixture
def record() -> Record:
    made = Record()
    made.make(entries=[end(3)])
    return made


def held_after(record: Record, folder: Path) -> Path:
    witness.keep(folder, record.export(), "Ash Valley", "", NOW)
    return folder


def test_the_root_is_that_of_rfc_6962() -> None:
    """Empty: the hash of nothing. One empty leaf: the hash of one zero byte. Three leaves: two on the left."""
    assert witness.merkle_root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert witness.merkle_root([b""]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"

    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + left + right).digest()

    one, two, three = (hashlib.sha256(b"\x00" + leaf).digest() for leaf in (b"a", b"b", b"c"))
    assert witness.merkle_root([b"a", b"b", b"c"]) == node(node(one, two), three)


def test_canonical_json_is_the_same_whatever_the_order() -> None:
    assert witness.canonical({"b": 1, "a": ["é"]}) == b'{"a":["\\u00e9"],"b":1}'


def test_a_sound_file_is_kept_and_countersigned(record: Record, tmp_path: Path) -> None:
    says = witness.keep(tmp_path / "held", record.export(), "Ash Valley", record.name, NOW)
    assert "Checkpoint 1" in says[0]
    assert record.name in " ".join(says)
    assert "  entries: 3" in says
    kept = witness.kept(tmp_path / "held")
    assert [one["checkpoint"]["number"] for one in kept] == [1]
    sent = json.loads((tmp_path / "held" / "countersignature-000001.json").read_text())
    witness.check_countersignature(sent)
    assert (sent["agency"], sent["hash"]) == ("Ash Valley", witness.hash_of(record.name, record.checkpoints[0]))
    assert (tmp_path / "held" / "agency-key.pem").stat().st_mode & 0o777 == 0o600


def test_the_same_again_is_not_kept_twice(record: Record, tmp_path: Path) -> None:
    held_after(record, tmp_path)
    assert witness.keep(tmp_path, record.export(), "Ash Valley", "", NOW) == ["Checkpoint 1 is held already."]


def test_another_record_than_expected_is_refused(record: Record, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="is called"):
        witness.keep(tmp_path, record.export(), "Ash Valley", "0123", NOW)
    held_after(record, tmp_path)
    another = Record()
    another.make(entries=[end(3)])
    with pytest.raises(Wrong, match="of another record"):
        witness.keep(tmp_path, another.export(), "Ash Valley", "", NOW)


def test_what_follows_is_kept_with_the_same_key_of_the_agency(record: Record, tmp_path: Path) -> None:
    held_after(record, tmp_path)
    record.make(entries=[end(4)])
    record.rotate()
    record.make(entries=[end(5)], reads=[end(1)])
    witness.keep(tmp_path, record.export(since=2), "Ash Valley", "", NOW)
    first, second = witness.kept(tmp_path)
    assert second["checkpoint"]["number"] == 3
    assert first["countersignature"]["key"] == second["countersignature"]["key"]
    says = witness.check(tmp_path, record.export())
    assert "Nothing was cut or rewritten since checkpoint 3" in says[0]


def test_a_file_that_begins_too_late_is_not_followed(record: Record, tmp_path: Path) -> None:
    held_after(record, tmp_path)
    record.make(entries=[end(4)])
    record.make(entries=[end(5)])
    with pytest.raises(Wrong, match=r"begins at 3.*--since 1"):
        witness.check(tmp_path, record.export(since=3))


def set_to(*path: Any) -> Callable[[Json], None]:
    """Set what the path leads to, in a file, to the path's last part."""

    def act(export: Json) -> None:
        place: Any = export
        for step in path[:-2]:
            place = place[step]
        place[path[-2]] = path[-1]

    return act


DAMAGES = {
    "of another form": (set_to("format", "safekept-checkpoints/2"), "form"),
    "named otherwise": (set_to("record", "0" * 32), "name is not that of its first key"),
    "with another first key": (set_to("keys", 0, "key", "11" * 32), "name is not that of its first key"),
    "a first key that follows another": (set_to("keys", 0, "previous", "11" * 32), "name is not that"),
    "with a key signed by nobody": (set_to("keys", 1, "signature", "11" * 64), "not signed by the one before"),
    "with a key after another one": (set_to("keys", 1, "previous", "11" * 32), "does not follow the one before"),
    "with a later key": (set_to("keys", 1, "from", 9), "not in force"),
    "with the older key": (set_to("checkpoints", 1, "key", None), "not in force"),
    "with another number": (set_to("checkpoints", 0, "number", 7), "missing"),
    "at another time": (set_to("checkpoints", 1, "at", "2026-01-01"), "signature of checkpoint 2"),
    "after another": (set_to("checkpoints", 1, "previous", "11" * 32), "does not follow checkpoint 1"),
    "with another count": (set_to("checkpoints", 1, "chains", "entries", "count", 99), "do not end as was signed"),
    "with another root": (set_to("checkpoints", 1, "chains", "entries", "root", "11"), "do not end as was signed"),
    "with other ends": (set_to("checkpoints", 1, "heads", "entries", 0, [4, "11"]), "do not end as was signed"),
    "signed by nobody": (set_to("checkpoints", 1, "signature", "zz"), "signature of checkpoint 2"),
    "without checkpoints": (set_to("checkpoints", []), "not a whole file"),
    "without keys": (set_to("keys", []), "not a whole file"),
    "with a number for a file": (set_to("checkpoints", 5), "not a whole file"),
    "with a word for a count": (set_to("checkpoints", 0, "chains", "entries", "many"), "not a whole file"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_in_a_sentence(record: Record, tmp_path: Path, damage: str) -> None:
    record.rotate()
    record.make(entries=[end(4)])
    export = record.export()
    witness.check_export(export)
    change, says = DAMAGES[damage]
    change(export)
    with pytest.raises(Wrong, match=says):
        witness.keep(tmp_path, export, "Ash Valley", "", NOW)


def test_the_last_checkpoint_brings_the_ends_of_its_chains(record: Record) -> None:
    record.make(entries=[end(4)])
    export = record.export()
    del export["checkpoints"][0]["heads"]
    witness.check_export(export)
    del export["checkpoints"][1]["heads"]
    with pytest.raises(Wrong, match="without the ends"):
        witness.check_export(export)


def test_fewer_rows_are_seen_without_the_ends_of_chains_too(record: Record) -> None:
    record.make(entries=[end(2)])
    export = record.export()
    del export["checkpoints"][0]["heads"]
    with pytest.raises(Wrong, match=r"entries: cut from 3 rows \(checkpoint 1\) to 2"):
        witness.check_export(export)


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ({"entries": [end(2)]}, "entries, shard 0: cut after number 2; checkpoint 1 vouches for 3"),
        ({"entries": [end(3, other=2)]}, "entries, shard 0: rewritten at or before number 3"),
        ({"entries": []}, "entries, shard 0: the chain is gone"),
        ({"reads": [end(3)]}, "entries: gone since checkpoint 1, which vouches for 3 rows"),
    ],
)
def test_a_record_cut_or_rewritten_and_signed_anew_is_found_and_said_where(
    record: Record, tmp_path: Path, ends: dict[str, Any], says: str
) -> None:
    """Those who run the record hold its key and can sign what they like: what is held shows it."""
    held_after(record, tmp_path)
    record.checkpoints.clear()
    record.make(**ends)
    with pytest.raises(Wrong, match=says) as found:
        witness.check(tmp_path, record.export())
    assert "The record’s checkpoint 1 is not the one that is held: it was rewritten." in found.value.says
    record.checkpoints[:] = []
    record.make(entries=[end(3)])
    record.make(**ends)
    with pytest.raises(Wrong, match=says):
        witness.check_export(record.export())


def test_fewer_checkpoints_than_are_held(record: Record, tmp_path: Path) -> None:
    record.make(entries=[end(3)])
    held_after(record, tmp_path)
    record.checkpoints.pop()
    with pytest.raises(Wrong, match="Checkpoint 2 is held, and the record has only 1 now: it was cut"):
        witness.check(tmp_path, record.export())


def test_keys_that_changed_behind_what_is_held(record: Record, tmp_path: Path) -> None:
    record.rotate()
    record.make(entries=[end(4)])
    held_after(record, tmp_path)
    held = witness.kept(tmp_path)[0]
    forked = Record()
    export = {**forked.export(), "record": held["record"], "checkpoints": record.export()["checkpoints"]}
    assert "The keys that signed the checkpoints are not those that they were." in witness.differences(held, export)


def with_links(record: Record, rows: list[tuple[str, str, str]], after: int = 1) -> Json:
    links = {"entries": [[[row, digest] for row, digest, _ in rows]]}
    return record.export(links={"after": after, "chains": links})


def test_every_link_since_is_reckoned_again(record: Record, tmp_path: Path) -> None:
    held_after(record, tmp_path)
    record.make(entries=[end(5)])
    says = witness.check(tmp_path, with_links(record, linked(5)[3:]))
    assert not any("--links" in one for one in says)
    assert any("--links" in one for one in witness.check(tmp_path, record.export()))


def test_a_longer_rewritten_chain_is_found_by_its_links(record: Record, tmp_path: Path) -> None:
    """Checkpoint 2 follows what is held and is longer, but over a history that was rewritten from row 2 on."""
    held_after(record, tmp_path)
    record.make(entries=[end(5, other=2)])
    witness.check(tmp_path, record.export())
    for rows in (linked(5, other=2)[3:], linked(5)[3:], []):
        with pytest.raises(Wrong, match="entries, shard 0: from number 3"):
            witness.check(tmp_path, with_links(record, rows))


def test_links_of_a_log_that_came_later_begin_at_its_beginning(record: Record, tmp_path: Path) -> None:
    held_after(record, tmp_path)
    record.make(entries=[end(3)], acts=[end(2)])
    links = {"entries": [[]], "acts": [[[row, digest] for row, digest, _ in linked(2)]]}
    witness.check(tmp_path, record.export(links={"after": 1, "chains": links}))


@pytest.mark.parametrize("rows", [[["no id", "00"]], [["1"]], 7])
def test_links_that_are_none_are_refused_in_a_sentence(record: Record, tmp_path: Path, rows: Any) -> None:
    held_after(record, tmp_path)
    with pytest.raises(Wrong, match="not a whole file"):
        witness.check(tmp_path, record.export(links={"after": 1, "chains": {"entries": [rows]}}))


def test_nothing_held_nothing_to_check(record: Record, tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="No checkpoint is held"):
        witness.check(tmp_path, record.export())


def test_what_is_held_is_checked_too(record: Record, tmp_path: Path) -> None:
    held_after(record, tmp_path)
    path = tmp_path / "checkpoint-000001.json"
    kept = json.loads(path.read_text())
    another = Record()
    another.make(entries=[end(3)])
    theirs = another.export()
    swapped = {**kept, **{name: theirs[name] for name in ("record", "keys")}, "checkpoint": theirs["checkpoints"][0]}
    for damaged, says in (
        ({**kept, "checkpoint": {**kept["checkpoint"], "at": "x"}}, "signature"),
        ({**kept, "countersignature": {**kept["countersignature"], "agency": "x"}}, "changed on its way"),
        (swapped, "not the one that was countersigned"),
        ({"a": 1}, "not a whole file"),
    ):
        path.write_text(json.dumps(damaged))
        with pytest.raises(Wrong, match=says):
            witness.check(tmp_path, record.export())


def test_a_countersignature_is_refused_in_another_form(record: Record) -> None:
    sent = witness.countersign(record.key, "Ash Valley", record.name, record.checkpoints[0], NOW.isoformat())
    witness.check_countersignature(sent)
    for damaged in ({**sent, "format": "x"}, {name: sent[name] for name in sent if name != "hash"}):
        with pytest.raises(Wrong, match="not a countersignature"):
            witness.check_countersignature(damaged)


def test_a_signature_counts_for_its_purpose_alone(record: Record) -> None:
    told = {"a": 1}
    signature = witness.sign(record.key, "key", told)
    public = witness.public_of(record.key)
    assert witness.is_signed(public, signature, "key", told)
    assert not witness.is_signed(public, signature, "checkpoint", told)
    assert not witness.is_signed("11" * 32, signature, "key", told)
    assert not witness.is_signed("1", signature, "key", told)


def test_a_key_that_others_can_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    made = witness.write_key(path)
    assert witness.public_of(witness.read_key(path)) == witness.public_of(made)
    path.chmod(0o640)
    with pytest.raises(Wrong, match="chmod 600"):
        witness.read_key(path)
    path.chmod(0o600)
    path.write_text("nothing")
    with pytest.raises(Wrong, match="does not hold a private key"):
        witness.read_key(path)
    path.write_bytes(
        X25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(Wrong, match="another sort"):
        witness.read_key(path)
    with pytest.raises(FileExistsError):
        witness.write_key(path)


@pytest.mark.parametrize(
    ("text", "says"), [("[1]", "not a file of checkpoints"), ("{", "not JSON"), ("[" * 99999, "JSON")]
)
def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(Wrong, match=says):
        witness.read_json(path)
    with pytest.raises(Wrong, match="cannot be read"):
        witness.read_json(tmp_path / "none.json")


def test_the_file_runs_alone_with_cryptography_alone(record: Record, tmp_path: Path) -> None:
    """Copied elsewhere, with nothing of Safekept on the path."""
    alone = tmp_path / "witness.py"
    alone.write_bytes(Path(witness.__file__).read_bytes())
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_text(json.dumps(record.export()))
    record.make(entries=[end(2)])
    second.write_text(json.dumps(record.export()))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        blocked = (
            "import sys, runpy; sys.modules.update({n: None for n in ('safekept', 'django', 'orjson', 'psycopg')}); "
            f"sys.argv = {['witness.py', *arguments]!r}; runpy.run_path({str(alone)!r}, run_name='__main__')"
        )
        plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True, env=plain, cwd=tmp_path)

    kept = run("keep", "held", str(first), "--agency", "Ash Valley")
    assert (kept.returncode, "is kept and countersigned" in kept.stdout) == (0, True), kept.stderr
    assert run("check", "held", "--against", str(first)).returncode == 0
    cut = run("check", "held", "--against", str(second))
    assert (cut.returncode, "cut after number 2" in cut.stderr) == (1, True)
    assert run("nothing").returncode == 2


def test_main_gives_its_exit_code(record: Record, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps(record.export()))
    assert witness.main(["keep", str(tmp_path / "held"), str(path), "--agency", "Ash Valley"]) == 0
    assert witness.main(["check", str(tmp_path / "held"), "--against", str(path)]) == 0
    assert "Nothing was cut" in capsys.readouterr().out
    path.write_text("{}")
    assert witness.main(["check", str(tmp_path / "held"), "--against", str(path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
