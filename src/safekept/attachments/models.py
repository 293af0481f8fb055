"""Files as they came and as they are shown, locked; who may see the entry may see them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from safekept.access.gateway import CaseModel
from safekept.access.locked import Place
from safekept.access.policy import ENTRY, Rule
from safekept.access.sql import Columns
from safekept.record.models import Entry

BY_ENTRY = Columns(
    subject="entry__subject_id",
    audience="entry__audience",
    agency="entry__agency_id",
    author="entry__account_id",
    entry="entry_id",
)


class Original(CaseModel):
    """A file as it came, locked. What it is, its size and its hash stand in its entry, which is in the chain."""

    wall: ClassVar[Rule] = ENTRY
    wall_columns: ClassVar[Columns] = BY_ENTRY

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    locked = models.BinaryField()

    def __str__(self) -> str:
        return f"the file of {self.entry_id}"

    @property
    def place(self) -> Place:
        """Where it opens."""
        return Place("attachments_original", str(self.pk), "locked")


class Page(CaseModel):
    """One page as it is shown, locked: a JPEG of ``width`` by ``height`` pixels made here, or words (no width)."""

    wall: ClassVar[Rule] = ENTRY
    wall_columns: ClassVar[Columns] = BY_ENTRY

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    number = models.PositiveSmallIntegerField("from 1")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    locked = models.BinaryField()

    class Meta(CaseModel.Meta):
        constraints = (models.UniqueConstraint(fields=("entry", "number"), name="attachments_page_once"),)

    def __str__(self) -> str:
        return f"page {self.number} of {self.entry_id}"

    @property
    def place(self) -> Place:
        """Where it opens."""
        return Place("attachments_page", str(self.pk), "locked")
