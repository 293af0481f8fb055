"""The careful second look: how well each candidate answers the question, and why, in plain words.

Scores order a list and are never shown to people; the reasons are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import jellyfish
from rapidfuzz.distance import OSA, JaroWinkler

from .dates import swapped
from .names import spelt_parts
from .nicknames import share_a_group
from .people import Known
from .tokens import plate_fragments

SCHEME_WORDS = {
    "nhs": "NHS number",
    "upn": "pupil number",
    "phone": "phone",
    "vrm": "number plate",
    "email": "email address",
    "handle": "online name",
    "postcode": "postcode",
    "uprn": "property",
    "police-id": "police reference",
}
ALIKE = 0.6
"""Likeness from which two parts of a name count as a pair."""
_Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate with its order (higher first, no unit) and the reasons that people read."""

    id: str
    score: float
    reasons: tuple[str, ...]


def rank(asked: Known, candidates: Iterable[Known]) -> list[Match]:
    """Order candidates by how well they answer ``asked``; those that share nothing with it are left out."""
    matches = (_match(asked, candidate) for candidate in candidates)
    return sorted((m for m in matches if m.reasons), key=lambda m: (-m.score, m.id))


def _match(asked: Known, candidate: Known) -> Match:
    score, reasons = 0.0, []
    for part_score, part_reasons in (
        _names(asked, candidate),
        _born(asked, candidate),
        _identifiers(asked, candidate),
        _words(asked, candidate),
    ):
        score += part_score
        reasons.extend(part_reasons)
    if reasons and asked.area and asked.area == candidate.area:
        score += 0.05
        reasons.append("same area")
    if reasons and asked.sex and candidate.sex and asked.sex != candidate.sex:
        score -= 0.05
    return Match(candidate.id, score, tuple(reasons))


def _names(asked: Known, candidate: Known) -> tuple[float, list[str]]:
    wanted = [pair for name in asked.names for pair in spelt_parts(name)]
    if not wanted or not candidate.names:
        return 0.0, []
    every = list(dict.fromkeys(pair for name in candidate.names for pair in spelt_parts(name)))
    options = [_pairing(wanted, spelt_parts(name)) for name in candidate.names]
    if len(candidate.names) > 1:
        score, reasons = _pairing(wanted, every)
        options.append((score - 0.01, reasons))
    return max(options, key=lambda option: option[0])


def _pairing(wanted: Sequence[_Part], had: Sequence[_Part]) -> tuple[float, list[str]]:
    """Pair each part asked for with the best part not yet taken, whatever the order."""
    joined = _written_as_one(wanted, had)
    if joined:
        return 0.97, [joined]
    likeness = sorted(
        (-value, abs(i - j), i, j)
        for (i, w), (j, h) in product(enumerate(wanted), enumerate(had))
        if (value := _alike(w[0], h[0])) >= ALIKE
    )
    pairs: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for value, _, i, j in likeness:
        if i not in pairs and j not in taken:
            pairs[i] = (j, -value)
            taken.add(j)
    if not pairs:
        return 0.0, []
    total = sum(value for _, value in pairs.values()) / len(wanted)
    return total - 0.02 * max(0, len(had) - len(wanted)), _name_reasons(wanted, had, pairs)


def _written_as_one(wanted: Sequence[_Part], had: Sequence[_Part]) -> str:
    if len(wanted) == len(had) or "".join(p for p, _ in wanted) != "".join(p for p, _ in had):
        return ""
    return f"same name, spaces aside: {_as_spelt(wanted)} / {_as_spelt(had)}"


def _as_spelt(parts: Iterable[_Part]) -> str:
    return " ".join(word for _, word in parts)


@lru_cache(maxsize=100_000)
def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if len(one) == 1 or len(other) == 1:
        return 0.7 if one[0] == other[0] else 0.0
    longest = max(len(one), len(other))
    spelling = 1 - OSA.distance(one, other) / longest
    value = 0.5 * spelling + 0.5 * JaroWinkler.similarity(one, other)
    if share_a_group(one, other):
        return max(0.9, value)
    if value < 0.85 and _sound_alike(one, other):
        return max(0.8, value)
    return value


def _sound_alike(one: str, other: str) -> bool:
    if not (one.isascii() and other.isascii()) or len(one) < 3 or len(other) < 3:
        return False
    return bool(jellyfish.metaphone(one) == jellyfish.metaphone(other))


def _name_reasons(wanted: Sequence[_Part], had: Sequence[_Part], pairs: dict[int, tuple[int, float]]) -> list[str]:
    same = [i for i, (j, _) in pairs.items() if wanted[i][0] == had[j][0]]
    if len(same) == len(wanted) and len(wanted) == len(had):
        order = [pairs[i][0] for i in range(len(wanted))]
        return ["same name" if order == sorted(order) else "same name, parts in another order"]
    reasons = [f"same name: {had[pairs[i][0]][1]}" for i in sorted(same)]
    reasons += [_reason(wanted[i], had[j]) for i, (j, _) in sorted(pairs.items()) if i not in same]
    order = [j for _, (j, _) in sorted(pairs.items())]
    return reasons + (["names in another order"] if order != sorted(order) else [])


def _reason(wanted: _Part, had: _Part) -> str:
    spelt = f"{wanted[1]} / {had[1]}"
    if len(wanted[0]) == 1 or len(had[0]) == 1:
        return f"same first letter: {spelt}"
    if share_a_group(wanted[0], had[0]):
        return f"another form of the name: {spelt}"
    if OSA.distance(wanted[0], had[0]) <= 2:
        return f"name spelt almost the same: {spelt}"
    if _sound_alike(wanted[0], had[0]):
        return f"name sounds the same: {spelt}"
    return f"name spelt alike: {spelt}"


def _born(asked: Known, candidate: Known) -> tuple[float, list[str]]:
    if asked.born is None or candidate.born is None:
        return 0.0, []
    if "about" in (asked.born_precision, candidate.born_precision):
        apart = abs(asked.born.year - candidate.born.year)
        return (0.15, ["born about the same year"]) if apart <= 2 else (-0.2, [])
    for precision in ("year", "month"):
        if precision in (asked.born_precision, candidate.born_precision):
            return _born_in(asked.born, candidate.born, precision)
    return _born_on(asked.born, candidate.born)


def _born_in(asked: dt.date, had: dt.date, precision: str) -> tuple[float, list[str]]:
    if asked.year != had.year:
        return -0.2, []
    if precision == "month" and asked.month == had.month:
        return 0.3, ["born in the same month and year"]
    return 0.2, ["born in the same year"]


def _born_on(asked: dt.date, had: dt.date) -> tuple[float, list[str]]:
    if asked == had:
        return 0.5, ["same date of birth"]
    if swapped(asked) == had:
        return 0.42, ["day and month of birth swapped"]
    if (asked.month, asked.day) == (had.month, had.day):
        return 0.3, ["same day and month of birth, another year"]
    if asked.year == had.year and asked.month == had.month:
        return 0.28, ["born in the same month and year"]
    if asked.year == had.year and asked.day == had.day:
        return 0.28, ["same day and year of birth, another month"]
    if OSA.distance(f"{asked:%d%m%Y}", f"{had:%d%m%Y}") == 1:
        return 0.25, ["date of birth almost the same"]
    return (0.02, ["born in the same year"]) if asked.year == had.year else (-0.15, [])


def _identifiers(asked: Known, candidate: Known) -> tuple[float, list[str]]:
    score, reasons = 0.0, []
    for scheme, value in asked.identifiers:
        found = max((_one_identifier(scheme, value, *had) for had in candidate.identifiers), default=(0.0, ""))
        if found[1]:
            score += found[0]
            reasons.append(found[1])
    return score, reasons


def _one_identifier(scheme: str, value: str, had_scheme: str, had: str) -> tuple[float, str]:
    word = SCHEME_WORDS.get(scheme, scheme)
    if scheme != had_scheme:
        same_name = {scheme, had_scheme} == {"email", "handle"} and value.split("@")[0] == had.split("@")[0]
        return (0.5, "online name and email address alike") if same_name else (0.0, "")
    if value == had:
        return 1.2 if scheme not in ("postcode", "uprn") else 0.4, f"same {word}"
    if scheme == "phone" and value[-6:] == had[-6:]:
        return 0.7, "phone ends in the same six digits"
    if scheme == "vrm":
        return _plates(value, had)
    if scheme == "postcode":
        return (0.1, "same postcode district") if value.split()[0] == had.split()[0] else (0.0, "")
    if OSA.distance(value, had) <= 2 and len(value) > 5:
        return 0.6, f"{word} almost the same"
    return 0.0, ""


def _plates(value: str, had: str) -> tuple[float, str]:
    if len(value) == len(had) and all(a == b or "?" in (a, b) for a, b in zip(value, had, strict=True)):
        return 0.8, f"number plate fits: {value} / {had}"
    if "?" not in value + had and OSA.distance(value, had) <= 2 and len(value) > 4:
        return 0.6, f"number plate almost the same: {value} / {had}"
    shared = plate_fragments(value) & plate_fragments(had)
    return (0.3 + 0.05 * len(shared), f"part of the number plate fits: {value} / {had}") if shared else (0.0, "")


def _words(asked: Known, candidate: Known) -> tuple[float, list[str]]:
    if candidate.kind == "child" or not candidate.description:
        return 0.0, []
    described = {part for part, _ in spelt_parts(candidate.description[:500]) if len(part) > 2}
    shared = [word for name in asked.names for part, word in spelt_parts(name) if part in described]
    return (0.2 * len(shared), [f"described with: {', '.join(shared)}"]) if shared else (0.0, [])
