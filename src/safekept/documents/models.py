"""A document as it was put forward, and what was decided on it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from safekept.access.gateway import CaseModel
from safekept.access.locked import Place
from safekept.access.policy import Rule
from safekept.documents.walls import DOCUMENT


class Document(CaseModel):
    """A document put forward by one person, and issued or sent back by another. Nothing but that is written later.

    ``locked``: the finished bytes, which open with the key file alone; empty where what they held was erased by law.
    ``digest``: SHA-256 of the bytes, in hexadecimal. ``plan``: for whom, which entries, what was decided by hand.
    """

    class Decision(models.TextChoices):
        """What the second person decided."""

        ISSUED = "issued", "Issued"
        SENT_BACK = "sent-back", "Sent back"

    wall: ClassVar[Rule] = DOCUMENT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField(db_index=True)
    account_id = models.UUIDField()
    agency_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    form = models.CharField(max_length=20)
    recipient = models.CharField(max_length=200)
    plan = models.JSONField()
    entry_ids = ArrayField(models.UUIDField(), default=list)
    locked = models.BinaryField()
    digest = models.CharField(max_length=64)
    asked_on = models.DateField(null=True)
    extended_why = models.TextField(blank=True)
    decision = models.CharField(max_length=10, blank=True, choices=Decision)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_why = models.TextField(blank=True)

    class Meta(CaseModel.Meta):
        ordering = ("-at", "id")
        indexes = (models.Index(fields=("agency_id",), name="documents_waiting", condition=models.Q(decision="")),)

    def __str__(self) -> str:
        return f"{self.form} of {self.at:%Y-%m-%d}"

    @property
    def place(self) -> Place:
        """Where the locked bytes stand, and alone open."""
        return Place("documents_document", str(self.pk), "locked")
