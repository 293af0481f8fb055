"""What is kept apart: the text locked, and beside it what it is, from whom and why."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from safekept.access.gateway import CaseModel
from safekept.access.locked import Place
from safekept.access.policy import KEPT_APART, Rule
from safekept.redaction import Sort


class KeptApart(CaseModel):
    """One address or contact. Appended; only its end is written later, once.

    ``locked``: the text, which opens with the key file alone, and in this row alone. ``kept_from``: the people
    (things) it is concealed from by name; from everybody outside the circle it is concealed anyway.
    """

    class What(models.TextChoices):
        """What it is."""

        HOME = "home", "Where they live"
        PLACEMENT = "placement", "Placement"
        REFUGE = "refuge", "Refuge or safe house"
        SCHOOL = "school", "School or college"
        WORK = "work", "Place of work"
        PHONE = "phone", "Phone number"
        OTHER = "other", "Other contact, such as an email or online name"

    wall: ClassVar[Rule] = KEPT_APART

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField(db_index=True)
    what = models.CharField(max_length=12, choices=What)
    locked = models.BinaryField()
    kept_from = ArrayField(models.UUIDField(), default=list)
    why = models.TextField()
    account_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_why = models.TextField(blank=True)

    class Meta(CaseModel.Meta):
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.get_what_display()}, kept apart since {self.at:%Y-%m-%d}"

    @property
    def place(self) -> Place:
        """Where the locked text stands, and alone opens."""
        return Place("vault_keptapart", str(self.pk), "locked")

    @property
    def sort(self) -> Sort:
        """How it is looked for in texts."""
        return {self.What.PHONE: Sort.PHONE, self.What.OTHER: Sort.OTHER}.get(self.What(self.what), Sort.ADDRESS)
