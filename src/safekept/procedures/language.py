"""Words that blame a child or are outdated: found where somebody writes them, left alone where they quote.

A procedure names its phrases as data (see :mod:`.language_file`). A line of a phrase is words with spaces
between them; ``put/puts`` is either word, ``<self>`` any word of a class, ``..`` up to three words of any kind.
A line matches whole words inside one sentence, whatever their case, hyphens, commas and line breaks.
The script of the pages reads the same lines and does the same: change both together, a test holds them together.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from .quoted import SHORTENED, quoted

if TYPE_CHECKING:
    from .pack import Pack

GAP = ".."
MOST_BETWEEN = 3
"""Words that a gap may hold."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BREAK = re.compile(r"[.!?;]|\n[ \t\r]*\n")
"""What ends a sentence, so that no phrase runs over it."""

Slot = frozenset[str] | None
"""The words that may stand in one place of a line; None for a gap."""
Line = tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something better not written of a child. ``leave``: lines that hold its words and are right as they stand."""

    id: str
    label: str
    better: str
    why: str
    catch: tuple[str, ...]
    leave: tuple[str, ...] = ()
    group: str = ""
    cites: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True)
class Language:
    """The phrases of one procedure and the classes of words that their lines name."""

    title: str = ""
    says: str = ""
    cites: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phrases: tuple[Phrase, ...] = ()

    @cached_property
    def finder(self) -> Finder:
        """Finds the phrases in a text; made once."""
        return Finder(self.phrases, self.words)

    @cached_property
    def for_script(self) -> str:
        """The same phrases as JSON, for the script that shows them while somebody writes; empty without phrases."""
        rows = [
            {"id": p.id, "better": p.better, "why": p.why, "catch": p.catch, "leave": p.leave} for p in self.phrases
        ]
        data = {"between": MOST_BETWEEN, "shortened": sorted(SHORTENED), "words": dict(self.words), "phrases": rows}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")) if rows else ""


@dataclass(frozen=True, slots=True)
class Caught:
    """Where a text says what is better not said: ``start`` and ``end`` count characters of the text."""

    start: int
    end: int
    words: str
    phrase: Phrase

    @property
    def better(self) -> str:
        return self.phrase.better

    @property
    def why(self) -> str:
        return self.phrase.why

    @property
    def cites(self) -> tuple[str, ...]:
        return self.phrase.cites


def caught(pack: Pack | None, text: str) -> list[Caught]:
    """Return what a procedure would put otherwise in a text, in its order; nothing overlaps, quoted speech is exempt.

    Time grows with the length of the text alone. Without a procedure nothing is caught.
    """
    return pack.language.finder.find(text) if pack is not None else []


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str
    sentence: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line under its first word: which phrase it belongs to, and whether it lets that phrase be."""

    line: Line
    phrase: int
    leaves: bool


class Finder:
    """Phrases ready to be found: their lines by first word, and a quick test that most texts fail."""

    def __init__(self, phrases: Sequence[Phrase], words: Mapping[str, Sequence[str]]) -> None:
        self.phrases = tuple(phrases)
        self._by_first: dict[str, list[_Entry]] = {}
        needed: set[str] = set()
        for index, phrase in enumerate(self.phrases):
            catching = [parse_line(text, words) for text in phrase.catch]
            leaving = [parse_line(text, words) for text in phrase.leave]
            needed |= {word for line in catching for word in _rarest(line)}
            for line, leaves in [*((one, False) for one in catching), *((one, True) for one in leaving)]:
                for word in line[0] or ():
                    self._by_first.setdefault(word, []).append(_Entry(line, index, leaves))
        self._needed = re.compile("|".join(sorted(map(re.escape, needed)))) if needed else None

    def find(self, text: str) -> list[Caught]:
        """Return what is caught in a text, from left to right."""
        if self._needed is None or not self._needed.search(_plain(text)):
            return []
        tokens = list(_tokens(text))
        found: list[tuple[int, int, int]] = []
        left: dict[int, list[tuple[int, int]]] = {}
        for at, token in enumerate(tokens):
            for entry in self._by_first.get(token.word, ()):
                ends = list(_ends(entry.line, tokens, 1, at + 1))
                if ends and entry.leaves:
                    left.setdefault(entry.phrase, []).append((at, max(ends)))
                elif ends:
                    found.append((at, min(ends), entry.phrase))
        return list(self._kept(text, tokens, found, left))

    def _kept(
        self,
        text: str,
        tokens: Sequence[_Token],
        found: list[tuple[int, int, int]],
        left: Mapping[int, Sequence[tuple[int, int]]],
    ) -> Iterator[Caught]:
        """Drop what a line that leaves touches, and of two that overlap keep the earlier, then the longer."""
        covers = {phrase: _Spans(spans) for phrase, spans in left.items()}
        done = 0
        for first, after, phrase in sorted(found, key=lambda one: (one[0], -one[1], one[2])):
            if first < done or (phrase in covers and covers[phrase].touch(first, after)):
                continue
            done = after
            start, end = tokens[first].start, tokens[after - 1].end
            yield Caught(start, end, text[start:end], self.phrases[phrase])


class _Spans:
    """Spans by their start; tells quickly whether one of them touches another span."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._furthest = list(accumulate((end for _, end in ordered), max))

    def touch(self, start: int, end: int) -> bool:
        before = bisect_left(self._starts, end)
        return before > 0 and self._furthest[before - 1] > start


def parse_line(text: str, words: Mapping[str, Sequence[str]]) -> Line:
    """Read one line of a phrase; a hyphen counts as a space. KeyError: it names a class that is not there."""
    return tuple(None if part == GAP else _slot(part, words) for part in text.replace("-", " ").split())


def sample(text: str, words: Mapping[str, Sequence[str]]) -> str:
    """Return a few words that a line matches, to show what it means."""
    return " ".join(_first(part, words) for part in text.replace("-", " ").split() if part != GAP)


def _first(part: str, words: Mapping[str, Sequence[str]]) -> str:
    one = part.split("/", 1)[0]
    return str(words[one[1:-1]][0]) if one.startswith("<") else one


def _slot(part: str, words: Mapping[str, Sequence[str]]) -> frozenset[str]:
    options: list[str] = []
    for one in part.split("/"):
        options += words[one[1:-1]] if one.startswith("<") else [one]
    return frozenset(_bare(one) for one in options)


def _rarest(line: Line) -> frozenset[str]:
    """The place of a line whose words are the longest: a text without any of them cannot match it."""
    return max((slot for slot in line if slot is not None), key=lambda slot: min(map(len, slot)))


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")


def _bare(word: str) -> str:
    """A word as lines are compared: small letters, straight apostrophes, no ’s at its end."""
    return _plain(word).removesuffix("'s")


def _tokens(text: str) -> Iterator[_Token]:
    """The words that are not quoted, each with the number of its sentence."""
    spans = iter(quoted(text))
    span = next(spans, None)
    sentence = end = 0
    for match in _WORD.finditer(text):
        start = match.start()
        while span is not None and span[1] <= start:
            span = next(spans, None)
            sentence += 1
        if span is not None and span[0] <= start:
            continue
        if _BREAK.search(text, end, start):
            sentence += 1
        end = match.end()
        yield _Token(start, end, _bare(match.group()), sentence)


def _ends(line: Line, tokens: Sequence[_Token], place: int, at: int) -> Iterator[int]:
    """Yield each token after which the rest of a line may end, the nearest first."""
    if place == len(line):
        yield at
        return
    slot, limit = line[place], min(len(tokens), at + MOST_BETWEEN)
    if slot is None:
        for start in range(at, limit + 1):
            yield from _ends(line, tokens, place + 1, start)
            if start == len(tokens) or tokens[start].sentence != tokens[at - 1].sentence:
                return
    elif at < len(tokens) and tokens[at].sentence == tokens[at - 1].sentence and tokens[at].word in slot:
        yield from _ends(line, tokens, place + 1, at + 1)
