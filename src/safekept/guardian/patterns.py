"""Reading that looks unusual: each pattern is a small function over what was opened and what is known, and says why.

Pure. None of them says that somebody did wrong; each asks the guardian to look.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from safekept.access.policy import CASE_ROLES
from safekept.govuk.when import LONDON, clock, day, length
from safekept.govuk.words import counted
from safekept.guardian.facts import Facts, Found, Opened
from safekept.guardian.limits import Limits
from safekept.linking.names import fold, parts_of

HOUR = dt.timedelta(hours=1)
SATURDAY = 5


Finder = Callable[[Sequence[Opened], Facts, Limits], Iterator[Found]]


def surnames(name: str) -> set[str]:
    """The parts of the last word of a name, what stands after a comma left out: an account may name the post there."""
    words = name.partition(",")[0].split()
    return {part for part in parts_of(words[-1]) if len(part) > 1} if len(words) > 1 else set()


def full_name(name: str) -> tuple[str, ...]:
    """A name of two words or more, folded so that spelling habits do not matter."""
    parts = tuple(sorted(parts_of(name.partition(",")[0])))
    return parts if len(parts) > 1 else ()


def no_relation(opened: Sequence[Opened], facts: Facts, limits: Limits) -> Iterator[Found]:
    """Found by a search and opened, by somebody who recorded nothing about them, for an agency that owes nothing."""
    within = limits.searched_within_hours * HOUR
    for (account, of), rows in _each(opened, facts):
        searched = facts.searched.get((account, of), ())
        ripe = [r for r in rows if r.admitted and _had_time_to_record(r, facts, limits)]
        first = next((r for r in ripe if any(r.at - within <= s <= r.at for s in searched)), None)
        if first is not None and _has_no_part(account, of, facts):
            yield Found(
                "no-relation", account, of, first.at,
                f"{_who(account, facts)} searched for {_whose(of, facts)} and opened the record {_times(rows)}. They "
                "have recorded nothing about them, were not named, and nothing is owed by their agency.",
            )  # fmt: skip


def same_surname(opened: Sequence[Opened], facts: Facts, limits: Limits) -> Iterator[Found]:
    """The reader's surname is that of the child, or of an adult whom the record mentions; a common one says nothing."""
    for (account, of), rows in _each(opened, facts, everybody=True):
        mine = {one for one in surnames(facts.people[account].name) if not _common(one, facts, limits)}
        whose = facts.whose[of]
        if full_name(whose.name) == full_name(facts.people[account].name):
            continue
        if mine & surnames(whose.name):
            other = "them"
        else:
            other = next((name for name in whose.others if mine & surnames(name)), "")
        if other:
            of_whom = "this is their own surname" if other == "them" else f"{other} in it has the same surname"
            yield Found(
                "same-surname", account, of, rows[0].at,
                f"{_who(account, facts)} opened the record of {_whose(of, facts)} {_times(rows)}; {of_whom}.",
            )  # fmt: skip


def own_name(opened: Sequence[Opened], facts: Facts, limits: Limits) -> Iterator[Found]:
    """The record of somebody with the reader's own full name, or one that mentions them."""
    for (account, of), rows in _each(opened, facts, everybody=True):
        mine = full_name(facts.people[account].name)
        whose = facts.whose[of]
        if mine and any(full_name(name) == mine for name in (whose.name, *whose.others)):
            yield Found(
                "own-name", account, of, rows[0].at,
                f"{_who(account, facts)} opened the record of {_whose(of, facts)} {_times(rows)}; it is about, or "
                "mentions, somebody of their own full name.",
            )  # fmt: skip


def colleagues_child(opened: Sequence[Opened], facts: Facts, limits: Limits) -> Iterator[Found]:
    """The child has the surname of somebody of the reader's own team, the reader having no part in the work."""
    for (account, of), rows in _each(opened, facts):
        theirs = {one for one in surnames(facts.whose[of].name) if not _common(one, facts, limits)}
        colleague = next((name for name in facts.colleagues.get(account, ()) if theirs & surnames(name)), "")
        if colleague and _had_time_to_record(rows[0], facts, limits) and _has_no_part(account, of, facts):
            yield Found(
                "colleagues-child", account, of, rows[0].at,
                f"{_who(account, facts)} opened the record of {_whose(of, facts)} {_times(rows)}, who has the surname "
                f"of a colleague, {colleague.partition(',')[0]}. They have no part in the work that is recorded.",
            )  # fmt: skip


def after_closing(opened: Sequence[Opened], facts: Facts, limits: Limits) -> Iterator[Found]:
    """Opened some time after the agency left those around the child, or after the work with the child ended."""
    days = dt.timedelta(days=limits.closed_days)
    for (account, of), rows in _each(opened, facts):
        left, ended = facts.left.get((facts.people[account].agency, of)), facts.ended.get(of)
        for since, what in ((left, "their agency left those around the child"), (ended, "the work ended")):
            late = [row for row in rows if since is not None and row.at >= since + days]
            if since is not None and late:
                yield Found(
                    "after-closing", account, of, late[0].at,
                    f"{_who(account, facts)} opened the record of {_whose(of, facts)} {_times(late)}, "
                    f"{length(late[0].at - since)} after {what} on {day(since)}.",
                )  # fmt: skip
                break


def bulk(opened: Sequence[Opened], facts: Facts, limits: Limits) -> Iterator[Found]:
    """Many records within one hour, and many times more than in the reader's own busiest hour before."""
    for account, rows in _by_account(opened, facts):
        most, first = _busiest_hour(rows)
        usual = facts.usual.get(account, 0)
        if first is not None and most >= limits.bulk_records and most >= limits.bulk_times * usual:
            before = f"at most {usual} in an hour" if usual else "none"
            yield Found(
                "bulk", account, None, first,
                f"{_who(account, facts)} opened {most} records within an hour from {clock(first)} on {day(first)}. "
                f"In the {limits.usual_days} days before it was {before}.",
            )  # fmt: skip


def refusals(opened: Sequence[Opened], facts: Facts, limits: Limits) -> Iterator[Found]:
    """Many refusals within a day."""
    for account, moments in facts.refused.items():
        ordered = sorted(moments)
        for number, first in enumerate(ordered):
            within = [one for one in ordered[number:] if one < first + dt.timedelta(days=1)]
            if limits.refusals and len(within) >= limits.refusals and account in facts.people:
                yield Found(
                    "refusals", account, None, first,
                    f"{_who(account, facts)} was refused {counted(len(within), 'time')} within a day, "
                    f"from {clock(first)} on {day(first)}.",
                )  # fmt: skip
                break


def out_of_hours(opened: Sequence[Opened], facts: Facts, limits: Limits) -> Iterator[Found]:
    """Records opened at night or at a weekend, for an agency that works in office hours."""
    for account, rows in _by_account(opened, facts):
        if facts.people[account].agency_kind in limits.round_the_clock:
            continue
        nights: dict[dt.date, list[Opened]] = defaultdict(list)
        for row in rows:
            if (night := _off_duty(row.at, limits)) is not None:
                nights[night].append(row)
        for night, late in nights.items():
            several = len({row.of for row in late})
            if several >= limits.out_of_hours_records:
                yield Found(
                    "out-of-hours", account, None, late[0].at,
                    f"{_who(account, facts)} opened {several} records outside office hours from {day(night)}, "
                    f"first at {clock(late[0].at)}. Their agency is not one that works round the clock.",
                )  # fmt: skip


def before_moving(opened: Sequence[Opened], facts: Facts, limits: Limits) -> Iterator[Found]:
    """Opened, by somebody without a part in it, shortly before a child went missing or a person could move away."""
    by_whose: dict[UUID, list[Opened]] = defaultdict(list)
    for row in opened:
        by_whose[row.of].append(row)
    for moved in facts.moved:
        near = [r for r in by_whose[moved.of] if moved.at - limits.before_hours * HOUR <= r.at < moved.at]
        for (account, of), rows in _each(near, facts):
            if _has_no_part(account, of, facts):
                yield Found(
                    "before-moving", account, of, rows[0].at,
                    f"{_who(account, facts)} opened the record of {_whose(of, facts)} "
                    f"{length(moved.at - rows[-1].at)} before {moved.says} on {day(moved.at)}. They have no part in "
                    "the work that is recorded.",
                )  # fmt: skip


def _each(
    opened: Iterable[Opened], facts: Facts, everybody: bool = False
) -> Iterator[tuple[tuple[UUID, UUID], list[Opened]]]:
    """What each person opened of each record, in order; guardians and others who see no case only where asked for."""
    held: dict[tuple[UUID, UUID], list[Opened]] = defaultdict(list)
    for row in sorted(opened, key=lambda one: one.at):
        person = facts.people.get(row.account)
        if person is not None and row.of in facts.whose and (everybody or person.role in CASE_ROLES):
            held[row.account, row.of].append(row)
    yield from held.items()


def _by_account(opened: Iterable[Opened], facts: Facts) -> Iterator[tuple[UUID, list[Opened]]]:
    held: dict[UUID, list[Opened]] = defaultdict(list)
    for (account, _), rows in _each(opened, facts):
        held[account] += rows
    for account, rows in held.items():
        yield account, sorted(rows, key=lambda one: one.at)


def _busiest_hour(rows: Sequence[Opened]) -> tuple[int, dt.datetime | None]:
    """The most records opened within any hour, and when that hour began. ``rows`` in order of time."""
    most, first, start = 0, None, 0
    for number, row in enumerate(rows):
        while row.at - rows[start].at >= HOUR:
            start += 1
        several = len({one.of for one in rows[start : number + 1]})
        if several > most:
            most, first = several, rows[start].at
    return most, first


def _off_duty(at: dt.datetime, limits: Limits) -> dt.date | None:
    """The day on which the night or weekend began, by London's clocks; None in office hours."""
    here = at.astimezone(LONDON)
    if here.weekday() >= SATURDAY:
        return here.date() - dt.timedelta(days=here.weekday() - SATURDAY)
    if here.hour >= limits.night_from:
        return here.date()
    return here.date() - dt.timedelta(days=1) if here.hour < limits.night_until else None


def _has_no_part(account: UUID, of: UUID, facts: Facts) -> bool:
    agency = facts.people[account].agency
    return not ((account, of) in facts.recorded | facts.named or (agency, of) in facts.owing)


def _had_time_to_record(row: Opened, facts: Facts, limits: Limits) -> bool:
    return row.at <= facts.now - limits.wait_hours * HOUR


def _common(surname: str, facts: Facts, limits: Limits) -> bool:
    return facts.carriers.get(fold(surname), 0) >= limits.common_surname_from


def _who(account: UUID, facts: Facts) -> str:
    return facts.people[account].name.partition(",")[0]


def _whose(of: UUID, facts: Facts) -> str:
    return facts.whose[of].name


def _times(rows: Sequence[Opened]) -> str:
    if len(rows) == 1:
        return f"on {day(rows[0].at)} at {clock(rows[0].at)}"
    return f"{counted(len(rows), 'time')} from {day(rows[0].at)}, {clock(rows[0].at)}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as pages name it: its title, what it looks for, and what the record cannot tell."""

    title: str
    looks_for: str
    cannot: str
    find: Finder


PATTERNS: dict[str, Pattern] = {
    "no-relation": Pattern(
        "No part in the work",
        "A record found by a search and opened, by somebody who has recorded nothing about the child and was not "
        "named, for an agency that owes the child nothing.",
        "It cannot tell work that leaves no trace: advice given by telephone, or supervision.",
        no_relation,
    ),
    "same-surname": Pattern(
        "The same surname",
        "The surname of whoever opened the record is that of the child, or of an adult whom the record mentions.",
        "Surnames that many carry are left out, and relatives by another surname are not seen.",
        same_surname,
    ),
    "own-name": Pattern(
        "Their own name",
        "The record of somebody of the reader’s own full name, or one that mentions such a person.",
        "It knows no birth dates of staff, so that two people of one name cannot be told apart.",
        own_name,
    ),
    "colleagues-child": Pattern(
        "A colleague’s surname",
        "A child with the surname of somebody in the reader’s team, where the reader has no part in the work.",
        "It knows no families of staff: a surname is all that it goes by.",
        colleagues_child,
    ),
    "after-closing": Pattern(
        "After the work ended",
        "A record opened some time after the reader’s agency left those around the child, or after the work ended.",
        "A question about the past, or a complaint, can be a good reason: it is not written down here.",
        after_closing,
    ),
    "bulk": Pattern(
        "Many at once",
        "Many records within an hour, and many times more than the reader’s own busiest hour before.",
        "It cannot tell an audit or the preparation of a meeting.",
        bulk,
    ),
    "refusals": Pattern(
        "Refused many times",
        "Many refusals within a day.",
        "It cannot tell somebody who is new and has not been let in yet.",
        refusals,
    ),
    "out-of-hours": Pattern(
        "Outside office hours",
        "Several records opened at night or at a weekend, for an agency that works in office hours.",
        "It knows no rotas.",
        out_of_hours,
    ),
    "before-moving": Pattern(
        "Just before somebody moved",
        "A record opened by somebody without a part in the work, shortly before the child was recorded as missing, or "
        "a person under an order was recorded as having changed name or address.",
        "It sees moves that are recorded as such, and no others: a suspect who leaves without an order is not seen.",
        before_moving,
    ),
}
NOT_SEEN = (
    "The same address: no home addresses of staff are kept here.",
    "A photograph of a screen, a conversation, and whatever was printed before.",
    "Looking at the same child under another person’s sign-in.",
)
"""What the reading log cannot show at all."""


def find(opened: Sequence[Opened], facts: Facts, limits: Limits) -> list[Found]:
    """Everything unusual, in the order in which it began."""
    found = [one for pattern in PATTERNS.values() for one in pattern.find(opened, facts, limits)]
    return sorted(found, key=lambda one: (one.at, one.pattern))
