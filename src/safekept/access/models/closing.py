"""What was decided about whose record: restricted, sealed, opened to persons by name, kept from others."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from safekept.access.gateway import CaseModel
from safekept.access.policy import COVERED, LOADER, OWN_OR_REASONS, REASONS, STUB, Rule
from safekept.access.sql import Columns


class Level(models.TextChoices):
    """How far a record is open."""

    OPEN = "open", "Open to the circle"
    RESTRICTED = "restricted", "Restricted to named people"
    SEALED = "sealed", "Sealed"


class Standing(CaseModel):
    """A record was restricted, sealed or opened: by whom and why. Appended; the latest counts (see ``Closed``).

    Opening what is sealed takes two: ``proposal_id`` names what somebody else proposed.
    """

    wall: ClassVar[Rule] = REASONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField(db_index=True)
    level = models.CharField(max_length=10, choices=Level)
    desk = models.ForeignKey("directory.Team", on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.TextField()
    account_id = models.UUIDField()
    proposal_id = models.UUIDField(null=True, unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta(CaseModel.Meta):
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.subject_id} {self.level}"


class Closed(CaseModel):
    """The records that are not open now, and whose duty desk to ask. Kept by the database from ``Standing``."""

    wall: ClassVar[Rule] = STUB

    subject_id = models.UUIDField(primary_key=True)
    level = models.CharField(max_length=10, choices=Level)
    desk = models.ForeignKey("directory.Team", on_delete=models.PROTECT, related_name="+", null=True)
    since = models.DateTimeField()

    class Meta(CaseModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.subject_id} {self.level}"


class Proposal(CaseModel):
    """Somebody proposes to open what is sealed (a record, or one entry of it); somebody else carries it out."""

    wall: ClassVar[Rule] = REASONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField(db_index=True)
    entry_id = models.UUIDField(null=True)
    level = models.CharField(max_length=10, choices=Level)
    reason = models.TextField()
    account_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta(CaseModel.Meta):
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.subject_id} to be {self.level}"


class Grant(CaseModel):
    """A record (or one sealed entry of it) was opened to one person: named, or by breaking the glass.

    Its end is written once: nothing else of it ever changes.
    """

    class Basis(models.TextChoices):
        """Why the person sees it."""

        NAMED = "named", "Named as needing to see it"
        JOINED = "joined", "Asked to see it, and was let in"
        BREAK_GLASS = "break-glass", "Opened it in an emergency"

    wall: ClassVar[Rule] = OWN_OR_REASONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField(db_index=True)
    entry_id = models.UUIDField(null=True)
    account_id = models.UUIDField()
    basis = models.CharField(max_length=12, choices=Basis)
    reason = models.TextField()
    given_by = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_why = models.TextField(blank=True)

    class Meta(CaseModel.Meta):
        ordering = ("-at",)
        indexes = (models.Index(fields=("account_id",), name="access_grant_live", condition=models.Q(ended_at=None)),)

    def __str__(self) -> str:
        return f"{self.subject_id} opened to {self.account_id}"

    @property
    def called(self) -> str:
        """What happened, in words."""
        return self.Basis(self.basis).label


class Bar(CaseModel):
    """A record is kept from one person, whatever else they were given: denied, or by a conflict of interest."""

    class Kind(models.TextChoices):
        """Why it is kept from the person."""

        DENIED = "denied", "Denied"
        CONFLICT = "conflict", "Conflict of interest"

    wall: ClassVar[Rule] = OWN_OR_REASONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField(db_index=True)
    account_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    given_by = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_why = models.TextField(blank=True)

    class Meta(CaseModel.Meta):
        ordering = ("-at",)
        indexes = (models.Index(fields=("account_id",), name="access_bar_live", condition=models.Q(ended_at=None)),)

    def __str__(self) -> str:
        return f"{self.subject_id} kept from {self.account_id}"

    @property
    def called(self) -> str:
        """What happened, in words."""
        return self.Kind(self.kind).label


class SealedEntry(CaseModel):
    """One entry of a record is for its author and for persons named alone. Its end is written once, by two people."""

    wall: ClassVar[Rule] = REASONS
    wall_columns: ClassVar[Columns] = Columns(entry="entry_id")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry_id = models.UUIDField()
    subject_id = models.UUIDField(db_index=True)
    author_id = models.UUIDField()
    reason = models.TextField()
    account_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    proposal_id = models.UUIDField(null=True, unique=True)

    class Meta(CaseModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("entry_id",), condition=models.Q(ended_at=None), name="access_entry_sealed_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id} sealed"


class Concealed(CaseModel):
    """A thing that sealed records or sealed entries alone mention, by each such entry: as hidden as all of them are.

    Worked out by ``record.concealing``; rebuildable.
    """

    wall: ClassVar[Rule] = LOADER

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thing_id = models.UUIDField(db_index=True)
    subject_id = models.UUIDField()
    entry_id = models.UUIDField()

    class Meta(CaseModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.thing_id} by {self.entry_id}"


class HiddenLink(CaseModel):
    """An entry about somebody names a child of whom nothing shows to some: sealed, or denied to a person.

    What they are told is owed does not rest on it. Worked out by ``record.duties``; rebuildable.
    """

    wall: ClassVar[Rule] = LOADER

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField()
    child_id = models.UUIDField()

    class Meta(CaseModel.Meta):
        constraints = (models.UniqueConstraint(fields=("child_id", "subject_id"), name="access_hidden_link_once"),)

    def __str__(self) -> str:
        return f"{self.child_id} named by {self.subject_id}"


class Cover(CaseModel):
    """Somebody of the same agency stands in for a person who is away: sees what was opened to them by name."""

    wall: ClassVar[Rule] = COVERED

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    covered_by = models.UUIDField(db_index=True)
    agency_id = models.UUIDField()
    reason = models.TextField()
    given_by = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    starts = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta(CaseModel.Meta):
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.covered_by} for {self.account_id}"
