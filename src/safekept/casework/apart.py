"""What is typed into forms, looked through for an address or a contact that is kept apart (``vault.kept_out``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from safekept.access.problems import NotDone
from safekept.access.viewer import Viewer
from safekept.govuk.forms import Problem
from safekept.govuk.values import Raw, first
from safekept.vault import actions as vault

KEEP_IT = "apart-kept"
"""The tick of somebody who has read the warning and goes on."""
TAKE_IT_OUT = "Take it out: it may not be written here."


def is_ticked(raw: Raw) -> bool:
    """Whether somebody has read the warning and goes on."""
    return bool(first(raw, KEEP_IT))


def answers(raw: Raw, names: Iterable[str]) -> list[str]:
    """What was typed in answer to some questions."""
    return [text for name in names for text in raw.get(name, ())]


def warning(held: vault.HoldsKeptApart) -> Problem:
    """What to say about an entry that holds it: whoever records it may go on."""
    says = f"{held} Everybody who sees the entry would read it. Take it out, or tick that it stays."
    return Problem(KEEP_IT, KEEP_IT, says)


def refusal(held: vault.HoldsKeptApart) -> Problem:
    """What to say where the entry would go on to an agency that was shown the one before: nobody ticks that away."""
    says = f"{held} An agency outside was shown what this corrects or takes back, and would read it too. Take it out."
    return Problem("", "", says)


@contextmanager
def never_written(viewer: Viewer, subject_id: UUID, otherwise: str = TAKE_IT_OUT) -> Iterator[vault.Written]:
    """``vault.kept_out`` for what others outside may read, or what lies beside a file. Raises NotDone."""
    try:
        with vault.kept_out(viewer, subject_id) as written:
            yield written
    except vault.HoldsKeptApart as held:
        raise NotDone("", f"{held} {otherwise}") from None
