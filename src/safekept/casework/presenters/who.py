"""The page of who may see a record: why you do, who else does, from whom it is kept, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from safekept.access import circles, closing, joining, naming
from safekept.access.models import Bar, Departure, Grant, SealedEntry, Share, Standing
from safekept.access.models.closing import Level
from safekept.access.policy import MANAGERS
from safekept.access.viewer import Viewer
from safekept.directory import procedures
from safekept.directory.models import Account, Team
from safekept.record import lists
from safekept.record.models import Entry
from safekept.register.models import Thing

from .. import queries, who_acts
from . import timeline
from .concern import duty_desk

OPEN_FOR = {
    None: "Open to those who work with the child",
    Level.RESTRICTED: "Restricted to the people named below",
    Level.SEALED: "Sealed: nobody but the people named below knows of it",
}


@dataclass(frozen=True)
class Happened:
    """One line of what was decided before."""

    at: dt.datetime
    says: str
    why: str
    by: str


def page(viewer: Viewer, subject: queries.Subject, now: dt.datetime) -> dict[str, Any]:
    """Everything that the page shows. The viewer is admitted to the record."""
    subject_id = subject.id
    closed = closing.level_of(subject_id)
    around = circles.circle_of(subject_id)
    grants = list(Grant.objects.filter(subject_id=subject_id, entry_id=None))
    live = [one for one in grants if one.ended_at is None and (one.until is None or one.until > now)]
    bars = list(Bar.objects.filter(subject_id=subject_id))
    standings = list(Standing.objects.filter(subject_id=subject_id).select_related("desk__agency"))
    departures = list(Departure.objects.filter(subject_id=subject_id).select_related("agency"))
    requests = joining.unanswered(subject_id)
    proposals = [one for one in reversed(closing.waiting_proposals([subject_id])) if one.entry_id is None]
    people = _people([*grants, *bars, *standings, *departures, *requests, *proposals])
    manages = viewer.role in MANAGERS
    return {
        "subject": subject,
        "why": _why(viewer, subject, [one for one in live if one.account_id == viewer.account_id], people),
        "closed": closed,
        "level": OPEN_FOR[Level(closed.level) if closed else None],
        "standing": standings[0] if closed and standings else None,
        "circle": around,
        "named": live,
        "barred": [one for one in bars if one.ended_at is None],
        "requests": requests,
        "proposals": proposals,
        "people": people,
        "blind": _teams_that_do_not_see(viewer, subject_id, live) if closed else [],
        "history": _history(standings, grants, bars, departures, people, now),
        "manages": manages,
        "acts": _acts(closed, manages),
        "me": viewer.account_id,
    }


def of_entry(viewer: Viewer, subject: queries.Subject, found: Entry, saved: str) -> dict[str, Any]:
    """What an entry's page shows of who sees it: whether it is sealed, with whom it was shared, what can be done."""
    shares = list(Share.objects.filter(entry_id=found.pk).select_related("agency"))
    asks_for = {"asks_for": found.pk if any(one.asked_by for one in shares) else None}
    if not subject.admitted:
        return asks_for | {"sealed": None, "shares": [], "acts": [], "done": ""}
    sealed = SealedEntry.objects.filter(entry_id=found.pk, ended_at=None).first()
    waiting = closing.waiting_proposals([subject.id]) if sealed else []
    proposed = next((one for one in reversed(waiting) if one.entry_id == found.pk), None)
    names = ["share"] if sealed is None else []
    if viewer.role in MANAGERS:
        names += ["seal"] if sealed is None else ["propose"] if proposed is None else []
    return asks_for | {
        "sealed": sealed,
        "proposed": proposed,
        "second": proposed is not None and proposed.account_id != viewer.account_id and viewer.role in MANAGERS,
        "shares": shares,
        "acts": [(name, who_acts.ENTRY_ACTS[name].title) for name in names],
        "done": who_acts.ENTRY_ACTS[saved].done if saved in who_acts.ENTRY_ACTS else "",
    }


def stub(viewer: Viewer, thing: Thing, now: dt.datetime) -> dict[str, Any]:
    """What somebody sees who can find the child and not open the record: why, whom to ask, what they wrote."""
    own = queries.entries_of(thing.pk)
    pack = procedures.pack_of(thing.area_id)
    return {
        "thing": thing,
        "closed": closing.level_of(thing.pk),
        "conflict": naming.kept_from(thing.pk, viewer.account_id),
        "asked": joining.latest(viewer, thing.pk),
        "lines": timeline.lines(
            own,
            queries.wording(pack, own, now),
            queries.authors(own),
            queries.agencies({e.agency_id for e in own}),
            now,
        ),
        "desk": duty_desk(thing.area_id, viewer),
    }


def _why(viewer: Viewer, subject: queries.Subject, mine: list[Grant], people: dict[UUID, str]) -> str:
    """Why the viewer sees the record, in a sentence."""
    for one in mine:
        if one.basis == Grant.Basis.BREAK_GLASS:
            return f"You opened it in an emergency: {one.reason}"
        own = one.given_by == viewer.account_id
        given = "you closed it" if own else f"{people.get(one.given_by, 'somebody')} named you"
        return f"You see this record because {given}: {one.reason}"
    return f"You see this record because of this: {circles.may_see_record(viewer, subject.id).reason}"


def _acts(closed: Any, manages: bool) -> list[tuple[str, str]]:
    """What can be done from here: slug and title."""
    if not manages:
        names = ["conflict"]
    elif closed is None:
        names = ["close", "name", "deny", "conflict"]
    elif closed.level == Level.SEALED:
        names = ["name", "propose", "deny", "conflict"]
    else:
        names = ["name", "close", "open", "deny", "conflict"]
    return [(name, who_acts.ACTS[name].title) for name in names]


def _teams_that_do_not_see(viewer: Viewer, subject_id: UUID, live: Iterable[Grant]) -> list[Team]:
    """Teams that owe something, and of whom nobody sees why: each duty's holder must be able to."""
    owing = lists.teams_owing(viewer, subject_id)
    seeing = set(Account.objects.filter(pk__in=[one.account_id for one in live]).values_list("team_id", flat=True))
    return list(Team.objects.filter(pk__in=owing - seeing).select_related("agency"))


def _people(rows: Iterable[Any]) -> dict[UUID, str]:
    """Account id to name and agency, of everybody whom these rows name."""
    wanted = {getattr(row, name, None) for row in rows for name in ("account_id", "given_by", "ended_by")} - {None}
    found = Account.objects.filter(pk__in=wanted)
    return {one.pk: f"{one.name}, {one.team.agency.name}" for one in found}


def _history(
    standings: Iterable[Standing],
    grants: Iterable[Grant],
    bars: Iterable[Bar],
    departures: Iterable[Departure],
    people: dict[UUID, str],
    now: dt.datetime,
) -> list[Happened]:
    """What was decided, the latest first."""
    lines = [Happened(s.at, Level(s.level).label, s.reason, people.get(s.account_id, "")) for s in standings]
    given: list[Grant | Bar] = [*grants, *bars]
    for one in given:
        who, label = people.get(one.account_id, "somebody"), one.called
        lines.append(Happened(one.at, f"{label}: {who}", one.reason, people.get(one.given_by, "")))
        if one.ended_at and one.ended_by:
            lines.append(Happened(one.ended_at, f"Ended for {who}", one.ended_why, people.get(one.ended_by, "")))
        elif isinstance(one, Grant) and one.until and one.until <= now:
            lines.append(Happened(one.until, f"Ended for {who}", "The time ran out.", ""))
    lines += [
        Happened(left.at, f"{left.agency.name} left the circle", left.why, people.get(left.account_id, ""))
        for left in departures
    ]
    return sorted(lines, key=lambda one: one.at, reverse=True)
