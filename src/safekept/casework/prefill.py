"""What a form can already say when it is opened from a duty: which sort of thing is owed. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import product
from typing import Any

from safekept.kinds import KINDS, Field, Kind
from safekept.procedures import Entry, Rule
from safekept.procedures.pack import Wanted

SORTS = frozenset({"type", "form", "of", "step", "to", "about", "review", "strategy"})
"""Questions that say what sort of thing an entry is. What happened is for the person who was there to say."""
ANY_TIME = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def known_answers(rule: Rule, owes: str) -> dict[str, Any]:
    """The answers that every entry meeting this duty shares, among the questions that say what sort it is."""
    wanted = next((w for w in rule.wanted if w.kind == owes), None)
    kind = KINDS.get(owes)
    if wanted is None or kind is None or wanted.test is None:
        return {}
    sorts = {name: _values(asked) for name, asked in kind.fields.items() if name in SORTS}
    fitting = [
        {name: value for name, value in zip(sorts, values, strict=True) if value is not None}
        for values in product(*sorts.values())
        if _fits(wanted, owes, dict(zip(sorts, values, strict=True)))
    ]
    shared = set.intersection(*({(k, v) for k, v in one.items()} for one in fitting)) if fitting else set()
    return dict(shared) if len(fitting) < _combinations(sorts) else {}


def asked_for(kind: type[Kind], asked: Mapping[str, str]) -> dict[str, Any]:
    """The sort of thing that an address asks for (``?what=lives-in``), where the kind knows it."""
    choices = {name: f for name, f in kind.fields.items() if f.type == "choice" and f.of is not None}
    return {name: asked[name] for name, f in choices.items() if f.of and asked.get(name) in f.of}


def _values(asked: Field) -> tuple[Any, ...]:
    if asked.type == "yes-no":
        return (None, True, False)
    return (None, *asked.of) if asked.of is not None and asked.type == "choice" else (None,)


def _combinations(sorts: dict[str, tuple[Any, ...]]) -> int:
    total = 1
    for values in sorts.values():
        total *= len(values)
    return total


def _fits(wanted: Wanted, owes: str, values: dict[str, Any]) -> bool:
    given = {name: value for name, value in values.items() if value is not None}
    entry = Entry("", owes, ANY_TIME, ANY_TIME, None, (), None, given)
    return wanted.test is None or bool(wanted.test(entry, entry))
