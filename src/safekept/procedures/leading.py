"""Which authority leads where more than one is concerned, and why: always recorded, never guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from .history import Entry
from .pack import Leads
from .state import State


@dataclass(frozen=True, slots=True)
class Leading:
    """``area``: the slug of the authority that leads, or None where nobody has recorded it yet."""

    area: str | None
    why: str
    cites: tuple[str, ...]
    because: str


def leading(state: State, at: dt.datetime, speaking: Sequence[Leads]) -> Leading | None:
    """Return which authority leads at ``at``, or None where only one is concerned.

    What was recorded with the other authority's duty manager decides. Without it, the home authority keeps a child
    who is placed elsewhere, where a procedure that speaks says so; else that nothing is recorded yet is the answer.
    """
    placed = state.circumstance("placed-out-of-area", at)
    linked = _linked(state, at)
    if placed is None and linked is None:
        return None
    agreed = next(
        (e for e in reversed(state.by_kind.get("other-authority-contacted", ())) if e.values.get("leads")), None
    )
    words = sorted((w for w in speaking if (w.placed if placed else w.linked)), key=lambda w: not w.home)
    cites = tuple(dict.fromkeys(cite for w in words for cite in w.cites))
    if agreed is not None:
        return Leading(agreed.values["leads"], "Agreed with the other authority’s duty manager.", cites, agreed.id)
    if placed is not None:
        home = state.area_at(at) if any(w.home for w in words) else None
        return Leading(home, " ".join(w.placed for w in words), cites, placed.id)
    assert linked is not None
    return Leading(None, " ".join(w.linked for w in words), cites, linked.id)


def _linked(state: State, at: dt.datetime) -> Entry | None:
    """Return the last entry that links the child to one of another area."""
    own = state.area_at(at)
    for entry in reversed(state.counting):
        for child in entry.values.get("linked_children") or ():
            other = state.history.related.get(child)
            if other is not None and other.subject.area not in (None, own):
                return entry
    return None
