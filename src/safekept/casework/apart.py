"""Before an entry is recorded: does it hold an address or a contact that is kept apart?"""

from __future__ import annotations

from uuid import UUID

from safekept.govuk.forms import Problem
from safekept.govuk.values import Raw, first
from safekept.vault import actions as vault

KEEP_IT = "apart-kept"
"""The tick of somebody who has read the warning and goes on."""
NOT_TEXT = ("client_key", "answers", "csrfmiddlewaretoken", KEEP_IT)


def problems(subject_id: UUID, raw: Raw, ticked: bool | None = None) -> list[Problem]:
    """What to say about a text that holds what is kept apart; nothing to somebody who may not know that it is.

    ``ticked``: whether they go on all the same, where the form's own input does not say so.
    """
    if ticked if ticked is not None else first(raw, KEEP_IT):
        return []
    texts = [text for name, some in raw.items() if name not in NOT_TEXT for text in some]
    found = vault.found_in(subject_id, texts)
    kinds = ", ".join(dict.fromkeys(row.get_what_display().lower() for row in found))
    says = (
        f"This holds something that is kept apart ({kinds}). Everybody who sees the entry would read it. Take it out, "
        "or tick that it stays."
    )
    return [Problem(KEEP_IT, KEEP_IT, says)] if found else []
