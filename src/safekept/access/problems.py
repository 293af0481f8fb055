"""What cannot be done about who sees a record, as sentences for whoever asked."""

from __future__ import annotations

SHORTEST_REASON = 10
"""Characters of a reason, at least."""


class NotDone(Exception):
    """Something cannot be done; ``field`` is what the sentence stands beside, empty for the page as a whole."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(says)
        self.field, self.says = field, says
