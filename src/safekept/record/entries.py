"""An entry as it is handed in, and everything that can be wrong with it said at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from safekept.directory import procedures
from safekept.directory.roles import LABELS, Role
from safekept.kinds import KINDS, Kind
from safekept.kinds.vocabularies import AREA_FIELDS, BASES, SUBJECT_KINDS

LONGEST_TEXT = 50_000
MOST_REFERENCES = 200
LARGEST_NUMBER = 10**12
EARLIEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
CLOCK_SLACK = dt.timedelta(minutes=5)
"""How far ahead of ours another machine's clock may be."""
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
Errors = list[tuple[str, str]]


class Refused(ValueError):
    """An entry cannot be recorded. ``errors`` are pairs of field (empty: the whole) and sentence."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(" ".join(sentence for _, sentence in errors))
        self.errors = list(errors)


EntryRefused = Refused


@dataclass(frozen=True)
class Author:
    """Who recorded an entry that the bulk loader brings in."""

    account_id: UUID
    agency_id: UUID
    agency_kind: str


@dataclass(frozen=True)
class NewEntry:
    """An entry as handed in.

    ``at``: when it happened (aware; the earliest moment where ``at_latest`` is set). ``mentions``: pairs of thing and
    role. ``client_key`` makes handing in the same entry twice one entry. ``id``, ``recorded_at`` and ``author`` are
    for the bulk loader alone and are not looked at otherwise.
    """

    kind: str
    subject_id: UUID
    at: dt.datetime
    fields: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    basis: str = ""
    answers: Sequence[UUID] = ()
    supersedes: UUID | None = None
    at_latest: dt.datetime | None = None
    mentions: Sequence[tuple[UUID, str]] = ()
    client_key: UUID = field(default_factory=uuid4)
    id: UUID | None = None
    recorded_at: dt.datetime | None = None
    author: Author | None = None

    @cached_property
    def values(self) -> dict[str, Any]:
        """The answers without those left empty."""
        return {name: value for name, value in self.fields.items() if value is not None}

    @cached_property
    def told(self) -> list[tuple[UUID, str]]:
        """Everything mentioned, once each, linked children among it."""
        linked = [(as_uuid(one), "linked child") for one in self.values.get("linked_children", ())]
        return list(dict.fromkeys([*self.mentions, *((one, role) for one, role in linked if one is not None)]))


def check(new: NewEntry, now: dt.datetime) -> Errors:
    """Everything that is wrong with an entry by itself; nothing wrong gives an empty list."""
    kind = KINDS.get(new.kind)
    if kind is None:
        return [("kind", f"There is no kind of entry called {new.kind}. Choose one from the list.")]
    return [*_fields(kind, new.values), *_times(new, now), *_words(new), *_references(new)]


def check_subject(kind: type[Kind], subject_kind: str, agency_kind: str | None = None, role: str = "") -> Errors:
    """Whether entries of this kind can be about such a subject, and be recorded by such an agency and role.

    ``agency_kind`` None and ``role`` empty: whoever recorded it, as for what the bulk loader brings in.
    """
    errors: Errors = []
    if subject_kind not in kind.subjects:
        whom = ", ".join(SUBJECT_KINDS[name].lower() for name in kind.subjects)
        errors.append(("kind", f"{kind.title} can be recorded about: {whom}. Choose another kind of entry."))
    if kind.recorded_by and agency_kind is not None and agency_kind not in kind.recorded_by:
        errors.append(("kind", f"{kind.title} is recorded by {', '.join(kind.recorded_by)}. Ask them to record it."))
    if role and kind.roles and role not in kind.roles:
        errors.append(("kind", by_role(kind)))
    return errors


def by_role(kind: type[Kind]) -> str:
    """The sentence for somebody whose role does not record entries of a kind."""
    who = " or ".join(LABELS[Role(name)] for name in kind.roles)
    return f"‘{kind.title}’ is recorded by: {who}. Ask one of them to sign in and record it in their own name."


def _fields(kind: type[Kind], values: Mapping[str, Any]) -> Errors:
    errors: Errors = []
    for name, value in values.items():
        asked = kind.fields.get(name)
        if asked is None:
            errors.append((name, f"{kind.title} has no question called {name}. Leave it out."))
        elif not asked.accepts(value) or not _can_be_kept(value):
            errors.append((name, f"‘{asked.label}’ needs {asked.expected()}. Answer it again."))
        elif name in AREA_FIELDS and value not in procedures.library().areas:
            errors.append((name, f"There is no area called {value}. Choose one from the list."))
    errors += [(name, f"{kind.fields[name].label} {says}") for name, says in kind.contradictions(values)]
    return errors


def _can_be_kept(value: Any) -> bool:
    """Whether the database and the chain can hold a value: no NUL, no half characters, no endless numbers."""
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and "\x00" not in value and not HALF_CHARACTER.search(value)
    if isinstance(value, dict):
        return all(_can_be_kept(key) and _can_be_kept(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return len(value) <= MOST_REFERENCES and all(_can_be_kept(one) for one in value)
    return isinstance(value, bool) or (isinstance(value, int) and abs(value) <= LARGEST_NUMBER)


def _times(new: NewEntry, now: dt.datetime) -> Errors:
    for name, moment in (("at", new.at), ("at_latest", new.at_latest), ("recorded_at", new.recorded_at)):
        if moment is None:
            continue
        if moment.tzinfo is None:
            return [(name, "Say in which time zone the time is.")]
        if moment < EARLIEST:
            return [(name, "That is before 1900. Check the year.")]
        if moment > now + CLOCK_SLACK:
            return [(name, "That is in the future. Record it when it has happened, or check the date.")]
    if new.at_latest is not None and new.at_latest < new.at:
        return [("at_latest", "The latest it can have happened is before the earliest. Check both times.")]
    return []


def _words(new: NewEntry) -> Errors:
    errors: Errors = []
    if len(new.text) > LONGEST_TEXT:
        errors.append(("text", f"Write at most {LONGEST_TEXT:,} characters. Put the rest in a second entry."))
    elif not _can_be_kept(new.text):
        errors.append(("text", "The text holds a character that cannot be kept. Type that place again."))
    if new.basis not in ("", *BASES):
        errors.append(("basis", "Say whether this is fact or opinion."))
    return errors


def _references(new: NewEntry) -> Errors:
    errors: Errors = []
    if len(new.answers) > MOST_REFERENCES or len(new.mentions) > MOST_REFERENCES:
        errors.append(("answers", f"An entry answers and mentions at most {MOST_REFERENCES}. Split it in two."))
    if any(not role or len(role) > 40 or not _can_be_kept(role) for _, role in new.mentions):
        errors.append(("mentions", "Say in a few words, at most 40 characters, how each of them was involved."))
    if new.kind == "withdrawn" and not new.answers:
        errors.append(("answers", "Say which entry is taken back."))
    return errors


def as_uuid(text: object) -> UUID | None:
    """The id that a text is, or None."""
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def without(fields: dict[str, Any], unknown: Collection[UUID]) -> dict[str, Any]:
    """The answers of an entry, without any other child of whom nothing may show."""
    hidden = {str(one) for one in unknown}
    kept = {name: value for name, value in fields.items() if name != "child" or value not in hidden}
    if "linked_children" in kept:
        kept["linked_children"] = [one for one in kept["linked_children"] if one not in hidden]
    return {name: value for name, value in kept.items() if name != "linked_children" or value}
