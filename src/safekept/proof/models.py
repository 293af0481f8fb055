"""The proof's tables. None holds anything about a child: numbers, hashes, signatures and acts of named people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from safekept.access.gateway import CaseModel
from safekept.access.policy import GUARDIAN, LOADER, AnyOf, Rule

LOOKS_AFTER: Rule = AnyOf((GUARDIAN, LOADER))
"""Those who look after the proof: the information guardian, and what checks it."""


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
