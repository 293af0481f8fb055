"""Restricting, sealing and opening records and entries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects

from safekept.access.models import Closed, Grant, Proposal, SealedEntry, Standing
from safekept.access.models.closing import Level
from safekept.access.policy import MANAGERS
from safekept.access.problems import NotDone, allow, end, said
from safekept.access.viewer import Viewer
from safekept.directory.models import Account, Team
from safekept.directory.roles import Role

RELEASERS = MANAGERS | {Role.GUARDIAN.value}
WHO = "Only a manager or a CSE co-ordinator who sees this record decides that. Ask yours."


@dataclass(frozen=True)
class Closing:
    """How a record is to be closed: ``desk`` is the team whose duty line others are told, ``named`` who sees it."""

    level: Level
    reason: str
    desk: Team | None
    named: Collection[UUID]


def level_of(subject_id: UUID) -> Closed | None:
    """How the record is closed, where it is and the viewer may know; None: open."""
    found = Closed.objects.read("t.subject_id = %(subject)s", subject=subject_id)
    prefetch_related_objects(found, "desk__agency")
    return found[0] if found else None


def close(viewer: Viewer, subject_id: UUID, how: Closing) -> None:
    """Restrict or seal a record. Whoever does so, and whoever they name, sees it on. Raises NotDone."""
    allow(viewer.role in MANAGERS, WHO)
    reason = said(how.reason, "reason", "Say why, in a sentence: those who see the record, and the guardian, read it.")
    if how.level == Level.OPEN:
        raise NotDone("level", "Choose whether the record is restricted or sealed.")
    if how.level == Level.RESTRICTED and (how.desk is None or not how.desk.duty_phone):
        raise NotDone("desk", "Choose the duty desk that others are told to call. It needs a telephone number.")
    before = level_of(subject_id)
    if before is not None and before.level == Level.SEALED and how.level != Level.SEALED:
        raise NotDone("level", "This record is sealed. Opening it takes two people: propose it.")
    named = {one.pk: one for one in Account.objects.filter(pk__in=how.named, is_active=True)}
    if set(how.named) - set(named):
        raise NotDone("named", "Somebody whom you named has no account any more. Choose again.")
    with transaction.atomic():
        for account_id in {viewer.account_id, *named}:
            name_person(viewer, subject_id, account_id, reason)
        Standing.objects.create(
            subject_id=subject_id, level=how.level, desk=how.desk, reason=reason, account_id=viewer.account_id
        )


def name_person(
    viewer: Viewer, subject_id: UUID, account_id: UUID, reason: str, entry_id: UUID | None = None
) -> Grant | None:
    """Open a record, or one sealed entry, to a person by name; None where it is open to them by name already."""
    held = Grant.objects.filter(
        subject_id=subject_id, account_id=account_id, entry_id=entry_id, ended_at=None, until=None
    )
    if held.exists():
        return None
    made: Grant = Grant.objects.create(
        subject_id=subject_id, entry_id=entry_id, account_id=account_id, basis=Grant.Basis.NAMED,
        reason=reason, given_by=viewer.account_id,
    )  # fmt: skip
    return made


def open_up(viewer: Viewer, subject_id: UUID, reason: str) -> None:
    """Open a restricted record to its circle again. Raises NotDone."""
    allow(viewer.role in RELEASERS, WHO)
    text = said(reason, "reason", "Say what has changed, in a sentence.")
    before = level_of(subject_id)
    if before is None:
        raise NotDone("", "This record is open already.")
    if before.level == Level.SEALED:
        raise NotDone("", "This record is sealed. Opening it takes two people: propose it.")
    Standing.objects.create(
        subject_id=subject_id, level=Level.OPEN, reason=text, account_id=viewer.account_id, desk=None
    )


def propose(viewer: Viewer, subject_id: UUID, level: Level, reason: str, entry_id: UUID | None = None) -> Proposal:
    """Propose to open what is sealed; somebody else carries it out. Raises NotDone."""
    allow(viewer.role in RELEASERS, WHO)
    text = said(reason, "reason", "Say what has changed, in a sentence: the second person decides on it.")
    if level == Level.SEALED:
        raise NotDone("level", "Choose whether the record is to be restricted or open.")
    made: Proposal = Proposal.objects.create(
        subject_id=subject_id, entry_id=entry_id, level=level, reason=text, account_id=viewer.account_id
    )
    return made


def carry_out(viewer: Viewer, proposal_id: UUID) -> Proposal:
    """Open what somebody else proposed to open. Raises NotDone."""
    allow(viewer.role in RELEASERS, WHO)
    found: Proposal | None = Proposal.objects.filter(pk=proposal_id).first()
    if found is None:
        raise NotDone("", "There is no such proposal. Open the page again.")
    if found.account_id == viewer.account_id:
        raise NotDone("", "You proposed this yourself. It takes a second person: ask another manager or the guardian.")
    if found.entry_id is not None:
        sealed = SealedEntry.objects.filter(entry_id=found.entry_id)
        end(viewer, sealed, "This entry is not sealed any more.", proposal_id=found.pk)
        return found
    before = level_of(found.subject_id)
    if before is None or before.level != Level.SEALED:
        raise NotDone("", "This record is not sealed any more.")
    desk = before.desk if found.level == Level.RESTRICTED else None
    Standing.objects.create(
        subject_id=found.subject_id, level=found.level, desk=desk, reason=found.reason,
        account_id=viewer.account_id, proposal_id=found.pk,
    )  # fmt: skip
    return found


def seal_entry(
    viewer: Viewer, entry_id: UUID, subject_id: UUID, author_id: UUID, reason: str, named: Collection[UUID]
) -> None:
    """Keep one entry for its author and for named people. Raises NotDone."""
    allow(viewer.role in MANAGERS, WHO)
    text = said(reason, "reason", "Say why, in a sentence: those who see the entry, and the guardian, read it.")
    if SealedEntry.objects.filter(entry_id=entry_id, ended_at=None).exists():
        raise NotDone("", "This entry is sealed already.")
    with transaction.atomic():
        for account_id in {viewer.account_id, *named}:
            name_person(viewer, subject_id, account_id, text, entry_id)
        SealedEntry.objects.create(
            entry_id=entry_id, subject_id=subject_id, author_id=author_id, reason=text, account_id=viewer.account_id
        )


def waiting_proposals(subject_ids: Collection[UUID] | None = None) -> list[Proposal]:
    """What somebody proposed to open since it was sealed and nobody has carried out, the oldest first."""
    about = {} if subject_ids is None else {"subject_id__in": list(subject_ids)}
    found = list(Proposal.objects.filter(**about).order_by("at"))
    sealed = dict(Closed.objects.filter(level=Level.SEALED, **about).values_list("subject_id", "since"))
    shut = dict(SealedEntry.objects.filter(ended_at=None, **about).values_list("entry_id", "at"))
    since = {one.pk: sealed.get(one.subject_id) if one.entry_id is None else shut.get(one.entry_id) for one in found}
    return [one for one in found if (moment := since[one.pk]) is not None and one.at > moment]
