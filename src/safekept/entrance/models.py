"""What the way in keeps."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from safekept.access.gateway import CaseModel
from safekept.access.policy import OWN, Rule
from safekept.directory.models import Account


class Tries(models.Model):
    """How much of a limit on wrong tries is used up. ``key`` is a keyed hash: it names nobody.

    Each try moves ``free_at`` on by the limit's interval; when it lies too far ahead, no further try is taken.
    """

    key = models.CharField(primary_key=True, max_length=64)
    free_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.free_at:%Y-%m-%d %H:%M:%S}"


class KeptForm(CaseModel):
    """A form that its author sent after they had been signed out: theirs alone, for some days."""

    wall: ClassVar[Rule] = OWN

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.UUIDField(db_index=True)
    path = models.TextField()
    data = models.JSONField("texts by the name of their input")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.path}, {self.at:%Y-%m-%d %H:%M}"


class Link(models.Model):
    """Which account an organisation's lasting name for a person is. Made when they first came by verified email."""

    organisation = models.CharField(max_length=60)
    subject = models.CharField(max_length=255)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "subject"), name="entrance_link_subject"),
            models.UniqueConstraint(fields=("organisation", "account"), name="entrance_link_account"),
        )

    def __str__(self) -> str:
        return f"{self.account} through {self.organisation}"


class ProgramKey(models.Model):
    """With this key a program of an agency acts for one of its people: sees what they see, and no more.

    ``hash``: SHA-256 of the key, which is long and random; the key itself is nowhere. ``networks``: from where it may
    be used, as address ranges; empty: from anywhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="program_keys")
    program = models.CharField("what the program is called", max_length=60)
    purpose = models.CharField("what it reads and records for", max_length=120)
    may_record = models.BooleanField(default=False)
    networks = models.JSONField(default=list)
    hash = models.CharField(max_length=64, unique=True)
    given_by = models.CharField(max_length=200)
    given_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-given_at",)

    def __str__(self) -> str:
        return f"{self.program} for {self.account}"

    @property
    def is_live(self) -> bool:
        """Whether it opens anything now."""
        return self.ended_at is None and self.until > timezone.now()
