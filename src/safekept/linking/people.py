"""What linking knows of a thing: enough to find it again and to say why it matches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """A registered thing, or the question about one.

    ``identifiers`` are pairs of scheme and normalised value. ``born_precision`` is ``day``,
    ``month``, ``year`` or ``about``: how much of ``born`` is known.
    """

    id: str = ""
    kind: str = "child"
    names: tuple[str, ...] = ()
    born: dt.date | None = None
    born_precision: str = "day"
    identifiers: tuple[tuple[str, str], ...] = ()
    sex: str = ""
    area: str = ""
    description: str = ""
