"""The timeline: every agency's entries, newest first, with what was corrected or taken back still there. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from safekept.govuk import when
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES, BASES

from .answers import Wording, gist

SAME_TIME = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on the timeline."""

    id: UUID
    title: str
    kind: str
    gist: str
    when: str
    agency: str
    author: str
    basis: str
    late: str
    gone: str
    replaced_by: UUID | None
    at: dt.datetime


def lines(
    entries: Sequence[Any],
    wording: Wording,
    authors: Mapping[UUID, str],
    agencies: Mapping[UUID, str],
    now: dt.datetime,
) -> list[Line]:
    """Entries as lines, newest first; ``entries``: all that the viewer may see, so that corrections match."""
    replaced = {entry.supersedes: entry.pk for entry in entries if entry.supersedes}
    taken_back = {answered for entry in entries if entry.kind == "withdrawn" for answered in entry.answers}
    ordered = sorted(entries, key=lambda e: (e.at, e.recorded_at, str(e.pk)), reverse=True)
    return [_line(e, wording, authors, agencies, now, replaced, taken_back) for e in ordered]


def _line(
    entry: Any,
    wording: Wording,
    authors: Mapping[UUID, str],
    agencies: Mapping[UUID, str],
    now: dt.datetime,
    replaced: Mapping[UUID, UUID],
    taken_back: set[UUID],
) -> Line:
    gone = "Taken back" if entry.pk in taken_back else "Corrected" if entry.pk in replaced else ""
    return Line(
        id=entry.pk,
        title=title(entry.kind),
        kind=entry.kind,
        gist=gist(entry.kind, entry.fields, entry.text, wording),
        when=happened(entry, now),
        agency=agencies.get(entry.agency_id) or AGENCIES.get(entry.agency_kind, entry.agency_kind),
        author=authors.get(entry.account_id, ""),
        basis=BASES.get(entry.basis, "").lower(),
        late=recorded_late(entry, now),
        gone=gone,
        replaced_by=replaced.get(entry.pk),
        at=entry.at,
    )


def title(kind: str) -> str:
    """A kind of entry as people say it."""
    return KINDS[kind].title if kind in KINDS else kind


def happened(entry: Any, now: dt.datetime) -> str:
    """When it happened, and how precisely that is known."""
    if entry.at_latest is None or entry.at_latest == entry.at:
        return when.moment(entry.at, now)
    return when.between(entry.at, entry.at_latest, now)


def recorded_late(entry: Any, now: dt.datetime) -> str:
    """When it was written down, where that was not at once."""
    if entry.recorded_at - entry.at < SAME_TIME:
        return ""
    return f"written down {when.moment(entry.recorded_at, now)}"


def named(entry: Any, now: dt.datetime) -> str:
    """An entry as other entries speak of it: ``Referral, Tue 4 Mar 16:10``."""
    return f"{title(entry.kind)}, {when.moment(entry.at, now)}"
