"""The facts that patterns look at, read from the reading log and the record. Inside ``viewing``, as the loader."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from safekept.access import statements
from safekept.access.models import Circle, Departure, Grant
from safekept.access.viewer import NOBODY
from safekept.directory.models import Account
from safekept.linking.names import parts_of
from safekept.register import names

from .around import around
from .facts import Facts, Moved, Opened, Person, Whose
from .patterns import surnames
from .reasons import reason
from .words import DESK, RECORD, SEARCH

PEOPLE = ("child", "adult")
OPENED = (
    "SELECT account_id, ids[1], at FROM access_readevent WHERE at > %s AND at <= %s AND allowed "
    "AND what = ANY(%s) AND cardinality(ids) > 0 AND account_id <> %s ORDER BY at"
)
REFUSED = "SELECT account_id, at FROM access_readevent WHERE at > %s AND at <= %s AND NOT allowed"
SEARCHED = (
    "SELECT e.account_id, shown.id, e.at FROM access_readevent AS e CROSS JOIN LATERAL unnest(e.ids) AS shown(id) "
    "WHERE e.at > %s AND e.at <= %s AND e.what = %s AND shown.id = ANY(%s)"
)
USUAL = (
    "SELECT account_id, max(several) FROM (SELECT account_id, date_trunc('hour', at), "
    "count(DISTINCT ids[1]) AS several FROM access_readevent WHERE account_id = ANY(%s) AND at > %s AND at <= %s "
    "AND allowed AND what = ANY(%s) GROUP BY 1, 2) AS hours GROUP BY 1"
)
RECORDED = (
    "SELECT DISTINCT account_id, subject_id FROM record_entry "
    "WHERE subject_id = ANY(%(of)s) AND account_id = ANY(%(by)s) "
    "UNION SELECT e.account_id, m.thing_id FROM record_mention AS m JOIN record_entry AS e ON e.id = m.entry_id "
    "WHERE m.thing_id = ANY(%(of)s) AND e.account_id = ANY(%(by)s) "
    "UNION SELECT created_by_id, id FROM register_thing WHERE id = ANY(%(of)s) AND created_by_id = ANY(%(by)s)"
)
OWING = (
    "SELECT DISTINCT t.agency_id, o.subject_id FROM record_obligation AS o "
    "JOIN directory_team AS t ON t.id = o.team_id WHERE o.subject_id = ANY(%s)"
)
MENTIONED = (
    "SELECT DISTINCT e.subject_id, t.label FROM record_entry AS e JOIN record_mention AS m ON m.entry_id = e.id "
    "JOIN register_thing AS t ON t.id = m.thing_id AND t.kind = 'adult' WHERE e.subject_id = ANY(%s)"
)
ENDED = (
    "SELECT subject_id, max(at) FILTER (WHERE kind = 'closure') AS closed FROM record_entry "
    "WHERE subject_id = ANY(%s) GROUP BY subject_id "
    "HAVING max(at) FILTER (WHERE kind = 'closure') >= coalesce(max(at) FILTER (WHERE kind <> 'closure'), '-infinity')"
)
MOVED = (
    "SELECT subject_id, at, kind FROM record_entry WHERE subject_id = ANY(%s) AND at > %s AND at <= %s "
    "AND (kind = 'missing' OR (kind = 'order' AND fields ->> 'step' = 'details-changed')) ORDER BY at"
)
SAID = {"missing": "the child was recorded as missing", "order": "they were recorded as having changed name or address"}
CARRIERS = (
    "SELECT substr(token, 3), count(*) FROM register_token "
    "WHERE token = ANY(%s) AND kind IN ('child', 'adult') GROUP BY 1"
)


def opened(since: dt.datetime, until: dt.datetime) -> list[Opened]:
    """Every opening of one record, the guardian's pages about it among them, oldest first."""
    rows = statements.rows(OPENED, [since, until, [*RECORD, *DESK], NOBODY])
    return [Opened(account, of, at) for account, of, at in rows]


def facts(rows: Sequence[Opened], since: dt.datetime, until: dt.datetime, usual_days: int) -> Facts:
    """What is known about whoever opened these records, and about the records."""
    refused = _grouped(statements.rows(REFUSED, [since, until]))
    accounts = {row.account for row in rows} | set(refused)
    people = {one.pk: _person(one) for one in Account.objects.filter(pk__in=accounts)}
    whose = _whose({row.of for row in rows})
    ids, by = list(whose), list(accounts)
    moved = [Moved(of, at, SAID[kind]) for of, at, kind in statements.rows(MOVED, [ids, since, until])]
    before = since - dt.timedelta(days=usual_days)
    return Facts(
        people=people,
        whose=whose,
        recorded=_pairs(statements.rows(RECORDED, {"of": ids, "by": by})),
        owing=_pairs(statements.rows(OWING, [ids])),
        named=_named(ids),
        left=_left(ids),
        ended=dict(statements.rows(ENDED, [ids])),
        searched=_searched(ids, since, until),
        colleagues=_colleagues(accounts),
        carriers=_carriers(people.values(), whose.values()),
        usual=dict(statements.rows(USUAL, [by, before, since, list(RECORD)])),
        refused=refused,
        moved=moved,
        now=until,
    )


def admitted(rows: Iterable[Opened], facts: Facts) -> list[Opened]:
    """The same openings, each with whether the person saw the record or its name and a duty desk alone."""
    held = list(rows)
    decided = around({row.of for row in held})
    return [Opened(r.account, r.of, r.at, _saw(r, facts.people, decided)) for r in held if r.account in facts.people]


def _saw(row: Opened, people: Mapping[UUID, Person], decided: Mapping[UUID, object]) -> bool:
    about = decided[row.of]
    return reason(about, row.account, people[row.account].agency, row.at).lets  # type: ignore[arg-type]


def _person(one: Account) -> Person:
    agency = one.team.agency
    return Person(one.pk, one.name, one.role, agency.pk, agency.kind, agency.area_id)


def _whose(ids: Collection[UUID]) -> dict[UUID, Whose]:
    called = {pk: one for pk, one in names.called(ids).items() if one.kind in PEOPLE}
    others: dict[UUID, list[str]] = defaultdict(list)
    for of, label in statements.rows(MENTIONED, [list(called)]):
        others[of].append(label)
    return {pk: Whose(pk, one.label, tuple(sorted(others[pk]))) for pk, one in called.items()}


def _named(ids: list[UUID]) -> frozenset[tuple[UUID, UUID]]:
    rows = Grant.objects.filter(subject_id__in=ids).exclude(basis=Grant.Basis.BREAK_GLASS)
    return frozenset(rows.values_list("account_id", "subject_id"))


def _left(ids: list[UUID]) -> dict[tuple[UUID, UUID], dt.datetime]:
    """When an agency left for the last time, where it has not come back."""
    there = set(Circle.objects.filter(subject_id__in=ids).values_list("agency_id", "subject_id"))
    rows = Departure.objects.filter(subject_id__in=ids).order_by("at").values_list("agency_id", "subject_id", "at")
    return {(agency, of): at for agency, of, at in rows if (agency, of) not in there}


def _searched(ids: list[UUID], since: dt.datetime, until: dt.datetime) -> dict[tuple[UUID, UUID], list[dt.datetime]]:
    held: dict[tuple[UUID, UUID], list[dt.datetime]] = defaultdict(list)
    for account, of, at in statements.rows(SEARCHED, [since, until, SEARCH, ids]):
        held[account, of].append(at)
    return held


def _colleagues(accounts: Collection[UUID]) -> dict[UUID, list[str]]:
    """The names of everybody else in each one's team."""
    teams: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for pk, name, team in (
        Account.objects.filter(team__accounts__in=accounts).distinct().values_list("pk", "name", "team_id")
    ):
        teams[team].append((pk, name))
    return {pk: [name for other, name in some if other != pk] for some in teams.values() for pk, _ in some}


def _carriers(people: Iterable[Person], whose: Iterable[Whose]) -> dict[str, int]:
    carried = {part for one in people for part in surnames(one.name)}
    carried |= {part for one in whose for part in surnames(one.name)}
    wanted = [f"n:{part}" for name in carried for part in parts_of(name)]
    return dict(statements.rows(CARRIERS, [wanted]))


def _pairs(rows: Iterable[tuple[UUID, UUID]]) -> frozenset[tuple[UUID, UUID]]:
    return frozenset((one, other) for one, other in rows)


def _grouped(rows: Iterable[tuple[UUID, dt.datetime]]) -> dict[UUID, list[dt.datetime]]:
    held: dict[UUID, list[dt.datetime]] = defaultdict(list)
    for account, at in rows:
        held[account].append(at)
    return held
