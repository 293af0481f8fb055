"""Checking the chain: every row is read again, and whatever was changed, removed, moved or cut is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from safekept.access.viewer import loader, viewing
from safekept.record import chain
from safekept.record.rows import ENTRY_COLUMNS, LISTED, EntryRow, from_database

ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Fault:
    """Something wrong with the chain: in which shard, at which number, at which entry if it is there, and what."""

    shard: int
    seq: int
    entry: str
    says: str


@dataclass(frozen=True)
class Verdict:
    """What a check found."""

    entries: int
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """For a machine to read."""
        return {"holds": self.holds, "entries": self.entries, "faults": [asdict(fault) for fault in self.faults]}


def verify_chain(progress: Callable[[int], None] | None = None) -> Verdict:
    """Read every row of every shard, in one snapshot, and check it; ``progress`` is told how many rows are done."""
    faults: list[Fault] = []
    checked = 0
    with viewing(loader("Verifying the chain")):
        with connection.cursor() as cursor:
            cursor.execute("SELECT shard, seq, hash FROM record_chainhead ORDER BY shard FOR SHARE")
            heads = {shard: (int(seq), bytes(last)) for shard, seq, last in cursor.fetchall()}
        for shard in range(chain.SHARDS):
            if shard not in heads:
                faults.append(Fault(shard, 0, "", "The end of this chain is not recorded any more."))
            walk = _Walk(shard)
            for row, told in _rows(shard):
                faults.extend(walk.step(row, told))
                checked += 1
                if progress is not None and checked % ROWS_AT_ONCE == 0:
                    progress(ROWS_AT_ONCE)
            faults.extend(walk.end(*heads.get(shard, (walk.seq, walk.last))))
        faults.extend(_strays())
    return Verdict(checked, tuple(faults))


class _Walk:
    """One shard, followed link by link."""

    def __init__(self, shard: int) -> None:
        self.shard, self.seq, self.last = shard, 0, chain.START

    def step(self, row: EntryRow, told: list[tuple[UUID, str]]) -> Iterator[Fault]:
        """Check one row against the one before it."""
        entry = str(row.id)
        if row.seq != self.seq + 1:
            missing = (
                f"number {self.seq + 1}" if row.seq == self.seq + 2 else f"numbers {self.seq + 1} to {row.seq - 1}"
            )
            yield Fault(self.shard, self.seq + 1, "", f"Entries are missing here: {missing}.")
        elif row.previous != self.last:
            yield Fault(self.shard, row.seq, entry, "This entry does not follow the one before it: entries were moved.")
        if chain.shard_of(row.subject_id) != self.shard:
            yield Fault(self.shard, row.seq, entry, "This entry stands in a chain that is not its subject’s.")
        if chain.digest(row.salt, chain.content_of({n: getattr(row, n) for n in ENTRY_COLUMNS}, told)) != row.digest:
            yield Fault(self.shard, row.seq, entry, "What this entry says was changed after it was recorded.")
        if chain.link(row.previous, row.id, row.shard, row.seq, row.digest) != row.hash:
            yield Fault(self.shard, row.seq, entry, "This entry’s place in the chain was changed.")
        self.seq, self.last = row.seq, row.hash

    def end(self, seq: int, last: bytes) -> Iterator[Fault]:
        """Check the end of the shard against what is kept as its end."""
        if seq > self.seq:
            says = f"The end of the chain was cut: numbers {self.seq + 1} to {seq} are missing."
            yield Fault(self.shard, self.seq + 1, "", says)
        elif seq < self.seq or last != self.last:
            yield Fault(self.shard, self.seq, "", "The chain does not end where its end is recorded.")


def _rows(shard: int) -> Iterator[tuple[EntryRow, list[tuple[UUID, str]]]]:
    """The rows of a shard in order with what they mention, a few thousand at a time."""
    after = -(2**62)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {LISTED}, ARRAY(SELECT m.thing_id::text || ' ' || m.role FROM record_mention AS m "  # noqa: S608
                "WHERE m.entry_id = record_entry.id) FROM record_entry WHERE shard = %s AND seq > %s "
                "ORDER BY seq LIMIT %s",
                [shard, after, ROWS_AT_ONCE],
            )
            found = cursor.fetchall()
        for *values, told in found:
            pairs = [text.partition(" ") for text in told]
            yield from_database(values), [(UUID(thing), role) for thing, _, role in pairs]
        if len(found) < ROWS_AT_ONCE:
            return
        after = found[-1][ENTRY_SEQ]


ENTRY_SEQ = [name.strip('"') for name in LISTED.split(", ")].index("seq")


def _strays() -> Iterator[Fault]:
    """Rows that stand in no chain at all, and mentions without an entry."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT shard, seq, id FROM record_entry WHERE shard NOT BETWEEN 0 AND %s", [chain.SHARDS - 1])
        for shard, seq, entry in cursor.fetchall():
            yield Fault(shard, seq, str(entry), "This entry stands in a chain that does not exist.")
        cursor.execute(
            "SELECT m.entry_id FROM record_mention AS m "
            "WHERE NOT EXISTS (SELECT 1 FROM record_entry AS e WHERE e.id = m.entry_id)"
        )
        for (entry,) in cursor.fetchall():
            yield Fault(-1, 0, str(entry), "Something is mentioned by an entry that is not there.")
