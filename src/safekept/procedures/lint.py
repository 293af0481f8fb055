"""What can be wrong with packs that load: reported all at once, each with its place."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from safekept.kinds import KINDS

from .coverage import State, coverage
from .examples import example_of
from .language import caught, sample
from .library import Library
from .pack import Pack, Rule

_TIMES = ("within", "by", "from")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an author should look at."""

    where: str
    says: str


def lint(library: Library) -> list[Finding]:
    """Return what is wrong with the packs of a library, in the order of their files."""
    found = [
        f
        for pack in library.packs.values()
        for f in (*_lists(pack), *_rules(pack), *_out_of_reach(pack), *_paragraphs(pack), *_language(pack))
    ]
    return found + list(_across(library))


def _lists(pack: Pack) -> Iterator[Finding]:
    """Every list that a kind's field is filled from must be in the pack."""
    for kind in KINDS.values():
        for field in kind.fields.values():
            if field.listed_in and field.listed_in not in pack.lists:
                yield Finding(
                    f"{pack.id}, lists", f"there is no list '{field.listed_in}', which {kind.name}.{field.name} needs"
                )


def _rules(pack: Pack) -> Iterator[Finding]:
    same: dict[str, list[Rule]] = defaultdict(list)
    for rule in pack.rules:
        same[_signature(rule.row)].append(rule)
        if rule.row.get("where") is not None and _text(rule.row["where"]) == _text(rule.row.get("unless")):
            yield Finding(rule.written_at, f"rule '{rule.id}' can never apply: 'where' and 'unless' say the same")
        kinds = {t.kind for t in rule.triggers}
        for kind in kinds:
            if not set(rule.subjects) & set(KINDS[kind].subjects):
                yield Finding(
                    rule.written_at, f"rule '{rule.id}': a {kind} is never about {' or '.join(rule.subjects)}"
                )
        for wanted in rule.wanted:
            if not set(rule.subjects) & set(KINDS[wanted.kind].subjects):
                yield Finding(
                    rule.written_at, f"rule '{rule.id}': a {wanted.kind} is never about {' or '.join(rule.subjects)}"
                )
    for rules in same.values():
        if len({_text({t: r.row.get(t) for t in _TIMES}) for r in rules}) > 1:
            names = ", ".join(f"'{r.id}'" for r in rules)
            yield Finding(rules[-1].written_at, f"rules {names} owe the same on the same trigger with different times")


def _out_of_reach(pack: Pack) -> Iterator[Finding]:
    """Every rule must be set off by some small history, or nobody will ever see it."""
    for rule in pack.rules:
        if example_of(pack, rule) is None:
            yield Finding(rule.written_at, f"rule '{rule.id}' is set off by no history that could be built for it")


def _language(pack: Pack) -> Iterator[Finding]:
    """Every line must be able to catch, and the better words must not be caught themselves."""
    where = f"{pack.id}, language.yaml"
    for phrase in pack.language.phrases:
        for line in phrase.catch:
            shown = sample(line, pack.language.words)
            if not any(one.phrase.id == phrase.id for one in caught(pack, shown)):
                yield Finding(where, f"phrase '{phrase.id}' never catches its line '{line}': ‘{shown}’ is left alone")
        for said in (phrase.better, phrase.why):
            for one in caught(pack, said):
                yield Finding(where, f"phrase '{phrase.id}' offers ‘{one.words}’, which '{one.phrase.id}' catches")


def _signature(row: Mapping[str, object]) -> str:
    return _text({k: row.get(k) for k in ("when", "where", "unless", "owes", "subject")})


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _paragraphs(pack: Pack) -> Iterator[Finding]:
    for row in coverage(pack):
        if row.state is State.UNACCOUNTED:
            yield Finding(f"{pack.id}, sources.yaml", f"nothing in the pack holds paragraph '{row.paragraph.id}'")


def _across(library: Library) -> Iterator[Finding]:
    """A rule id in two packs is the same duty, so it must owe the same kind of entry."""
    by_id: dict[str, list[tuple[Pack, Rule]]] = defaultdict(list)
    for pack in library.packs.values():
        for rule in pack.rules:
            by_id[rule.id].append((pack, rule))
    for rule_id, rows in by_id.items():
        if len({rule.owes for _, rule in rows}) > 1:
            yield Finding(
                rows[-1][1].written_at,
                f"rule '{rule_id}' owes different things in {' and '.join(p.id for p, _ in rows)}; "
                "the same id in two packs is the same duty",
            )
