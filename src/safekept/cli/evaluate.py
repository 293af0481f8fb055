"""``safekept evaluate``: the position of histories under a procedure. Imports no Django."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any, NoReturn

import click

from safekept.calendars import UTC, CalendarHorizonError
from safekept.cli.histories import Unreadable, documents
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
    out: list[str] = []
    try:
        for where, many, data in documents(history):
            position = _evaluated(library, data, where, at, known_at, packs)
            out.append(_printable(_as_text(position) if form == "text" else _as_json(position, many), where))
    except Unreadable as error:
        _refuse(str(error))
    sys.stdout.write("\n".join(out) + "\n")


def _evaluated(
    library: Library, data: Any, where: str, at: dt.datetime, known_at: dt.datetime | None, packs: tuple[str, ...]
) -> Position:
    try:
        return evaluate(library, parse_history(data), at, known_at, packs or None)
    except (HistoryError, UnknownArea, CalendarHorizonError) as error:
        _refuse(f"{where}: {error}")


def _printable(text: str, where: str) -> str:
    """The text, where UTF-8 can hold it: JSON's escapes can name half a character, and no file can."""
    try:
        text.encode()
    except UnicodeEncodeError:
        _refuse(f"{where}: an id or a text holds half a character; expected whole characters")
    return text


def _moment(option: str, text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        return parse_moment(text)
    except ValueError as error:
        _refuse(f"{option}: {error}")


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
