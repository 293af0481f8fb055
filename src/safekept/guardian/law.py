"""What the pages under the law ask and do: the acts are those of the command line (``proof.acts``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from safekept.access.middleware import NotAllowed
from safekept.access.problems import NotDone
from safekept.access.viewer import Viewer
from safekept.govuk.values import Raw, first
from safekept.proof import acts, retaining
from safekept.proof.acts import ActRefused, ActRow
from safekept.register import names

from . import queries

ONLY_DECIDERS = "Information guardians and administrators decide what is kept and erased. Ask one of them."
LONGEST = {"reason": 500, "reference": 200}
MOST_ENTRIES = 200
NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
BASES = [(name, label) for name, label in acts.BASES.items() if name != acts.RETENTION]
FIELDS: Mapping[str, str] = {
    "Say why.": "reason",
    "Say on what basis": "basis",
    "One of these entries": "entries",
    "All of this": "entries",
    "There is no such record": "record",
}
"""How what the acts refuse begins, and beside which answer it stands."""


@dataclass(frozen=True, slots=True)
class Row:
    """An act that waits, or a hold that is on, as a page lists it."""

    act: ActRow
    who: str
    about: str
    basis: str
    own: bool
    by_rule: bool


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks; refuses everybody who does not decide this."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None or viewer.role not in retaining.DECIDES:
        raise NotAllowed(ONLY_DECIDERS)
    return viewer


def rows(viewer: Viewer, found: Sequence[ActRow]) -> list[Row]:
    """Acts with who did them and whom they are about: by name for those who see names, else by number."""
    people = queries.people(one.account_id for one in found)
    called = names.called(subject for one in found for subject in one.subject_ids)
    return [
        Row(
            one,
            queries.called(people.get(one.account_id)) if one.account_id.int else "Safekept, by the rules of the area",
            about(one, called),
            acts.BASES.get(one.basis, ""),
            one.account_id == viewer.account_id,
            one.basis == acts.RETENTION,
        )
        for one in found
    ]


def about(act: ActRow, called: Mapping[UUID, names.Called]) -> str:
    """What an act is about, in words."""
    whose = ", ".join(record(one, called) for one in act.subject_ids)
    number = len(act.entry_ids)
    return f"{number} {'entry' if number == 1 else 'entries'} of {whose}" if number else whose


def record(subject_id: UUID, called: Mapping[UUID, names.Called]) -> str:
    """A record by its name, or by its number for those who see no names."""
    return called[subject_id].label if subject_id in called else f"record {subject_id}"


def ask(viewer: Viewer, sent: Raw) -> None:
    """Ask for entries to be erased. Raises NotDone."""
    entries = numbers(first(sent, "entries"), "entries", "an entry", "/children/")
    if len(entries) > MOST_ENTRIES:
        raise NotDone("entries", f"Name {MOST_ENTRIES} entries or fewer at a time. There are {len(entries)}.")
    told = [first(sent, name) for name in ("basis", "reference", "reason")]
    _do(sent, lambda: acts.ask(viewer, entries, *told))


def agree(viewer: Viewer, asked: UUID, sent: Raw) -> None:
    """Agree, and so erase. Raises NotDone."""
    if not first(sent, "sure"):
        raise NotDone("sure", "Confirm that it cannot be brought back.")
    _do(sent, lambda: retaining.carry_out(viewer, asked, first(sent, "reason"), timezone.localdate()))


def refuse(viewer: Viewer, asked: UUID, sent: Raw) -> None:
    """Answer that nothing is erased. Raises NotDone."""
    _do(sent, lambda: acts.refuse(viewer, asked, first(sent, "reason")))


def hold(viewer: Viewer, sent: Raw) -> None:
    """Put a legal hold on a record. Raises NotDone."""
    found = numbers(first(sent, "record"), "record", "a record", "/entries/")
    if len(found) != 1:
        raise NotDone("record", "Put a hold on one record at a time.")
    _do(sent, lambda: acts.hold(viewer, found[0], first(sent, "reason"), first(sent, "reference")))


def lift(viewer: Viewer, held: UUID, sent: Raw) -> None:
    """Lift a legal hold. Raises NotDone."""
    _do(sent, lambda: acts.lift(viewer, held, first(sent, "reason")))


def numbers(text: str, field: str, of: str, never: str) -> list[UUID]:
    """The numbers in some lines, each an address or a number by itself. Raises NotDone, naming the line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise NotDone(field, f"Give the address of {of}, or the number at its end.")
    found = []
    for place, line in enumerate(lines, 1):
        number = NUMBER.search(line)
        if number is None or never in line:
            raise NotDone(field, f"Line {place} is not the address of {of}. Copy it from the page of {of}.")
        found.append(UUID(number.group()))
    return list(dict.fromkeys(found))


def choose(answer: str) -> Callable[[Viewer, UUID, Raw], None]:
    """What an answer to what was asked does. Raises NotDone for none."""
    does = {"agree": agree, "refuse": refuse}.get(answer)
    if does is None:
        raise NotDone("answer", "Choose whether it is erased.")
    return does


def answer(viewer: Viewer, asked: UUID, sent: Raw) -> None:
    """Agree or refuse, as was chosen. Raises NotDone."""
    choose(first(sent, "answer"))(viewer, asked, sent)


def doing(does: Callable[..., None], viewer: Viewer, *told: Any) -> Callable[[], None]:
    """An act to be tried."""
    return partial(does, viewer, *told)


def _do(sent: Raw, does: Callable[[], UUID]) -> None:
    """Do it; what the acts or the database refuse stands beside the answer that it speaks of."""
    for name, most in LONGEST.items():
        if len(first(sent, name)) > most:
            raise NotDone(name, f"Use {most} characters or fewer; there are {len(first(sent, name))}.")
    if not first(sent, "reason").strip():
        raise NotDone("reason", "Say why, in words that name nobody: they stay.")
    try:
        does()
    except ActRefused as refused:
        says = str(refused)
        raise NotDone(next((field for start, field in FIELDS.items() if says.startswith(start)), ""), says) from None
