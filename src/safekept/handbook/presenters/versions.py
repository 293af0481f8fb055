"""Versions of a procedure: which there are, who follows which from when, and what one changes against another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from safekept.calendars import london_date
from safekept.govuk.words import listed
from safekept.procedures import Library, Pack
from safekept.procedures.changes import Change


@dataclass(frozen=True, slots=True)
class Version:
    """One version. ``follows``: sentences about the areas that follow it, did or will."""

    pack: Pack
    shipped: bool
    own: bool
    follows: tuple[str, ...]


def versions(library: Library, pack_id: str, own_area: str, now: dt.datetime) -> list[Version]:
    """Every version of a procedure that Safekept ships or an area adopted, the one of the reader's area first."""
    own = library.find_pack(own_area, now)
    shipped = library.packs.get(pack_id)
    ships = any(area.pack == pack_id for area in library.areas.values())
    found = [
        Version(pack, ships and pack is shipped, pack is own, tuple(_follows(library, pack, now)))
        for pack in library.versions
        if pack.id == pack_id
    ]
    return sorted(found, key=lambda one: (not one.own, not one.follows))


def _follows(library: Library, pack: Pack, now: dt.datetime) -> list[str]:
    """Who follows a version today without having adopted it, then each adoption of it, the earliest first."""
    begun = {slug for slug, rows in library.adopted.items() if any(a.start <= now for a in rows)}
    default = [
        area.name
        for area in library.areas.values()
        if area.slug not in begun and library.find_pack(area.slug, now) is pack
    ]
    told = [f"Followed by {listed(sorted(default))}."] if default else []
    rows = [(a.start, slug, a.pack) for slug, adoptions in library.adopted.items() for a in adoptions]
    for start, slug, adopted in sorted(rows, key=lambda row: row[:2]):
        if adopted is pack:
            told.append(_told(library, slug, start, pack, now))
    return told


def _told(library: Library, slug: str, start: dt.datetime, pack: Pack, now: dt.datetime) -> str:
    name, day = library.areas[slug].name, london_date(start)
    if start > now:
        return f"{name} will follow it from {day:%-d %B %Y}."
    later = [a.start for a in library.adopted[slug] if start < a.start <= now and a.pack is not pack]
    if later:
        last = london_date(min(later)) - dt.timedelta(days=1)
        return f"{name} followed it from {day:%-d %B %Y} to {last:%-d %B %Y}."
    return f"{name} has followed it since {day:%-d %B %Y}."


def under_headings(found: Sequence[Change]) -> list[tuple[str, list[tuple[str, tuple[str, ...], list[str]]]]]:
    """Changes by subject, then by what changed: its name, its paragraphs, and the sentences about it."""
    about: dict[str, dict[str, tuple[tuple[str, ...], list[str]]]] = {}
    for one in found:
        about.setdefault(one.about, {}).setdefault(one.name, (one.cites, []))[1].append(one.says)
    return [(head, [(name, cites, says) for name, (cites, says) in rows.items()]) for head, rows in about.items()]
