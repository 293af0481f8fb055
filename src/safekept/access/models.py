"""Which agencies are around a child, and what was read."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from safekept.access.gateway import CaseModel
from safekept.access.policy import JOINING, READ_EVENT, Rule
from safekept.access.sql import Columns


class Circle(CaseModel):
    """One agency around one child: it works with the child, and so sees the child's record."""

    class Basis(models.TextChoices):
        """Why the agency is in the circle."""

        HOME_AREA = "home-area", "Works in the child’s home area"
        HOST_AREA = "host-area", "Works in the area where the child is placed"
        ADDED = "added", "Added the child"
        CONCERN = "concern", "Recorded a concern"
        INVITED = "invited", "Brought in by another agency"

    wall: ClassVar[Rule] = JOINING

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


class ReadEvent(CaseModel):
    """Something was read, or was refused: by whom, for what, which rows. Appended, never changed."""

    wall: ClassVar[Rule] = READ_EVENT
    wall_columns: ClassVar[Columns] = Columns()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    agency_id = models.UUIDField()
    role = models.CharField(max_length=20)
    purpose = models.CharField(max_length=200)
    what = models.CharField(max_length=200)
    ids = ArrayField(models.UUIDField(), default=list)
    at = models.DateTimeField(default=timezone.now)
    allowed = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta(CaseModel.Meta):
        indexes = (models.Index(fields=("account_id", "at"), name="access_read_account"),)

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%Y-%m-%d %H:%M}"
