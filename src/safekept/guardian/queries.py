"""What the guardian's pages read: alerts, rows of the reading log, names; never what a record says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest

from safekept.access import reading, statements
from safekept.access.middleware import NotAllowed
from safekept.access.models import Alert, Bar, Grant
from safekept.access.policy import READ_EVENT, THING
from safekept.access.sql import asking, first_wall
from safekept.access.viewer import Viewer
from safekept.directory.models import Account
from safekept.directory.roles import LABELS, Role
from safekept.register import names
from safekept.register.models import Thing

from .words import RECORD, SEARCH

NO_SUCH = "There is nothing at this address that you can open. It may have been mistyped."
ONLY_GUARDIANS = "Only the information guardian sees who read what. Ask yours if you are worried about it."
MOST_ROWS = 20_000
"""Rows of the log that one page reads at most, the latest first."""
PERIOD = dt.timedelta(days=90)
"""For which the false alarms are counted, and with which a search of the log begins."""
READS_OF = (
    "SELECT account_id, agency_id, purpose, what, opened, at, allowed, reason "  # noqa: S608
    f"FROM access_reads_of(%s, %s, %s) LIMIT {MOST_ROWS}"
)
LOOKED_AT = (
    "SELECT t.id, t.label, t.kind, count(*), "  # noqa: S608
    "count(*) FILTER (WHERE e.allowed AND e.ids[1] = t.id AND e.what = ANY(%(record)s)), "
    "count(*) FILTER (WHERE NOT e.allowed), count(*) FILTER (WHERE e.what = %(search)s), min(e.at), max(e.at) "
    "FROM access_readevent AS e CROSS JOIN LATERAL unnest(e.ids) AS shown(id) "
    "JOIN register_thing AS t ON t.id = shown.id AND t.kind IN ('child', 'adult') "
    "WHERE e.account_id = %(account)s AND e.at >= %(since)s AND e.at < %(until)s "
    f"AND {first_wall(READ_EVENT, 'e')} AND {first_wall(THING, 't', Thing.wall_columns)} "
    "GROUP BY t.id, t.label, t.kind ORDER BY 5 DESC, 9 DESC, t.label LIMIT 500"
)
LATELY = (
    "SELECT e.at, e.what, e.ids[1], e.allowed, e.reason, e.purpose, cardinality(e.ids) FROM access_readevent AS e "  # noqa: S608
    f"WHERE e.account_id = %(account)s AND e.at >= %(since)s AND e.at < %(until)s AND {first_wall(READ_EVENT, 'e')} "
    "ORDER BY e.at DESC LIMIT 25"
)


@dataclass(frozen=True, slots=True)
class Read:
    """One row of the log about one child: who, from which agency, for what, on what page, and whether it was let."""

    account: UUID
    agency: UUID
    purpose: str
    what: str
    opened: bool
    at: dt.datetime
    allowed: bool
    reason: str

    @property
    def is_opening(self) -> bool:
        """Whether a page of this very record was opened."""
        return self.opened and self.allowed and self.what in RECORD


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks; refuses everybody but the guardian."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None or viewer.role != Role.GUARDIAN:
        raise NotAllowed(ONLY_GUARDIANS)
    return viewer


def thing(thing_id: UUID) -> names.Called:
    """Whose record it is: the name alone. Raises 'not found'."""
    found = names.called([thing_id]).get(thing_id)
    if found is None:
        raise Http404(NO_SUCH)
    reading.about(thing_id)
    return found


def account(account_id: UUID) -> Account:
    """Somebody who signs in. Raises 'not found'."""
    found = Account.objects.filter(pk=account_id).exclude(role=Role.LOADER).first()
    if found is None:
        raise Http404(NO_SUCH)
    return found


def accounts(words: str) -> list[Account]:
    """Those whose name or email holds every word, at most 25."""
    rows = Account.objects.exclude(role=Role.LOADER)
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return list(rows[:25])


def people(ids: Iterable[UUID | None]) -> dict[UUID, Account]:
    """Account id to account."""
    return {one.pk: one for one in Account.objects.filter(pk__in={one for one in ids if one is not None})}


def called(one: Account | None) -> str:
    """A person in a line: name, role, agency."""
    return f"{one.name}, {LABELS[Role(one.role)].lower()}, {one.team.agency.name}" if one else "Somebody"


def reads_of(subject_id: UUID, since: dt.datetime, until: dt.datetime) -> list[Read]:
    """Everybody who read or was refused what is about one record, the latest first."""
    return [Read(*row) for row in statements.rows(READS_OF, [subject_id, since, until])]


def looked_at(viewer: Viewer, account_id: UUID, since: dt.datetime, until: dt.datetime) -> statements.Rows:
    """Whom one person's pages showed: id, name, kind, times shown, opened, refused, found by search, first, last."""
    values = {"account": account_id, "since": since, "until": until, "record": list(RECORD), "search": SEARCH}
    rows = statements.rows(LOOKED_AT, asking(viewer.asker) | values)
    reading.note("thing", (row[0] for row in rows))
    return rows


def lately(viewer: Viewer, account_id: UUID, since: dt.datetime, until: dt.datetime) -> statements.Rows:
    """The latest 25 rows of one person: when, what, whose (maybe), allowed, reason, purpose, how many ids."""
    values = {"account": account_id, "since": since, "until": until}
    return statements.rows(LATELY, asking(viewer.asker) | values)


def alert(alert_id: UUID) -> Alert:
    """One alert. Raises 'not found'."""
    found: Alert | None = Alert.objects.filter(pk=alert_id).first()
    if found is None:
        raise Http404(NO_SUCH)
    return found


def waiting_alerts() -> list[Alert]:
    """What nobody has reviewed, what is due first standing first."""
    return list(Alert.objects.filter(reviewed_at=None).order_by("due", "at"))


def reviewed_alerts(since: dt.datetime) -> list[Alert]:
    """What was reviewed since a moment, the latest first."""
    return list(Alert.objects.filter(reviewed_at__gte=since).order_by("-reviewed_at"))


def live_grants(subject_id: UUID, now: dt.datetime) -> list[Grant]:
    """To whom the record is open by name or in an emergency."""
    rows = Grant.objects.filter(subject_id=subject_id, entry_id=None, ended_at=None)
    return list(rows.filter(Q(until=None) | Q(until__gt=now)))


def live_bars(subject_id: UUID) -> list[Bar]:
    """From whom the record is kept."""
    return list(Bar.objects.filter(subject_id=subject_id, ended_at=None))
