"""Search in a procedure: rules, reminders, lists and their items, paragraphs, and the readings taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from safekept.procedures import Pack

from ..books import Book

LONGEST = 100
MOST_WORDS = 10
A_PIECE = 160
"""Characters of a text that are shown around what was found."""
Segment = tuple[str, bool]
"""A stretch of text, and whether it is one of the words looked for."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be found: its texts by what they are, the first being its title."""

    about: str
    address: str
    texts: tuple[tuple[str, str], ...]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. ``why``: in which of its texts, with that text around the words."""

    title: tuple[Segment, ...]
    address: str
    cites: tuple[str, ...]
    why: str
    piece: tuple[Segment, ...]
    order: int


@dataclass(frozen=True, slots=True)
class Found:
    """Everything found, under what it is; ``nowhere``: words that the procedure does not hold at all."""

    groups: tuple[tuple[str, tuple[Hit, ...]], ...]
    count: int
    nowhere: tuple[str, ...]


def search(book: Book, words: str) -> Found:
    """What holds every word. A word is found at the beginning of one: ‘discuss’ finds ‘discussion’."""
    patterns = _patterns(words)
    groups: dict[str, list[Hit]] = {}
    held = [False] * len(patterns)
    for source in _sources(book):
        whole = [_plain(text) for _, text in source.texts] + [_plain(cite) for cite in source.cites]
        holds = [any(pattern.search(text) for text in whole) for pattern in patterns]
        held = [before or now for before, now in zip(held, holds, strict=True)]
        if patterns and all(holds):
            groups.setdefault(source.about, []).append(_hit(source, patterns))
    ordered = tuple((about, tuple(sorted(hits, key=lambda hit: hit.order))) for about, hits in groups.items())
    nowhere = tuple(word for word, there in zip(words.split()[:MOST_WORDS], held, strict=True) if not there)
    return Found(ordered, sum(len(hits) for _, hits in ordered), nowhere)


def _patterns(words: str) -> list[re.Pattern[str]]:
    found = []
    for word in words.split()[:MOST_WORDS]:
        end = r"(?!\d)" if word[-1:].isdigit() else ""
        found.append(re.compile(r"(?<!\w)" + re.escape(_plain(word)) + end, re.IGNORECASE))
    return found


def _plain(text: str) -> str:
    """The same text with one kind of apostrophe, letter for letter."""
    return text.replace("’", "'").replace("‘", "'")


def _hit(source: Source, patterns: Sequence[re.Pattern[str]]) -> Hit:
    title = source.texts[0][1]
    in_title = sum(pattern.search(_plain(title)) is not None for pattern in patterns)
    rest = [(what, text) for what, text in source.texts[1:] if text]
    best = max(rest, key=lambda pair: sum(p.search(_plain(pair[1])) is not None for p in patterns), default=None)
    what, text = best if best is not None else ("", "")
    piece = _marked(_around(text, patterns), patterns)
    return Hit(_marked(title, patterns), source.address, source.cites, what, piece, -in_title)


def _around(text: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """The part of a text around the first word found, cut between words."""
    places = [found.start() for pattern in patterns if (found := pattern.search(_plain(text)))]
    if len(text) <= 2 * A_PIECE or not places:
        return text if len(text) <= 2 * A_PIECE else f"{text[: 2 * A_PIECE].rsplit(' ', 1)[0]} …"
    start, end = max(0, min(places) - A_PIECE), min(len(text), min(places) + A_PIECE)
    piece = text[start:end]
    if start:
        piece = "… " + piece.partition(" ")[2]
    return piece.rsplit(" ", 1)[0] + " …" if end < len(text) else piece


def _marked(text: str, patterns: Sequence[re.Pattern[str]]) -> tuple[Segment, ...]:
    spans = sorted((m.start(), m.end()) for pattern in patterns for m in pattern.finditer(_plain(text)))
    out: list[Segment] = []
    at = 0
    for start, end in spans:
        if start >= at:
            out += [(text[at:start], False), (text[start:end], True)]
            at = end
    return tuple(segment for segment in [*out, (text[at:], False)] if segment[0])


def _sources(book: Book) -> Iterator[Source]:
    pack, link = book.pack, book.link
    yield from _rules(pack, link)
    yield from _lists(pack, link)
    for p in pack.paragraphs.values():
        texts = (("title", p.heading), ("what it says", p.says))
        yield Source("Paragraphs", f"{link('procedure-paragraphs')}#{p.id}", texts, (p.id,))
    for n, defect in enumerate(pack.defects, 1):
        texts = (("title", defect.says), ("the reading taken", defect.reading))
        yield Source("Readings taken", f"{link('procedure-readings')}#reading-{n}", texts, defect.cites)


def _rules(pack: Pack, link: Callable[..., str]) -> Iterator[Source]:
    texts: tuple[tuple[str, str], ...]
    for rule in pack.rules:
        texts = (
            ("title", rule.title), ("what is owed", rule.says), ("when", rule.when_text), ("met by", rule.owes_text),
            ("example", rule.example), ("no longer owed", rule.lapse_says),
        )  # fmt: skip
        yield Source("Rules", link("procedure-rule", rule_id=rule.id), texts, rule.cites)
    for guard in pack.guards:
        texts = (("title", guard.says), ("when", guard.when_text))
        yield Source("Look again", link("procedure-guard", guard_id=guard.id), texts, guard.cites)
    for prompt in pack.prompts:
        address = f"{link('procedure-reminders')}#{prompt.id}"
        yield Source("Reminders", address, (("title", prompt.say),), prompt.cites)


def _lists(pack: Pack, link: Callable[..., str]) -> Iterator[Source]:
    for found in pack.lists.values():
        address = link("procedure-list", list_id=found.id)
        yield Source("Lists", address, (("title", found.title), ("what it is", found.says)), found.cites)
    for found in pack.lists.values():
        for item in found.items:
            texts = (("title", item.label), ("what it means", item.hint), ("list", found.title), ("group", item.group))
            address = f"{link('procedure-list', list_id=found.id)}#{item.id}"
            yield Source("In lists", address, texts, item.cites or found.cites)
