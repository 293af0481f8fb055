"""Which part of the machine is busy: processor time of the pages, the database and the people who are made up."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PARTS = (("database", "postgres"), ("pages", "safekept\0serve"))
"""Part, and what stands in the command line of its processes; this process itself is the people."""


def used() -> dict[str, float]:
    """Seconds of processor time that each part has used so far, with those of its processes that have ended."""
    found: dict[str, float] = defaultdict(float)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, stat = (folder / "cmdline").read_text(), (folder / "stat").read_text()
        except OSError:
            continue  # it ended meanwhile, and its parent has its time
        part, times = next((name for name, mark in PARTS if mark in command), ""), stat.rpartition(")")[2].split()
        if int(folder.name) == os.getpid():
            part, times = "people", times[:13]  # the server that it starts has a part of its own
        if part:
            found[part] += sum(map(int, times[11:15])) / TICKS
    return found


def shares(before: dict[str, float], after: dict[str, float], seconds: float) -> dict[str, float]:
    """Of all processors, the share that each part kept busy meanwhile."""
    everything = seconds * (os.cpu_count() or 1)
    return {part: round((took - before.get(part, 0.0)) / everything, 2) for part, took in sorted(after.items())}
