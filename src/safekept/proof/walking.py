"""Following a chain link by link. Pure: rows in, faults out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from safekept.record import chain

GONE = "This row is not there any more."
CHANGED = "What this row says was changed after it was recorded."
MOVED = "This row’s place in the chain was changed."
TWICE = "This row’s number came before already: rows were moved or put in."
NOT_AFTER = "This row does not follow the one before it: rows were moved."


@dataclass(frozen=True)
class Fault:
    """Something wrong: in which chain and shard, at which number, at which row if it is there, and what."""

    chain: str
    shard: int
    seq: int
    row: str
    says: str


@dataclass(frozen=True)
class Mark:
    """What a checkpoint says the hash at some number of a shard was; ``says`` names the checkpoint."""

    hash: bytes
    says: str


Marks = Mapping[int, Mark]
"""Number in a shard to what a checkpoint vouches for there."""


class Walk:
    """One shard, followed from its first link to its end."""

    def __init__(self, name: str, shard: int, marks: Marks | None = None) -> None:
        self.name, self.shard, self.seq, self.last = name, shard, 0, chain.START
        self._marks = dict(sorted((marks or {}).items()))
        self._vouched = 0
        self._rewritten = False

    def step(
        self, seq: int, row: bytes, digest: bytes, link: bytes, found: bytes | None, previous: bytes | None = None
    ) -> Sequence[Fault]:
        """Check one link against the one before it.

        ``row``: the sixteen bytes of its id. ``found``: the digest of the row as it is now; None: the row is gone.
        ``previous``: where the row keeps the hash before it too.
        """
        follows = seq == self.seq + 1 and (previous is None or previous == self.last)
        before = self.last if previous is None else previous
        linked = link == chain.link_bytes(before, row, self.shard, seq, digest)
        faults: Sequence[Fault] = ()
        if not (follows and linked and found == digest):
            faults = list(self._faults(seq, row, linked, previous is not None, found, digest))
        self.seq, self.last = seq, link
        return faults if seq not in self._marks else [*faults, *self._vouch(seq, row, link)]

    def _faults(
        self, seq: int, row: bytes, linked: bool, keeps_previous: bool, found: bytes | None, digest: bytes
    ) -> Iterator[Fault]:
        in_turn = seq == self.seq + 1
        if seq <= self.seq:
            yield self.fault(seq, row, TWICE)
        elif not in_turn:
            yield Fault(self.name, self.shard, self.seq + 1, "", f"Rows are missing here: {_numbers(self.seq, seq)}.")
        elif linked and found == digest:
            yield self.fault(seq, row, NOT_AFTER)
        if found is None:
            yield self.fault(seq, row, GONE)
        elif found != digest:
            yield self.fault(seq, row, CHANGED)
        if not linked and (keeps_previous or in_turn):  # after a gap nothing is known of the link before
            yield self.fault(seq, row, MOVED)

    def end(self, seq: int | None, last: bytes = b"") -> Iterator[Fault]:
        """Check the end of the shard against what is kept as its end; None: nothing is kept."""
        if seq is None:
            yield Fault(self.name, self.shard, 0, "", "The end of this chain is not recorded any more.")
        elif seq > self.seq:
            says = f"The end of the chain was cut: {_numbers(self.seq, seq + 1)} missing."
            yield Fault(self.name, self.shard, self.seq + 1, "", says)
        elif seq < self.seq or last != self.last:
            yield Fault(self.name, self.shard, self.seq, "", "The chain does not end where its end is recorded.")
        beyond = next((number for number in self._marks if number > self.seq), None)
        if beyond is not None:
            says = f"{self._marks[beyond].says} vouches for number {beyond}: the end was cut."
            yield Fault(self.name, self.shard, self.seq + 1, "", says)

    def _vouch(self, seq: int, row: bytes, link: bytes) -> Iterator[Fault]:
        """Check a link that a checkpoint vouches for. What follows a rewritten one differs too: it is told once."""
        mark = self._marks[seq]
        if self._rewritten:
            return
        if mark.hash == link:
            self._vouched = seq
            return
        self._rewritten = True
        since = f"after number {self._vouched}" if self._vouched else "from its beginning"
        yield self.fault(seq, row, f"The chain was rewritten {since}: it is not what {mark.says} vouches for.")

    def fault(self, seq: int, row: bytes, says: str) -> Fault:
        """Something wrong with a row of this shard."""
        return Fault(self.name, self.shard, seq, str(UUID(bytes=row)), says)


def digest_of(told: str | None) -> bytes | None:
    """The digest of a log's row, from its text; None where the row is gone."""
    return None if told is None else hashlib.sha256(told.encode()).digest()


def _numbers(last: int, following: int) -> str:
    first = last + 1
    return f"number {first}" if following == first + 1 else f"numbers {first} to {following - 1}"
