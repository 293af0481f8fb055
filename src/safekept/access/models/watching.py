"""What was read, and what the guardian is told quietly."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from safekept.access.gateway import CaseModel
from safekept.access.policy import READ_EVENT, WATCHED, Rule
from safekept.access.sql import Columns


class ReadEvent(CaseModel):
    """Something was read, or was refused: by whom, for what, which rows. Appended, never changed.

    Where a page shows one record, the first of ``ids`` says whose.
    """

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
        indexes = (
            models.Index(fields=("account_id", "at"), name="access_read_account"),
            models.Index(fields=("at",), name="access_read_at"),
            GinIndex(fields=("ids",), name="access_read_ids"),
        )

    def __str__(self) -> str:
        return f"{self.what} at {self.at:%Y-%m-%d %H:%M}"


class Alert(CaseModel):
    """Something that the guardian looks at: an emergency opening, a sealed record searched for, an unusual pattern.

    Only the guardian sees it. The review is written once, by a guardian whom it is not about. ``pattern`` says which
    pattern it was; ``key`` is the same for the same occasion, so that nobody is told twice.
    """

    class Kind(models.TextChoices):
        """What happened."""

        BREAK_GLASS = "break-glass", "A record was opened in an emergency"
        SEALED_SOUGHT = "sealed-sought", "Somebody looked for a person whose record is sealed"
        BARRED_SOUGHT = "barred-sought", "Somebody looked for a person whose record is kept from them"
        PROGRAM_KEY = "program-key", "A program was given a key to act for somebody"
        PATTERN = "pattern", "An unusual pattern of reading"

    class Finding(models.TextChoices):
        """What the review found."""

        IN_ORDER = "in-order", "In order"
        FALSE_ALARM = "false-alarm", "False alarm"
        CONCERN = "concern", "Not in order: taken further"

    wall: ClassVar[Rule] = WATCHED

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    subject_id = models.UUIDField(null=True)
    account_id = models.UUIDField()
    grant_id = models.UUIDField(null=True)
    pattern = models.CharField(max_length=30, blank=True, default="")
    key = models.CharField(max_length=150, null=True, unique=True)
    says = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)
    finding = models.CharField(max_length=12, blank=True, choices=Finding)
    review = models.TextField(blank=True)

    class Meta(CaseModel.Meta):
        ordering = ("-at",)
        indexes = (models.Index(fields=("at",), name="access_alert_open", condition=models.Q(reviewed_at=None)),)

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
