"""Keep and check the checkpoints of a Safekept record: one file, for a partner agency.

Python 3.11 or later and the ``cryptography`` package are all that it needs; nothing of Safekept's is imported. A
checkpoint holds no case data: how many rows each log has, and hashes. An agency that keeps one can show later whether
the record was cut or rewritten since, whoever runs it and whatever they signed meanwhile.

    python witness.py keep FOLDER FILE --agency "Ash Valley Council"
    python witness.py check FOLDER --against FILE
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORMAT = "safekept-checkpoints/1"
COUNTERSIGNATURE = "safekept-countersignature/1"
START = "00" * 32  # stands before the first checkpoint, and before the first link of a chain
SIGNED = ("number", "at", "previous", "key", "chains")
Json = dict[str, Any]


class Wrong(Exception):
    """What is handed in cannot be trusted or used; each of ``says`` is a sentence."""

    def __init__(self, *says: str) -> None:
        super().__init__(" ".join(says))
        self.says = list(says)


def canonical(value: Any) -> bytes:
    """JSON bytes that are the same everywhere: keys in order, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves, as RFC 6962 reckons it: leaves and nodes are hashed apart."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    if not leaves:
        return hashlib.sha256().digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + merkle_root(leaves[:half]) + merkle_root(leaves[half:])).digest()


def root_of(name: str, heads: Sequence[Sequence[Any]]) -> str:
    """The root over the ends of a log's chains: for each shard in order its number and hash."""
    return merkle_root([f"{name}|{shard}|{seq}|{last}".encode() for shard, (seq, last) in enumerate(heads)]).hex()


def name_of_record(first_key: str) -> str:
    """A record is named after the first key that signed its checkpoints."""
    return hashlib.sha256(bytes.fromhex(first_key)).hexdigest()[:32]


def statement(record: str, checkpoint: Json) -> Json:
    """What is signed of a checkpoint: the ends of chains stand behind their roots."""
    return {"record": record, **{name: checkpoint[name] for name in SIGNED}}


def hash_of(record: str, checkpoint: Json) -> str:
    """The hash by which the next checkpoint names this one."""
    return hashlib.sha256(canonical(statement(record, checkpoint))).hexdigest()


def sign(key: Ed25519PrivateKey, purpose: str, told: Json) -> str:
    """The signature of a statement, for one purpose alone."""
    return key.sign(f"safekept {purpose}\n".encode() + canonical(told)).hex()


def is_signed(public: str, signature: str, purpose: str, told: Json) -> bool:
    """Whether this key signed the statement for this purpose."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), f"safekept {purpose}\n".encode() + canonical(told))
    except (InvalidSignature, ValueError):
        return False
    return True


def public_of(key: Ed25519PrivateKey) -> str:
    """The public half of a key, in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def read_key(path: Path) -> Ed25519PrivateKey:
    """A private key from a file that its owner alone can read. Raises Wrong."""
    if path.stat().st_mode & 0o077:
        raise Wrong(f"{path} can be read by others. Take that away: chmod 600 {path}")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise Wrong(f"{path} does not hold a private key. Restore it from a backup.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Wrong(f"{path} holds a key of another sort than Ed25519.")
    return key


def write_key(path: Path) -> Ed25519PrivateKey:
    """Make a key in a new file that its owner alone can read."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return key


def read_json(path: Path) -> Json:
    """A JSON object from a file. Raises Wrong."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{path} is not JSON. Ask for it again.") from error
    if not isinstance(found, dict):
        raise Wrong(f"{path} is not a file of checkpoints. Ask for it again.")
    return found


@contextmanager
def whole() -> Iterator[None]:
    """What is not of the right shape inside is said in one sentence. Raises Wrong."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        raise Wrong("This is not a whole file of checkpoints. Ask for it again.") from error


def check_export(export: Json) -> None:
    """Check a file of checkpoints by itself: keys, signatures, order, counts and roots. Raises Wrong."""
    with whole():
        if export["format"] != FORMAT:
            raise Wrong(f"This file is not of the form {FORMAT}. Use a newer witness, or ask for it again.")
        faults = [*_keys(export), *_checkpoints(export)]
    if faults:
        raise Wrong(*faults)


def _keys(export: Json) -> Iterator[str]:
    """Each key signed by the one before it, the first by itself."""
    keys = export["keys"]
    if export["record"] != name_of_record(keys[0]["key"]) or keys[0]["previous"] != "":
        yield "The record’s name is not that of its first key."
    for before, key in pairwise([keys[0], *keys]):
        told = {"record": export["record"], **{name: key[name] for name in ("key", "previous", "from")}}
        if key is not before and key["previous"] != before["key"]:
            yield f"The key from checkpoint {key['from']} on does not follow the one before it."
        if not is_signed(before["key"], key["signature"], "key", told):
            yield f"The key from checkpoint {key['from']} on is not signed by the one before it."


def _checkpoints(export: Json) -> Iterator[str]:
    found, record = export["checkpoints"], export["record"]
    for one in found:
        number = int(one["number"])
        in_force = [key["key"] for key in export["keys"] if key["from"] <= number]
        if not in_force or one["key"] != in_force[-1]:
            yield f"Checkpoint {number} names a key that was not in force."
        elif not is_signed(one["key"], one["signature"], "checkpoint", statement(record, one)):
            yield f"The signature of checkpoint {number} is not right: it was changed, or somebody else made it."
        yield from _ends(one)
    for before, after in pairwise(found):
        if after["number"] != before["number"] + 1:
            yield f"Between checkpoints {before['number']} and {after['number']} some are missing."
        elif after["previous"] != hash_of(record, before):
            yield f"Checkpoint {after['number']} does not follow checkpoint {before['number']}."
        yield from _fewer(before, after)
    if "heads" not in found[-1]:
        yield "The last checkpoint comes without the ends of the chains."


def _ends(checkpoint: Json) -> Iterator[str]:
    """The ends of the chains are those that the signed roots and counts stand for."""
    for name, log in checkpoint["chains"].items() if "heads" in checkpoint else ():
        heads = checkpoint["heads"][name]
        if root_of(name, heads) != log["root"] or sum(seq for seq, _ in heads) != log["count"]:
            yield f"Checkpoint {checkpoint['number']}: the chains of {name} do not end as was signed."


def _fewer(before: Json, after: Json) -> Iterator[str]:
    """What a later checkpoint has less of than an earlier one; with the ends of chains it is said where."""
    for name, log in before["chains"].items():
        later = after["chains"].get(name)
        if later is None:
            yield f"{name}: gone since checkpoint {before['number']}, which vouches for {log['count']:,} rows."
        elif "heads" in before and "heads" in after:
            yield from _ends_compared(name, before, after)
        elif later["count"] < log["count"]:
            yield (
                f"{name}: cut from {log['count']:,} rows (checkpoint {before['number']}) to {later['count']:,} "
                f"(checkpoint {after['number']})."
            )


def _ends_compared(name: str, before: Json, after: Json) -> Iterator[str]:
    number = before["number"]
    ends = after["heads"][name]
    for shard, (seq, last) in enumerate(before["heads"][name]):
        if shard >= len(ends):
            yield f"{name}, shard {shard}: the chain is gone since checkpoint {number}."
        elif ends[shard][0] < seq:
            yield f"{name}, shard {shard}: cut after number {ends[shard][0]}; checkpoint {number} vouches for {seq}."
        elif ends[shard][0] == seq and ends[shard][1] != last:
            yield f"{name}, shard {shard}: rewritten at or before number {seq} since checkpoint {number}."


def differences(held: Json, export: Json) -> list[str]:
    """Where a checked file of checkpoints does not go on from a checkpoint that is held; nothing: it does."""
    mine, found, number = held["checkpoint"], export["checkpoints"], held["checkpoint"]["number"]
    if export["record"] != held["record"]:
        return [f"This file is of another record ({export['record']}) than the one held ({held['record']})."]
    faults = list(_fewer(mine, found[-1]))
    if export["keys"][: len(held["keys"])] != held["keys"]:
        faults.append("The keys that signed the checkpoints are not those that they were.")
    if found[-1]["number"] < number:
        faults.append(f"Checkpoint {number} is held, and the record has only {found[-1]['number']} now: it was cut.")
    elif reaches(held, export) and not _leads_on(held["record"], mine, found):
        faults.append(f"The record’s checkpoint {number} is not the one that is held: it was rewritten.")
    return faults + list(_relinked(mine, export))


def reaches(held: Json, export: Json) -> bool:
    """Whether the file begins early enough to follow the checkpoints from the one that is held."""
    return bool(export["checkpoints"][0]["number"] <= held["checkpoint"]["number"] + 1)


def _compared(held: Sequence[Json], export: Json) -> None:
    """Hold a file against every checkpoint that is held. Raises Wrong."""
    check_export(export)
    with whole():
        faults = list(dict.fromkeys(fault for one in held for fault in differences(one, export)))
        if held and not reaches(held[-1], export):
            faults.append(
                f"Checkpoint {_number(held)} is held and the file begins at {export['checkpoints'][0]['number']}. "
                f"Ask for one that begins earlier: safekept checkpoint --since {_number(held)} --out FILE"
            )
    if faults:
        raise Wrong(*faults)


def _number(held: Sequence[Json]) -> int:
    return int(held[-1]["checkpoint"]["number"])


def _leads_on(record: str, mine: Json, found: Sequence[Json]) -> bool:
    own = hash_of(record, mine)
    same = next((one for one in found if one["number"] == mine["number"]), None)
    return hash_of(record, same) == own if same is not None else bool(found[0]["previous"] == own)


def _relinked(mine: Json, export: Json) -> Iterator[str]:
    """Where the file brings the links since the held checkpoint: reckon them again from its ends to the last ones."""
    links = export.get("links")
    if not links or links["after"] != mine["number"]:
        return
    for name, ends in export["checkpoints"][-1]["heads"].items():
        begun = mine["heads"].get(name) or [[0, START]] * len(ends)
        for shard, (seq, last) in enumerate(begun):
            place, link = seq, bytes.fromhex(last)
            for row, digest in links["chains"][name][shard]:
                place += 1
                header = uuid.UUID(row).bytes + f"|{shard}|{place}|".encode()
                link = hashlib.sha256(link + header + bytes.fromhex(digest)).digest()
            if [place, link.hex()] != list(ends[shard]):
                yield (
                    f"{name}, shard {shard}: from number {seq}, where checkpoint {mine['number']} stands, the links "
                    f"do not lead to number {ends[shard][0]}: rewritten at or before number {seq}, or after it."
                )


def countersign(key: Ed25519PrivateKey, agency: str, record: str, checkpoint: Json, at: str) -> Json:
    """What an agency sends back: that it holds this checkpoint."""
    told = {
        "record": record,
        "number": checkpoint["number"],
        "hash": hash_of(record, checkpoint),
        "agency": agency,
        "key": public_of(key),
        "at": at,
    }
    return {"format": COUNTERSIGNATURE, **told, "signature": sign(key, "countersignature", told)}


def check_countersignature(sent: Json) -> None:
    """Check that a countersignature is whole and signed by the key that it names. Raises Wrong."""
    names = ("record", "number", "hash", "agency", "key", "at")
    if sent.get("format") != COUNTERSIGNATURE or any(name not in sent for name in (*names, "signature")):
        raise Wrong(f"This is not a countersignature of the form {COUNTERSIGNATURE}. Ask the agency to send it again.")
    if not is_signed(
        str(sent["key"]), str(sent["signature"]), "countersignature", {name: sent[name] for name in names}
    ):
        raise Wrong("The countersignature is not right: it was changed on its way. Ask the agency to send it again.")


def kept(folder: Path) -> list[Json]:
    """The checkpoints held in a folder, oldest first, each as it was when it was kept. Raises Wrong."""
    found = [read_json(path) for path in sorted(folder.glob("checkpoint-*.json"))]
    for held in found:
        with whole():
            check_export({**held, "checkpoints": [held["checkpoint"]]})
            check_countersignature(held["countersignature"])
            if held["countersignature"]["hash"] != hash_of(held["record"], held["checkpoint"]):
                raise Wrong(f"Checkpoint {_number([held])} in {folder} is not the one that was countersigned.")
    return found


def keep(folder: Path, export: Json, agency: str, expect: str, now: dt.datetime) -> list[str]:
    """Check a file against what is held, countersign its last checkpoint and keep it; what to say. Raises Wrong."""
    held = kept(folder)
    _compared(held, export)
    last, record = export["checkpoints"][-1], export["record"]
    if expect and expect.replace(" ", "").lower() != record:
        raise Wrong(f"The record is called {record}, and not {expect}. Ask those who run it.")
    if held and _number(held) == last["number"]:
        return [f"Checkpoint {last['number']} is held already."]
    path = folder / "agency-key.pem"
    key = read_key(path) if path.exists() else write_key(path)
    answer = countersign(key, agency, record, last, now.astimezone(dt.UTC).isoformat())
    back = folder / f"countersignature-{last['number']:06}.json"
    _write(back, answer)
    told = {name: export[name] for name in ("format", "record", "keys")}
    _write(folder / f"checkpoint-{last['number']:06}.json", {**told, "checkpoint": last, "countersignature": answer})
    counts = [f"  {name}: {log['count']:,}" for name, log in last["chains"].items()]
    says = [f"Checkpoint {last['number']} of {last['at']} is kept and countersigned.", *counts]
    if not held:
        says.append(f"It is the first. Ask those who run the record, by telephone, whether it is called {record}.")
    return [*says, f"Send back: {back}"]


def check(folder: Path, export: Json) -> list[str]:
    """Whether a record, as a file of checkpoints shows it, holds all that is held here; what to say. Raises Wrong."""
    held = kept(folder)
    if not held:
        raise Wrong(f"No checkpoint is held in {folder}. Keep one first: witness keep {folder} FILE")
    _compared(held, export)
    says = [f"Nothing was cut or rewritten since checkpoint {_number(held)}, as far as this file shows."]
    if (export.get("links") or {}).get("after") != _number(held):
        says.append(
            "The ends of the chains were compared. To have every link since reckoned again: "
            f"safekept checkpoint --since {_number(held)} --links --out FILE"
        )
    return says


def _write(path: Path, value: Json) -> None:
    """Write a file that is there wholly or not at all; one that is there is replaced by the same again."""
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    with draft.open("w") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Exit codes: 0 it holds; 1 it does not, or the file cannot be used; 2 wrong command."""
    parser = argparse.ArgumentParser(prog="witness", description="Keep and check the checkpoints of a Safekept record.")
    commands = parser.add_subparsers(dest="command", required=True)
    keeping = commands.add_parser("keep", help="check a file, countersign its last checkpoint and keep it")
    keeping.add_argument("folder", type=Path, help="where the agency keeps checkpoints and its own key")
    keeping.add_argument("file", type=Path, help="the file of checkpoints that was sent")
    keeping.add_argument("--agency", required=True, help="the agency’s name")
    keeping.add_argument("--expect", default="", help="the record’s name, as those who run it read it out")
    keeping.set_defaults(run=lambda a: keep(a.folder, read_json(a.file), a.agency, a.expect, dt.datetime.now(dt.UTC)))
    checking = commands.add_parser("check", help="say whether the record was cut or rewritten since, and where")
    checking.add_argument("folder", type=Path, help="where the agency keeps checkpoints")
    checking.add_argument("--against", type=Path, required=True, help="a file of checkpoints made now")
    checking.set_defaults(run=lambda a: check(a.folder, read_json(a.against)))
    asked = parser.parse_args(arguments)
    try:
        says = asked.run(asked)
    except Wrong as wrong:
        print(*wrong.says, sep="\n", file=sys.stderr)
        return 1
    print(*says, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
