"""A subject's history, read strictly from the history file's names.

Everything wrong is reported as one :class:`HistoryError` sentence: which entry, which field, what
was expected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from operator import attrgetter
from typing import Any

from safekept.calendars import UTC
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES, BASES, SUBJECT_KINDS

_COMMON = frozenset(
    ("id", "kind", "at", "at_latest", "recorded_at", "agency", "author", "answers", "supersedes", "text", "basis")
)
_SUBJECT = ("kind", "id", "born", "area", "name")


class HistoryError(ValueError):
    """A history that cannot be read. The message is a sentence for the person who wrote it."""


@dataclass(slots=True)
class Entry:
    """One entry, times in UTC. ``key`` is the order in which entries count: at, recorded_at, id."""

    id: str
    kind: str
    at: dt.datetime
    recorded_at: dt.datetime
    agency: str | None
    answers: tuple[str, ...]
    supersedes: str | None
    values: Mapping[str, Any]
    author: str | None = None
    root: str = ""
    key: tuple[dt.datetime, dt.datetime, str] = field(init=False)

    def __post_init__(self) -> None:
        self.key = (self.at, self.recorded_at, self.id)
        self.root = self.root or self.id


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a history is about. ``area`` is the slug of the area they live in."""

    kind: str
    id: str
    born: dt.date | None = None
    area: str | None = None


@dataclass(slots=True)
class History:
    """A subject's entries in the order in which they count, and the histories that rules may look at."""

    subject: Subject
    entries: tuple[Entry, ...]
    related: Mapping[str, History] = field(default_factory=dict)


BY_KEY = attrgetter("key")


def parse_history(data: object) -> History:
    """Read one history from parsed JSON or YAML.

    Raises :class:`HistoryError` naming the entry, the field and what was expected.
    """
    top = _object(data, "the history")
    _known_keys(top, ("subject", "entries", "related"), "the history")
    subject = _subject(top.get("subject"))
    rows = top.get("entries", [])
    if not isinstance(rows, list):
        raise HistoryError("the history, field 'entries': expected a list of entries")
    entries = _entries(rows)
    related = [parse_history(other) for other in _list(top.get("related"), "the history, field 'related'")]
    return assembled(subject, entries, related)


def assembled(subject: Subject, entries: Sequence[Entry], related: Sequence[History] = ()) -> History:
    """Put together a history whose entries were read and checked already, such as those that Safekept keeps.

    Raises :class:`HistoryError` where an entry refers to one that is not there, or answers run in a circle.
    """
    ordered = sorted(entries, key=BY_KEY)
    _resolve(ordered, {e.id for e in ordered}.union(*({e.id for e in h.entries} for h in related)))
    return History(subject, tuple(ordered), {h.subject.id: h for h in related})


def _entries(rows: Sequence[object]) -> list[Entry]:
    entries: list[Entry] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        entry = _entry(row, number)
        if entry.id in seen:
            raise HistoryError(f"entry '{entry.id}', field 'id': two entries have this id; expected every id once")
        seen.add(entry.id)
        entries.append(entry)
    return entries


def _subject(data: object) -> Subject:
    if data is None:
        raise HistoryError("the history, field 'subject': missing; expected an object with 'kind' and 'id'")
    row = _object(data, "the subject")
    _known_keys(row, _SUBJECT, "the subject")
    for name in ("kind", "id"):
        if not isinstance(row.get(name), str) or not row[name]:
            raise HistoryError(f"the subject, field '{name}': missing or empty; expected text")
    if row["kind"] not in SUBJECT_KINDS:
        raise HistoryError(
            f"the subject, field 'kind': '{row['kind']}' is not known; expected one of {', '.join(SUBJECT_KINDS)}"
        )
    for name in ("area", "name"):
        if row.get(name) is not None and not isinstance(row[name], str):
            raise HistoryError(f"the subject, field '{name}': expected text")
    return Subject(row["kind"], row["id"], _born(row.get("born")), row.get("area"))


def _born(value: object) -> dt.date | None:
    if value is None:
        return None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _no_date()
    except ValueError:
        raise HistoryError(
            f"the subject, field 'born': {value!r} is not a date; expected one like 2011-05-04"
        ) from None


def _no_date() -> dt.date:
    raise ValueError


def _entry(row: object, number: int) -> Entry:
    if not isinstance(row, dict):
        raise HistoryError(f"entry number {number}: expected an object")
    entry_id, kind_name = row.get("id"), row.get("kind")
    if not isinstance(entry_id, str) or not entry_id:
        raise HistoryError(f"entry number {number}, field 'id': missing or empty; expected text")
    kind = KINDS.get(kind_name) if isinstance(kind_name, str) else None
    if kind is None:
        raise HistoryError(f"entry '{entry_id}', field 'kind': {_unknown(kind_name, KINDS, 'a kind of entry')}")
    at = _moment(row, "at", entry_id)
    if at is None:
        raise HistoryError(f"entry '{entry_id}', field 'at': missing; expected a time like 2026-04-01T10:00:00+01:00")
    recorded_at = _moment(row, "recorded_at", entry_id) or at
    values = _values(row, entry_id, kind.fields)
    agency, answers, supersedes = row.get("agency"), row.get("answers"), row.get("supersedes")
    if agency is not None and not (isinstance(agency, str) and agency in AGENCIES):
        raise HistoryError(f"entry '{entry_id}', field 'agency': {_unknown(agency, AGENCIES, 'a kind of agency')}")
    if answers is not None and not (isinstance(answers, list) and all(isinstance(a, str) for a in answers)):
        raise HistoryError(f"entry '{entry_id}', field 'answers': expected a list of entry ids")
    if supersedes is not None and not isinstance(supersedes, str):
        raise HistoryError(f"entry '{entry_id}', field 'supersedes': expected the id of the entry it corrects")
    return Entry(
        entry_id, kind.name, at, recorded_at, agency, tuple(answers or ()), supersedes, values, row.get("author")
    )


def _values(row: Mapping[str, Any], entry_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in row.items():
        declared = fields.get(name)
        if declared is not None:
            if value is None:
                continue
            if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
                value = value.isoformat()
            if not declared.accepts(value):
                raise HistoryError(
                    f"entry '{entry_id}', field '{name}': {value!r} will not do; expected {declared.expected()}"
                )
            values[name] = value
        elif name in _COMMON:
            if name in _CHECKED_TEXTS and value is not None:
                _check_common(entry_id, name, value)
        else:
            raise HistoryError(
                f"entry '{entry_id}', field '{name}': {_unknown(name, [*fields, *sorted(_COMMON)], 'a field here')}"
            )
    if "at_latest" in row:
        _moment(row, "at_latest", entry_id)
    return values


_CHECKED_TEXTS: dict[str, Callable[[Any], bool]] = {
    "text": lambda v: isinstance(v, str),
    "author": lambda v: isinstance(v, str),
    "basis": lambda v: isinstance(v, str) and v in BASES,
}


def _check_common(entry_id: str, name: str, value: object) -> None:
    if not _CHECKED_TEXTS[name](value):
        expected = f"one of {', '.join(BASES)}" if name == "basis" else "text"
        raise HistoryError(f"entry '{entry_id}', field '{name}': {value!r} will not do; expected {expected}")


def _moment(row: Mapping[str, Any], name: str, entry_id: str) -> dt.datetime | None:
    value = row.get(name)
    if value is None:
        return None
    try:
        return parse_moment(value)
    except ValueError as error:
        raise HistoryError(f"entry '{entry_id}', field '{name}': {error}") from None


def parse_moment(value: object) -> dt.datetime:
    """Read an aware time and return it in UTC; raise ``ValueError`` with a sentence otherwise."""
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or (len(value) < 11):
            raise ValueError(f"'{value}' is not a time; expected one like 2026-04-01T10:00:00+01:00")
    elif isinstance(value, dt.datetime):
        moment = value
    else:
        raise ValueError(f"{value!r} is not a time; expected one like 2026-04-01T10:00:00+01:00")
    if moment.tzinfo is None:
        raise ValueError(f"'{value}' has no time zone; expected one like 2026-04-01T10:00:00+01:00")
    try:
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"'{value}' is outside the calendar; expected a year from 1900 to 2060") from None


def _resolve(entries: Sequence[Entry], known: set[str]) -> None:
    """Check what entries refer to and set each one's root: the first of its chain of corrections."""
    own = {e.id: e for e in entries}
    for entry in entries:
        for other in entry.answers:
            if other not in known:
                raise HistoryError(
                    f"entry '{entry.id}', field 'answers': there is no entry '{other}'; expected the id of one here"
                )
        if entry.supersedes is not None and entry.supersedes not in own:
            raise HistoryError(
                f"entry '{entry.id}', field 'supersedes': there is no entry '{entry.supersedes}'; "
                "expected the id of one in this history"
            )
    for entry in entries:
        if entry.supersedes is not None:
            entry.root = _root_of(entry, own)
    _refuse_circles(entries)


def _root_of(entry: Entry, own: Mapping[str, Entry]) -> str:
    trail = {entry.id}
    while entry.supersedes is not None:
        if entry.supersedes in trail:
            raise HistoryError(
                f"entry '{entry.id}', field 'supersedes': corrections run in a circle through '{entry.supersedes}'; "
                "expected each entry to correct an earlier one"
            )
        trail.add(entry.supersedes)
        entry = own[entry.supersedes]
    return entry.id


def _refuse_circles(entries: Sequence[Entry]) -> None:
    answering = {e.id: e.answers for e in entries if e.answers}
    done: set[str] = set()
    for start in answering:
        if start in done:
            continue
        path: dict[str, None] = {start: None}
        stack = [iter(answering[start])]
        while stack:
            nxt = next(stack[-1], None)
            if nxt is None:
                stack.pop()
                done.add(path.popitem()[0])
            elif nxt in path:
                raise HistoryError(
                    f"entry '{next(reversed(path))}', field 'answers': answers run in a circle through '{nxt}'; "
                    "expected each entry to answer an earlier one"
                )
            elif nxt in answering and nxt not in done:
                path[nxt] = None
                stack.append(iter(answering[nxt]))


def _object(data: object, where: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise HistoryError(f"{where}: expected an object")
    return data


def _list(value: object, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise HistoryError(f"{where}: expected a list")
    return value


def _known_keys(row: Mapping[str, Any], expected: Sequence[str], where: str) -> None:
    for name in row:
        if name not in expected:
            raise HistoryError(f"{where}, field '{name}': {_unknown(name, expected, 'a field here')}")


def _unknown(value: object, known: object, what: str) -> str:
    if value is None:
        return f"missing; expected {what}"
    names = [str(k) for k in known]  # type: ignore[attr-defined]
    near = get_close_matches(str(value), names, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else f"; expected one of {', '.join(names)}"
    return f"'{value}' is not {what}{hint}"
