"""Appending through the real actions: chain, mentions, duties and reading log on."""

from __future__ import annotations

import time
from itertools import cycle, islice
from typing import Any

from django.utils import timezone

from benchmarks.people import pairs, spread
from safekept.access.viewer import loader
from safekept.proof.verifying import verify_everything
from safekept.record.actions import Author, NewEntry, append, append_many


def one_by_one(count: int, seed: int = 3) -> dict[str, Any]:
    """Single appends, one after another."""
    times = []
    for child, viewer in islice(cycle(pairs(count, seed)), count):
        new = NewEntry("coordinator-told", child, timezone.now())
        started = time.perf_counter()
        append(viewer, new)
        times.append(time.perf_counter() - started)
    return {"entries_per_second": round(count / sum(times)), **spread(times)}


def many(count: int, seed: int = 4) -> dict[str, Any]:
    """Rows a second through the import's action, onto records that are there already."""
    new = [
        NewEntry("coordinator-told", child, timezone.now(), author=Author(v.account_id, v.agency_id, v.agency_kind))
        for child, v in islice(cycle(pairs(count, seed)), count)
    ]
    started = time.perf_counter()
    append_many(loader("Measuring"), new)
    return {"rows": count, "rows_per_second": round(count / (time.perf_counter() - started))}


def verified() -> dict[str, Any]:
    """Rows a second of checking all that is chained."""
    started = time.perf_counter()
    verdict = verify_everything()
    seconds = time.perf_counter() - started
    rows = sum(verdict.checked.values())
    return {
        "rows": rows,
        **verdict.checked,
        "holds": verdict.holds,
        "seconds": round(seconds, 1),
        "rows_per_second": round(rows / seconds),
    }
