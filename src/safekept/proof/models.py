"""The proof's tables. None holds anything about a child: numbers, hashes, signatures and acts of named people."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from safekept.access.gateway import CaseModel
from safekept.access.policy import Rule
from safekept.proof.walls import ACTING, LOOKS_AFTER


class Head(CaseModel):
    """The end of one chain of a log. Written by the owner's functions alone."""

    wall: ClassVar[Rule] = LOOKS_AFTER

    pk = models.CompositePrimaryKey("chain", "shard")
    chain = models.CharField(max_length=20)
    shard = models.SmallIntegerField()
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta(CaseModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.chain} {self.shard} at {self.seq}"


class Link(CaseModel):
    """The place of one row of a log in its chain. Appended by the owner's functions, never changed."""

    wall: ClassVar[Rule] = LOOKS_AFTER

    pk = models.CompositePrimaryKey("chain", "shard", "seq")
    chain = models.CharField(max_length=20)
    shard = models.SmallIntegerField()
    seq = models.BigIntegerField()
    row_id = models.UUIDField()
    digest = models.BinaryField()
    hash = models.BinaryField()

    class Meta(CaseModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.chain} {self.shard}, number {self.seq}"


class Key(CaseModel):
    """A key that signs checkpoints from a number on, signed by the one before it. Its private half is never here."""

    wall: ClassVar[Rule] = LOOKS_AFTER

    number = models.IntegerField(primary_key=True)
    key = models.CharField(max_length=64, unique=True)
    previous = models.CharField(max_length=64, blank=True)
    starts = models.BigIntegerField()
    signature = models.CharField(max_length=128)
    at = models.DateTimeField(default=timezone.now)

    class Meta(CaseModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.key[:16]} from checkpoint {self.starts}"


class Checkpoint(CaseModel):
    """The ends of all chains at a moment, signed; ``body`` is what is exported. Appended, never changed."""

    wall: ClassVar[Rule] = LOOKS_AFTER

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)
    body = models.JSONField()

    class Meta(CaseModel.Meta):
        pass

    def __str__(self) -> str:
        return f"Checkpoint {self.number} at {self.at:%Y-%m-%d %H:%M}"


class Countersignature(CaseModel):
    """A partner agency holds a checkpoint, and says so with a key of its own. Appended, never changed."""

    wall: ClassVar[Rule] = LOOKS_AFTER

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="countersignatures")
    agency = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    body = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta(CaseModel.Meta):
        constraints = (models.UniqueConstraint(fields=("checkpoint", "key"), name="proof_countersigned_once"),)

    def __str__(self) -> str:
        return f"{self.agency}, checkpoint {self.checkpoint_id}"


class Act(CaseModel):
    """What named people decided under the law: to hold, to erase, to let go. Appended, chained, never changed.

    ``kind``: ``hold`` and its ``lift``; ``asked`` and what answers it, ``refused`` or ``erasure``. ``follows``: the
    act that it answers. ``says``: the sentence that stands in the place of what was erased; ``left``: for each entry
    the digest of what is left of it. The database refuses an act that the rules do not allow, and an erasure erases
    by being inserted.
    """

    wall: ClassVar[Rule] = ACTING

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10)
    at = models.DateTimeField(default=timezone.now)
    account_id = models.UUIDField()
    subject_ids = ArrayField(models.UUIDField(), default=list)
    entry_ids = ArrayField(models.UUIDField(), default=list)
    basis = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500)
    follows = models.UUIDField(null=True)
    says = models.TextField(blank=True)
    left = ArrayField(models.CharField(max_length=64), default=list)

    class Meta(CaseModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("follows",), name="proof_answered_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=("hold", "lift", "asked", "refused", "erasure")), name="proof_act_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.at:%Y-%m-%d %H:%M}"
