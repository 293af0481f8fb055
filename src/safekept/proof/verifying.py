"""Checking all that is chained: every row is read again, and whatever was changed, removed, moved or cut is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

import psycopg
from django.db import connection as django_connection

from safekept.proof.chains import ENTRIES, SHARDS
from safekept.proof.shards import GUARDIAN, LOADER, TABLES, Shard, ask_as, connect, follow
from safekept.proof.vouched import vouched
from safekept.proof.walking import Fault

__all__ = ["Fault", "Verdict", "verify_everything"]

WORKERS = 2
ROWS_FOR_WORKERS = 50_000
"""From so many rows on, two processes read at once; with fewer, starting them would take longer."""
HEADS = (
    "SELECT 'entries', shard, seq, hash FROM record_chainhead UNION ALL SELECT chain, shard, seq, hash FROM proof_head"
)
ERASED = (
    "SELECT uuid_send(one.entry), one.digest FROM proof_act AS act "
    "CROSS JOIN LATERAL unnest(act.entry_ids, act.\"left\") AS one(entry, digest) WHERE act.kind = 'erasure'"
)
MENTIONED = (
    "SELECT m.entry_id FROM record_mention AS m "
    "WHERE NOT EXISTS (SELECT 1 FROM record_entry AS e WHERE e.id = m.entry_id)"
)
UNLINKED = (
    "SELECT r.id FROM {table} AS r "
    "WHERE NOT EXISTS (SELECT 1 FROM proof_link AS k WHERE k.chain = %s AND k.row_id = r.id)"
)
Progress = Callable[[int], None]
Connection = psycopg.Connection[tuple[Any, ...]]
Ends = Mapping[tuple[str, int], tuple[int, bytes]]


@dataclass(frozen=True)
class Verdict:
    """What a check found, and how many rows of each log it read."""

    checked: Mapping[str, int]
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """For a machine to read."""
        faults = [asdict(fault) for fault in self.faults]
        return {"holds": self.holds, "checked": dict(self.checked), "faults": faults}


def verify_everything(
    progress: Progress | None = None, workers: int | None = None, against: dict[str, Any] | None = None
) -> Verdict:
    """Read every row that is chained, in one snapshot; ``progress`` is told how many rows are done.

    ``workers``: how many processes read at once; left out, as many as the size is worth. ``against``: a file of
    checkpoints that is kept elsewhere; raises witness.Wrong when it cannot be trusted itself.
    """
    where = _where()
    with connect(where) as reading:
        ask_as(reading, LOADER)
        ends: Ends = {(name, shard): (seq, last) for name, shard, seq, last in reading.execute(HEADS, binary=True)}
        held, erased = vouched(reading, against), _erased(reading)
        shards = [
            Shard(name, one, ends.get((name, one)), held.marks.get((name, one), {}), erased if name == ENTRIES else {})
            for name, size in SHARDS.items()
            for one in range(size)
        ]
        if workers is None:
            workers = WORKERS if sum(seq for seq, _ in ends.values()) >= ROWS_FOR_WORKERS else 1
        checked, faults = Counter(dict.fromkeys(SHARDS, 0)), list(held.faults)
        for shard, (rows, some) in _followed(reading, where, shards, workers, progress):
            checked[shard.chain] += rows
            faults += some
        faults += _strays(reading)
    return Verdict({**checked, **held.checked}, tuple(faults))


def _erased(reading: Connection) -> dict[bytes, str]:
    """The entries that acts erased, with the digest of what was left of each."""
    return dict(reading.execute(ERASED, binary=True).fetchall())


def _where() -> dict[str, Any]:
    """Where Django’s own connection goes."""
    set_to = django_connection.settings_dict
    return {
        "host": set_to["HOST"],
        "port": set_to["PORT"],
        "dbname": set_to["NAME"],
        "user": set_to["USER"],
        "password": set_to["PASSWORD"],
        "connect_timeout": 10,
    }


def _followed(
    reading: Connection, where: Mapping[str, Any], shards: list[Shard], workers: int, progress: Progress | None
) -> Iterator[tuple[Shard, tuple[int, list[Fault]]]]:
    if workers == 1:
        yield from ((shard, follow(reading, shard, progress)) for shard in shards)
        return
    row = reading.execute("SELECT pg_export_snapshot()").fetchone()
    snapshot = row[0] if row else ""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for shard, found in zip(shards, pool.map(partial(_in_snapshot, where, snapshot), shards), strict=True):
            if progress is not None:
                progress(found[0])
            yield shard, found


def _in_snapshot(where: Mapping[str, Any], snapshot: str, shard: Shard) -> tuple[int, list[Fault]]:
    with connect(where, snapshot) as reading:
        return follow(reading, shard)


def _strays(reading: Connection) -> Iterator[Fault]:
    """Rows that stand in no chain at all, and mentions without an entry."""
    ask_as(reading, LOADER)
    beyond = "SELECT shard, seq, id FROM record_entry WHERE shard NOT BETWEEN 0 AND %s"
    for shard, seq, entry in reading.execute(beyond, [SHARDS[ENTRIES] - 1]):
        yield Fault(ENTRIES, shard, seq, str(entry), "This entry stands in a chain that does not exist.")
    for (entry,) in reading.execute(MENTIONED):
        yield Fault(ENTRIES, -1, 0, str(entry), "Something is mentioned by an entry that is not there.")
    ask_as(reading, GUARDIAN)
    for name, table in TABLES.items():
        for (row,) in reading.execute(UNLINKED.format(table=table), [name]):
            yield Fault(name, -1, 0, str(row), "This row stands in no chain.")
    known = " OR ".join(f"(chain = '{name}' AND shard BETWEEN 0 AND {SHARDS[name] - 1})" for name in TABLES)
    odd = f"SELECT chain, shard, seq, row_id FROM proof_link WHERE NOT ({known})"  # noqa: S608
    for name, shard, seq, row in reading.execute(odd):
        yield Fault(name, shard, seq, str(row), "This link stands in a chain that does not exist.")
