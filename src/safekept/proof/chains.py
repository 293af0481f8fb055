"""The chains there are. Pure: names and sizes."""

from __future__ import annotations

from safekept.record import chain

ENTRIES, READS = "entries", "reads"
READ_SHARDS = 16
SHARDS = {ENTRIES: chain.SHARDS, READS: READ_SHARDS}
"""How many chains side by side each log has."""
