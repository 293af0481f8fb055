"""Everybody who looked at one child, and everybody at whom one person looked."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from safekept.access.viewer import NOBODY, Viewer
from safekept.directory.models import Account, Agency
from safekept.directory.roles import Role
from safekept.govuk.when import local

from .. import queries
from ..around import around
from ..queries import Read
from ..reasons import Reason, reason
from ..words import DESK, SEARCH, page

ROWS_OF_ONE = 40
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
HEADINGS = ("Person", "Role", "Agency", "When", "Page", "What", "Purpose", "Why refused", "What lets them now")
REVIEWS = Reason(True, "Reviews who reads: sees the name, and never what the record says.")
WHAT = {"": "Everything", "opened": "Opened the record", "refused": "Was refused"}


@dataclass(frozen=True, slots=True)
class Looker:
    """One person who looked at a child: how often, from when to when, and what lets them."""

    account: UUID
    name: str
    role: str
    agency: str
    reads: list[Read]
    now: Reason

    @property
    def opened(self) -> int:
        return sum(one.is_opening for one in self.reads)

    @property
    def refused(self) -> int:
        return sum(not one.allowed for one in self.reads)

    @property
    def listed(self) -> int:
        """Times that the name was shown, in a list, a search or on another page."""
        return len(self.reads) - self.opened - self.refused

    @property
    def first(self) -> dt.datetime:
        return self.reads[-1].at

    @property
    def last(self) -> dt.datetime:
        return self.reads[0].at

    @property
    def shown(self) -> list[Read]:
        """The latest rows."""
        return self.reads[:ROWS_OF_ONE]


def lookers(subject_id: UUID, reads: Iterable[Read], now: dt.datetime) -> list[Looker]:
    """People by name; the loader, which is nobody, is left out."""
    by_account: dict[UUID, list[Read]] = defaultdict(list)
    for one in reads:
        if one.account != NOBODY:
            by_account[one.account].append(one)
    people = queries.people(by_account)
    decided = around([subject_id])[subject_id]
    found = []
    for account_id, rows in by_account.items():
        person = people.get(account_id)
        agency = person.team.agency if person else None
        agency_id = agency.pk if agency else rows[0].agency
        found.append(
            Looker(
                account_id,
                person.name if person else "An account that is no more",
                person.role_label if person else "",
                agency.name if agency else "",
                rows,
                REVIEWS if person and person.role == Role.GUARDIAN else reason(decided, account_id, agency_id, now),
            )
        )
    return sorted(found, key=lambda one: one.name)


def chosen(reads: Sequence[Read], what: str) -> list[Read]:
    """The rows that a filter leaves."""
    if what == "opened":
        return [one for one in reads if one.is_opening]
    return [one for one in reads if not one.allowed] if what == "refused" else list(reads)


def did(one: Read) -> str:
    """What somebody did, in a word or two."""
    if not one.allowed:
        return "refused"
    if one.is_opening:
        return "opened"
    if one.what in DESK:
        return "reviewed"
    return "found" if one.what == SEARCH else "saw the name"


def as_csv(found: Iterable[Looker]) -> str:
    """Every row, for a spreadsheet. Whatever a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(HEADINGS)
    agencies = dict(Agency.objects.values_list("pk", "name"))
    for person in found:
        for one in person.reads:
            when = f"{local(one.at):%Y-%m-%d %H:%M:%S}"
            agency = agencies.get(one.agency, person.agency)
            cells = [person.name, person.role, agency, when, page(one.what), did(one), one.purpose, one.reason]
            sheet.writerow([inert(cell) for cell in (*cells, person.now.says)])
    return out.getvalue()


def inert(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One child, or adult, at whom a person looked."""

    id: UUID
    name: str
    kind: str
    shown: int
    opened: int
    refused: int
    searched: int
    first: dt.datetime
    last: dt.datetime
    then: Reason

    @property
    def is_outside(self) -> bool:
        """Opened by somebody whom nothing let see it when they last did."""
        return bool(self.opened) and not self.then.lets


def looked_at(viewer: Viewer, person: Account, since: dt.datetime, until: dt.datetime) -> list[LookedAt]:
    """At whom this person looked, those whose records they opened most first; with what let them, the last time."""
    rows = queries.looked_at(viewer, person.pk, since, until)
    decided = around({row[0] for row in rows})
    agency = person.team.agency_id
    then = {row[0]: reason(decided[row[0]], person.pk, agency, row[-1]) for row in rows}
    return [LookedAt(*(*row, then[row[0]])) for row in rows]


def lately(
    viewer: Viewer, person: Account, seen: Iterable[LookedAt], since: dt.datetime, until: dt.datetime
) -> list[dict[str, Any]]:
    """The person's latest pages, with whose record each was where it was one."""
    known = {one.id: one.name for one in seen}
    return [
        {"at": at, "page": page(what), "whose": known.get(first, ""), "allowed": allowed, "reason": why, "many": many}
        for at, what, first, allowed, why, _, many in queries.lately(viewer, person.pk, since, until)
    ]
