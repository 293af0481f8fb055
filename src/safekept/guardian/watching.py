"""``watch``: looks through the reading log for what is unusual, and tells the guardian, once for each occasion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.utils import timezone

from safekept.access import reading, statements
from safekept.access.models import Alert
from safekept.access.viewer import NOBODY, loader, viewing

from . import gathering
from .facts import Found
from .limits import EveryLimit, limits
from .patterns import find

WATCHER = loader("Looking for unusual reading")
WATCHED = "watch"
FIRST_LOOK = dt.timedelta(days=90)
"""How far back the first look goes."""
REVIEWED_WITHIN = dt.timedelta(days=7)
ALONE = "SELECT pg_advisory_xact_lock(5824078)"
LAST = "SELECT max(at) FROM access_readevent WHERE account_id = %s AND what = %s"
TELL = (
    "INSERT INTO access_alert (id, kind, subject_id, account_id, pattern, key, says, at, due, finding, review) "
    "VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s, '', '') ON CONFLICT (key) DO NOTHING"
)
Occasion = tuple[str, UUID, UUID | None]


def watch(now: dt.datetime | None = None, known: EveryLimit | None = None) -> list[Found]:
    """Look at everything since the last look; what is new is told to the guardian and given back."""
    now, known = now or timezone.now(), known or limits()
    with viewing(WATCHER):
        statements.run(ALONE)
        since = (last_look() or now - FIRST_LOOK) - _overlap(known)
        new = [one for one in _look(since, now, known) if _tell(one, now)]
        reading.log(WATCHER, WATCHED, {one.of for one in new if one.of is not None})
    return new


def last_look() -> dt.datetime | None:
    """When the reading log was last looked through: it says so itself."""
    found: dt.datetime | None = statements.rows(LAST, [NOBODY, WATCHED])[0][0]
    return found


def _overlap(known: EveryLimit) -> dt.timedelta:
    """How far each look reaches back before the last: what has to wait, or comes before something else, is seen."""
    hours = [max(one.wait_hours, one.before_hours) + 24 for one in (known.usual, *known.areas.values())]
    return dt.timedelta(hours=max(hours))


def _look(since: dt.datetime, now: dt.datetime, known: EveryLimit) -> list[Found]:
    rows = gathering.opened(since, now)
    facts = gathering.facts(rows, since, now, known.usual.usual_days)
    rows = gathering.admitted((row for row in rows if row.of in facts.whose), facts)
    told = _told(now, known)
    found: list[Found] = []
    for area in sorted({one.area for one in facts.people.values()}):
        here = {pk: one for pk, one in facts.people.items() if one.area == area}
        own, quiet = known.of(area), now - dt.timedelta(days=known.of(area).quiet_days)
        for one in find([row for row in rows if row.account in here], replace(facts, people=here), own):
            last = told.get((one.pattern, one.account, one.of))
            if last is None or last < quiet:
                found.append(one)
    return found


def _told(now: dt.datetime, known: EveryLimit) -> dict[Occasion, dt.datetime]:
    """When the guardian was last told of the same, as far back as anybody is quiet about it."""
    days = max(one.quiet_days for one in (known.usual, *known.areas.values()))
    rows: Iterable[tuple[str, UUID, UUID | None, dt.datetime]] = Alert.objects.filter(
        kind=Alert.Kind.PATTERN, at__gte=now - dt.timedelta(days=days)
    ).values_list("pattern", "account_id", "subject_id", "at")
    told: dict[Occasion, dt.datetime] = {}
    for pattern, account, of, at in rows:
        told[pattern, account, of] = max(at, told.get((pattern, account, of), at))
    return told


def _tell(one: Found, now: dt.datetime) -> bool:
    key = f"{one.pattern}:{one.account}:{one.of or ''}:{one.at:%Y-%m-%d}"
    values = [Alert.Kind.PATTERN.value, one.of, one.account, one.pattern, key, one.says, now, now + REVIEWED_WITHIN]
    return statements.run(TELL, values).rowcount == 1
