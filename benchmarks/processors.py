"""Which part of the machine is busy: processor time of the pages, the database and the people who are made up."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PARTS = (("database", "postgres"), ("pages", "safekept\0serve"))
"""Part, and what stands in the command line of its processes; this process itself is the people."""


Used = dict[tuple[str, int], float]
"""Seconds of processor time since it began, by part and number of each process."""


def used() -> Used:
    """What every process of each part has used so far."""
    found: Used = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, stat = (folder / "cmdline").read_text(), (folder / "stat").read_text()
        except OSError:
            continue  # it ended meanwhile
        part = next((name for name, mark in PARTS if mark in command), "")
        if int(folder.name) == os.getpid():
            part = "people"
        if part:
            user, system = stat.rpartition(")")[2].split()[11:13]
            found[part, int(folder.name)] = (int(user) + int(system)) / TICKS
    return found


def shares(before: Used, after: Used, seconds: float) -> dict[str, float]:
    """Of all processors, the share that each part kept busy meanwhile; a process that ended meanwhile is left out."""
    spent: dict[str, float] = defaultdict(float)
    for (part, number), then in after.items():
        spent[part] += then - before.get((part, number), 0.0)
    return {part: round(took / (seconds * (os.cpu_count() or 1)), 2) for part, took in spent.items()}
