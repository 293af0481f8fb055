"""Forms made from a kind's declared fields: questions to draw, answers to read, problems to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made
from typing import Any

from safekept.kinds import Field, Kind, required_names
from safekept.kinds.vocabularies import AREA_FIELDS, CHILD_FIELDS

from . import values
from .values import Option, OptionGroup, Raw, Unreadable, first
from .when import END_OF_DAY

Offers = Mapping[str, Sequence[OptionGroup]]
"""Field name to the answers on offer, where they come from a pack, the record or the areas."""

LONG_LIST = 14
CLOSED = AREA_FIELDS | {"rule"}
"""Questions answered from what the record or the areas offer, and by nothing else."""

DAYS_END = dt.time(*END_OF_DAY)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an answer, and where."""

    field: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question as a page draws it."""

    field: Field
    widget: str
    groups: tuple[OptionGroup, ...]
    needed: bool
    raw: Raw
    problem: Problem | None = None
    follows: Mapping[str, tuple[Question, ...]] = made(default_factory=dict)
    rows: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def label(self) -> str:
        return self.field.label

    @property
    def options(self) -> list[Option]:
        return [option for group in self.groups for option in group.options]

    def sent(self, name: str = "") -> str:
        """What was typed into this question's input, or into a part of it."""
        return first(self.raw, name or self.name)

    def chosen(self, value: str) -> bool:
        """Whether an option is ticked."""
        return value in self.raw.get(self.name, ())


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form held: typed fields as a history has them, and what could not be read."""

    fields: dict[str, Any]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened: ``at_latest`` where it is known only roughly."""

    at: dt.datetime
    at_latest: dt.datetime | None = None


def raw_of(post: Mapping[str, Any]) -> dict[str, list[str]]:
    """Form data of a request, as plain lists; works on Django's QueryDict and on a draft."""
    lists = post.lists() if hasattr(post, "lists") else post.items()
    return {key: list(texts) for key, texts in lists if key != "csrfmiddlewaretoken"}


def questions(
    kind: type[Kind], raw: Raw, offers: Offers, problems: Iterable[Problem] = (), only: Iterable[str] = ()
) -> dict[str, Question]:
    """The top questions of a kind by name; a question that depends on another hangs below it."""
    by_field = {problem.field: problem for problem in problems}
    needed = required_names(kind)
    wanted = set(only) or set(kind.fields)
    shown = {name: field for name, field in kind.fields.items() if name in wanted and field.is_asked}
    built = {name: _question(field, raw, offers, needed, by_field) for name, field in shown.items()}
    for name in reversed(list(built)):
        condition = built[name].field.when
        if condition is None or condition[0] not in built:
            continue
        parent, answer = condition[0], _as_sent(condition[1])
        below = {**built[parent].follows}
        below[answer] = (built[name], *below.get(answer, ()))
        built[parent] = replace(built[parent], follows=below)
    return {name: q for name, q in built.items() if q.field.when is None or q.field.when[0] not in built}


def answers(kind: type[Kind], raw: Raw, offers: Offers, only: Iterable[str] = ()) -> Answers:
    """Read a form. An answer is kept only while the condition of its question holds."""
    needed, wanted = required_names(kind), set(only) or set(kind.fields)
    kept: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, asked in kind.fields.items():
        if name not in wanted or not asked.is_asked:
            continue
        if asked.when is not None and kept.get(asked.when[0]) != asked.when[1]:
            continue
        try:
            value = _read(asked, raw, offered(asked, offers))
        except Unreadable as wrong:
            problems.append(problem_with(asked, str(wrong), wrong.part))
            continue
        if value is None and name in needed:
            problems.append(problem_with(asked, "Answer this question."))
        elif value is not None:
            kept[name] = value
    problems += [problem_with(kind.fields[name], says) for name, says in kind.contradictions(kept)]
    return Answers(kept, tuple(problems))


def _read(asked: Field, raw: Raw, groups: Sequence[OptionGroup]) -> Any:
    value = values.read(asked, raw, groups)
    if value is not None and asked.name in CLOSED and value not in values.values_of(groups):
        raise Unreadable("Choose one of the answers shown." if groups else "There is nothing to choose from now.")
    return value


def filled(kind: type[Kind], fields: Mapping[str, Any]) -> dict[str, list[str]]:
    """Form data that shows the given fields; what does not fit its question is left out."""
    raw: dict[str, list[str]] = {}
    for name, value in fields.items():
        asked = kind.fields.get(name)
        if asked is not None and asked.accepts(value):
            raw.update(values.write(asked, value))
    return raw


def problem_with(asked: Field, message: str, part: str = "") -> Problem:
    """A problem whose sentence names the question."""
    return Problem(asked.name, part or asked.name, f"{asked.label.rstrip('?.')}: {message[:1].lower()}{message[1:]}")


def offered(asked: Field, offers: Offers) -> tuple[OptionGroup, ...]:
    """The answers on offer for a question."""
    if asked.of is not None and asked.name not in offers:
        return (OptionGroup("", tuple(Option(value, label) for value, label in asked.of.items())),)
    return tuple(offers.get(asked.name, ()))


def read_when(raw: Raw, now: dt.datetime, name: str = "at") -> tuple[Moment | None, tuple[Problem, ...]]:
    """When it happened: now, at a time, or between two times."""
    if first(raw, f"{name}-when") == "now":
        return Moment(now), ()
    roughly = first(raw, f"{name}-when") == "about"
    try:
        at, latest = _about(raw, name, now) if roughly else (values.read_moment(raw, name, now), None)
    except Unreadable as wrong:
        return None, (Problem(name, wrong.part or name, f"When it happened: {str(wrong)[:1].lower()}{str(wrong)[1:]}"),)
    if at is None:
        return None, (Problem(name, f"{name}-when", "When it happened: choose now, or give the day and time."),)
    if latest is not None and latest < at:
        text = "When it happened: the latest time is before the earliest. Give the earliest first."
        return None, (Problem(name, f"{name}_latest-day", text),)
    return Moment(at, latest), ()


def _about(raw: Raw, name: str, now: dt.datetime) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The earliest and the latest it can have been; a day without a time is all of that day. Raises Unreadable."""
    at = values.read_moment(raw, f"{name}_earliest", now, dt.time())
    latest = values.read_moment(raw, f"{name}_latest", now, DAYS_END)
    if at is not None and latest is None and not first(raw, f"{name}_earliest-time"):
        latest = values.read_moment(raw, f"{name}_earliest", now, DAYS_END)
    return at, latest


def filled_when(moment: Moment, name: str = "at") -> dict[str, list[str]]:
    """Form data that shows a moment."""
    if moment.at_latest is None:
        return {f"{name}-when": ["then"], **values.write_moment(name, moment.at)}
    return {
        f"{name}-when": ["about"],
        **values.write_moment(f"{name}_earliest", moment.at),
        **values.write_moment(f"{name}_latest", moment.at_latest),
    }


def _question(asked: Field, raw: Raw, offers: Offers, needed: frozenset[str], wrong: Mapping[str, Problem]) -> Question:
    groups = offered(asked, offers)
    return Question(
        asked,
        _widget(asked, groups),
        groups,
        asked.name in needed,
        raw,
        wrong.get(asked.name),
        rows=_rows(asked, raw, groups),
    )


def _widget(asked: Field, groups: Sequence[OptionGroup]) -> str:
    count = sum(len(group.options) for group in groups)
    if asked.type in ("choice", "number") and groups:
        return "radios" if count <= LONG_LIST else "select"
    if asked.name in CLOSED:
        return "nothing" if not groups else "radios" if count <= LONG_LIST else "select"
    if asked.type == "text" and groups:
        return "radios-other" if count <= LONG_LIST else "select"
    if asked.name in CHILD_FIELDS:
        return "people"
    if asked.type in ("choices", "ids"):
        return "checkboxes" if count <= LONG_LIST else "picker"
    if asked.type == "texts":
        return "texts" if groups else "pairs"
    return asked.type


def _rows(asked: Field, raw: Raw, groups: Sequence[OptionGroup]) -> tuple[int, ...]:
    if asked.type not in ("rows", "texts") or groups:
        return ()
    sent = values.row_numbers(raw, asked.name) or [0]
    more = first(raw, "add") == asked.name and len(sent) < values.MAX_ROWS
    return (*sent, sent[-1] + 1) if more else tuple(sent)


def _as_sent(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
