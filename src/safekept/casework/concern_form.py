"""Reporting a concern: the draft that its steps fill in, and what each step needs before the next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from safekept.govuk import forms
from safekept.govuk.forms import Problem
from safekept.govuk.values import NARRATIVE_LIMIT, Raw, first
from safekept.kinds import KINDS

from . import involved

STEPS = ("who", "danger", "noticed", "signs", "others", "check")
"""Danger is asked as soon as it is known whom it is about: what to do then cannot wait for the rest."""
TITLES = {
    "who": "Who is the child?",
    "danger": "Is the child in danger now?",
    "noticed": "What did you notice?",
    "signs": "Have you seen any of these signs?",
    "others": "Who, what and where else was involved?",
    "check": "Check what you have written",
}
CONCERN = KINDS["concern"]
NO_NAME = "unknown"


@dataclass
class ConcernForm:
    """A concern half written. ``raw`` is what the draft holds, over all steps."""

    raw: dict[str, list[str]]
    now: dt.datetime
    problems: list[Problem] = field(default_factory=list)

    @property
    def child_id(self) -> str:
        return first(self.raw, "child")

    @property
    def new_name(self) -> str:
        """The name typed for a child still to be added; empty unless adding was chosen."""
        return first(self.raw, "child-name") if first(self.raw, "child-known") == "named" else ""

    @property
    def is_unknown(self) -> bool:
        """Whether 'I do not know the name' was the answer."""
        return first(self.raw, "child-known") == NO_NAME

    @property
    def called(self) -> str:
        """What the child is called who is not on record yet: the name typed, or how they can be recognised."""
        return self.new_name or (first(self.raw, "child-description") if self.is_unknown else "")

    @property
    def others(self) -> list[involved.Other]:
        """Everyone and everything else that was kept, in order."""
        return involved.others(self.raw)

    @property
    def in_danger(self) -> bool:
        return first(self.raw, "immediate_danger") == "yes"

    def check(self, step: str, offers: forms.Offers) -> bool:
        """Whether a step is answered well enough to go on; fills ``problems``."""
        checks = {
            "who": self._check_who,
            "noticed": self._check_noticed,
            "others": self._check_others,
            "danger": self._check_danger,
        }
        found = checks[step]() if step in checks else []
        if step == "signs":
            found = list(forms.answers(CONCERN, self.raw, offers, ("signs", "online", "trafficking")).problems)
        self.problems = found
        return not found

    def first_unanswered(self, offers: forms.Offers) -> str | None:
        """The first step that still lacks something, or None."""
        return next((step for step in STEPS[:-1] if not self.check(step, offers)), None)

    def fields(self, offers: forms.Offers) -> dict[str, Any]:
        """The concern's fields as a history has them."""
        return forms.answers(CONCERN, self.raw, offers).fields

    def moment(self) -> forms.Moment:
        """When it was noticed; only after ``check``."""
        found, _ = forms.read_when(self.raw, self.now)
        return found or forms.Moment(self.now)

    def _check_who(self) -> list[Problem]:
        if self.child_id or self.new_name:
            return []
        if not self.is_unknown:
            return [Problem("q", "q", "Choose a child, add one, or say that you do not know the name.")]
        if not first(self.raw, "child-description"):
            text = "Say in a few words how the child can be recognised, for example ‘girl of about 14, school blazer’."
            return [Problem("child-description", "child-description", text)]
        return []

    def _check_noticed(self) -> list[Problem]:
        words = first(self.raw, "noticed")
        problems = []
        if not words:
            problems.append(Problem("noticed", "noticed", "Say in your own words what you noticed."))
        if len(words) > NARRATIVE_LIMIT:
            problems.append(Problem("noticed", "noticed", f"Use {NARRATIVE_LIMIT:,} characters or fewer."))
        problems += forms.read_when(self.raw, self.now)[1]
        if first(self.raw, "basis") not in ("fact", "opinion"):
            problems.append(Problem("basis", "basis", "Say whether it is fact or opinion."))
        return problems

    def _check_others(self) -> list[Problem]:
        return involved.problems(self.raw)

    def _check_danger(self) -> list[Problem]:
        if first(self.raw, "immediate_danger") in ("yes", "no"):
            return []
        return [Problem("immediate_danger", "immediate_danger", "Say whether the child is in danger now.")]


def merged(kept: Raw, sent: Raw, step: str) -> dict[str, list[str]]:
    """The draft with one step's answers in place of what that step said before."""
    mine = {name: list(texts) for name, texts in kept.items() if not _belongs(name, step)}
    return mine | {name: list(texts) for name, texts in sent.items() if _belongs(name, step)}


def _belongs(name: str, step: str) -> bool:
    owners = {
        "who": ("child", "child-"),
        "noticed": ("noticed", "at-", "at_", "basis"),
        "signs": ("signs", "online", "trafficking"),
        "others": ("other-", "linked_children"),
        "danger": ("immediate_danger",),
    }
    return any(name == start or (start[-1] in "-_" and name.startswith(start)) for start in owners.get(step, ()))


def subject_uuid(form: ConcernForm) -> UUID | None:
    """The chosen child's id, or None for a child still to be added."""
    try:
        return UUID(form.child_id)
    except ValueError:
        return None
