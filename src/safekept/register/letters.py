"""Characters that nobody sees: in a name they make two people of one, or show another name than was typed. Pure."""

from __future__ import annotations

import unicodedata

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of what has no shape of its own: controls, direction marks, half and unassigned characters."""
JOINERS = frozenset("\u200c\u200d")
"""Zero width non-joiner and joiner: letters of the scripts below are written with them."""
JOINED = (
    "ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "KHMER", "MALAYALAM", "MONGOLIAN", "MYANMAR",
    "ORIYA", "SINHALA", "SYRIAC", "TAMIL", "TELUGU",
)  # fmt: skip
SAYS = (
    "The name holds a character that cannot be seen (often copied along from another page). "
    "Type it by hand instead of pasting it."
)


def holds_unseen(name: str) -> bool:
    """Whether a name holds a character that cannot be seen; joiners count only where no letter needs them."""
    return any(
        unicodedata.category(letter) in UNSEEN and not (letter in JOINERS and _joined(name[place - 1 : place]))
        for place, letter in enumerate(name)
    )


def _joined(before: str) -> bool:
    return before != "" and unicodedata.name(before, "").startswith(JOINED)
