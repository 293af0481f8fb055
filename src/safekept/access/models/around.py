"""Which agencies are around a child, who asks to join them, and what was shared with others."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from safekept.access.gateway import CaseModel
from safekept.access.policy import CIRCLE, REASONS, REQUEST, SHARES, Rule
from safekept.access.sql import Columns
from safekept.kinds.vocabularies import SHARING_BASES


class Circle(CaseModel):
    """One agency around one child: it works with the child, and so sees the child's record where that is open."""

    class Basis(models.TextChoices):
        """Why the agency is in the circle."""

        HOME_AREA = "home-area", "Works in the child’s home area"
        HOST_AREA = "host-area", "Works in the area where the child is placed"
        ADDED = "added", "Added the child"
        CONCERN = "concern", "Recorded a concern"
        INVITED = "invited", "Brought in by another agency"
        ASKED = "asked", "Asked to join, and was let in"

    wall: ClassVar[Rule] = CIRCLE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    basis = models.CharField(max_length=20, choices=Basis)
    since = models.DateTimeField(default=timezone.now)

    class Meta(CaseModel.Meta):
        constraints = (models.UniqueConstraint(fields=("subject_id", "agency"), name="access_circle_once"),)
        indexes = (models.Index(fields=("agency", "subject_id"), name="access_circle_agency"),)

    def __str__(self) -> str:
        return f"{self.agency_id} around {self.subject_id}"


class Departure(CaseModel):
    """An agency left a child's circle: what stood, when it ended, who ended it and why.

    Written by the database itself with the change (see the migrations), so that nobody leaves without it.
    """

    wall: ClassVar[Rule] = REASONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField(db_index=True)
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=20, choices=Circle.Basis)
    since = models.DateTimeField()
    at = models.DateTimeField()
    account_id = models.UUIDField()
    why = models.TextField()

    class Meta(CaseModel.Meta):
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.agency_id} left {self.subject_id}"


class JoinRequest(CaseModel):
    """Somebody asks that their agency may join a child's circle; answered once, by somebody in it."""

    wall: ClassVar[Rule] = REQUEST

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField(db_index=True)
    account_id = models.UUIDField()
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    accepted = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answer = models.TextField(blank=True)

    class Meta(CaseModel.Meta):
        ordering = ("-at",)
        constraints = (
            models.UniqueConstraint(
                fields=("subject_id", "agency"), condition=models.Q(answered_at=None), name="access_one_open_request"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agency_id} asks to join {self.subject_id}"


class Share(CaseModel):
    """One entry was shown to an agency: by whom, why, and on what basis in law.

    ``asked_by``: the agency that asks for an answer, where the entry is a request. Whoever works where the entry was
    shown may then answer it, and records nothing else on a record to which they are not admitted.
    """

    wall: ClassVar[Rule] = SHARES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry_id = models.UUIDField()
    subject_id = models.UUIDField(db_index=True)
    agency = models.ForeignKey("directory.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    basis = models.CharField(max_length=20, choices=list(SHARING_BASES.items()))
    account_id = models.UUIDField()
    asked_by = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    wall_columns: ClassVar[Columns] = Columns(entry="entry_id")

    class Meta(CaseModel.Meta):
        constraints = (models.UniqueConstraint(fields=("agency", "entry_id"), name="access_share_once"),)
        indexes = (
            models.Index(
                fields=("asked_by", "at"), name="access_share_asks", condition=models.Q(asked_by__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.entry_id} shared with {self.agency_id}"
