"""The child's page, block by block."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from safekept.access.viewer import Viewer
from safekept.govuk import when
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import QUESTIONS
from safekept.procedures import Leading, Position
from safekept.procedures.lists_in_use import category_label
from safekept.record import lists
from safekept.record import queries as record_queries
from safekept.record.counting import counting
from safekept.record.rows import ToldRow

from .. import queries
from . import owed, people, timeline
from .answers import Wording
from .work import COME_TO_YOU, WITH_THE_COORDINATOR

WEEKS = 13
LINES_AT_ONCE = 30
STILL = ("open", "overdue")


def page(
    viewer: Viewer, subject: queries.Subject, now: dt.datetime, known_at: dt.datetime | None, filters: Mapping[str, str]
) -> dict[str, Any]:
    """Everything the page shows, as known now, or at the end of an earlier day."""
    moment = known_at or now
    every, position = record_queries.record_of(viewer, subject.id, moment, known_at)
    counted = counting(every)
    wording = queries.wording(subject.pack, every, moment)
    lines = timeline.lines(
        every, wording, queries.authors(every), queries.agencies({e.agency_id for e in every}), moment
    )
    found = _filtered(lines, filters)
    return {
        "subject": subject,
        "thing": subject.thing,
        "moment": moment,
        "known_at": known_at,
        "age": when.age(subject.thing.born, moment) if subject.thing.born else None,
        "area": _area(subject, counted, wording, moment),
        "category": _category(subject, counted, position, moment),
        "situation": _situation(counted, wording, moment),
        "leads": _leads(position.leads, wording),
        "voice": _voice(counted, moment),
        "owed": _owed(viewer, subject, position, wording, moment),
        "prompts": position.prompts,
        "breaches": position.breaches,
        "missing": _missing(counted, moment),
        "lines": found if filters["all"] else found[:LINES_AT_ONCE],
        "found": len(found),
        "total": len(lines),
        "kept": urlencode({name: text for name, text in filters.items() if text and name != "all"}),
        "filters": filters,
        "kinds": [("", "Everything"), *sorted({(line.kind, line.title) for line in lines}, key=lambda pair: pair[1])],
        "agencies": [("", "All agencies"), *((name, name) for name in sorted({line.agency for line in lines}))],
        "mentioned": _mentioned(viewer, counted),
        "danger": _danger(counted, moment),
    }


def own_record(viewer: Viewer, subject: queries.Subject, now: dt.datetime) -> dict[str, Any]:
    """What the page of an adult, place, area, agency or worker shows of the record about itself."""
    entries, position = record_queries.record_of(viewer, subject.id, now)
    wording = queries.wording(subject.pack, entries, now)
    named = queries.agencies({e.agency_id for e in entries})
    return {
        "owed": _owed(viewer, subject, position, wording, now),
        "breaches": position.breaches,
        "own_lines": timeline.lines(entries, wording, queries.authors(entries), named, now)[:LINES_AT_ONCE],
    }


def _category(
    subject: queries.Subject, entries: Sequence[ToldRow], position: Position, now: dt.datetime
) -> dict[str, Any]:
    screenings = [e for e in entries if e.kind == "screening" and "category" in e.fields]
    history = [
        {"label": category_label(subject.pack, int(e.fields["category"])), "when": when.day(e.at), "id": e.pk}
        for e in reversed(screenings)
    ]
    since = screenings[-1].at if screenings else None
    for earlier in reversed(screenings):
        if earlier.fields["category"] != screenings[-1].fields["category"]:
            break
        since = earlier.at
    return {
        "value": position.category,
        "label": category_label(subject.pack, position.category),
        "since": when.day(since) if since else "",
        "history": history,
    }


def _in_force(entries: Sequence[ToldRow], now: dt.datetime) -> list[Mapping[str, Any]]:
    """The circumstances that hold on a day, in the order in which they count."""
    today = when.local(now).date().isoformat()
    told = [entry.fields for entry in entries if entry.kind == "circumstance"]
    return [one for one in told if one.get("from", "") <= today <= (one.get("to") or today)]


def _area(subject: queries.Subject, entries: Sequence[ToldRow], wording: Wording, now: dt.datetime) -> str:
    """Where the child lives: the last move that holds, else the area with which the child was added."""
    moves = [one["area"] for one in _in_force(entries, now) if one.get("what") == "lives-in" and one.get("area")]
    slug = str(moves[-1] if moves else subject.thing.area_id or "")
    return wording.areas[slug].name if slug in wording.areas else slug


def _leads(found: Leading | None, wording: Wording) -> dict[str, Any] | None:
    """Which authority leads, by name, where more than one is concerned."""
    if found is None:
        return None
    area = found.area or ""
    named = wording.areas[area].name if area in wording.areas else area
    return {"area": named, "why": found.why, "cites": found.cites, "because": found.because}


def _situation(entries: Sequence[ToldRow], wording: Any, now: dt.datetime) -> list[str]:
    """Circumstances that hold today, as phrases."""
    asked = KINDS["circumstance"].fields
    phrases = []
    for fields in _in_force(entries, now):
        if fields.get("what") == "lives-in":
            continue
        place = fields.get("host_area") or fields.get("area")
        label = wording.say(asked["what"], fields.get("what", ""))
        named = wording.areas[place].name if place in wording.areas else place
        phrases.append(_phrase(fields, label, named))
    return list(dict.fromkeys(phrases))


def _phrase(fields: Mapping[str, Any], label: str, named: str | None) -> str:
    if named and fields.get("host_area"):
        return f"placed in {named}"
    return f"{label}: {named}" if named else label[:1].lower() + label[1:]


def _voice(entries: Sequence[ToldRow], now: dt.datetime) -> dict[str, Any]:
    """The child's latest words, and which of the five questions are answered."""
    told = [e for e in entries if e.kind == "child-voice" and e.fields.get("questions")]
    answered: dict[str, tuple[str, ToldRow]] = {}
    for entry in told:
        answered.update({key: (text, entry) for key, text in entry.fields["questions"].items() if text})
    latest = max(answered.values(), key=lambda pair: pair[1].at, default=None)
    return {
        "words": latest[0] if latest else "",
        "when": when.day(latest[1].at) if latest else "",
        "to": latest[1].fields.get("said_to", "") if latest else "",
        "questions": [
            {"text": text, "answer": answered[key][0] if key in answered else ""} for key, text in QUESTIONS.items()
        ],
        "answered": len(answered),
    }


def _owed(
    viewer: Viewer, subject: queries.Subject, position: Position, wording: Wording, now: dt.datetime
) -> list[tuple[str, str, list[owed.OwedRow]]]:
    """What is owed by when: heading and rows."""
    held = lists.fallen_back(viewer, subject.id)
    still = [d for d in position.obligations if d.status in STILL]
    duties = [replace(owed.Duty.worked_out(d), fallback=(d.rule, d.root) in held) for d in still]
    note = COME_TO_YOU if viewer.role == "co-ordinator" else WITH_THE_COORDINATOR

    def row(duty: owed.Duty) -> owed.OwedRow:
        return owed.row(duty, subject.thing.label, now, named=wording.names, ours=viewer.agency_kind, note=note)

    by_when = owed.grouped(owed.together(duties), now)
    return [(key, owed.GROUPS[key], [row(duty) for duty in some]) for key, some in by_when.items() if some]


def _missing(entries: Sequence[ToldRow], now: dt.datetime) -> dict[str, Any]:
    """Episodes in the last thirteen weeks, as a strip of weeks, and the interviews after them."""
    start = now - dt.timedelta(weeks=WEEKS)
    episodes = [e for e in entries if e.kind == "missing" and e.at >= start]
    held = [e for e in entries if e.kind == "return-interview" and e.at >= start]
    weeks = [0] * WEEKS
    for episode in episodes:
        weeks[min(WEEKS - 1, (episode.at - start) // dt.timedelta(weeks=1))] += 1
    return {
        "count": len(episodes),
        "weeks": [min(2, number) for number in weeks],
        "offered": sum(1 for e in held if e.fields.get("offered")),
        "held": sum(1 for e in held if e.fields.get("accepted")),
        "now": people.MISSING_NOW.get(lists.open_episode(entries), ""),
    }


def _danger(entries: Sequence[ToldRow], now: dt.datetime) -> ToldRow | None:
    """A concern of the last day that says the child is in danger now."""
    recent = now - dt.timedelta(days=1)
    return next(
        (e for e in reversed(entries) if e.kind == "concern" and e.at >= recent and e.fields.get("immediate_danger")),
        None,
    )


def _filtered(lines: Sequence[timeline.Line], filters: Mapping[str, str]) -> list[timeline.Line]:
    words = filters["q"].lower().split()
    return [
        line
        for line in lines
        if filters["kind"] in ("", line.kind)
        and filters["agency"] in ("", line.agency)
        and all(word in f"{line.title} {line.gist} {line.author} {line.agency}".lower() for word in words)
    ]


def _mentioned(viewer: Viewer, entries: Sequence[ToldRow]) -> list[dict[str, Any]]:
    """Who and what the entries mention, with how often."""
    found: dict[Any, dict[str, Any]] = {}
    for thing_id, role, entry_id in lists.mentioned(viewer, [entry.id for entry in entries]):
        one = found.setdefault(thing_id, {"id": thing_id, "roles": set(), "entries": set()})
        one["roles"].add(role.replace("-", " "))
        one["entries"].add(entry_id)
    names = queries.labels(found)
    return [
        {"id": key, "label": names[str(key)], "roles": sorted(one["roles"]), "count": len(one["entries"])}
        for key, one in sorted(found.items(), key=lambda pair: -len(pair[1]["entries"]))
        if str(key) in names
    ]
