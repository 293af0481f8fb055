"""What people do with versions of a procedure. Each asks again who may, whatever the page showed."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from safekept.access.middleware import NotAllowed
from safekept.access.viewer import Viewer
from safekept.directory import procedures, proposals
from safekept.directory.models import Adoption, ProposedPack
from safekept.directory.roles import Role
from safekept.record import trying
from safekept.record.trying import Difference, Trial

MAY_PUT_FORWARD = frozenset({Role.COORDINATOR.value, Role.BOARD.value, Role.ADMINISTRATOR.value})
MAY_TRY = frozenset({Role.COORDINATOR.value})
MAY_ADOPT = frozenset({Role.BOARD.value, Role.ADMINISTRATOR.value})
TRIED_FOR = 15.0
"""Seconds that one page tries for; the rest of the children is for the next."""
REFUSED = {
    "put forward": "Only co-ordinators, board members and administrators put a version forward. Ask one of them.",
    "try": "Only the area’s CSE co-ordinators try a version on its children. Ask one of them.",
    "adopt": "Only board members and administrators adopt a version for their area. Ask one of them.",
}


@dataclass
class Tried:
    """What a version would change for some children. ``after``: where the next page goes on, None at the end."""

    trial: Trial = field(default_factory=Trial)
    differences: list[Difference] = field(default_factory=list)
    children: int = 0
    begun_at: int = 0
    after: UUID | None = None


def put_forward(viewer: Viewer, files: Mapping[str, str], folder: str) -> ProposedPack:
    """Put a version forward for the viewer's own area. Raises NotAllowed, and what ``proposals.put_forward`` does."""
    _only(viewer, MAY_PUT_FORWARD, "put forward")
    return proposals.put_forward(files, folder, viewer.area, _named(viewer))


def take_back(viewer: Viewer, proposal: ProposedPack) -> None:
    """Put a version forward no longer. Raises NotAllowed."""
    _only(viewer, MAY_PUT_FORWARD, "put forward", proposal)
    proposals.take_back(proposal)


def adopt(viewer: Viewer, proposal: ProposedPack, starts: dt.date) -> Adoption:
    """Let the viewer's area follow a version from a day on. Raises NotAllowed, and what ``proposals.adopt`` does."""
    _only(viewer, MAY_ADOPT, "adopt", proposal)
    return proposals.adopt(proposal, starts, _named(viewer))


def try_it(viewer: Viewer, proposal: ProposedPack, after: UUID | None) -> Tried:
    """Try a version on the children of the viewer's area, as far as the viewer sees their records. Raises NotAllowed.

    Call inside ``viewing``. It goes on for some seconds, and says after which child it stopped.
    """
    _only(viewer, MAY_TRY, "try", proposal)
    new, library, now = proposals.pack_of(proposal), procedures.library(), timezone.now()
    every = trying.children_of(proposal.area_id)
    left = [one for one in every if after is None or one > after]
    found = Tried(children=len(every), begun_at=len(every) - len(left))
    started = time.monotonic()
    for some in trying.parts(left):
        if found.trial.read and time.monotonic() - started > TRIED_FOR:
            break
        differ = trying.differences(library, new, proposal.area_id, some, now)
        found.trial.add(len(some), differ)
        found.differences += differ
        found.after = some[-1]
    if found.begun_at + found.trial.read >= found.children:
        found.after = None
    return found


def _only(viewer: Viewer, roles: Collection[str], what: str, proposal: ProposedPack | None = None) -> None:
    """Raise NotAllowed unless the viewer's role may, and the version is put forward in their own area."""
    if viewer.role not in roles:
        raise NotAllowed(REFUSED[what], f"{what} a procedure")
    if proposal is not None and proposal.area_id != viewer.area:
        raise NotAllowed("That version is put forward in another area.", f"{what} a procedure")


def _named(viewer: Viewer) -> str:
    return f"{viewer.name}, {Role(viewer.role).label}"
