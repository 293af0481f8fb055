"""Strict reading of YAML: every value knows its file and line.

Only mappings, lists and plain scalars are allowed. Duplicate keys, anchors, aliases, tags and
files that are too large or too deep are refused, each with file, line and what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 1_000_000
MAX_DEPTH = 20


class PackError(ValueError):
    """A pack that cannot be loaded; the message names file, line, key and what was expected."""

    def __init__(self, where: str, says: str) -> None:
        super().__init__(f"{where}: {says}")


class Lines(dict[str, Any]):
    """A mapping that remembers where it and its keys were written."""

    where: str
    places: dict[str, str]

    def place(self, key: str | None = None) -> str:
        """Return file and line of ``key``, or of the mapping itself."""
        return self.places.get(key, self.where) if key else self.where


_NUMBER = re.compile(r"^-?(0|[1-9]\d{0,8})$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def read_yaml(path: Path, shown_as: str) -> Any:
    """Read one file; ``shown_as`` is the name used in messages. Raises :class:`PackError`."""
    if not path.is_file():
        raise PackError(shown_as, "there is no such file; expected a YAML file here")
    raw = path.read_bytes()
    if len(raw) > MAX_BYTES:
        raise PackError(shown_as, f"the file has {len(raw):,} bytes; expected at most {MAX_BYTES:,}")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackError(shown_as, f"byte {error.start} is not UTF-8; expected a file saved as UTF-8") from None
    return read_text(text, shown_as)


def read_text(text: str, shown_as: str) -> Any:
    """Read YAML text; raises :class:`PackError`."""
    try:
        _refuse_cleverness(text, shown_as)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except PackError:
        raise
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "the text cannot be read"
        raise PackError(f"{shown_as}{line}", f"this is not YAML: {problem}") from None
    except (RecursionError, ValueError) as error:
        raise PackError(shown_as, f"this cannot be read as YAML: {error}") from None
    if node is None:
        raise PackError(shown_as, "the file is empty; expected a list or a mapping")
    return _value(node, shown_as)


def _refuse_cleverness(text: str, shown_as: str) -> None:
    """Refuse what could mean more than it says, and what nests so deeply that building it would end the program."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        where = f"{shown_as}, line {token.start_mark.line + 1}"
        if isinstance(token, _CLEVER):
            raise PackError(where, "anchors, aliases and tags are not allowed; expected the value written out")
        if isinstance(token, _OPENING):
            depth += 1
            if depth > MAX_DEPTH:
                raise PackError(where, f"nested more than {MAX_DEPTH} deep; expected a flatter shape")
        elif isinstance(token, _CLOSING):
            depth -= 1


_CLEVER = (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)
_OPENING = (
    yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken, yaml.BlockSequenceStartToken, yaml.BlockMappingStartToken,
)  # fmt: skip
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


def _value(node: yaml.Node, name: str) -> Any:
    where = f"{name}, line {node.start_mark.line + 1}"
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, name, where)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, name) for child in node.value]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, name: str, where: str) -> Lines:
    out = Lines()
    out.where, out.places = where, {}
    for key_node, value_node in node.value:
        at = f"{name}, line {key_node.start_mark.line + 1}"
        if not isinstance(key_node, yaml.ScalarNode):
            raise PackError(at, "a key must be plain text")
        key = str(key_node.value)
        if key in out:
            raise PackError(at, f"key '{key}' stands twice; expected it once")
        out[key] = _value(value_node, name)
        out.places[key] = at
    return out


def _scalar(node: yaml.Node) -> Any:
    value = str(node.value)
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return value
    if value in ("true", "false"):
        return value == "true"
    if value in ("", "null", "~"):
        return None
    if _NUMBER.match(value):
        return int(value)
    return value


def refuse_unknown_keys(row: Mapping[str, Any], allowed: Mapping[str, Any] | set[str], what: str) -> None:
    """Raise :class:`PackError` at the first key of ``row`` that ``what`` does not have."""
    for key in row:
        if key not in allowed:
            near = get_close_matches(key, list(allowed), n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"expected any of {', '.join(sorted(allowed))}"
            place = row.place(key) if isinstance(row, Lines) else what
            raise PackError(place, f"{what} has no key '{key}'; {hint}")
