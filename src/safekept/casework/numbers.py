"""Whom the police and whom children's services have on record in an area, and of whom only one of them knows.

The meeting of an area begins with these numbers, which should be the same (LN-D.count). They are read from the entries
that the viewer may see. Call inside ``viewing``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

from safekept.access import statements
from safekept.access.policy import THING
from safekept.access.sql import asking, first_wall
from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.directory.roles import Role
from safekept.procedures import Pack
from safekept.record.counting import counting
from safekept.record.lists import ENTRY_SEEN
from safekept.register.models import Thing

PAGE = "numbers"
"""The page that a procedure names in its coverage where it asks for these numbers."""
BETWEEN_MEETINGS = dt.timedelta(days=31)
"""How far back new referrals are counted where no meeting of the area is on record."""
FLAG = "ES"
"""The police flag of a record that concerns exploitation."""
Holder = Literal["police", "children-services"]
HOLDERS: tuple[Holder, Holder] = ("police", "children-services")
THING_SEEN = first_wall(THING, "t", Thing.wall_columns)
TOLD = (
    "SELECT e.subject_id, e.id, e.kind, e.at, e.supersedes, e.answers, e.agency_kind, e.fields "  # noqa: S608
    "FROM register_thing AS t JOIN record_entry AS e ON e.subject_id = t.id "
    "WHERE t.kind = 'child' AND t.area = %(area)s AND e.at <= %(now)s AND (e.supersedes IS NOT NULL "
    "OR e.kind IN ('referral', 'crime-record', 'screening', 'closure', 'withdrawn')) "
    f"AND {THING_SEEN} AND {ENTRY_SEEN} ORDER BY e.subject_id, e.at, e.recorded_at, e.id"
)
LAST_MEETING = (
    "SELECT max(e.at) FROM register_thing AS t JOIN record_entry AS e ON e.subject_id = t.id "  # noqa: S608
    "WHERE t.kind = 'area' AND t.area = %(area)s AND e.kind = 'meeting' AND e.fields ->> 'type' = 'mase' "
    f"AND e.at <= %(now)s AND {THING_SEEN} AND {ENTRY_SEEN}"
)


@dataclass(frozen=True, slots=True)
class Told:
    """As much of an entry as says who has a child on record."""

    id: UUID
    kind: str
    at: dt.datetime
    supersedes: UUID | None
    answers: Sequence[UUID]
    agency_kind: str
    fields: Mapping[str, Any]

    @property
    def holder(self) -> Holder | None:
        """Who has the child on record because of this entry."""
        if self.kind == "crime-record":
            return "police" if FLAG in self.fields.get("flags", ()) else None
        if self.kind == "referral":
            return "children-services" if self.fields.get("to") == "children-services" else None
        risk = self.kind == "screening" and self.fields.get("category") in (1, 2, 3)
        return "children-services" if risk and self.agency_kind == "children-services" else None


@dataclass(frozen=True, slots=True)
class Alone:
    """A child whom one of the two has on record and the other has not."""

    id: UUID
    since: dt.datetime
    entry_id: UUID
    unflagged: bool = False
    """The police have a record of the child that does not carry the flag."""
    no_risk: bool = False
    """Children's services screened the child and found no risk."""


@dataclass(frozen=True)
class Numbers:
    """What an area's meeting begins with. ``alone``: of each holder, whom only they have on record, longest first."""

    held: Mapping[Holder, int]
    both: int
    alone: Mapping[Holder, Sequence[Alone]]
    since: dt.datetime
    since_meeting: bool
    new: Mapping[str, int]
    """New since then: referrals to each of the two, and flagged police records."""

    @property
    def agree(self) -> bool:
        """Whether both have the same children on record."""
        return not any(self.alone.values())


def asked_for_in(pack: Pack | None) -> list[str]:
    """The paragraphs of an area's procedure that ask for these numbers."""
    return [name for name, line in pack.held_by.items() if line.page == PAGE] if pack is not None else []


def for_viewer(viewer: Viewer) -> bool:
    """Whether these numbers are for this viewer: the co-ordinator of an area whose procedure asks for them, who sees
    the records of both."""
    mine = viewer.role == Role.COORDINATOR and viewer.agency_kind in HOLDERS
    return mine and bool(asked_for_in(procedures.pack_of(viewer.area)))


def of_area(viewer: Viewer, now: dt.datetime) -> Numbers:
    """The numbers of the viewer's own area at this moment; children with whom the work has ended are left out."""
    values = asking(viewer.asker) | {"area": viewer.area, "now": now}
    last = statements.rows(LAST_MEETING, values)[0][0]
    since = last or now - BETWEEN_MEETINGS
    on_record = {
        subject_id: _since_it_ended([Told(*row[1:]) for row in rows])
        for subject_id, rows in groupby(statements.rows(TOLD, values), key=lambda row: row[0])
    }
    held = {subject_id: _holders(entries) for subject_id, entries in on_record.items()}
    alone: dict[Holder, list[Alone]] = {holder: [] for holder in HOLDERS}
    for subject_id, by in held.items():
        if len(by) == 1:
            ((holder, first),) = by.items()
            alone[holder].append(_alone(subject_id, first, on_record[subject_id]))
    return Numbers(
        {holder: sum(holder in by for by in held.values()) for holder in HOLDERS},
        sum(len(by) == 2 for by in held.values()),
        {holder: sorted(found, key=lambda one: (one.since, one.id)) for holder, found in alone.items()},
        since,
        last is not None,
        _new([one for entries in on_record.values() for one in entries if one.at > since]),
    )


def _since_it_ended(told: Sequence[Told]) -> list[Told]:
    """The entries that were neither corrected nor taken back, since the work last ended."""
    left = counting(told)
    ended = max((place for place, one in enumerate(left) if one.kind == "closure"), default=-1)
    return left[ended + 1 :]


def _holders(entries: Sequence[Told]) -> dict[Holder, Told]:
    """Who has the child on record, with the first entry that says so."""
    found: dict[Holder, Told] = {}
    for one in entries:
        if one.holder is not None:
            found.setdefault(one.holder, one)
    return found


def _alone(subject_id: UUID, first: Told, entries: Sequence[Told]) -> Alone:
    return Alone(
        subject_id,
        first.at,
        first.id,
        unflagged=any(one.kind == "crime-record" and one.holder is None for one in entries),
        no_risk=any(one.kind == "screening" and one.agency_kind == "children-services" for one in entries)
        and first.holder == "police",
    )


def _new(entries: Sequence[Told]) -> dict[str, int]:
    referrals = [one.fields.get("to") for one in entries if one.kind == "referral"]
    return {
        **{holder: referrals.count(holder) for holder in HOLDERS},
        "flagged": sum(one.holder == "police" for one in entries),
    }
