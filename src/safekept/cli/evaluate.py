"""``safekept evaluate``: the position of histories under a procedure. Imports no Django."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import click

from safekept.calendars import UTC, CalendarHorizonError
from safekept.procedures import (
    HistoryError,
    Library,
    Position,
    UnknownArea,
    evaluate,
    load_library,
    parse_history,
    parse_moment,
)
from safekept.procedures.explain import london_text

MAX_BYTES = 2_000_000_000


@click.command(name="evaluate")
@click.argument("history")
@click.option("--pack", "packs", multiple=True, help="west-midlands or london; twice for both. Default: the area’s.")
@click.option("--at", "at_text", help="The moment of asking, like 2026-04-10T09:00:00+01:00. Default: now.")
@click.option("--known-at", "known_text", help="Hide entries recorded after this moment.")
@click.option("--format", "form", type=click.Choice(["json", "text"]), default="json", show_default=True)
def evaluate_command(
    history: str, packs: tuple[str, ...], at_text: str | None, known_text: str | None, form: str
) -> None:
    """Print what is owed to the subject of HISTORY, a JSON file, JSON Lines, or - for standard input.

    Exit status 0: evaluated. 2: the input is wrong; a sentence says what, where and what was expected.
    """
    library = load_library()
    for pack in packs:
        if pack not in library.packs:
            _refuse(f"--pack: there is no pack '{pack}'; expected one of {', '.join(sorted(library.packs))}")
    at = _moment("--at", at_text) or dt.datetime.now(UTC).replace(microsecond=0)
    known_at = _moment("--known-at", known_text)
    text = _read(history)
    shown = "standard input" if history == "-" else history
    out: list[str] = []
    for where, many, data in _documents(text, shown):
        position = _evaluated(library, data, where, at, known_at, packs)
        out.append(_as_text(position) if form == "text" else _as_json(position, many))
    sys.stdout.write("\n".join(out) + "\n")


def _evaluated(
    library: Library, data: Any, where: str, at: dt.datetime, known_at: dt.datetime | None, packs: tuple[str, ...]
) -> Position:
    try:
        return evaluate(library, parse_history(data), at, known_at, packs or None)
    except (HistoryError, UnknownArea, CalendarHorizonError) as error:
        _refuse(f"{where}: {error}")


def _moment(option: str, text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        return parse_moment(text)
    except ValueError as error:
        _refuse(f"{option}: {error}")


def _read(history: str) -> str:
    shown = "standard input" if history == "-" else history
    try:
        raw = sys.stdin.buffer.read() if history == "-" else Path(history).read_bytes()
    except OSError as error:
        _refuse(f"{history}: the file cannot be read ({error.strerror}); expected a history file or -")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"{shown}: byte {error.start} is not UTF-8; expected a file saved as UTF-8")


def _documents(text: str, shown: str) -> Iterator[tuple[str, bool, Any]]:
    """Yield each history with where it stands and whether it is one of many."""
    if not text.strip():
        _refuse(f"{shown}: the file is empty; expected a JSON history")
    first, _, rest = text.strip().partition("\n")
    whole = _parsed(text)
    lines = rest and not isinstance(_parsed(first), json.JSONDecodeError)
    if shown.endswith((".jsonl", ".ndjson")) or (isinstance(whole, json.JSONDecodeError) and lines):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                data = _parsed(line)
                if isinstance(data, json.JSONDecodeError):
                    _refuse(f"{shown}, line {number}: this is not JSON ({data.msg}); expected one history on the line")
                yield f"{shown}, line {number}", True, data
    elif isinstance(whole, json.JSONDecodeError):
        _refuse(f"{shown}, line {whole.lineno}: this is not JSON ({whole.msg}); expected a JSON history")
    else:
        yield shown, False, whole


class _Duplicate(ValueError):
    """A key that stands twice in one object."""


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return error
    except (_Duplicate, RecursionError) as error:
        says = str(error) if isinstance(error, _Duplicate) else "the text is nested too deeply"
        return json.JSONDecodeError(says, text, 0)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Duplicate(f"the key '{key}' stands twice in one object")
            seen.add(key)
    return out


def _no_constant(name: str) -> NoReturn:
    raise _Duplicate(f"{name} is not a number in JSON")


def _as_json(position: Position, many: bool) -> str:
    if many:
        return json.dumps(position.as_dict(), ensure_ascii=False, separators=(",", ":"))
    return json.dumps(position.as_dict(), ensure_ascii=False, indent=2)


def _as_text(position: Position) -> str:
    lines = [f"{position.subject}, {london_text(position.at)}"]
    lines.append(f"Category: {'none yet' if position.category is None else position.category}")
    for duty in position.obligations:
        when = f"by {london_text(duty.due)}" if duty.due else "no time in the procedure"
        lines.append(f"- [{duty.status}] {duty.title} ({', '.join(duty.cites)}), {duty.owner}, {when}")
        lines.append(f"    {duty.explain}")
    lines.extend(f"! {b.entry}: {b.say} ({', '.join(b.cites)})" for b in position.breaches)
    lines.extend(f"? {p.say} ({', '.join(p.cites)})" for p in position.prompts)
    return "\n".join(lines)


def _refuse(message: str) -> NoReturn:
    click.echo(f"safekept evaluate: {message}", err=True)
    raise SystemExit(2)
