"""Why somebody may see a record at a moment, in a sentence: worked out again from what was decided. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from safekept.govuk.when import day


@dataclass(frozen=True, slots=True)
class Stay:
    """An agency around a child, from when and until when (None: still), on what basis."""

    agency: UUID
    basis: str
    since: dt.datetime
    until: dt.datetime | None = None
    why_left: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A record opened to a person by name, or by them in an emergency. ``until``: when it ended or ends."""

    account: UUID
    emergency: bool
    since: dt.datetime
    until: dt.datetime | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Keeping:
    """A record kept from a person."""

    account: UUID
    denied: bool
    since: dt.datetime
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What was decided about one record. ``levels``: when it was opened, restricted or sealed, oldest first."""

    stays: Sequence[Stay] = field(default_factory=tuple)
    openings: Sequence[Opening] = field(default_factory=tuple)
    keepings: Sequence[Keeping] = field(default_factory=tuple)
    levels: Sequence[tuple[dt.datetime, str]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Reason:
    """Whether a person may see the record, and why or why not."""

    lets: bool
    says: str


def reason(around: Around, account: UUID, agency: UUID, at: dt.datetime) -> Reason:
    """What let this person see the record at that moment, or kept it from them, as the policy has it."""
    kept = next((one for one in around.keepings if one.account == account and _then(one.since, one.until, at)), None)
    if kept is not None:
        says = "Denied" if kept.denied else "Kept from them by a conflict of interest"
        return Reason(False, f"{says} since {day(kept.since)}.")
    opened = [one for one in around.openings if one.account == account]
    live = next((one for one in opened if _then(one.since, one.until, at)), None)
    if live is not None:
        if live.emergency:
            return Reason(True, f"Opened it in an emergency on {day(live.since)}.")
        return Reason(True, f"Named{f' by {live.by}' if live.by else ''} on {day(live.since)}.")
    level = _level(around, at)
    stays = [one for one in around.stays if one.agency == agency]
    stay = next((one for one in stays if _then(one.since, one.until, at)), None)
    if stay is not None and level == "open":
        return Reason(True, f"Their agency works with the child since {day(stay.since)} ({stay.basis}).")
    return Reason(False, _not_any_more(opened, stays, stay, level, at))


def _not_any_more(
    opened: Sequence[Opening], stays: Sequence[Stay], stay: Stay | None, level: str, at: dt.datetime
) -> str:
    if stay is not None:
        return f"Their agency works with the child, but the record is {level} and they are not named."
    over = [one for one in opened if one.until is not None and one.until <= at]
    if over:
        what = "opened it in an emergency" if over[0].emergency else "were named"
        return f"Not any more: they {what}, until {day(max(one.until for one in over if one.until))}."
    left = [one.until for one in stays if one.until is not None and one.until <= at]
    if left:
        return f"Not any more: their agency left on {day(max(left))}."
    finds = "It is sealed: they find nothing." if level == "sealed" else "They can find the name."
    return f"Nothing lets them open the record. {finds}"


def _level(around: Around, at: dt.datetime) -> str:
    return next((level for since, level in reversed(around.levels) if since <= at), "open")


def _then(since: dt.datetime, until: dt.datetime | None, at: dt.datetime) -> bool:
    return since <= at and (until is None or at < until)
