"""Who is around a child, what was decided about whose record, and what was read."""

from safekept.access.models.around import Circle, Departure, JoinRequest, Share
from safekept.access.models.closing import (
    Bar,
    Closed,
    Concealed,
    Cover,
    Grant,
    HiddenLink,
    Proposal,
    SealedEntry,
    Standing,
)
from safekept.access.models.watching import Alert, ReadEvent

__all__ = [
    "Alert",
    "Bar",
    "Circle",
    "Closed",
    "Concealed",
    "Cover",
    "Departure",
    "Grant",
    "HiddenLink",
    "JoinRequest",
    "Proposal",
    "ReadEvent",
    "SealedEntry",
    "Share",
    "Standing",
]
