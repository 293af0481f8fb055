"""Where a text quotes somebody: double and single marks, straight and curly, one inside another, or never closed."""

from __future__ import annotations

import re

_MARK = re.compile("[\"“”„«»'‘’‚‹›]|\n[ \t\r]*\n")
_WORD = re.compile(r"[^\W_]+")
_OPEN_DOUBLE, _CLOSE_DOUBLE = frozenset("“„«"), frozenset("”»")
_OPEN_SINGLE = frozenset("‘‚‹")
_DEEPEST = 8
"""Quotations inside one another; deeper ones change nothing."""
SHORTENED = frozenset({"bout", "cause", "cos", "coz", "cuz", "em", "n", "nuff", "til", "till", "tis", "twas"})
"""Words that begin with an apostrophe, which is no quotation mark."""
_YEAR = re.compile(r"[0-9][0-9]s?\Z")


def quoted(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each quotation, marks included, in order; nothing overlaps.

    A mark that is never closed quotes up to the next blank line, so that speech is left alone while it is typed.
    Reads the text once.
    """
    spans: list[tuple[int, int]] = []
    stack: list[str] = []
    opened = 0
    for match in _MARK.finditer(text):
        at, mark = match.start(), match.group()
        was = len(stack)
        if mark[0] == "\n":
            stack.clear()
        elif mark in "'’" or mark in _OPEN_SINGLE or mark == "›":
            _single(text, at, mark, stack)
        else:
            _double(text, at, mark, stack)
        if stack and not was:
            opened = at
        elif was and not stack:
            spans.append((opened, at if mark[0] == "\n" else match.end()))
    return [*spans, (opened, len(text))] if stack else spans


def _double(text: str, at: int, mark: str, stack: list[str]) -> None:
    """A double mark: a straight one closes what is open, and opens only where no word ends (6' 2" is a length)."""
    if mark in _OPEN_DOUBLE or (mark == '"' and "d" not in stack and not _is_word(text[at - 1 : at])):
        _push(stack, "d")
    elif "d" in stack:
        while stack.pop() != "d":
            pass


def _single(text: str, at: int, mark: str, stack: list[str]) -> None:
    """A single mark: between two letters it is an apostrophe; inside double marks it changes nothing."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if (stack and stack[-1] == "d") or (_is_word(before) and _is_word(after)):
        return
    opens = mark in _OPEN_SINGLE or (not _is_word(before) and _is_word(after) and mark != "›")
    if opens and not _is_shortened(text, at + 1) and (mark in _OPEN_SINGLE or not stack):
        _push(stack, "s")
    elif not opens and stack:
        stack.pop()


def _push(stack: list[str], mark: str) -> None:
    if len(stack) < _DEEPEST:
        stack.append(mark)


def _is_word(character: str) -> bool:
    return character.isalnum()


def _is_shortened(text: str, at: int) -> bool:
    match = _WORD.match(text, at, at + 12)
    return match is not None and (match.group().lower() in SHORTENED or _YEAR.match(match.group()) is not None)
