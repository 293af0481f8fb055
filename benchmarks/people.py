"""Who works with which child in the region that is measured, and how times are told."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from safekept.access.policy import CASE_ROLES
from safekept.access.viewer import Viewer, loader, viewer_for, viewing
from safekept.directory.models import Account

Pair = tuple[UUID, Viewer]
PAIRS = """
    SELECT ring.subject_id, ring.agency_id FROM access_circle AS ring
    JOIN register_thing AS child ON child.id = ring.subject_id AND child.kind = 'child'
    WHERE EXISTS (SELECT 1 FROM record_entry AS e WHERE e.subject_id = ring.subject_id)
    ORDER BY md5(ring.subject_id::text || ring.agency_id::text || %s) LIMIT %s
"""


def pairs(count: int, seed: int) -> list[Pair]:
    """Children with a history, each with a viewer who works with that child; drawn by the seed."""
    workers = {
        account.team.agency_id: viewer_for(account)
        for account in Account.objects.filter(role__in=CASE_ROLES).select_related("team__agency").order_by("id")
    }
    with viewing(loader("Measuring")), connection.cursor() as cursor:
        cursor.execute(PAIRS, [str(seed), count * 2])
        found = [(subject, workers[agency]) for subject, agency in cursor.fetchall() if agency in workers]
    return found[:count]


def spread(times: Sequence[float]) -> dict[str, Any]:
    """Median, 95th percentile and longest of times in seconds, in milliseconds."""
    cuts = statistics.quantiles(times, n=100)
    return {
        "count": len(times),
        "median_ms": round(cuts[49] * 1000, 2),
        "p95_ms": round(cuts[94] * 1000, 2),
        "longest_ms": round(max(times) * 1000, 2),
    }
