"""What a kind of entry is: a small class whose annotated fields are questions.

Form, timeline card, history file and validation all read these declarations, so a new
kind of entry needs nothing but its class. Pure: no Django, no input or output.
"""

from __future__ import annotations

import datetime as dt
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Literal

Vocabulary = Mapping[str, str]
"""Value as written in a history, to the label that people read."""

FieldType = Literal[
    "yes-no", "text", "narrative", "choice", "choices", "date", "number", "ids", "texts", "scores", "rows"
]


class Privacy(StrEnum):
    """How carefully a field is handled in documents and exports."""

    CASE = "case"
    CHILD_WORDS = "child-words"
    IDENTITY = "identity"
    NAMES_OTHERS = "names-others"


class Retention(StrEnum):
    """Which retention rule a field follows."""

    CASE = "case"
    INTELLIGENCE = "intelligence"
    WORKFORCE = "workforce"


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a kind.

    ``of`` is a closed vocabulary; ``listed_in`` names a list of the pack (``signs``), whose
    values are offered but not the only ones accepted. ``when`` shows the question only if
    another field has the given value. ``alone``: values that exclude every other; ``since``: the
    field whose day this one must not lie before; ``told``: what a timeline says for yes and for
    no; ``signed``: answered by whoever is signed in, and never asked; ``given``: filled in by the
    program, never asked, and carried over when the entry is corrected; ``unit``: of a number;
    ``in_line``: a text that a timeline shows too.
    """

    name: str
    type: FieldType
    label: str
    hint: str = ""
    of: Vocabulary | None = None
    listed_in: str = ""
    when: tuple[str, Any] | None = None
    alone: frozenset[str] = frozenset()
    since: str = ""
    told: tuple[str, str] = ("", "")
    signed: bool = False
    given: bool = False
    unit: Literal["", "bytes"] = ""
    in_line: bool = False
    privacy: Privacy = Privacy.CASE
    retention: Retention = Retention.CASE

    @property
    def is_asked(self) -> bool:
        """Whether a form asks it."""
        return not (self.signed or self.given)

    def expected(self) -> str:
        """Say in words what a value must be, for error messages."""
        if self.of is not None:
            options = ", ".join(str(v) for v in self.of)
            return f"one of {options}" if self.type in ("choice", "number") else f"a list of any of {options}"
        return _EXPECTED[self.type]

    def accepts(self, value: object) -> bool:
        """Tell whether ``value`` (as parsed from JSON) is an answer to this question."""
        return _CHECKS[self.type](value, self.of)

    def at_odds(self, values: Mapping[str, Any]) -> str:
        """Say how this answer contradicts itself or another; empty where it does not, or where it is no answer."""
        value = values.get(self.name)
        if not (self.alone or self.since) or not self.accepts(value):
            return ""
        chosen = set(value) if isinstance(value, list) else set()
        single = min(self.alone & chosen, default=None)
        if single is not None and len(chosen) > 1:
            label = (self.of or {}).get(single, single)
            return f"‘{label}’ cannot stand beside another answer. Choose it alone, or leave it out."
        start = values.get(self.since)
        if isinstance(start, str) and isinstance(value, str) and value < start:
            return "This day is before the first. Check both days."
        return ""


@dataclass(frozen=True, slots=True)
class _Asked:
    label: str
    options: dict[str, Any]


def ask(
    label: str,
    *,
    hint: str = "",
    of: Vocabulary | None = None,
    listed_in: str = "",
    narrative: bool = False,
    ids: bool = False,
    when: tuple[str, Any] | None = None,
    alone: tuple[str, ...] = (),
    since: str = "",
    told: tuple[str, str] = ("", ""),
    signed: bool = False,
    given: bool = False,
    unit: Literal["", "bytes"] = "",
    in_line: bool = False,
    privacy: Privacy = Privacy.CASE,
    retention: Retention = Retention.CASE,
) -> Any:
    """Declare a question; the annotation beside it gives the type of its answer."""
    return _Asked(
        label,
        {
            "hint": hint,
            "of": of,
            "listed_in": listed_in,
            "narrative": narrative,
            "ids": ids,
            "when": when,
            "alone": frozenset(alone),
            "since": since,
            "told": told,
            "signed": signed,
            "given": given,
            "unit": unit,
            "in_line": in_line,
            "privacy": privacy,
            "retention": retention,
        },
    )


class Kind:
    """Base of all kinds of entry. Subclasses are declarations and are never instantiated.

    ``subjects`` are the subject kinds that the entry can be about; ``group`` is the heading
    it stands under where people choose what to record; ``audience`` names the kinds of agency
    that see it, empty meaning everyone who works with the child; ``recorded_by`` the kinds of
    agency and ``roles`` the roles that may record it, empty meaning any.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    group: ClassVar[str] = "Other"
    subjects: ClassVar[tuple[str, ...]] = ("child",)
    audience: ClassVar[tuple[str, ...]] = ()
    recorded_by: ClassVar[tuple[str, ...]] = ()
    roles: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[Mapping[str, Field]]

    def __init_subclass__(cls) -> None:
        cls.name = cls.__dict__.get("name") or _hyphenated(cls.__name__)
        doc = (cls.__doc__ or "").strip()
        if not doc:
            raise TypeError(f"kind {cls.name} has no docstring: say in one sentence what it records")
        cls.summary = doc.split("\n")[0]
        cls.title = cls.__dict__.get("title") or cls.name.replace("-", " ").capitalize()
        hints = typing.get_type_hints(cls, include_extras=False)
        cls.fields = types.MappingProxyType(
            {
                name.rstrip("_"): _field(name, hints[name], asked)
                for name, asked in vars(cls).items()
                if isinstance(asked, _Asked)
            }
        )
        if cls.name in KINDS:
            raise TypeError(f"two kinds are called {cls.name}")
        KINDS[cls.name] = cls

    @classmethod
    def contradictions(cls, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Field and sentence of each answer that cannot hold beside another.

        Nothing new is written with one; a history that holds one already is still read.
        """
        return [(name, said) for name, asked in cls.fields.items() if (said := asked.at_odds(values))]


def required_names(kind: type[Kind]) -> frozenset[str]:
    """The questions that must be answered: those whose annotation allows no empty answer."""
    hints = typing.get_type_hints(kind)
    asked = {name for name, field in kind.fields.items() if field.is_asked}
    return frozenset(name.rstrip("_") for name, hint in hints.items() if hint in (str, int, bool)) & asked


KINDS: dict[str, type[Kind]] = {}
"""Every kind by its name in a history file."""


def _hyphenated(class_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", class_name).lower()


def _field(name: str, hint: Any, asked: _Asked) -> Field:
    options = dict(asked.options)
    narrative, ids = options.pop("narrative"), options.pop("ids")
    return Field(
        name.rstrip("_"), _field_type(hint, options["of"], narrative, ids, options["listed_in"]), asked.label, **options
    )


def _field_type(hint: Any, of: Vocabulary | None, narrative: bool, ids: bool, listed_in: str) -> FieldType:
    plain = [a for a in typing.get_args(hint) if a is not type(None)] or [hint]
    kind = plain[0] if typing.get_origin(hint) in (typing.Union, types.UnionType) else hint
    if kind is bool:
        return "yes-no"
    if kind is int:
        return "number"
    if kind is dt.date:
        return "date"
    if kind is str:
        return "choice" if of is not None else "narrative" if narrative else "text"
    if kind == list[str]:
        return "ids" if ids else "choices"
    if kind == dict[str, str]:
        return "texts"
    if kind == dict[str, int]:
        return "scores"
    if kind == list[dict[str, str]]:
        return "rows"
    raise TypeError(f"a field cannot have the type {hint!r}")


def _is_text(value: object, of: Vocabulary | None) -> bool:
    return isinstance(value, str) and (of is None or value in of)


def _is_choice(value: object, of: Vocabulary | None) -> bool:
    return _is_text(value, of) or (bool(value) and _is_choices(value, of))


def _is_choices(value: object, of: Vocabulary | None) -> bool:
    return isinstance(value, list) and all(_is_text(v, of) for v in value)


def _is_whole_number(value: object, of: Vocabulary | None) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and (of is None or str(value) in of)


def _is_date(value: object, of: Vocabulary | None) -> bool:
    if not isinstance(value, str) or len(value) != 10:
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_scores(value: object, of: Vocabulary | None) -> bool:
    return isinstance(value, dict) and all(_is_whole_number(v, None) and 0 <= v <= 10 for v in value.values())


def _is_texts(value: object, of: Vocabulary | None) -> bool:
    return isinstance(value, dict) and all(isinstance(v, str) and (of is None or k in of) for k, v in value.items())


def _is_rows(value: object, of: Vocabulary | None) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, dict) and set(row) <= {"who", "reason"} and _is_choices(list(row.values()), None)
        for row in value
    )


_EXPECTED: dict[str, str] = {
    "yes-no": "true or false",
    "text": "text",
    "narrative": "text",
    "choice": "text",
    "choices": "a list of texts",
    "ids": "a list of ids",
    "date": "a date like 2026-04-01",
    "number": "a whole number",
    "texts": "an object of texts",
    "scores": "an object of whole numbers from 0 to 10",
    "rows": "a list of objects with 'who' and 'reason', both texts",
}

_CHECKS: dict[str, Callable[[Any, Vocabulary | None], bool]] = {
    "yes-no": lambda value, of: isinstance(value, bool),
    "text": _is_text,
    "narrative": _is_text,
    "choice": _is_choice,
    "choices": _is_choices,
    "ids": _is_choices,
    "date": _is_date,
    "number": _is_whole_number,
    "texts": _is_texts,
    "scores": _is_scores,
    "rows": _is_rows,
}
