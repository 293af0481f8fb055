"""What a pack holds once it is loaded: rules, guards, prompts, lists, paragraphs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from safekept.calendars import Duration

from .entry_tests import Test
from .facts import Fact
from .language import Language

if TYPE_CHECKING:
    from .dispatch import SetOff


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph or section of the source, under the requirement ID that cites it."""

    id: str
    heading: str
    says: str


@dataclass(frozen=True, slots=True)
class HeldBy:
    """What an author says of how a paragraph is held, where no rule, guard, prompt or list cites it.

    ``page`` is the name of a page; ``records`` are kinds of entry; ``outside`` says why the paragraph is
    not for software, and ``who`` does it instead; ``lacks`` says plainly what is not there yet.
    """

    page: str = ""
    records: tuple[str, ...] = ()
    outside: str = ""
    who: str = ""
    lacks: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list. ``own`` marks wording that is Safekept's in a list that is the source's."""

    id: str
    label: str
    hint: str = ""
    group: str = ""
    cites: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class PackList:
    """A vocabulary or checklist. ``own_words`` marks wording that is Safekept's, not the source's."""

    id: str
    title: str
    cites: tuple[str, ...]
    items: tuple[Item, ...]
    says: str = ""
    own_words: bool = False

    def label(self, item_id: str) -> str:
        """Return an item's label, or its id in plain letters where the list does not hold it."""
        return next((i.label for i in self.items if i.id == item_id), item_id.replace("-", " ").capitalize())


@dataclass(frozen=True, slots=True)
class Wanted:
    """One kind of entry that meets a duty.

    ``test`` decides whether an entry is an answer at all. ``parts`` are the requirements that add up
    over several answers, each a (name, field, value): value ``True`` for a yes-no question, else a
    value that the field's list must hold.
    """

    kind: str
    test: Test | None
    parts: tuple[tuple[str, str, object], ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """An entry of this kind that passes the test sets a rule off.

    ``plain``: the fields that the test compares with plain values, and those values.
    """

    kind: str
    test: Test | None
    plain: Mapping[str, frozenset[object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnerCase:
    """Who owes it: ``owner`` is a kind of agency, or ``trigger`` for the agency that recorded the trigger."""

    owner: str
    where: Fact | None = None
    reads: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The moment a duty counts from, where that is another entry than its trigger."""

    kind: str
    test: Test | None


@dataclass(frozen=True, slots=True)
class Rule:
    """When this is recorded, unless that holds, an owner owes an entry within a time.

    ``simple``: what is wanted, where one entry alone is; ``sole_owner``: the owner, where it is always the same.
    """

    id: str
    title: str
    cites: tuple[str, ...]
    says: str
    subjects: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    where: Fact | None
    unless: Fact | None
    wanted: tuple[Wanted, ...]
    owners: tuple[OwnerCase, ...]
    along: tuple[str, ...]
    anchor: Anchor | None
    within: Duration | None
    by_field: str | None
    expected: Duration | None
    lapses: tuple[Wanted, ...]
    lapse_says: str
    placed: bool
    urgent: bool
    when_text: str
    owes_text: str
    example: str
    written_at: str
    row: Mapping[str, object]
    kinds_owed: tuple[str, ...]
    timed: bool
    simple: Wanted | None = None
    sole_owner: str = ""

    @property
    def owes(self) -> str:
        """The kind of entry that is owed."""
        return self.wanted[0].kind

    @property
    def owner(self) -> str:
        """The owner in most cases: a kind of agency, or ``trigger``."""
        return self.owners[-1].owner


@dataclass(frozen=True, slots=True)
class Guard:
    """What no entry may be: shown as a breach on the entry that contradicts the paragraph."""

    id: str
    cites: tuple[str, ...]
    says: str
    subjects: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    where: Fact | None
    when_text: str
    written_at: str


@dataclass(frozen=True, slots=True)
class PromptRule:
    """What people are reminded of while a condition holds."""

    id: str
    cites: tuple[str, ...]
    say: str
    subjects: tuple[str, ...]
    where: Fact | None
    after: tuple[Trigger, ...]
    gone: tuple[Wanted, ...]
    written_at: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the pathway, reached by the first entry that passes its test."""

    id: str
    label: str
    triggers: tuple[Trigger, ...]
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Leads:
    """What a procedure says of which authority leads: for a child placed elsewhere, for children of several areas.

    ``home``: a child who is placed elsewhere stays with the home authority; else it is agreed and recorded.
    """

    cites: tuple[str, ...]
    placed: str = ""
    linked: str = ""
    home: bool = False


@dataclass(frozen=True, slots=True)
class Defect:
    """A place where a source contradicts itself or another, and the reading that is taken."""

    cites: tuple[str, ...]
    says: str
    reading: str


@dataclass(frozen=True)
class Pack:
    """One published version of a procedure. ``hash`` is over the bytes of its files.

    ``answers``: the ids of the lists that answer a question people come with, by the id of the question.
    """

    id: str
    version: str
    hash: str
    title: str
    published: str
    says: str
    rules: tuple[Rule, ...]
    guards: tuple[Guard, ...]
    prompts: tuple[PromptRule, ...]
    stages: tuple[Stage, ...]
    lists: Mapping[str, PackList]
    paragraphs: Mapping[str, Paragraph]
    defects: tuple[Defect, ...]
    rules_set_off: SetOff[Rule]
    guards_set_off: SetOff[Guard]
    stages_by_kind: Mapping[str, tuple[tuple[int, Trigger], ...]] = field(default_factory=dict)
    held_by: Mapping[str, HeldBy] = field(default_factory=dict)
    leads: Leads | None = None
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    language: Language = field(default_factory=Language)

    @cached_property
    def prompts_by_subject(self) -> Mapping[str, tuple[PromptRule, ...]]:
        """The prompts that speak of each kind of subject."""
        kinds = {kind for prompt in self.prompts for kind in prompt.subjects}
        return {kind: tuple(p for p in self.prompts if kind in p.subjects) for kind in kinds}

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule with this id, or None."""
        return next((r for r in self.rules if r.id == rule_id), None)
