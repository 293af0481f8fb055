"""Words to look at in what somebody has written, wherever it comes from: a form, a page, a file that is handed in.

Told beside the text, never in its way: nothing is held back and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safekept.kinds import KINDS, Field
from safekept.kinds.base import Privacy

from .history import History
from .language import Caught, caught
from .pack import Pack

WORDS = "In words"
"""Where an entry's own text stands, as its page says."""


@dataclass(frozen=True, slots=True)
class Look:
    """One phrase that was caught: as written, under which questions, and what is better."""

    words: tuple[str, ...]
    where: tuple[str, ...]
    better: str
    why: str
    cites: tuple[str, ...]


def look_at(pack: Pack | None, told: Iterable[tuple[str, str]]) -> list[Look]:
    """What to look at in some texts, each with the question that it answers; every phrase once."""
    found: dict[str, list[tuple[str, Caught]]] = {}
    for where, text in told:
        for one in caught(pack, text):
            found.setdefault(one.phrase.id, []).append((where, one))
    return [_look(some) for some in found.values()]


def in_history(pack: Pack | None, history: History) -> Iterator[tuple[str, Look]]:
    """What to look at in each entry of a history and of those related to it, with the id of the entry."""
    for entry in history.entries:
        yield from ((entry.id, look) for look in look_at(pack, written(entry.kind, entry.values)))
    for other in history.related.values():
        yield from in_history(pack, other)


def written(kind: str, fields: Mapping[str, Any], text: str = "") -> Iterator[tuple[str, str]]:
    """The texts that a practitioner wrote in their own words, each with its question; never the child's words."""
    asked = KINDS[kind].fields if kind in KINDS else {}
    for name, value in fields.items():
        if name in asked and in_own_words(asked[name]):
            yield from ((asked[name].label, one) for one in _texts(value))
    if text:
        yield WORDS, text


def in_own_words(asked: Field) -> bool:
    """Tell whether a practitioner answers this in words of their own, on one line or many, and not by choosing."""
    free = asked.type in ("narrative", "texts", "rows") or (asked.type == "text" and not asked.listed_in)
    return free and asked.privacy is not Privacy.CHILD_WORDS


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (one for pair in value.items() for one in pair if isinstance(one, str))
    elif isinstance(value, list):
        yield from (one for row in value if isinstance(row, dict) for one in row.values() if isinstance(one, str))


def _look(some: Sequence[tuple[str, Caught]]) -> Look:
    phrase = some[0][1].phrase
    words, where = _once(one.words for _, one in some), _once(where for where, _ in some)
    return Look(words, where, phrase.better, phrase.why, phrase.cites)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, whatever its case and line breaks."""
    return tuple({" ".join(one.lower().split()): " ".join(one.split()) for one in reversed(list(texts))}.values())[::-1]
