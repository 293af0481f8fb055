"""JSON as the contract takes it: every key once, numbers that are numbers, nothing nested without end."""

from __future__ import annotations

import json
from typing import Any, NoReturn


class _NotTaken(ValueError):
    """Something that JSON's grammar lets through and the contract does not."""


def read(text: str) -> Any:
    """The value that a text is. Raises ``json.JSONDecodeError``, whose ``msg`` says what is wrong."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (_NotTaken, RecursionError) as error:
        says = str(error) if isinstance(error, _NotTaken) else "the text is nested too deeply"
        raise json.JSONDecodeError(says, text, 0) from None
    except json.JSONDecodeError:
        raise
    except ValueError as error:  # a number of more digits than Python reads
        raise json.JSONDecodeError(str(error).partition(";")[0], text, 0) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _NotTaken(f"the key '{key}' stands twice in one object")
            seen.add(key)
    return out


def _no_constant(name: str) -> NoReturn:
    raise _NotTaken(f"{name} is not a number in JSON")
