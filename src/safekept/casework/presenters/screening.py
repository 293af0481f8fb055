"""Screening: the evidence beside the definitions. Nothing here turns signs into a category."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from safekept.govuk import when
from safekept.govuk.forms import Problem
from safekept.govuk.values import Raw, first
from safekept.procedures import Pack
from safekept.procedures.lists_in_use import category_label, item_label
from safekept.record import lower_choice
from safekept.record.models import Entry

from .. import queries
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
    return [
        {
            "id": entry.pk,
            "title": title(entry.kind),
            "when": happened(entry, now),
            "agency": agencies.get(entry.agency_id, ""),
            "words": _words(entry),
            "signs": [item_label(subject.pack, "signs", sign) for sign in entry.fields.get("signs", [])],
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


def lower_choice_problems(pack: Pack | None, entries: Sequence[Entry], raw: Raw) -> list[Problem]:
    """A choice below what stands asks why, and who else looked at it."""
    text = first(raw, "category")
    if not (text.isdecimal() and len(text) <= 2):
        return []
    answers = {"category": int(text), "signs": list(raw.get("signs", ()))}
    answers |= {name: first(raw, name) for name in ("rationale", "second_person")}
    return [Problem(name, name, says) for name, says in lower_choice.problems(pack, entries, answers)]
