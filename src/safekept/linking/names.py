"""Names as people write them, split and folded so that spelling habits do not matter.

Accents, apostrophes and case are folded away, hyphens split, titles dropped. A part's
*neighbourhood* is what is left of it after leaving out letters: two parts within reach of
one another share at least one such remainder, so that equality finds misspellings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

PREFIX = 7
"""Letters of a part that its neighbourhood looks at: bounds it to 29 remainders."""
LONGEST_PART = 40
MOST_PARTS = 12

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "mx", "master"})
_APOSTROPHES = re.compile(r"[’‘'`´ʼ.]")


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents and apostrophes."""
    if text.isascii():
        return _APOSTROPHES.sub("", text).lower()
    bare = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold().translate(_LETTERS))
    return "".join(c for c in bare if not unicodedata.combining(c))


@lru_cache(maxsize=20_000)
def spelt_parts(text: str) -> tuple[tuple[str, str], ...]:
    """Split a name into its parts, each folded and as it was spelt; titles are dropped where more is left.

    Kept for a while: a search compares the same names again and again.
    """
    words = [w for w in re.split(r"[^\w’‘'`´ʼ.]+|_", text) if w][: MOST_PARTS * 2]
    pairs = [(fold(word)[:LONGEST_PART], word) for word in words]
    kept = [(part, word) for part, word in pairs if part]
    untitled = [(part, word) for part, word in kept if part not in _TITLES]
    return tuple((untitled or kept)[:MOST_PARTS])


def parts_of(text: str) -> list[str]:
    """Split a name into its folded parts."""
    return [part for part, _ in spelt_parts(text)]


def all_parts(names: Iterable[str]) -> list[str]:
    """Return the parts of several names, each once, in order."""
    return list(dict.fromkeys(part for name in names for part in parts_of(name)))


def reach(part: str) -> int:
    """Return how many typing errors are allowed for in a part of this length."""
    return 0 if len(part) < 2 else 1 if len(part) < 4 else 2


def neighbourhood(part: str) -> set[str]:
    """Return what is left of the part's first letters after leaving out up to ``reach(part)`` of them."""
    prefix = part[:PREFIX]
    left = {prefix}
    for missing in range(1, min(reach(part), len(prefix) - 1) + 1):
        for kept in combinations(prefix, len(prefix) - missing):
            left.add("".join(kept))
    return left


def splits_of(word: str) -> list[tuple[str, str]]:
    """Return the ways of reading one long word as two, for a space that was left out or mistyped."""
    return [(word[:i], word[i:]) for i in range(3, len(word) - 2)] if 6 <= len(word) <= LONGEST_PART else []
