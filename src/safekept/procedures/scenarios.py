"""Scenarios: small histories with what is owed, written as a practitioner would, and their check.

Times without a zone are London time. Every key of an expectation must agree with one and the same
item of the position; ``not_owed``, ``not_said`` and ``not_broken`` must agree with none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safekept.calendars import LONDON, UTC

from .engine import evaluate
from .history import parse_history
from .library import Library
from .position import Position
from .reading import Lines, PackError, read_yaml, refuse_unknown_keys

_KEYS = {
    "name", "rows", "subject", "entries", "related", "at", "known_at", "packs", "category", "stage",
    "owed", "not_owed", "says", "not_said", "broken", "not_broken", "leads",
}  # fmt: skip
_OWED = {
    "rule", "cites", "owner", "owes", "because", "anchor", "due", "status", "met_by", "missing", "pack", "times",
}  # fmt: skip
_SAID = {"rule", "cites", "entry"}


_LISTS = ("rows", "entries", "related", "packs", "owed", "not_owed", "says", "not_said", "broken", "not_broken")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario: what is in the file, and where it was written."""

    name: str
    rows: tuple[str, ...]
    where: str
    data: Mapping[str, Any]


def read_scenarios(path: Path) -> list[Scenario]:
    """Read a file of scenarios, named with its two folders where it is spoken of: ``regional/scenarios/mase.yaml``.

    Raises :class:`~.reading.PackError`.
    """
    out = []
    shown = "/".join(path.absolute().parts[-3:])
    rows = read_yaml(path, shown)
    if not isinstance(rows, list):
        raise PackError(f"{shown}, line 1", "expected a list of scenarios")
    for row in rows:
        if not isinstance(row, Lines):
            raise PackError(shown, f"'{row}' is not a scenario; expected a mapping with 'name' and what is owed")
        refuse_unknown_keys(row, _KEYS, "a scenario")
        for key in ("name", "rows", "subject", "at"):
            if key not in row:
                raise PackError(row.where, f"a scenario needs '{key}'")
        for key in _LISTS:
            if not isinstance(row.get(key, []), list):
                raise PackError(row.place(key), f"'{key}' of a scenario is not a list; expected one")
        if not isinstance(row["subject"], Lines):
            raise PackError(row.place("subject"), "'subject' of a scenario is not a mapping; expected one")
        out.append(Scenario(row["name"], tuple(row["rows"]), row.where, row))
    return out


def check(library: Library, scenario: Scenario) -> list[str]:
    """Return what does not come out as the scenario says; an empty list means that all does."""
    return list(_differences(position_of(library, scenario), scenario.data))


def position_of(library: Library, scenario: Scenario) -> Position:
    """Return the position of a scenario's history at its moment."""
    data = scenario.data
    subject = {"kind": "child", "id": "c1", **data["subject"]}
    history = {
        "subject": subject,
        "entries": [_entry(e) for e in data.get("entries", [])],
        "related": [
            {"subject": {"kind": "child", **r["subject"]}, "entries": [_entry(e) for e in r.get("entries", [])]}
            for r in data.get("related", [])
        ],
    }
    known = data.get("known_at")
    return evaluate(
        library, parse_history(history), _london(data["at"]), _london(known) if known else None, data.get("packs")
    )


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(row)
    for name in ("at", "recorded_at", "at_latest"):
        if name in out:
            out[name] = _london(out[name]).isoformat()
    return out


def _london(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(str(text))
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _differences(position: Position, data: Mapping[str, Any]) -> Iterator[str]:
    for name in ("category", "stage"):
        if name in data and getattr(position, name) != data[name]:
            yield f"{name} is {getattr(position, name)!r}, expected {data[name]!r}"
    if "leads" in data and (leads := position.leads.area if position.leads else "nobody") != data["leads"]:
        yield f"leads is {leads!r}, expected {data['leads']!r} (nobody: one authority alone is concerned)"
    owed = [o.as_dict() for o in position.obligations]
    shown = "\n    ".join(
        f"{o['rule']} {o['cites']} {o['owes']} {o['status']} due {o['due']} because {o['because']}" for o in owed
    )
    for row in data.get("owed", []):
        refuse_unknown_keys(row, _OWED, "an expectation")
        matching = [o for o in owed if _agrees(o, row)]
        if len(matching) < 1 or len(matching) != row.get("times", len(matching)):
            yield f"{dict(row)} agrees with {len(matching)} of:\n    {shown}"
    for row in data.get("not_owed", []):
        if any(_agrees(o, row) for o in owed):
            yield f"{dict(row)} is owed, expected not:\n    {shown}"
    yield from _said(data, "says", "not_said", [{"rule": p.rule, "cites": list(p.cites)} for p in position.prompts])
    broken = [{"rule": b.rule, "cites": list(b.cites), "entry": b.entry} for b in position.breaches]
    yield from _said(data, "broken", "not_broken", broken)


def _said(data: Mapping[str, Any], yes: str, no: str, items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in (*data.get(yes, []), *data.get(no, [])):
        refuse_unknown_keys(row, _SAID, "an expectation")
    for row in data.get(yes, []):
        if not any(_agrees(item, row) for item in items):
            yield f"{yes} {dict(row)}: not among {items}"
    for row in data.get(no, []):
        if any(_agrees(item, row) for item in items):
            yield f"{no} {dict(row)}: is among {items}"


def _agrees(item: Mapping[str, Any], row: Mapping[str, Any] | Lines) -> bool:
    return all(_same(name, item.get(name), value) for name, value in row.items() if name != "times")


def _same(name: str, actual: Any, wanted: Any) -> bool:
    if name == "cites":
        return set(wanted) <= set(actual)
    if name == "due":
        return bool(actual == (None if wanted in (None, "none") else _london(wanted).astimezone(UTC).isoformat()))
    return bool(actual == wanted)
