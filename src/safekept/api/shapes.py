"""What programs send and are answered with."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from safekept import kinds
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import BASES
from safekept.register.models import SEXES, THING_KINDS

LONGEST = 50_000
Short = Annotated[str, Field(max_length=200)]
Moment = Annotated[str, Field(description="A time with its zone, like 2026-04-01T10:00:00+01:00.")]


def one_of(names: Any, says: str) -> Any:
    """A text that is one of a vocabulary's, as the contract lists it. What it is not is said by the action."""
    return Field(description=says, json_schema_extra={"enum": [name for name in names if name]})


def is_taken(kind: type[kinds.Kind]) -> bool:
    """Whether programs may record a kind: not what a person decides in their own name, nor what a page itself makes."""
    return all(asked.is_asked for asked in kind.fields.values())


TAKEN = [one.name for one in KINDS.values() if is_taken(one)]


class Strict(BaseModel):
    """Something that a program sends: a name that is not asked for is refused."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """What is wrong with one answer; ``field`` is empty where it is the whole."""

    field: str
    says: str


class Refusal(BaseModel):
    """Why something was not done, as a sentence, and beside each answer where it is about some."""

    says: str
    problems: list[Problem] = []


class Me(BaseModel):
    """For whom the key acts, and what it may do."""

    name: str
    role: str
    agency: str
    area: str
    program: str
    purpose: str
    may_record: bool
    until: dt.datetime


class Identifier(Strict):
    """A number, plate, phone or address: its scheme and the text as it is written."""

    scheme: Annotated[str, Field(max_length=20)]
    text: Annotated[str, Field(max_length=300)]


class Search(Strict):
    """Whom or what to look for."""

    text: Short = ""
    born: Annotated[str, Field(max_length=40, description="Whole or in part: 2011-05-04, May 2011, 2011.")] = ""
    identifiers: Annotated[list[Identifier], Field(max_length=10)] = []
    kinds: Annotated[list[Literal[tuple(THING_KINDS)]], Field(max_length=len(THING_KINDS))] = []  # type: ignore[valid-type]
    area: Annotated[str, Field(max_length=60, description="People of this area stand first.")] = ""


class Thing(BaseModel):
    """Somebody or something that entries are about or mention, as far as one may know of it."""

    id: UUID
    kind: str
    label: str
    born: dt.date | None
    born_precision: str
    sex: str
    area: str
    description: str
    names: list[str]


class Found(BaseModel):
    """Somebody or something that may be what was looked for, and why."""

    thing: Thing
    reasons: list[str]


class Name(Strict):
    """One name of a person or thing."""

    name: Short
    kind: Literal["name", "nickname", "alias"] = "name"


class NewThing(Strict):
    """Somebody or something that is not known yet. Search first."""

    kind: Literal[tuple(THING_KINDS)]  # type: ignore[valid-type]
    names: Annotated[list[Name], Field(max_length=20)] = []
    label: Annotated[Short, Field(description="For somebody unknown: ‘man with grey car’.")] = ""
    born: Annotated[str, Field(max_length=40)] = ""
    sex: Literal[tuple(SEXES)] = ""  # type: ignore[valid-type]
    area: Annotated[str, Field(max_length=60)] = ""
    identifiers: Annotated[list[Identifier], Field(max_length=20)] = []
    description: Annotated[str, Field(max_length=5_000)] = ""


class Added(BaseModel):
    """What was added, and what to look at again."""

    thing: Thing
    warnings: list[str]


class Mention(Strict):
    """Somebody or something that an entry mentions, and their part in that entry alone."""

    thing: UUID
    role: Annotated[str, Field(min_length=1, max_length=40)]


class NewEntry(BaseModel):
    """One entry as the history file writes it: besides these, the questions of its kind by their names.

    Id, agency, author and time of recording are filled in here.
    """

    model_config = ConfigDict(extra="allow")

    kind: Annotated[str, one_of(TAKEN, "The kind of entry; ‘kinds’ lists them with their questions.")]
    at: Moment
    at_latest: Moment | None = None
    text: Annotated[str, Field(max_length=LONGEST)] = ""
    basis: Annotated[str, one_of(BASES, "Fact or opinion.")] = ""
    answers: Annotated[list[UUID], Field(max_length=200)] = []
    supersedes: UUID | None = None
    mentions: Annotated[list[Mention], Field(max_length=200)] = []


class Recorded(BaseModel):
    """The entry as it stands on the record now; ``warnings``: sentences of paragraphs that it contradicts."""

    id: UUID
    kind: str
    recorded_at: dt.datetime
    warnings: list[str]


class Duty(BaseModel):
    """One open duty of a list of work. ``due`` is null where the procedure sets no time."""

    rule: str
    title: str
    subject: UUID
    pack: str
    version: str
    owner: str
    owes: str
    because: str
    due: dt.datetime | None
    expected_by: dt.datetime | None
    status: str
    cites: list[str]
    missing: list[str]
    explain: str


class Question(BaseModel):
    """One question of a kind of entry."""

    name: str
    label: str
    type: str
    expected: str


class Kind(BaseModel):
    """A kind of entry that programs may record."""

    name: str
    title: str
    summary: str
    subjects: list[str]
    questions: list[Question]


class Evaluate(Strict):
    """A history as the history file has it, to be evaluated as it stands; nothing of it is kept."""

    history: dict[str, Any]
    packs: Annotated[list[str], Field(max_length=2)] = []
    at: Moment | None = None
    known_at: Moment | None = None
