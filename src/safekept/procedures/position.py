"""Where a history stands: the derived items and their form in the position file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .explain import explain
from .history import BY_KEY, Entry
from .leading import Leading
from .pack import Rule


@dataclass(slots=True)
class Obligation:
    """Something owed. Times are UTC; ``due`` is None where the procedure sets no time.

    It holds the entries it was read from: the trigger, the entry it counts from, the one that met it, the
    one that ended it, and those that met it in part. ``missing`` names what is still needed of the parts.
    """

    origin: Rule
    subject: str
    owner: str
    trigger: Entry
    since: Entry
    due: dt.datetime | None
    pack: str
    version: str
    cites: tuple[str, ...]
    status: str = "open"
    answer: Entry | None = None
    ended_by: Entry | None = None
    partly: Sequence[Entry] = ()
    missing: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The rule’s id."""
        return self.origin.id

    @property
    def because(self) -> str:
        """The id of the trigger."""
        return self.trigger.id

    @property
    def root(self) -> str:
        """The id of the first version of the trigger: rule, subject and root are the duty’s identity."""
        return self.trigger.root

    @property
    def anchor(self) -> str:
        """The id of the entry that the time is counted from."""
        return self.since.id

    @property
    def triggered_at(self) -> dt.datetime:
        """When the trigger happened."""
        return self.trigger.at

    @property
    def met_by(self) -> str | None:
        """The id of the entry that met it."""
        return None if self.answer is None else self.answer.id

    @property
    def absent(self) -> tuple[str, ...]:
        """The kinds of entry whose absence keeps the duty open."""
        return self.origin.kinds_owed if self.status in ("open", "overdue") else ()

    @property
    def changes_at(self) -> dt.datetime | None:
        """The moment at which it turns overdue by itself."""
        return self.due if self.status == "open" else None

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The ids of the entries it was read from, in counting order, each once."""
        read = (self.trigger, self.since, *self.partly, self.answer, self.ended_by)
        return tuple(e.id for e in sorted({e.id: e for e in read if e is not None}.values(), key=BY_KEY))

    @property
    def title(self) -> str:
        """What to do, in a few words."""
        return self.origin.title

    @property
    def says(self) -> str:
        """The rule in plain words."""
        return self.origin.says

    @property
    def owes(self) -> str:
        """The kind of entry that is owed."""
        return self.origin.wanted[0].kind

    @property
    def along(self) -> tuple[str, ...]:
        """Who takes part besides the owner."""
        return self.origin.along

    @property
    def within(self) -> str | None:
        """The length of time that the procedure gives, where it gives one."""
        return None if self.due is None or self.origin.within is None else str(self.origin.within)

    @property
    def expected_by(self) -> dt.datetime | None:
        """The moment by which the area expects it, where the procedure sets no time."""
        expected = self.origin.expected
        return None if expected is None or self.due is not None else expected.after(self.triggered_at)

    @property
    def expected_says(self) -> str | None:
        """The area’s own expectation, labelled as such."""
        return (
            None
            if self.origin.expected is None or self.due is not None
            else f"{self.origin.expected}, this area’s own expectation"
        )

    @property
    def explain(self) -> str:
        """Why it is owed, by when, and where it stands, in one or two sentences."""
        return explain(self)

    def as_dict(self) -> dict[str, Any]:
        """Return the obligation as the position file holds it."""
        out: dict[str, Any] = {
            "rule": self.rule,
            "title": self.title,
            "cites": list(self.cites),
            "subject": self.subject,
            "owner": self.owner,
            "with": list(self.along),
            "owes": self.owes,
            "because": self.because,
            "anchor": self.anchor,
            "due": moment_text(self.due),
            "expected_by": moment_text(self.expected_by),
            "status": self.status,
            "met_by": self.met_by,
            "missing": list(self.missing),
            "depends_on": list(self.depends_on),
            "absent": list(self.absent),
            "changes_at": moment_text(self.changes_at),
            "explain": self.explain,
            "pack": self.pack,
            "version": self.version,
        }
        return out


class Prompt(NamedTuple):
    """A reminder that holds now."""

    rule: str
    cites: tuple[str, ...]
    say: str


class Breach(NamedTuple):
    """An entry that contradicts a paragraph."""

    rule: str
    cites: tuple[str, ...]
    entry: str
    say: str


@dataclass(frozen=True, slots=True)
class Position:
    """The whole answer for one subject at one moment. ``packs`` are (id, version, hash).

    ``leads``: which authority leads and why, where more than one is concerned.
    """

    subject: str
    at: dt.datetime
    packs: tuple[tuple[str, str, str], ...]
    category: int | None
    stage: str | None
    obligations: tuple[Obligation, ...]
    prompts: tuple[Prompt, ...]
    breaches: tuple[Breach, ...]
    leads: Leading | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the position file's object, keys in a fixed order."""
        described = [{"id": i, "version": v, "hash": h} for i, v, h in self.packs]
        out: dict[str, Any] = {"subject": self.subject, "pack": described[0] if described else None}
        if len(described) > 1:
            out["packs"] = described
        if self.leads is not None:
            out["leads"] = {"area": self.leads.area, "why": self.leads.why, "cites": list(self.leads.cites)}
        out |= {
            "at": moment_text(self.at),
            "category": self.category,
            "stage": self.stage,
            "obligations": [o.as_dict() for o in self.obligations],
            "prompts": [{"rule": p.rule, "cites": list(p.cites), "say": p.say} for p in self.prompts],
            "breaches": [
                {"rule": b.rule, "cites": list(b.cites), "entry": b.entry, "say": b.say} for b in self.breaches
            ],
        }
        return out


def moment_text(moment: dt.datetime | None) -> str | None:
    """Return a UTC moment in ISO form, or None."""
    return None if moment is None else moment.isoformat()
