"""What the generator makes, before any of it is in a database."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class MadeThing:
    """A person, vehicle, phone, place or account. ``names`` are (name, name|nickname|alias)."""

    id: uuid.UUID
    kind: str
    label: str
    names: list[tuple[str, str]] = field(default_factory=list)
    born: dt.date | None = None
    sex: str = ""
    area: str | None = None
    host_area: str | None = None
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    description: str = ""
    safe_contact: str = ""


@dataclass(slots=True)
class MadeEntry:
    """One entry. ``office`` is the area whose agency recorded it; ``values`` are the kind's fields."""

    id: uuid.UUID
    kind: str
    at: dt.datetime
    recorded_at: dt.datetime
    agency: str
    office: str
    values: dict[str, Any]
    text: str = ""
    basis: str = ""
    answers: list[uuid.UUID] = field(default_factory=list)
    supersedes: uuid.UUID | None = None
    mentions: list[tuple[uuid.UUID, str]] = field(default_factory=list)

    def as_row(self) -> dict[str, Any]:
        """Return the entry as a history file holds it."""
        row: dict[str, Any] = {
            "id": str(self.id),
            "kind": self.kind,
            "at": self.at,
            "recorded_at": self.recorded_at,
            "agency": self.agency,
            "answers": [str(a) for a in self.answers],
            **self.values,
        }
        if self.supersedes is not None:
            row["supersedes"] = str(self.supersedes)
        return row


@dataclass(slots=True)
class MadeChild:
    """A child, those around them, and their history."""

    thing: MadeThing
    entries: list[MadeEntry] = field(default_factory=list)
    circumstances: set[str] = field(default_factory=set)
    intensity: int = 1

    def as_history(self) -> dict[str, Any]:
        """Return the child's history as a history file holds it."""
        subject = {"kind": "child", "id": str(self.thing.id), "born": self.thing.born, "area": self.thing.area}
        return {"subject": subject, "entries": [e.as_row() for e in self.entries]}


@dataclass(slots=True)
class Network:
    """Planted truth: who harms, by what means, whom they reach."""

    id: str
    area: str
    suspects: list[uuid.UUID]
    means: list[uuid.UUID]
    children: list[uuid.UUID] = field(default_factory=list)


def new_id(rng: random.Random) -> uuid.UUID:
    """Return a random key that the seed determines."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)
