"""Screening: the evidence, the definitions, and when a choice asks for a reason and a second person.

Nothing here turns signs into a category. A lower choice is asked about only where a higher
category stands already, or where 'no risk found' is chosen though signs are on the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from safekept.govuk import when
from safekept.govuk.forms import Problem
from safekept.govuk.values import Raw, first
from safekept.procedures import Pack, PackList
from safekept.record.models import Entry

from .. import queries
from .people import category_label
from .timeline import happened, title

TELLING = (
    "concern",
    "missing",
    "safe-and-well",
    "return-interview",
    "child-voice",
    "police-told",
    "assessment",
)
WORDS = ("noticed", "reasons", "findings", "summary", "last_seen")
"""Fields that tell in somebody's words."""
LOWEST_WITH_SIGNS = 1
"""With signs on the record, 'no risk found' is asked about: they are those of children being exploited (WM-10.5)."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What stands on the record that a lower choice must answer; ``category`` below which a reason is asked."""

    category: int
    says: str


def counting(entries: Sequence[Entry]) -> list[Entry]:
    """Entries neither corrected nor taken back."""
    replaced = {entry.supersedes for entry in entries}
    taken_back = {one for entry in entries if entry.kind == "withdrawn" for one in entry.answers}
    return [entry for entry in entries if entry.pk not in replaced and entry.pk not in taken_back]


def recorded(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """The signs that concerns have named, the last screening’s vulnerabilities, and the entries that tell of them."""
    signs = [sign for entry in entries if entry.kind == "concern" for sign in entry.fields.get("signs", [])]
    earlier = [entry for entry in entries if entry.kind == "screening"]
    known = earlier[-1].fields.get("vulnerabilities", []) if earlier else []
    evidence = [str(entry.pk) for entry in entries if entry.kind == "concern"]
    found = {"signs": list(dict.fromkeys(signs)), "vulnerabilities": list(known), "evidence": evidence}
    return {name: values for name, values in found.items() if values}


def evidence(subject: queries.Subject, entries: Sequence[Entry], now: dt.datetime) -> list[dict[str, Any]]:
    """What is recorded: each telling entry with its signs, words, agency and time, newest first."""
    telling = [entry for entry in entries if entry.kind in TELLING]
    agencies = queries.agencies({entry.agency_id for entry in telling})
    signs = subject.pack.lists.get("signs") if subject.pack else None
    return [
        {
            "id": entry.pk,
            "title": title(entry.kind),
            "when": happened(entry, now),
            "agency": agencies.get(entry.agency_id, ""),
            "words": _words(entry),
            "signs": [_label(signs, sign) for sign in entry.fields.get("signs", [])],
            "basis": entry.basis,
        }
        for entry in reversed(telling)
        if _words(entry) or entry.fields.get("signs")
    ]


def episodes(entries: Sequence[Entry]) -> int:
    """How often the child was missing."""
    return sum(1 for entry in entries if entry.kind == "missing")


def _words(entry: Entry) -> str:
    """What an entry tells in somebody's words."""
    told = [str(entry.fields[name]) for name in WORDS if entry.fields.get(name)]
    said = entry.fields.get("questions") or {}
    return "\n".join([*told, *(f"‘{text}’" for text in said.values()), *([entry.text] if entry.text else [])])


def definitions(pack: Pack | None) -> list[dict[str, Any]]:
    """The procedure's own categories with what each means and its paragraph."""
    found = pack.lists.get("categories") if pack is not None else None
    return (
        [{"id": i.id, "label": i.label, "hint": i.hint, "cites": i.cites or found.cites} for i in found.items]
        if found
        else []
    )


def past(pack: Pack | None, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Earlier screenings, newest first."""
    screenings = [entry for entry in entries if entry.kind == "screening" and "category" in entry.fields]
    return [
        {
            "id": entry.pk,
            "label": category_label(pack, int(entry.fields["category"])),
            "when": when.day(entry.at),
            "why": entry.fields.get("rationale", ""),
        }
        for entry in reversed(screenings)
    ]


def floor(pack: Pack | None, entries: Sequence[Entry]) -> Floor | None:
    """What a lower choice must answer: the standing category, or signs on the record."""
    standing = [entry for entry in entries if entry.kind == "screening" and "category" in entry.fields]
    if standing and int(standing[-1].fields["category"]) > 0:
        value, day = int(standing[-1].fields["category"]), when.day(standing[-1].at)
        return Floor(value, f"{category_label(pack, value)} was chosen on {day}.")
    signs = _signs_recorded(pack, entries)
    if signs:
        return Floor(LOWEST_WITH_SIGNS, f"Signs are recorded: {'; '.join(signs)}.")
    return None


def lower_choice_problems(pack: Pack | None, entries: Sequence[Entry], raw: Raw) -> list[Problem]:
    """A choice below what stands asks why, and who else looked at it."""
    found, text = floor(pack, entries), first(raw, "category")
    if found is None or not text.isdecimal() or int(text) >= found.category:
        return []
    problems = []
    if not first(raw, "rationale"):
        problems.append(Problem("rationale", "rationale", f"{found.says} Say why you choose a lower category."))
    if not first(raw, "second_person"):
        sentence = f"{found.says} A lower category needs a second person: give their name and role."
        problems.append(Problem("second_person", "second_person", sentence))
    return problems


def _signs_recorded(pack: Pack | None, entries: Sequence[Entry]) -> list[str]:
    listed = pack.lists.get("signs") if pack is not None else None
    named = [sign for entry in entries for sign in entry.fields.get("signs", [])]
    return [listed.label(sign) for sign in dict.fromkeys(named)] if listed is not None else []


def _label(found: PackList | None, item: str) -> str:
    return found.label(item) if found is not None else item.replace("-", " ")
