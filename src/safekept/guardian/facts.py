"""What was opened, and what is known besides: all that the patterns look at. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

END_OF_TIME = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who reads."""

    id: UUID
    name: str
    role: str
    agency: UUID
    agency_kind: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose record it is. ``others``: names of the adults whom its entries mention."""

    id: UUID
    name: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A record was opened: by whom, whose, when; ``admitted``: they saw it, and not its name and a duty desk alone."""

    account: UUID
    of: UUID
    at: dt.datetime
    admitted: bool = True


@dataclass(frozen=True, slots=True)
class Moved:
    """A child went missing, or a person changed name or address, as somebody recorded. ``says``: in words."""

    of: UUID
    at: dt.datetime
    says: str


@dataclass(frozen=True)
class Facts:
    """What the patterns may know besides what was read. Keys are (account, whose record) or (agency, whose record)."""

    people: Mapping[UUID, Person] = field(default_factory=dict)
    whose: Mapping[UUID, Whose] = field(default_factory=dict)
    recorded: frozenset[tuple[UUID, UUID]] = frozenset()
    owing: frozenset[tuple[UUID, UUID]] = frozenset()
    named: frozenset[tuple[UUID, UUID]] = frozenset()
    left: Mapping[tuple[UUID, UUID], dt.datetime] = field(default_factory=dict)
    ended: Mapping[UUID, dt.datetime] = field(default_factory=dict)
    searched: Mapping[tuple[UUID, UUID], Sequence[dt.datetime]] = field(default_factory=dict)
    colleagues: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    carriers: Mapping[str, int] = field(default_factory=dict)
    usual: Mapping[UUID, int] = field(default_factory=dict)
    refused: Mapping[UUID, Sequence[dt.datetime]] = field(default_factory=dict)
    moved: Sequence[Moved] = ()
    now: dt.datetime = END_OF_TIME


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to look at: which pattern, who, whose record (None: no one record), from when; why, in a sentence."""

    pattern: str
    account: UUID
    of: UUID | None
    at: dt.datetime
    says: str
