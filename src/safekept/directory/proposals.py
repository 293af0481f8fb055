"""Versions that an area's people put forward: checked whole before they are kept, then adopted or taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from safekept.directory import procedures
from safekept.directory.models import Adoption, ProposedPack
from safekept.directory.procedures import NotAdopted
from safekept.procedures import Pack, load_pack
from safekept.procedures.ready import faults

MOST_RULES = 500
"""Rules of a version that is put forward: ten times as many as the procedures have, and an end to what checks take."""
GONE = "Nothing is put forward at this address in your area. It may have been adopted or taken back."


class NotReady(Exception):
    """A version with faults is not kept; ``faults`` says each in a sentence, with its file and line."""

    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__("\n".join(found))
        self.faults = found


def put_forward(files: Mapping[str, str], folder: str, area: str, by: str) -> ProposedPack:
    """Keep the version that these files (path to text) hold, for an area; the same version before it is replaced.

    ``folder`` names the files in messages. Raises PackError where they do not load, NotReady with all faults, and
    NotAdopted where its version is published with another text or says nothing new. Then nothing is kept.
    """
    with procedures.in_folder(files, folder) as place:
        pack = load_pack(place)
        if len(pack.rules) > MOST_RULES:
            raise NotAdopted(
                f"It has {len(pack.rules):,} rules; at most {MOST_RULES} are checked here. Leave some out."
            )
        procedures.published_before(pack)
        followed = procedures.pack_of(area)
        if followed is not None and followed.hash == pack.hash:
            raise NotAdopted(f"This is version {pack.version}, word for word as the area follows it today.")
        found = faults(place, pack, procedures.library())
    if found:
        raise NotReady(tuple(f"{fault.where}: {fault.says}" for fault in found))
    with transaction.atomic():
        ProposedPack.objects.filter(area_id=area, pack_id=pack.id, version=pack.version).delete()
        return ProposedPack.objects.create(
            area_id=area, hash=pack.hash, pack_id=pack.id, version=pack.version, files=dict(files), put_forward_by=by
        )


def of_area(area: str) -> list[ProposedPack]:
    """What is put forward in an area, the latest first."""
    return list(ProposedPack.objects.filter(area_id=area).select_related("area"))


def find(proposal_id: UUID, area: str) -> ProposedPack | None:
    """One version put forward, as the people of its own area find it."""
    found: ProposedPack | None = (
        ProposedPack.objects.filter(pk=proposal_id, area_id=area).select_related("area").first()
    )
    return found


def pack_of(proposal: ProposedPack) -> Pack:
    """The procedure that was put forward."""
    return procedures.unpacked(proposal)


def adopt(proposal: ProposedPack, starts: dt.date, by: str) -> Adoption:
    """Let the area follow it from a day on; it is no longer put forward then. Raises what ``procedures.adopt`` does."""
    with transaction.atomic():
        held = ProposedPack.objects.select_for_update().filter(pk=proposal.pk).first()
        if held is None:
            raise NotAdopted("This version is no longer put forward: it was adopted or taken back meanwhile.")
        with procedures.in_folder(held.files) as folder:
            made = procedures.adopt(folder, held.area_id, starts, by)
        held.delete()
    return made


def take_back(proposal: ProposedPack) -> None:
    """Put it forward no longer."""
    proposal.delete()
