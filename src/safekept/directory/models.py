"""Areas, agencies, teams and accounts. None of it is about a child, so none of it is behind the walls."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from safekept.directory.roles import CHOICES, Role
from safekept.kinds.vocabularies import AGENCIES


class Area(models.Model):
    """A local authority's area; its procedure is the pack that it names."""

    slug = models.SlugField(primary_key=True, max_length=60)
    name = models.CharField(max_length=100)
    gss = models.CharField("Office for National Statistics code", max_length=9, unique=True)
    region = models.CharField(max_length=60)
    pack_id = models.CharField(max_length=60)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PublishedPack(models.Model):
    """One version of a procedure that some area adopted: its files as they were, by their hash. Never changed."""

    hash = models.CharField(primary_key=True, max_length=80)
    pack_id = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    files = models.JSONField("path to text")
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pack_id", "version"), name="directory_pack_version"),)

    def __str__(self) -> str:
        return f"{self.pack_id} {self.version}"


class Adoption(models.Model):
    """An area follows a version of a procedure from a day on. Never changed: a later adoption takes over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="adoptions")
    pack = models.ForeignKey(PublishedPack, on_delete=models.PROTECT, related_name="adoptions")
    starts = models.DateField()
    adopted_at = models.DateTimeField(default=timezone.now)
    adopted_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.area_id} from {self.starts:%d %B %Y}"


class ProposedPack(models.Model):
    """A version that somebody in an area has put forward: read, compared and tried until it is adopted or taken back.

    ``files`` holds its scenarios too. It is nobody's procedure yet, so that it may be put forward again or removed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="proposals")
    hash = models.CharField(max_length=80)
    pack_id = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    files = models.JSONField("path to text")
    put_forward_at = models.DateTimeField(default=timezone.now)
    put_forward_by = models.CharField(max_length=200)

    class Meta:
        ordering = ("-put_forward_at",)
        constraints = (
            models.UniqueConstraint(fields=("area", "pack_id", "version"), name="directory_proposal_version"),
        )

    def __str__(self) -> str:
        return f"{self.pack_id} {self.version} for {self.area_id}"


class Agency(models.Model):
    """An organisation that works with children in an area: its police, its children's services, one school."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=list(AGENCIES.items()))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="agencies")

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "agencies"
        constraints = (models.UniqueConstraint(fields=("area", "name"), name="directory_agency_name"),)
        indexes = (models.Index(fields=("area", "kind")),)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """Those of an agency who take work together. ``is_default``: takes what its agency owes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    duty_phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    is_default = models.BooleanField(default=False)
    is_coordination = models.BooleanField("the area’s CSE co-ordinators", default=False)

    class Meta:
        ordering = ("agency__name", "name")
        constraints = (
            models.UniqueConstraint(fields=("agency", "name"), name="directory_team_name"),
            models.UniqueConstraint(
                fields=("agency",), condition=models.Q(is_default=True), name="directory_one_default_team"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.agency.name}"


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; nobody can make their own. Each is read with its team and agency, which every page needs."""

    def get_queryset(self) -> models.QuerySet[Account]:
        return super().get_queryset().select_related("team__agency")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """Save an account with this password, or with none that works."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email=(username or "").lower())


class Account(AbstractBaseUser):
    """Somebody who signs in, or the loader that imports."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=CHOICES)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="accounts")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField("made up, for the demonstration", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role", "team"]

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def role_label(self) -> str:
        return Role(self.role).label

    @property
    def is_staff(self) -> bool:
        """Nobody: there is no back door that shows rows without a viewer."""
        return False
