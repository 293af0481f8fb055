"""The form for one entry of any kind: its questions, when it happened, your words, fact or opinion, what it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from safekept.govuk import forms
from safekept.govuk.forms import Problem, Question
from safekept.govuk.values import NARRATIVE_LIMIT, Option, OptionGroup, Raw, first
from safekept.kinds import Field, Kind
from safekept.kinds.vocabularies import BASES
from safekept.record.actions import NewEntry
from safekept.record.models import Entry

from . import involved

TEXT = Field("text", "narrative", "Anything to add, in your own words?")
BASIS = Field("basis", "choice", "Is this fact or opinion?", of=BASES)
WHEN = Field("at", "text", "When did it happen?")
COMMON = (
    OptionGroup(
        "",
        (
            Option("fact", BASES["fact"], "Seen, heard or known first hand"),
            Option("opinion", BASES["opinion"], "A judgement or a worry, and say what it rests on"),
        ),
    ),
)


@dataclass
class EntryForm:
    """One entry being written. ``read`` fills ``problems`` or gives what to append."""

    kind: type[Kind]
    raw: Raw
    offers: forms.Offers
    now: dt.datetime
    problems: list[Problem] = field(default_factory=list)
    corrects: Entry | None = None
    """The entry that this one corrects: where the minute stays, its moment stays to the second."""

    @property
    def questions(self) -> dict[str, Question]:
        """The kind's own questions."""
        return forms.questions(self.kind, self.raw, self.offers, self.problems)

    @property
    def when(self) -> Question:
        return self._common(WHEN, "when")

    @property
    def text(self) -> Question:
        return self._common(TEXT, "narrative")

    @property
    def basis(self) -> Question:
        return self._common(BASIS, "radios", COMMON)

    @property
    def answering(self) -> list[UUID]:
        """The entries that this one answers, as the form carries them."""
        return [one for text in self.raw.get("answers", ()) if (one := _uuid(text)) is not None]

    @property
    def client_key(self) -> str:
        """The key that makes sending the same form twice one entry."""
        return str(_uuid(first(self.raw, "client_key")) or uuid4())

    @property
    def asks_who(self) -> bool:
        """Whether the form asks who and what was involved; a correction always does where something was."""
        return self.kind.name in involved.ASKED_OF or bool(involved.others(self.raw))

    @property
    def needed(self) -> list[str]:
        """The questions that must be answered, as they are asked."""
        return [question.label for question in self.questions.values() if question.needed]

    def read(self, subject_id: UUID) -> NewEntry | None:
        """What to append, who and what was involved aside (see ``involved``), or None with ``problems`` to show."""
        moment, wrong = forms.read_when(self.raw, self.now)
        read = forms.answers(self.kind, self.raw, self.offers)
        asked = involved.problems(self.raw) if self.asks_who else []
        self.problems = [*read.problems, *wrong, *asked, *self._common_problems()]
        if self.problems or moment is None:
            return None
        moment = self._to_the_second(moment)
        return NewEntry(
            subject_id=subject_id,
            kind=self.kind.name,
            at=moment.at,
            at_latest=moment.at_latest,
            fields={**read.fields, **self._given()},
            text=first(self.raw, "text"),
            basis=first(self.raw, "basis"),
            answers=tuple(self.answering),
            supersedes=self.corrects.pk if self.corrects else None,
            client_key=UUID(self.client_key),
        )

    def _given(self) -> dict[str, Any]:
        """What the program filled in when the entry was made: a correction says the same."""
        told = self.corrects.fields if self.corrects else {}
        return {name: told[name] for name, asked in self.kind.fields.items() if asked.given and name in told}

    def _to_the_second(self, moment: forms.Moment) -> forms.Moment:
        was = forms.Moment(self.corrects.at, self.corrects.at_latest) if self.corrects else moment
        return was if forms.filled_when(was) == forms.filled_when(moment) else moment

    def _common(self, asked: Field, widget: str, groups: Sequence[OptionGroup] = ()) -> Question:
        problem = next((p for p in self.problems if p.field == asked.name), None)
        return Question(asked, widget, tuple(groups), False, self.raw, problem)

    def _common_problems(self) -> list[Problem]:
        problems = []
        if first(self.raw, "basis") not in ("", *(BASIS.of or ())):
            problems.append(forms.problem_with(BASIS, "Choose fact or professional opinion."))
        if len(first(self.raw, "text")) > NARRATIVE_LIMIT:
            problems.append(forms.problem_with(TEXT, f"Use {NARRATIVE_LIMIT:,} characters or fewer."))
        return problems


def starting_values(kind: type[Kind], known: Mapping[str, Any], because: UUID | None) -> dict[str, list[str]]:
    """A form as it opens: what is known filled in, and a key of its own."""
    raw = forms.filled(kind, known)
    raw["client_key"] = [str(uuid4())]
    if because is not None:
        raw["answers"] = [str(because)]
    return raw


def values_of_entry(kind: type[Kind], entry: Any) -> dict[str, list[str]]:
    """A form that corrects an entry opens with what the entry says."""
    raw = forms.filled(kind, entry.fields)
    raw |= forms.filled_when(forms.Moment(entry.at, entry.at_latest))
    raw |= involved.rows_of_entry(entry.pk)
    raw["text"], raw["basis"] = [entry.text], [entry.basis]
    raw["answers"] = [str(one) for one in entry.answers]
    raw["client_key"] = [str(uuid4())]
    return raw


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
