"""The key that signs checkpoints: in a file of its own, never in the database, and followed by others in its time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from safekept import witness
from safekept.access import statements
from safekept.config import database
from safekept.problems import OperatingProblem

KEYS = "SELECT key, previous, starts, signature FROM proof_key ORDER BY number"
ADD = (
    "INSERT INTO proof_key (number, key, previous, starts, signature, at) "
    "SELECT coalesce(max(number), 0) + 1, %s, %s, %s, %s, %s FROM proof_key"
)
NAMES = ("key", "previous", "from", "signature")


class KeyProblem(OperatingProblem):
    """The key that signs checkpoints is not there or not right; the message says what to do."""


def path() -> Path:
    """Where the private key is kept: ``SAFEKEPT_CHECKPOINT_KEY``, or a file in SAFEKEPT_HOME."""
    return Path(os.environ.get("SAFEKEPT_CHECKPOINT_KEY") or database.home() / "checkpoint-key.pem")


def recorded() -> list[dict[str, Any]]:
    """The public keys in the order in which they came, as checkpoints are exported with them."""
    return [dict(zip(NAMES, row, strict=True)) for row in statements.rows(KEYS)]


def current() -> tuple[Ed25519PrivateKey, list[dict[str, Any]]]:
    """The key that signs now, and all public keys; the first is made here. Raises KeyProblem.

    Call inside a transaction that no other one makes checkpoints in.
    """
    known = recorded()
    if not known:
        first = _read(path()) if path().exists() else witness.write_key(path())
        _record(first, first, "", 1)
        return first, recorded()
    for place in (path(), _following()):
        if place.exists() and witness.public_of(key := _read(place)) == known[-1]["key"]:
            if place != path():  # stopped between recording the new key and putting it in its place
                place.replace(path())
            return key, known
    raise KeyProblem(
        f"{path()} does not hold the key that signs this record’s checkpoints. Restore that file from a backup, or "
        "name it in SAFEKEPT_CHECKPOINT_KEY."
    )


def follow_with_another(starts: int) -> Path:
    """Make another key, signed by the one before it, for checkpoints from this number on; where it waits.

    Put it in its place (``put_in_place``) once the transaction is committed.
    """
    before, known = current()
    place = _following()
    place.unlink(missing_ok=True)
    _record(before, witness.write_key(place), known[-1]["key"], starts)
    return place


def put_in_place(waiting: Path) -> None:
    """Let the new key take the old one's place; the old one is gone."""
    waiting.replace(path())


def _record(signing: Ed25519PrivateKey, new: Ed25519PrivateKey, previous: str, starts: int) -> None:
    public = witness.public_of(new)
    known = recorded()
    record = witness.name_of_record(known[0]["key"] if known else public)
    told = {"record": record, "key": public, "previous": previous, "from": starts}
    statements.run(ADD, [public, previous, starts, witness.sign(signing, "key", told), timezone.now()])


def _following() -> Path:
    return path().with_name(f"{path().name}.new")


def _read(place: Path) -> Ed25519PrivateKey:
    try:
        return witness.read_key(place)
    except witness.Wrong as wrong:
        raise KeyProblem(str(wrong)) from wrong
