"""Checkpoints: the ends of all chains at a moment, signed, each naming the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any
from uuid import uuid4

import orjson
from django.utils import timezone

from safekept import witness
from safekept.access import statements
from safekept.access.viewer import loader, viewing
from safekept.problems import OperatingProblem
from safekept.proof import keys

Json = dict[str, Any]
ALONE = "SELECT pg_advisory_xact_lock(5824113)"
HEADS = (
    "SELECT 'entries', shard, seq, hash FROM record_chainhead "
    "UNION ALL SELECT chain, shard, seq, hash FROM proof_head ORDER BY 1, 2"
)
LAST = "SELECT body FROM proof_checkpoint ORDER BY number DESC LIMIT 1"
SINCE = "SELECT body FROM proof_checkpoint WHERE number >= %s ORDER BY number"
ONE = "SELECT hash FROM proof_checkpoint WHERE number = %s"
KEEP = "INSERT INTO proof_checkpoint (number, at, hash, body) VALUES (%s, %s, %s, %s::jsonb)"
AT_PLACE = (
    "SELECT p.shard, p.seq FROM unnest(%s::int[], %s::bigint[], %s::bytea[]) AS p(shard, seq, hash) "
    "WHERE p.seq > 0 AND NOT EXISTS (SELECT 1 FROM {rows} AND k.shard = p.shard AND k.seq = p.seq AND k.hash = p.hash)"
)
LINKS = "SELECT shard, {row}, digest FROM {rows} AND seq > (%s::bigint[])[shard + 1] ORDER BY shard, seq"
LATEST_HELD = "SELECT max(checkpoint_id) FROM proof_countersignature GROUP BY key ORDER BY 1 LIMIT 1"
HELD_BY = "SELECT agency FROM proof_countersignature WHERE key = %s LIMIT 1"
ACCEPT = (
    "INSERT INTO proof_countersignature (id, checkpoint_id, agency, key, body, at) "
    "VALUES (%s, %s, %s, %s, %s::jsonb, %s) "
    "ON CONFLICT (checkpoint_id, key) DO NOTHING"
)


class Broken(OperatingProblem):
    """The record does not go on from its last checkpoint: nothing is signed; the message says where."""


class NotAccepted(OperatingProblem):
    """A countersignature is not taken; the message says why."""


@contextmanager
def _alone(purpose: str) -> Iterator[None]:
    """A transaction in which nobody else makes checkpoints or keys."""
    with viewing(loader(purpose)):
        statements.run(ALONE)
        yield


def make() -> Json:
    """Sign the ends of all chains as they are now, and keep it; the checkpoint. Raises Broken and KeyProblem."""
    with _alone("Making a checkpoint"):
        key, known = keys.current()
        before, heads = _last(), _heads()
        record = witness.name_of_record(known[0]["key"])
        if before is not None:
            _must_go_on(before, heads)
        checkpoint: Json = {
            "number": before["number"] + 1 if before else 1,
            "at": timezone.now().isoformat(),
            "previous": witness.hash_of(record, before) if before else witness.START,
            "key": known[-1]["key"],
            "chains": {
                name: {"count": sum(seq for seq, _ in ends), "root": witness.root_of(name, ends)}
                for name, ends in heads.items()
            },
        }
        told = witness.statement(record, checkpoint)
        checkpoint |= {"signature": witness.sign(key, "checkpoint", told), "heads": heads}
        kept = orjson.dumps(checkpoint).decode()
        statements.run(KEEP, [checkpoint["number"], checkpoint["at"], witness.hash_of(record, checkpoint), kept])
        return checkpoint


def export(since: int | None = None, links: bool = False) -> Json:
    """The checkpoints from a number on, for partner agencies: signatures and hashes, no case data.

    ``since``: left out, the last one that every agency holds. Only the first and the last bring the ends of the
    chains. ``links``: also every link since the first of them, so that it can be reckoned again. Raises Broken.
    """
    with viewing(loader("Exporting checkpoints")):
        if since is None:
            held = statements.rows(LATEST_HELD)
            since = held[0][0] if held else 1
        found = [dict(body) for (body,) in statements.rows(SINCE, [since])]
        if not found:
            raise Broken(f"There is no checkpoint {since}. Make one first: safekept checkpoint")
        known = keys.recorded()
        first, last = found[0], found[-1]
        told: Json = {"format": witness.FORMAT, "record": witness.name_of_record(known[0]["key"]), "keys": known}
        told["checkpoints"] = [one if one in (first, last) else _without_ends(one) for one in found]
        if links:
            told["links"] = {"after": first["number"], "chains": _links(first, last)}
        return told


def rotate() -> Json:
    """Let another key sign from the next checkpoint on; the old one signs it. The first checkpoint that it signed."""
    with _alone("Changing the key"):
        last = _last()
        waiting = keys.follow_with_another(last["number"] + 1 if last else 1)
    keys.put_in_place(waiting)
    return make()


def accept(sent: Json, new_agency: bool = False) -> bool:
    """Keep an agency's countersignature; False: it is kept already. Raises NotAccepted.

    ``new_agency``: take the key of an agency that has countersigned nothing yet.
    """
    try:
        witness.check_countersignature(sent)
    except witness.Wrong as wrong:
        raise NotAccepted(str(wrong)) from wrong
    with viewing(loader("Accepting a countersignature")):
        known = keys.recorded()
        if not known or sent["record"] != witness.name_of_record(known[0]["key"]):
            raise NotAccepted("It is for another record than this one.")
        own = statements.rows(ONE, [sent["number"]])
        if not own or own[0][0] != sent["hash"]:
            raise NotAccepted(
                f"{sent['agency']} holds another checkpoint {sent['number']} than is kept here: one of the two was "
                "rewritten. Keep the file, and tell the information guardian."
            )
        held = statements.rows(HELD_BY, [sent["key"]])
        if not held and not new_agency:
            raise NotAccepted(
                f"No countersignature by this key was accepted before. Ask {sent['agency']}, by telephone, whether it "
                f"is {sent['key'][:16]}, then accept it with --new-agency."
            )
        if held and held[0][0] != sent["agency"]:
            raise NotAccepted(f"This key is that of {held[0][0]}, and not of {sent['agency']}.")
        row = [uuid4(), sent["number"], sent["agency"], sent["key"], orjson.dumps(sent).decode(), timezone.now()]
        return bool(statements.run(ACCEPT, row).rowcount)


def _last() -> Json | None:
    found = statements.rows(LAST)
    return dict(found[0][0]) if found else None


def _heads() -> dict[str, list[list[Any]]]:
    rows = statements.rows(HEADS)
    return {
        name: [[seq, bytes(last).hex()] for _, _, seq, last in some] for name, some in groupby(rows, lambda row: row[0])
    }


def _must_go_on(before: Json, heads: dict[str, list[list[Any]]]) -> None:
    """Every place that the last checkpoint vouches for still holds the hash that it vouches for. Raises Broken."""
    for name, ends in before["heads"].items():
        gone = [f"{name} end"] if len(heads.get(name, ())) < len(ends) else []
        values = [list(range(len(ends))), [seq for seq, _ in ends], [bytes.fromhex(last) for _, last in ends]]
        lost = statements.rows(AT_PLACE.format(rows=_rows(name)), values)
        gone += [f"{name}, shard {shard}, number {seq}" for shard, seq in lost]
        if gone:
            raise Broken(
                f"The record does not go on from checkpoint {before['number']}: {'; '.join(gone)} is not what it "
                "vouches for. Nothing was signed. Run safekept verify-chain, and tell the information guardian."
            )


def _rows(name: str) -> str:
    return "record_entry AS k WHERE true" if name == "entries" else f"proof_link AS k WHERE k.chain = '{name}'"


def _links(first: Json, last: Json) -> dict[str, list[list[list[str]]]]:
    """Every link between two checkpoints: row and digest, by log and shard."""
    found: dict[str, list[list[list[str]]]] = {}
    for name, ends in last["heads"].items():
        begun = [seq for seq, _ in first["heads"].get(name, [[0, ""]] * len(ends))]
        found[name] = [[] for _ in ends]
        asked = LINKS.format(row="id" if name == "entries" else "row_id", rows=_rows(name))
        for shard, row, digest in statements.rows(asked, [begun]):
            place = begun[shard] + len(found[name][shard])
            if place < ends[shard][0]:
                found[name][shard].append([str(row), bytes(digest).hex()])
    return found


def _without_ends(checkpoint: Json) -> Json:
    return {name: value for name, value in checkpoint.items() if name != "heads"}
