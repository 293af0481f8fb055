"""Sentences written by hand that measure what the language of a procedure catches, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from .language import caught
from .pack import Pack
from .reading import Lines, PackError, read_yaml, refuse_unknown_keys

PARTS = {"worked": "Worked on", "held_back": "Held back"}
"""Sentences that phrases may be changed to suit, and sentences that they never are."""
SHIPPED = Path(str(resources.files("safekept.packs"))) / "sentences.yaml"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One text: ``catch`` are the phrases that ought to be caught; ``leave`` says why none ought to be."""

    part: str
    says: str
    catch: frozenset[str]
    leave: str
    place: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one sentence: phrases caught rightly, caught though they should be left, and missed."""

    sentence: Sentence
    right: frozenset[str]
    wrong: frozenset[str]
    missed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """Sums over sentences, each counted by phrase. A share is None where nothing is counted."""

    sentences: int
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """The share of what was caught that ought to be."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        """The share of what ought to be caught that was."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None


def read_sentences(path: Path = SHIPPED) -> list[Sentence]:
    """Return the sentences of a file with ``worked`` and ``held_back`` ones. Raises PackError."""
    head = read_yaml(path, path.name)
    if not isinstance(head, Lines):
        raise PackError(path.name, f"sentences are a mapping; expected keys {', '.join(PARTS)}")
    refuse_unknown_keys(head, PARTS, "a file of sentences")
    return [_sentence(part, row, head.place(part)) for part, rows in head.items() for row in _listed(rows, head, part)]


def _listed(rows: Any, head: Lines, part: str) -> list[Any]:
    if not isinstance(rows, list):
        raise PackError(head.place(part), f"'{part}' is not a list; expected sentences")
    return rows


def _sentence(part: str, row: Any, where: str) -> Sentence:
    if not isinstance(row, Lines):
        raise PackError(where, "a sentence is a mapping; expected 'says' with 'catch' or 'leave'")
    refuse_unknown_keys(row, {"says", "catch", "leave"}, "a sentence")
    says, catch, leave = row.get("says"), row.get("catch", []), row.get("leave", "")
    if not isinstance(says, str) or not isinstance(catch, list) or not isinstance(leave, str):
        raise PackError(row.where, "a sentence takes 'says' as text, 'catch' as a list and 'leave' as text")
    if bool(catch) == bool(leave):
        raise PackError(row.where, f"‘{says[:40]}’ has both or neither of 'catch' and 'leave'; expected one")
    return Sentence(part, says, frozenset(catch), leave, row.where)


def measure(pack: Pack, sentences: Sequence[Sentence]) -> list[Result]:
    """Try a pack on each sentence; a phrase that the pack does not have is not asked of it."""
    known = {phrase.id for phrase in pack.language.phrases}
    found = []
    for sentence in sentences:
        got, wanted = {one.phrase.id for one in caught(pack, sentence.says)}, sentence.catch & known
        found.append(Result(sentence, wanted & got, frozenset(got - wanted), wanted - got))
    return found


def score(results: Sequence[Result]) -> Score:
    """Add results up."""
    right, wrong, missed = (sum(len(getattr(one, name)) for one in results) for name in ("right", "wrong", "missed"))
    return Score(len(results), right, wrong, missed)
