"""Words to look at in what somebody has written: shown beside it, never in its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safekept.kinds import KINDS, Field
from safekept.kinds.base import Privacy
from safekept.procedures import Pack
from safekept.procedures.language import Caught, caught
from safekept.record.models import Entry

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


def of_entry(pack: Pack | None, entry: Entry) -> list[Look]:
    """What to look at in an entry; the child's own words are never looked at."""
    return look_at(pack, written(entry.kind, entry.fields, entry.text))


def look_at(pack: Pack | None, told: Iterable[tuple[str, str]]) -> list[Look]:
    """What to look at in some texts, each with the question that it answers; every phrase once."""
    found: dict[str, list[tuple[str, Caught]]] = {}
    for where, text in told:
        for one in caught(pack, text):
            found.setdefault(one.phrase.id, []).append((where, one))
    return [_look(some) for some in found.values()]


def written(kind: str, fields: Mapping[str, Any], text: str = "") -> Iterator[tuple[str, str]]:
    """The texts that a practitioner wrote in their own words, each with its question."""
    asked = KINDS[kind].fields if kind in KINDS else {}
    for name, value in fields.items():
        if name in asked and asked[name].privacy is not Privacy.CHILD_WORDS:
            yield from ((asked[name].label, one) for one in _texts(asked[name], value))
    if text:
        yield WORDS, text


def _look(some: Sequence[tuple[str, Caught]]) -> Look:
    phrase = some[0][1].phrase
    words, where = _once(one.words for _, one in some), _once(where for where, _ in some)
    return Look(words, where, phrase.better, phrase.why, phrase.cites)


def _texts(asked: Field, value: Any) -> Iterator[str]:
    if asked.type == "narrative" and isinstance(value, str):
        yield value
    elif asked.type == "texts" and isinstance(value, dict):
        yield from (one for one in value.values() if isinstance(one, str))
    elif asked.type == "rows" and isinstance(value, list):
        yield from (str(row.get("reason") or "") for row in value if isinstance(row, dict))


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, whatever its case and line breaks."""
    return tuple({" ".join(one.lower().split()): " ".join(one.split()) for one in reversed(list(texts))}.values())[::-1]
