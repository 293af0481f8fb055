"""Read a file of histories: JSON, JSON Lines, or standard input. Imports no Django."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safekept.procedures import json_text


class Unreadable(ValueError):
    """A file of histories cannot be read; the sentence says what, where and what was expected."""


def documents(history: str) -> Iterator[tuple[str, bool, Any]]:
    """Yield each history of a file (``-``: standard input) with where it stands and whether it is one of many.

    Raises Unreadable.
    """
    return _documents(_read(history), "standard input" if history == "-" else history)


def _read(history: str) -> str:
    shown = "standard input" if history == "-" else history
    try:
        raw = sys.stdin.buffer.read() if history == "-" else Path(history).read_bytes()
    except OSError as error:
        raise Unreadable(
            f"{history}: the file cannot be read ({error.strerror}); expected a history file or -"
        ) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{shown}: byte {error.start} is not UTF-8; expected a file saved as UTF-8") from None


def _documents(text: str, shown: str) -> Iterator[tuple[str, bool, Any]]:
    """Yield each history with where it stands and whether it is one of many."""
    if not text.strip():
        raise Unreadable(f"{shown}: the file is empty; expected a JSON history")
    first, _, rest = text.strip().partition("\n")
    whole = _parsed(text)
    lines = rest and not isinstance(_parsed(first), json.JSONDecodeError)
    if shown.endswith((".jsonl", ".ndjson")) or (isinstance(whole, json.JSONDecodeError) and lines):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                data = _parsed(line)
                if isinstance(data, json.JSONDecodeError):
                    raise Unreadable(
                        f"{shown}, line {number}: this is not JSON ({data.msg}); expected one history on the line"
                    )
                yield f"{shown}, line {number}", True, data
    elif isinstance(whole, json.JSONDecodeError):
        raise Unreadable(f"{shown}, line {whole.lineno}: this is not JSON ({whole.msg}); expected a JSON history")
    else:
        yield shown, False, whole


def _parsed(text: str) -> Any:
    try:
        return json_text.read(text)
    except json.JSONDecodeError as error:
        return error
