"""The chains there are. Pure: names and sizes."""

from __future__ import annotations

from safekept.record import chain

ENTRIES, READS, ACTS = "entries", "reads", "acts"
READ_SHARDS = 16
SHARDS = {ENTRIES: chain.SHARDS, READS: READ_SHARDS, ACTS: 1}
"""How many chains side by side each log has."""
