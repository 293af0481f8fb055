"""What things are called, read for many at once, where no more of them is shown. Call inside ``viewing``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from safekept.access import reading, statements
from safekept.access.policy import THING
from safekept.access.sql import asking, first_wall
from safekept.access.viewer import current_viewer
from safekept.register.models import Thing

CALLED = (
    "SELECT t.id, t.kind, t.label, t.born, t.area FROM register_thing AS t "  # noqa: S608
    f"WHERE t.id = ANY(%(ids)s::uuid[]) AND {first_wall(THING, 't', Thing.wall_columns)}"
)


@dataclass(frozen=True, slots=True)
class Called:
    """A thing as lists name it. ``area`` is a slug, empty where it is not known."""

    id: UUID
    kind: str
    label: str
    born: dt.date | None
    area: str


def called(ids: Iterable[UUID]) -> dict[UUID, Called]:
    """Those of some things that the viewer may see; each is noted for the reading log."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    found = statements.rows(CALLED, asking(current_viewer().asker) | {"ids": wanted})
    reading.note("thing", (row[0] for row in found))
    return {row[0]: Called(row[0], row[1], row[2], row[3], row[4] or "") for row in found}
