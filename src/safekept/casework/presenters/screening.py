"""Screening: the evidence, the definitions, and when a choice asks for a reason and a second person.

Nothing here turns signs into a category. A lower choice is asked about only where a higher category
stands already, where harm is on the record, or where 'no risk found' is chosen though signs are.
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
LOWEST_WITH_HARM = 2
"""With harm on the record, the lowest category ('at risk') is asked about too: harm is not risk."""
HARM_SIGNS = frozenset({"physical-injuries"})


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


def floors(pack: Pack | None, entries: Sequence[Entry]) -> list[Floor]:
    """What a lower choice must answer: the standing category, harm on the record, signs on the record."""
    found = []
    standing = [entry for entry in entries if entry.kind == "screening" and "category" in entry.fields]
    if standing and int(standing[-1].fields["category"]) > 0:
        value, day = int(standing[-1].fields["category"]), when.day(standing[-1].at)
        found.append(Floor(value, f"{category_label(pack, value)} was chosen on {day}."))
    harm = harm_recorded(pack, entries)
    if harm:
        found.append(Floor(LOWEST_WITH_HARM, f"Harm is recorded: {'; '.join(harm)}."))
    signs = [] if harm else _signs_recorded(pack, entries)
    if signs:
        found.append(Floor(LOWEST_WITH_SIGNS, f"Signs are recorded: {'; '.join(signs)}."))
    return found


def harm_recorded(pack: Pack | None, entries: Sequence[Entry]) -> list[str]:
    """What the record holds of harm done, not only of risk, each with its day."""
    found = [f"{says}, {when.day(entry.at)}" for entry in entries for says in _harm_in(pack, entry)]
    return list(dict.fromkeys(found))


def _harm_in(pack: Pack | None, entry: Entry) -> list[str]:
    fields = entry.fields
    if entry.kind == "assessment" and fields.get("finding") == "exploited":
        return ["an assessment found that the child is being exploited"]
    if entry.kind == "section-47":
        return ["a section 47 enquiry began"]
    if entry.kind == "section-47-outcome" and fields.get("ongoing_significant_harm"):
        return ["a section 47 enquiry ended with continuing risk of significant harm"]
    if entry.kind == "crime-record" and fields.get("type") == "crime":
        return ["a crime was recorded"]
    listed = pack.lists.get("signs") if pack is not None else None
    return [_label(listed, sign).lower() for sign in fields.get("signs", ()) if sign in HARM_SIGNS]


def lower_choice_problems(pack: Pack | None, entries: Sequence[Entry], raw: Raw) -> list[Problem]:
    """A choice below what stands asks why, and who else looked at it."""
    text = first(raw, "category")
    above = [
        one.says
        for one in [*floors(pack, entries), *_ticked(pack, raw)]
        if text.isdecimal() and len(text) <= 2 and int(text) < one.category
    ]
    if not above:
        return []
    said, problems = " ".join(above), []
    if not first(raw, "rationale"):
        problems.append(Problem("rationale", "rationale", f"{said} Say why you choose a lower category."))
    if not first(raw, "second_person"):
        sentence = f"{said} A lower category needs a second person: give their name and role."
        problems.append(Problem("second_person", "second_person", sentence))
    return problems


def _ticked(pack: Pack | None, raw: Raw) -> list[Floor]:
    """Harm that this very screening ticks."""
    listed = pack.lists.get("signs") if pack is not None else None
    harm = [_label(listed, sign).lower() for sign in raw.get("signs", ()) if sign in HARM_SIGNS]
    return [Floor(LOWEST_WITH_HARM, f"You ticked: {'; '.join(harm)}.")] if harm else []


def _signs_recorded(pack: Pack | None, entries: Sequence[Entry]) -> list[str]:
    listed = pack.lists.get("signs") if pack is not None else None
    named = [sign for entry in entries for sign in entry.fields.get("signs", [])]
    return [listed.label(sign) for sign in dict.fromkeys(named)] if listed is not None else []


def _label(found: PackList | None, item: str) -> str:
    return found.label(item) if found is not None else item.replace("-", " ")
