"""An entry's answers in words: each question that was answered, with its answer as people say it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safekept.govuk import when
from safekept.kinds import KINDS, Field, Privacy
from safekept.kinds.vocabularies import CHILD_FIELDS
from safekept.procedures import Area, Pack

GIST_LIMIT = 180


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered question. ``style`` is ``line``, ``list``, ``narrative``, ``pairs`` or ``quote``."""

    label: str
    style: str
    lines: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """Where labels come from: the area's pack, the areas, and names of entries and people by id."""

    pack: Pack | None
    areas: Mapping[str, Area]
    names: Mapping[str, str]

    def say(self, asked: Field, value: Any) -> str:
        """One value of a question, in words."""
        text = str(value)
        if asked.unit:
            return in_bytes(int(value))
        if asked.of is not None:
            return asked.of.get(text, text)
        if asked.listed_in and self.pack is not None and asked.listed_in in self.pack.lists:
            return self.pack.lists[asked.listed_in].label(text)
        rule = self.pack.rule(text) if asked.name == "rule" and self.pack is not None else None
        if rule is not None:
            return f"{rule.title} ({', '.join(rule.cites)})"
        if text in self.names:
            return self.names[text]
        if asked.name in ("area", "host_area", "authority") and text in self.areas:
            return self.areas[text].name
        return text


def answers(kind_name: str, fields: Mapping[str, Any], wording: Wording) -> list[Answer]:
    """Every answered question of an entry, in the order in which they are asked."""
    asked = KINDS[kind_name].fields if kind_name in KINDS else {}
    told = ((asked[name], _known(asked[name], fields.get(name), wording)) for name in asked)
    return [_answer(one, value, wording) for one, value in told if value not in (None, [], {}, "")]


def _known(asked: Field, value: Any, wording: Wording) -> Any:
    """An answer without the entries and children that the reader may not know of: nothing is said of those."""
    if asked.type == "ids" or asked.name in CHILD_FIELDS:
        several = value if isinstance(value, list) else [value] if value else []
        return [one for one in several if one in wording.names]
    return value


def gist(kind_name: str, fields: Mapping[str, Any], text: str, wording: Wording) -> str:
    """One line for a timeline: the choices made, then the beginning of what was written."""
    asked = KINDS[kind_name].fields if kind_name in KINDS else {}
    parts = [_chosen(asked[name], fields[name], wording) for name in asked if name in fields]
    words = [_told(asked[n], fields[n]) for n in asked if asked[n].type == "narrative" and fields.get(n)]
    words += [text] if text else []
    words += [f"‘{said}’" for n in asked if asked[n].type == "texts" for said in (fields.get(n) or {}).values()]
    line = " · ".join(part for part in parts if part)
    written = shortened(str(words[0])) if words else ""
    return f"{line}. {written}" if line and written else line or written


def _chosen(asked: Field, value: Any, wording: Wording) -> str:
    """A choice as a timeline says it; empty for what it leaves to the entry's own page."""
    if asked.type == "yes-no":
        return asked.told[0] if value is True else asked.told[1] if value is False else ""
    chosen = asked.type in ("choice", "number") or asked.in_line or asked.name == "rule"
    return wording.say(asked, value) if chosen and isinstance(value, str | int) else ""


def in_bytes(size: int) -> str:
    """A number of bytes as people say it, rounded up."""
    if size < 1_000_000:
        return f"{max(1, -(-size // 1000))} KB"
    return f"{-(-size // 100_000) / 10:.1f} MB"


def _told(asked: Field, value: str) -> str:
    return f"‘{value}’" if asked.privacy is Privacy.CHILD_WORDS else value


def shortened(text: str, limit: int = GIST_LIMIT) -> str:
    """The beginning of a text, cut between words."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[:limit].rsplit(" ", 1)[0] + " …"


def _answer(asked: Field, value: Any, wording: Wording) -> Answer:
    match asked.type:
        case "yes-no":
            return Answer(asked.label, "line", ("Yes" if value else "No",))
        case "date":
            return Answer(asked.label, "line", (when.day(dt.date.fromisoformat(value)),))
        case "choices" | "ids":
            return Answer(asked.label, "list", tuple(wording.say(asked, one) for one in value))
        case "texts" | "scores":
            return Answer(asked.label, "pairs", (), tuple((wording.say(asked, k), str(v)) for k, v in value.items()))
        case "rows":
            return Answer(asked.label, "pairs", (), tuple((row.get("who", ""), row.get("reason", "")) for row in value))
        case "narrative":
            style = "quote" if asked.privacy is Privacy.CHILD_WORDS else "narrative"
            return Answer(asked.label, style, (str(value),))
    many = value if isinstance(value, list) else [value]
    return Answer(asked.label, "line", tuple(wording.say(asked, one) for one in many))
