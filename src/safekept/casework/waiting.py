"""What waits for somebody to decide, of parts that stand above these pages: each says so here for Your work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from safekept.access.viewer import Viewer

from . import queries


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. ``says``: what it is, before the child's name."""

    subject_id: UUID
    address: str
    says: str
    at: dt.datetime


SOURCES: list[Callable[[Viewer], list[Waiting]]] = []
"""Each gives what waits for this viewer; added when the program starts."""


def listed(viewer: Viewer) -> list[tuple[Waiting, str]]:
    """Everything that waits for this viewer, what has waited longest first, with whom it is about."""
    found = sorted((one for source in SOURCES for one in source(viewer)), key=lambda one: one.at)
    names = queries.labels(one.subject_id for one in found)
    return [(one, names.get(str(one.subject_id), "a child")) for one in found]
