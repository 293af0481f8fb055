"""Which part of the machine is busy: processor time of the pages, the database and the people who are made up."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PARTS = (("database", "postgres"), ("pages", "safekept\0serve"))
"""Part, and what stands in the command line of its processes; this process itself is the people."""


def used() -> dict[str, float]:
    """Seconds of processor time since each part's processes began, in all."""
    found: dict[str, float] = defaultdict(float)
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
            found[part] += (int(user) + int(system)) / TICKS
    return found


def shares(before: Mapping[str, float], after: Mapping[str, float], seconds: float) -> dict[str, float]:
    """Of all processors, the share that each part kept busy meanwhile."""
    cores = os.cpu_count() or 1
    return {part: round((after[part] - before.get(part, 0)) / (seconds * cores), 2) for part in after}
