"""Things: the people, vehicles, phones and places that entries mention, and how they are found again."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from safekept.access.gateway import CaseModel
from safekept.access.policy import RECORD, THING, Rule
from safekept.access.sql import Columns
from safekept.register.walls import CORRECTING, IDENTIFIER, THING_COLUMNS, Reach

THING_KINDS = {
    "child": "Child",
    "adult": "Adult",
    "group": "Group",
    "vehicle": "Vehicle",
    "phone": "Phone",
    "account": "Online account",
    "place": "Place",
    "organisation": "Organisation",
    "area": "Area",
    "agency": "Agency",
    "worker": "Worker",
}
SEXES = {"female": "Female", "male": "Male", "other": "Other", "": "Not known"}
PRECISIONS = {"day": "Exact", "month": "Month and year", "year": "Year", "about": "About that year", "": "Not known"}


class Thing(CaseModel):
    """Somebody or something that entries are about or mention. ``label`` is what it is called on pages.

    People whose name is not known are things too ('man with grey car').
    """

    wall: ClassVar[Rule] = THING
    wall_columns: ClassVar[Columns] = THING_COLUMNS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=list(THING_KINDS.items()))
    label = models.CharField(max_length=200)
    born = models.DateField(null=True)
    born_precision = models.CharField(max_length=10, blank=True, choices=list(PRECISIONS.items()))
    sex = models.CharField(max_length=10, blank=True, choices=list(SEXES.items()))
    area = models.ForeignKey("directory.Area", on_delete=models.PROTECT, null=True, related_name="+", db_column="area")
    description = models.TextField(blank=True)
    created_by_id = models.UUIDField()
    agency_id = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseModel.Meta):
        indexes = (
            models.Index(fields=("area", "kind"), name="register_thing_area"),
            models.Index(fields=("label", "id"), name="register_child_name", condition=models.Q(kind="child")),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def safe_contact(self) -> str:
        """How to reach the child safely, as last written; empty for those outside the child's circle."""
        latest = "ORDER BY t.at DESC, t.id DESC LIMIT 1"
        found = SafeContact.objects.read("t.thing_id = %(thing)s", latest, thing=self.pk)
        return found[0].text if found else ""


class ThingName(CaseModel):
    """One name of a thing."""

    class Kind(models.TextChoices):
        """What sort of name it is."""

        NAME = "name", "Name"
        NICKNAME = "nickname", "Nickname"
        ALIAS = "alias", "Alias"

    wall: ClassVar[Rule] = THING
    wall_columns: ClassVar[Columns] = Columns(
        subject="thing_id", author="thing__created_by_id", kind="thing__kind", thing="thing_id"
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="names", db_constraint=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NAME)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseModel.Meta):
        ordering = ("added_at", "id")

    def __str__(self) -> str:
        return self.name


class Identifier(CaseModel):
    """A number or address that tells a thing apart: as it was typed, and in its one form."""

    wall: ClassVar[Rule] = IDENTIFIER
    wall_columns: ClassVar[Columns] = Columns(
        subject="thing_id", author="thing__created_by_id", kind="reach", thing="thing_id"
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="identifiers", db_constraint=False)
    scheme = models.CharField(max_length=20)
    value = models.CharField("as typed", max_length=300)
    normalised = models.CharField(max_length=300)
    reach = models.CharField(max_length=6, choices=Reach.choices)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta(CaseModel.Meta):
        ordering = ("added_at", "id")

    def __str__(self) -> str:
        return self.value


class SafeContact(CaseModel):
    """How a child can be reached without danger. Appended; the latest counts; seen by the child's circle alone."""

    wall: ClassVar[Rule] = RECORD
    wall_columns: ClassVar[Columns] = Columns(subject="thing_id")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thing_id = models.UUIDField(db_index=True)
    text = models.TextField()
    account_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta(CaseModel.Meta):
        pass

    def __str__(self) -> str:
        return self.text


class Correction(CaseModel):
    """A fact about a thing was put right: what stood, what stands now, who changed it and when.

    Written by the database itself with the change (see the migrations), so that no change goes without it; in the
    database's words (``2011-05-04 day``).
    """

    class Fact(models.TextChoices):
        """What can be put right."""

        BORN = "born", "Birth date"
        SEX = "sex", "Sex"
        AREA = "area", "Area"

    wall: ClassVar[Rule] = CORRECTING
    wall_columns: ClassVar[Columns] = Columns(
        subject="thing_id", author="thing__created_by_id", kind="thing__kind", thing="thing_id"
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="corrections", db_constraint=False)
    fact = models.CharField(max_length=10, choices=Fact)
    was = models.CharField(max_length=80, blank=True)
    became = models.CharField(max_length=80, blank=True)
    account_id = models.UUIDField()
    agency_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta(CaseModel.Meta):
        ordering = ("-at", "fact")

    def __str__(self) -> str:
        return f"{self.fact}: {self.was} → {self.became}"


class Token(models.Model):
    """A blocking token of a thing (see ``linking.tokens``): search is by equality on these alone.

    Read by ``register.queries`` only, in SQL; its rows are walled like the fact that they were made from.
    """

    pk = models.CompositePrimaryKey("token", "thing_id")
    token = models.CharField(max_length=320)
    thing_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    reach = models.CharField(max_length=6, choices=Reach.choices)

    def __str__(self) -> str:
        return self.token


class NameKey(models.Model):
    """The vocabulary of registered name parts, by what is left of them with letters left out. Says nothing of whose."""

    pk = models.CompositePrimaryKey("key", "part")
    key = models.CharField(max_length=10)
    part = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.part
