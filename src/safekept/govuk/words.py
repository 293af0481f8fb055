"""Small turns of phrase that several pages share. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def counted(number: int, one: str, many: str = "") -> str:
    """``1 child``, ``3 children``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    texts = [str(part) for part in parts]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {last} {texts[-1]}" if texts else ""


def capital(text: str) -> str:
    """The first letter upper case, the rest as it is (names keep their capitals)."""
    return text[:1].upper() + text[1:]


def given(options: Any) -> Any:
    """Options without those that are None, at every depth: the GOV.UK macros take 'left out' for 'not wanted'."""
    if isinstance(options, dict):
        return {name: given(value) for name, value in options.items() if value is not None}
    return [given(value) for value in options] if isinstance(options, list) else options
