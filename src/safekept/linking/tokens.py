"""Blocking tokens: short texts that two records of one thing share, looked up by equality alone.

Row-level security lets only plain equality use an index, so everything that makes a search
tolerant is worked out here. Prefixes: ``n`` name part, ``j`` two parts written as one,
``k`` nickname group, ``s`` sound, ``b`` birth date, ``w`` word of a description; the others
are identifiers. Spelling tolerance is not stored with each person: the neighbourhoods of the
distinct name parts make one small vocabulary (see ``names.neighbourhood``).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import jellyfish
from rapidfuzz.distance import OSA

from .dates import swapped
from .names import all_parts, fold, parts_of, reach
from .nicknames import groups_of
from .people import Known

_LOOKALIKES = str.maketrans("OIZSB", "01258")
_DULL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "called",
        "from",
        "he",
        "her",
        "him",
        "his",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "she",
        "the",
        "their",
        "they",
        "to",
        "who",
        "with",
    ]
)


@dataclass(frozen=True, slots=True)
class Probe:
    """One token to look up. Only the heaviest hit of a slot counts; ``loose`` ones are a second resort."""

    slot: str
    token: str
    weight: float
    loose: bool = False


def tokens_for(thing: Known) -> set[str]:
    """Return the tokens by which a thing is found again."""
    tokens = {token for name in thing.names for token in _name_tokens(name)}
    tokens.update(born_tokens(thing.born, thing.born_precision))
    tokens.update(token for scheme, value in thing.identifiers for token in identifier_tokens(scheme, value))
    if thing.kind != "child":
        tokens.update(f"w:{word}" for word in _words((*thing.names, thing.description)))
    return tokens


def name_parts(names: Iterable[str]) -> list[str]:
    """Return the parts of these names that belong in the vocabulary."""
    return [part for part in all_parts(names) if len(part) > 1]


def _name_tokens(name: str) -> Iterable[str]:
    parts = parts_of(name)
    for part in parts:
        yield f"n:{part}"
        yield from (f"k:{group}" for group in groups_of(part))
        yield from _sound_tokens(part)
    for first, second in itertools.pairwise(parts):
        yield f"j:{first}{second}"


def _sound_tokens(part: str) -> Iterable[str]:
    sound = jellyfish.metaphone(part) if part.isascii() and len(part) > 2 else ""
    return (f"s:{sound}",) if len(sound) > 1 else ()


def _words(texts: Iterable[str]) -> set[str]:
    words = {part for text in texts for part in fold(text).replace("-", " ").split()}
    return {w.strip(',;:()"') for w in words if len(w) > 2 and w not in _DULL_WORDS}


def born_tokens(born: dt.date | None, precision: str) -> Iterable[str]:
    """Return the keys of a birth date: whole, and with its day, month or year left out."""
    if born is None:
        return ()
    if precision in ("year", "about"):
        return (f"b:{born:%Y}",)
    if precision == "month":
        return (f"b:{born:%Y}", f"b:{born:%Y-%m}")
    return (f"b:{born:%Y}", f"b:{born:%Y-%m}", f"b:{born:%Y-%m-%d}", f"b:--{born:%m-%d}", f"b:{born:%Y}--{born:%d}")


def identifier_tokens(scheme: str, value: str) -> set[str]:
    """Return the keys of an identifier: whole, and the parts that survive a wrong or missing character."""
    tokens = {f"{scheme}:{value}"}
    if scheme == "phone":
        tokens.add(f"phone6:{value[-6:]}")
    elif scheme in ("nhs", "upn"):
        tokens |= {f"{scheme}a:{value[:5]}", f"{scheme}b:{value[4:8]}", f"{scheme}c:{value[-5:]}"}
    elif scheme == "vrm":
        tokens |= plate_fragments(value) | plate_pairs(value)
    elif scheme == "postcode":
        tokens.add(f"district:{value.split()[0]}")
    elif scheme in ("email", "handle"):
        local = value.split("@")[0]
        tokens |= {f"handle:{local}", *(f"h:{piece}" for piece in _one_left_out(local[:8]))}
    return tokens


def plate_fragments(value: str) -> set[str]:
    """Return every three neighbouring characters of a plate that were seen, with look-alikes (O, 0) made one."""
    seen = value.translate(_LOOKALIKES)
    threes = {seen[i : i + 3] for i in range(len(seen) - 2)}
    return {f"v:{three}" for three in threes if "?" not in three}


def plate_pairs(value: str) -> set[str]:
    """Return pairs of characters, neighbours or one apart: what is left of a plate with many gaps."""
    seen = value.translate(_LOOKALIKES)
    pairs = {(seen[i], seen[i + apart], apart) for apart in (1, 2) for i in range(len(seen) - apart)}
    return {f"v{apart}:{one}{two}" for one, two, apart in pairs if "?" not in (one, two)}


def _one_left_out(text: str) -> set[str]:
    return {text, *(text[:i] + text[i + 1 :] for i in range(len(text)))}


def query_plan(asked: Known, vocabulary: Mapping[str, Iterable[str]]) -> list[Probe]:
    """Return the tokens to look up for a question.

    ``vocabulary`` gives, for each part asked about, the registered parts that share a
    remainder with it; those further away than the part's reach are left out here.
    """
    probes: dict[tuple[str, str], Probe] = {}
    for probe in _all_probes(asked, vocabulary):
        key = (probe.slot, probe.token)
        if key not in probes or probes[key].weight < probe.weight:
            probes[key] = probe
    return list(probes.values())


def _all_probes(asked: Known, vocabulary: Mapping[str, Iterable[str]]) -> Iterable[Probe]:
    parts = all_parts(asked.names)
    for part in parts:
        yield from _part_probes(part, vocabulary.get(part, ()))
    for first, second in itertools.pairwise(parts):
        yield Probe(first, f"n:{first}{second}", 0.9)
        yield Probe(second, f"n:{first}{second}", 0.9)
    yield from _born_probes(asked.born, asked.born_precision)
    for scheme, value in asked.identifiers:
        whole = f"{scheme}:{value}"
        yield from (
            Probe(whole, token, 3.0 if token == whole else 1.2, loose=token.startswith(("district:", "v1:", "v2:")))
            for token in identifier_tokens(scheme, value)
        )
    if asked.kind != "child":
        yield from (Probe(word, f"w:{word}", 0.8) for word in _words(asked.names))


def _part_probes(part: str, vocabulary: Iterable[str]) -> Iterable[Probe]:
    yield Probe(part, f"n:{part}", 1.0)
    yield from (Probe(part, f"k:{group}", 0.85) for group in groups_of(part))
    yield from (Probe(part, token, 0.5) for token in _sound_tokens(part))
    if len(part) > 5:
        yield Probe(part, f"j:{part}", 0.9)
    for other in vocabulary:
        near = _near(part, other)
        if near is not None:
            weight, loose = near
            yield Probe(part, f"n:{other}", weight, loose)
            if weight >= 0.85:
                yield from (Probe(part, f"k:{group}", 0.6) for group in groups_of(other))


def _near(part: str, other: str) -> tuple[float, bool] | None:
    allowed = reach(part)
    distance = OSA.distance(part, other, score_cutoff=allowed)
    if distance <= allowed:
        short = min(len(part), len(other)) < 6
        return ((1.0, 0.85, 0.45 if short else 0.65)[distance], distance == 2 and short)
    if len(part) > 3 and other.startswith(part):
        return 0.5, True
    return None


def _born_probes(born: dt.date | None, precision: str) -> Iterable[Probe]:
    if born is None:
        return
    yield Probe("born", f"b:{born:%Y}", 0.25, loose=True)
    if precision == "about":
        for year in (born.year - 1, born.year + 1):
            yield Probe("born", f"b:{year}", 0.2, loose=True)
    if precision in ("month", "day"):
        yield Probe("born", f"b:{born:%Y-%m}", 0.5)
    if precision != "day":
        return
    yield Probe("born", f"b:{born:%Y-%m-%d}", 1.0)
    yield Probe("born", f"b:--{born:%m-%d}", 0.5)
    yield Probe("born", f"b:{born:%Y}--{born:%d}", 0.5)
    other = swapped(born)
    if other is not None and other != born:
        yield Probe("born", f"b:{other:%Y-%m-%d}", 0.9)
