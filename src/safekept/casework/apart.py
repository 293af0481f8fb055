"""Before something is recorded: does it hold an address or a contact that is kept apart?"""

from __future__ import annotations

from uuid import UUID

from safekept.access.problems import NotDone
from safekept.govuk.forms import Problem
from safekept.govuk.values import Raw, first
from safekept.vault import actions as vault

KEEP_IT = "apart-kept"
"""The tick of somebody who has read the warning and goes on."""
NOT_TEXT = ("client_key", "answers", "csrfmiddlewaretoken", KEEP_IT)


def problems(subject_id: UUID, raw: Raw, ticked: bool | None = None) -> list[Problem]:
    """What to say about an entry that holds what is kept apart; nothing to somebody who may not know that it is.

    ``ticked``: whether they go on all the same, where the form's own input does not say so.
    """
    if ticked if ticked is not None else first(raw, KEEP_IT):
        return []
    kinds = _kinds(subject_id, raw)
    says = (
        f"This holds something that is kept apart ({kinds}). Everybody who sees the entry would read it. Take it out, "
        "or tick that it stays."
    )
    return [Problem(KEEP_IT, KEEP_IT, says)] if kinds else []


def refuse(subject_id: UUID, raw: Raw, otherwise: str = "Take it out: it may not be written here.") -> None:
    """Stop what others outside may read, or what lies beside a file, where it holds what is kept apart.

    Raises NotDone; never for somebody who may not know that something is kept apart.
    """
    kinds = _kinds(subject_id, raw)
    if kinds:
        raise NotDone("", f"This holds something that is kept apart ({kinds}). {otherwise}")


def _kinds(subject_id: UUID, raw: Raw) -> str:
    """What sorts of things that are kept apart stand in what was typed."""
    texts = [text for name, some in raw.items() if name not in NOT_TEXT for text in some]
    found = vault.found_in(subject_id, texts)
    return ", ".join(dict.fromkeys(row.get_what_display().lower() for row in found))
