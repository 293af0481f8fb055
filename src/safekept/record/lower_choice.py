"""A category below what stands on the record asks for a reason and a second person.

Nothing here turns signs into a category. A lower choice is asked about only where a higher category stands already,
where harm is on the record, or where 'no risk found' is chosen though signs are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from safekept.procedures import Pack
from safekept.procedures.lists_in_use import category_label, item_label
from safekept.record.counting import Told

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


def problems(pack: Pack | None, entries: Sequence[Told], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Field and sentence of what a screening still has to say; ``answers`` are its own, ``entries`` those that count.

    A category that is no number asks nothing here.
    """
    category = answers.get("category")
    if not isinstance(category, int):
        return []
    standing = [*floors(pack, entries), *_ticked(pack, answers.get("signs") or ())]
    said = " ".join(one.says for one in standing if category < one.category)
    if not said:
        return []
    found = []
    if not answers.get("rationale"):
        found.append(("rationale", f"{said} Say why you choose a lower category."))
    if not answers.get("second_person"):
        sentence = f"{said} A lower category needs a second person: give their name and role."
        found.append(("second_person", sentence))
    return found


def floors(pack: Pack | None, entries: Sequence[Told]) -> list[Floor]:
    """What a lower choice must answer: the standing category, harm on the record, signs on the record."""
    found = []
    standing = [entry for entry in entries if entry.kind == "screening" and "category" in entry.fields]
    if standing and int(standing[-1].fields["category"]) > 0:
        value = int(standing[-1].fields["category"])
        found.append(Floor(value, f"{category_label(pack, value)} was chosen on {_day(standing[-1].at)}."))
    harm = _harm_recorded(pack, entries)
    if harm:
        found.append(Floor(LOWEST_WITH_HARM, f"Harm is recorded: {'; '.join(harm)}."))
    signs = [] if harm else _signs_recorded(pack, entries)
    if signs:
        found.append(Floor(LOWEST_WITH_SIGNS, f"Signs are recorded: {'; '.join(signs)}."))
    return found


def _harm_recorded(pack: Pack | None, entries: Iterable[Told]) -> list[str]:
    """What the record holds of harm done, not only of risk, each with its day."""
    found = [f"{says}, {_day(entry.at)}" for entry in entries for says in _harm_in(pack, entry)]
    return list(dict.fromkeys(found))


def _harm_in(pack: Pack | None, entry: Told) -> list[str]:
    fields = entry.fields
    if entry.kind == "assessment" and fields.get("finding") == "exploited":
        return ["an assessment found that the child is being exploited"]
    if entry.kind == "section-47":
        return ["a section 47 enquiry began"]
    if entry.kind == "section-47-outcome" and fields.get("ongoing_significant_harm"):
        return ["a section 47 enquiry ended with continuing risk of significant harm"]
    if entry.kind == "crime-record" and fields.get("type") == "crime":
        return ["a crime was recorded"]
    return _signs_of_harm(pack, fields.get("signs", ()))


def _signs_of_harm(pack: Pack | None, signs: Iterable[str]) -> list[str]:
    return [item_label(pack, "signs", sign).lower() for sign in signs if sign in HARM_SIGNS]


def _ticked(pack: Pack | None, signs: Iterable[str]) -> list[Floor]:
    """Harm that this very screening ticks."""
    harm = _signs_of_harm(pack, signs)
    return [Floor(LOWEST_WITH_HARM, f"You ticked: {'; '.join(harm)}.")] if harm else []


def _signs_recorded(pack: Pack | None, entries: Iterable[Told]) -> list[str]:
    named = dict.fromkeys(sign for entry in entries for sign in entry.fields.get("signs", []))
    return [item_label(pack, "signs", sign) for sign in named] if pack is not None and "signs" in pack.lists else []


def _day(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y}"
