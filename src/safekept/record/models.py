"""The record: entries appended and never changed, what they mention, and what they make owed."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from safekept.access.gateway import CaseModel
from safekept.access.policy import DRAFT, ENTRY, LOOK, MENTION, Rule
from safekept.access.sql import Columns
from safekept.access.viewer import current_sight
from safekept.kinds.vocabularies import AGENCIES, BASES
from safekept.record.entries import without
from safekept.record.walls import OBLIGATION

MARKING = models.Q(kind__in=("screening", "missing", "found", "withdrawn")) | models.Q(supersedes__isnull=False)
"""The entries from which lists know a child's category, and whether the child is missing (see ``record.lists``)."""
WAITING = models.Q(status="open", due__isnull=True)


class Entry(CaseModel):
    """Something that somebody recorded, at a time, about someone. A correction is another entry that supersedes it.

    ``at`` is when it happened (the earliest possible moment where ``at_latest`` is set); ``digest`` stands for the
    salted content in the chain, so that content can be erased by law and the chain still holds.
    """

    wall: ClassVar[Rule] = ENTRY

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    at_latest = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    agency_kind = models.CharField(max_length=30, choices=list(AGENCIES.items()))
    agency_id = models.UUIDField()
    account_id = models.UUIDField()
    basis = models.CharField(max_length=10, blank=True, choices=list(BASES.items()))
    text = models.TextField(blank=True)
    fields = models.JSONField(default=dict)
    answers = ArrayField(models.UUIDField(), default=list)
    supersedes = models.UUIDField(null=True)
    audience = ArrayField(models.CharField(max_length=30), default=list)
    client_key = models.UUIDField()
    shard = models.SmallIntegerField()
    seq = models.BigIntegerField()
    salt = models.BinaryField()
    digest = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta(CaseModel.Meta):
        indexes = (
            models.Index(fields=("subject_id", "at"), name="record_entry_subject"),
            models.Index(fields=("account_id", "recorded_at"), name="record_entry_author"),
            models.Index(fields=("subject_id", "recorded_at"), name="record_entry_latest"),
            models.Index(fields=("recorded_at",), name="record_entry_concern", condition=models.Q(kind="concern")),
            models.Index(fields=("subject_id",), name="record_entry_screening", condition=models.Q(kind="screening")),
            models.Index(fields=("subject_id",), name="record_entry_marks", condition=MARKING),
            models.Index(
                fields=("supersedes",), name="record_entry_corrects", condition=models.Q(supersedes__isnull=False)
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("account_id", "client_key"), name="record_entry_once"),
            models.UniqueConstraint(fields=("shard", "seq"), name="record_entry_chain"),
        )

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Entry:
        """The row as the viewer may know it: without another child of whom nothing shows to them."""
        row: Entry = super().from_db(db, field_names, values)
        sight = current_sight()
        if sight is not None and sight.reach.hidden and "fields" in field_names:
            row.fields = without(row.fields, sight.reach.hidden)
        return row

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class Mention(CaseModel):
    """A thing that an entry mentions, and its role in that entry alone."""

    wall: ClassVar[Rule] = MENTION
    wall_columns: ClassVar[Columns] = Columns(
        subject="entry__subject_id",
        audience="entry__audience",
        agency="entry__agency_id",
        author="entry__account_id",
        thing="thing_id",
        entry="entry_id",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="mentions", db_constraint=False)
    thing_id = models.UUIDField(db_index=True)
    role = models.CharField(max_length=40)

    class Meta(CaseModel.Meta):
        constraints = (models.UniqueConstraint(fields=("entry", "thing_id", "role"), name="record_mention_once"),)

    def __str__(self) -> str:
        return f"{self.thing_id} as {self.role}"


class Obligation(CaseModel):
    """What a subject is owed: a cache of ``procedures.evaluate`` on the whole history, for lists of work.

    ``area``: the subject's own, for the co-ordinator's list. Never says 'overdue': that is read from ``due`` at the
    moment of asking. ``seen_by``: the kinds of agency it is for; empty: all of the circle. Where
    some entries are limited to some kinds of agency, the others have rows of their own, worked out without those.
    ``sealed_side``: the same for sealed entries, and for hidden children whom entries name; ``with`` is for those who
    see all of them, ``without`` for the others.
    """

    class Status(models.TextChoices):
        """Where the duty stands, time aside."""

        OPEN = "open", "Open"
        MET = "met", "Met"
        MET_LATE = "met-late", "Met late"
        LAPSED = "lapsed", "Lapsed"

    wall: ClassVar[Rule] = OBLIGATION
    wall_columns: ClassVar[Columns] = Columns(audience="seen_by")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_id = models.UUIDField()
    rule = models.CharField(max_length=100)
    root = models.CharField(max_length=80)
    pack = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    owner_kind = models.CharField(max_length=30)
    area = models.CharField(max_length=60, blank=True)
    team = models.ForeignKey("directory.Team", on_delete=models.PROTECT, null=True, related_name="+")
    team_is_fallback = models.BooleanField(default=False)
    owes = models.CharField(max_length=40)
    because = models.CharField(max_length=80)
    because_at = models.DateTimeField(null=True)
    anchor = models.CharField(max_length=80)
    due = models.DateTimeField(null=True)
    expected_by = models.DateTimeField(null=True)
    expected_says = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status)
    met_by = models.CharField(max_length=80, blank=True)
    cites = ArrayField(models.CharField(max_length=40), default=list)
    missing = ArrayField(models.CharField(max_length=200), default=list)
    explain = models.TextField(blank=True)
    says = models.TextField(blank=True)
    depends_on = ArrayField(models.CharField(max_length=80), default=list)
    seen_by = ArrayField(models.CharField(max_length=30), default=list)
    shown_to = models.CharField(max_length=8, default="all")
    sealed_side = models.CharField(max_length=7, blank=True, default="")
    changes_at = models.DateTimeField(null=True)

    class Meta(CaseModel.Meta):
        indexes = (
            models.Index(
                fields=("team", "due", "because_at"), name="record_owed_team", condition=models.Q(status="open")
            ),
            models.Index(fields=("team", "because_at", "expected_by"), name="record_owed_team_wait", condition=WAITING),
            models.Index(fields=("area", "because_at", "expected_by"), name="record_owed_area_wait", condition=WAITING),
            models.Index(fields=("team", "rule"), name="record_owed_team_rule", condition=models.Q(status="open")),
            models.Index(fields=("area", "rule"), name="record_owed_area_rule", condition=models.Q(status="open")),
            models.Index(fields=("subject_id",), name="record_owed_subject", condition=models.Q(status="open")),
            models.Index(
                fields=("area", "due", "because_at"), name="record_owed_area", condition=models.Q(status="open")
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("subject_id", "rule", "root", "shown_to", "sealed_side"), name="record_owed_once"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Draft(CaseModel):
    """A form half filled in: its author's alone, kept over a time-out."""

    wall: ClassVar[Rule] = DRAFT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    form = models.CharField(max_length=100)
    subject_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("account_id", "form", "subject_id"), name="record_draft_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.form}, saved {self.saved_at:%Y-%m-%d %H:%M}"


class Look(CaseModel):
    """When somebody last looked at a record, or (no subject) said that they have seen everything new."""

    wall: ClassVar[Rule] = LOOK

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField()
    subject_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta(CaseModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("account_id", "subject_id"), name="record_look_once", nulls_distinct=False),
        )

    def __str__(self) -> str:
        return f"looked at {self.at:%Y-%m-%d %H:%M}"


class ChainHead(models.Model):
    """The last link of one shard's chain. Holds no case data: a number and a hash."""

    shard = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return f"shard {self.shard} at {self.seq}"


class Heard(models.Model):
    """Who (an agency, or a person) may have heard of a thing that entries mention: a hint, which opens nothing.

    Kept by the database itself; see ``record.heard``.
    """

    pk = models.CompositePrimaryKey("thing_id", "holder")
    thing_id = models.UUIDField()
    holder = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.holder} of {self.thing_id}"
