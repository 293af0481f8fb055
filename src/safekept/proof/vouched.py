"""What the checkpoints vouch for, read in a snapshot and checked themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from safekept import witness
from safekept.proof.walking import Fault, Mark

CHECKPOINTS, COUNTERSIGNATURES = "checkpoints", "countersignatures"
KEYS = "SELECT key, previous, starts, signature FROM proof_key ORDER BY number"
KEPT = "SELECT number, at, hash, body FROM proof_checkpoint ORDER BY number"
SENT = "SELECT c.checkpoint_id, c.agency, c.key, c.body, k.hash FROM proof_countersignature AS c LEFT JOIN "
SENT += "proof_checkpoint AS k ON k.number = c.checkpoint_id ORDER BY c.checkpoint_id, c.key"
Json = dict[str, Any]
Connection = psycopg.Connection[tuple[Any, ...]]
AllMarks = dict[tuple[str, int], dict[int, Mark]]


@dataclass
class Vouched:
    """Marks by chain and shard, what is wrong with the checkpoints themselves, and how many of each were read."""

    marks: AllMarks = field(default_factory=lambda: defaultdict(dict))
    faults: list[Fault] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)

    def add(self, checkpoint: Json, says: str) -> None:
        """Hold the rows against the ends of chains that a checkpoint names; the later one told of counts."""
        for name, ends in checkpoint.get("heads", {}).items():
            for shard, (seq, last) in enumerate(ends):
                if seq:
                    self.marks[name, shard][seq] = Mark(bytes.fromhex(last), says)


def vouched(reading: Connection, against: Json | None = None) -> Vouched:
    """Read and check checkpoints, keys and countersignatures. ``against``: a file of checkpoints kept elsewhere.

    Raises witness.Wrong when that file cannot be trusted itself.
    """
    found = Vouched()
    rows = reading.execute(KEPT).fetchall()
    keys = [dict(zip(("key", "previous", "from", "signature"), row, strict=True)) for row in reading.execute(KEYS)]
    bodies = [body for *_, body in rows]
    export = {
        "format": witness.FORMAT,
        "record": witness.name_of_record(keys[0]["key"]) if keys else "",
        "keys": keys,
        "checkpoints": bodies,
    }
    found.checked = {CHECKPOINTS: len(rows), COUNTERSIGNATURES: 0}
    if rows or keys:
        found.faults += _checkpoint_faults(export, rows)
    for checkpoint in reversed(bodies) if not found.faults else ():
        found.add(checkpoint, f"checkpoint {checkpoint['number']}")
    found.faults += _countersigned(reading, found)
    if against is not None:
        _hold_against(against, export, found)
    return found


def _checkpoint_faults(export: Json, rows: list[tuple[Any, ...]]) -> Iterator[Fault]:
    if not rows or rows[0][0] != 1:
        yield Fault(CHECKPOINTS, 0, 1, "", "The first checkpoints are missing.")
    try:
        if rows:
            witness.check_export(export)
    except witness.Wrong as wrong:
        yield from (Fault(CHECKPOINTS, 0, 0, "", says) for says in wrong.says)
        return
    for number, at, kept, body in rows:
        stands_for = (body["number"], body["at"], witness.hash_of(export["record"], body))
        if (number, at.isoformat(), kept) != stands_for:
            yield Fault(CHECKPOINTS, 0, number, "", "This checkpoint does not stand where it was signed for.")


def _countersigned(reading: Connection, found: Vouched) -> Iterator[Fault]:
    for number, agency, key, body, kept in reading.execute(SENT):
        found.checked[COUNTERSIGNATURES] += 1
        if kept is None:
            says = f"{agency} countersigned this checkpoint, and it is not there any more."
            yield Fault(COUNTERSIGNATURES, 0, number, key, says)
            continue
        try:
            witness.check_countersignature(body)
            as_sent = (body["number"], body["agency"], body["key"], body["hash"]) == (number, agency, key, kept)
        except witness.Wrong:
            as_sent = False
        if not as_sent:
            says = f"This is not what {agency} signed, or not the checkpoint that they signed."
            yield Fault(COUNTERSIGNATURES, 0, number, key, says)


def _hold_against(against: Json, own: Json, found: Vouched) -> None:
    """Hold everything against a file of checkpoints: what a partner agency keeps, or what was sent to one."""
    kept: Mapping[str, Any] = against
    if "checkpoint" in against:
        kept = {**against, "checkpoints": [against["checkpoint"]]}
    witness.check_export(dict(kept))
    mine = {one["number"]: one for one in own["checkpoints"] if isinstance(one, dict) and "number" in one}
    for checkpoint in kept["checkpoints"]:
        number = checkpoint["number"]
        own_one = mine.get(number)
        if own_one is None:
            found.faults.append(Fault(CHECKPOINTS, 0, number, "", "It is held elsewhere, and is not here any more."))
        elif kept["record"] != own["record"] or own_one.get("signature") != checkpoint["signature"]:
            found.faults.append(
                Fault(CHECKPOINTS, 0, number, "", "Another checkpoint of this number is held elsewhere.")
            )
        found.add(checkpoint, f"checkpoint {number}, held elsewhere,")
