"""Who sees a record by name, who may not, and who stands in for whom."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from safekept.access import problems
from safekept.access.closing import RELEASERS, WHO, name_person
from safekept.access.models import Alert, Bar, Cover, Grant
from safekept.access.policy import CASE_ROLES, MANAGERS
from safekept.access.problems import NotDone, allow, said
from safekept.access.viewer import Viewer
from safekept.directory.models import Account
from safekept.directory.roles import Role

EMERGENCIES = (4, 12, 24)
"""Hours for which a record is opened in an emergency."""
ENDED_OR_NOT_YOURS = "It has ended already, or is not yours to end."
REVIEWED_WITHIN = dt.timedelta(hours=72)
LONGEST_COVER = dt.timedelta(days=92)


def kept_from(subject_id: UUID, account_id: UUID) -> bool:
    """Whether a record is kept from this person by name."""
    found: bool = Bar.objects.filter(subject_id=subject_id, account_id=account_id, ended_at=None).exists()
    return found


def name(viewer: Viewer, subject_id: UUID, account_id: UUID, reason: str) -> Grant | None:
    """Open a record to somebody by name. Raises NotDone."""
    allow(viewer.role in RELEASERS, WHO)
    text = said(reason, "reason", "Say why they need to see it, in a sentence.")
    person = Account.objects.filter(pk=account_id, is_active=True, role__in=CASE_ROLES).first()
    if person is None:
        raise NotDone("person", "Choose somebody whose role works with children.")
    if kept_from(subject_id, account_id):
        raise NotDone("person", f"This record is kept from {person.name}. Ask the guardian.")
    return name_person(viewer, subject_id, account_id, text)


def end(viewer: Viewer, grant_id: UUID, why: str) -> None:
    """End what was opened by name. Raises NotDone."""
    text = said(why, "why", "Say why, in a sentence.")
    problems.end(viewer, Grant.objects.filter(pk=grant_id), ENDED_OR_NOT_YOURS, ended_why=text)


def break_glass(viewer: Viewer, subject_id: UUID, reason: str, hours: int) -> Grant:
    """Open a record to oneself in an emergency, for some hours; the guardian reviews it. Raises NotDone."""
    allow(viewer.works_cases, "Your role does not open children’s records.")
    text = said(reason, "reason", "Say what the emergency is and what you need to see. The guardian reads it.")
    if hours not in EMERGENCIES:
        raise NotDone("hours", "Choose for how long you need it.")
    if kept_from(subject_id, viewer.account_id):
        raise NotDone("", "You said that you have a conflict of interest here. Call the duty desk instead.")
    now = timezone.now()
    with transaction.atomic():
        grant: Grant = Grant.objects.create(
            subject_id=subject_id, account_id=viewer.account_id, basis=Grant.Basis.BREAK_GLASS, reason=text,
            given_by=viewer.account_id, at=now, until=now + dt.timedelta(hours=hours),
        )  # fmt: skip
        tell_guardian(viewer, Alert.Kind.BREAK_GLASS, subject_id, text, grant.pk)
    return grant


def tell_guardian(
    viewer: Viewer, kind: Alert.Kind, subject_id: UUID | None, says: str, grant_id: UUID | None = None
) -> None:
    """Tell the guardian quietly, to be reviewed within 72 hours."""
    now = timezone.now()
    row = Alert(
        kind=kind, subject_id=subject_id, account_id=viewer.account_id, grant_id=grant_id, says=says,
        at=now, due=now + REVIEWED_WITHIN,
    )  # fmt: skip
    row.save(force_insert=True)


def deny(viewer: Viewer, subject_id: UUID, account_id: UUID, reason: str) -> None:
    """Keep a record from a person, whatever they were given: they find nothing there any more. Raises NotDone."""
    allow(viewer.role in RELEASERS, WHO)
    text = said(reason, "reason", "Say why, in a sentence: those who see the record, and the guardian, read it.")
    if account_id == viewer.account_id:
        raise NotDone("person", "You cannot deny yourself. Say that you have a conflict of interest instead.")
    if not Account.objects.filter(pk=account_id).exists():
        raise NotDone("person", "Choose who may not see this record.")
    _bar(viewer, subject_id, account_id, Bar.Kind.DENIED, text)


def declare_conflict(viewer: Viewer, subject_id: UUID, reason: str) -> None:
    """Say that one has a conflict of interest: the record is kept from oneself at once. Raises NotDone."""
    allow(viewer.works_cases, "Your role does not open children’s records.")
    text = said(reason, "reason", "Say what the connection is, in a sentence. The guardian reads it.")
    _bar(viewer, subject_id, viewer.account_id, Bar.Kind.CONFLICT, text)


def lift(viewer: Viewer, bar_id: UUID, why: str) -> None:
    """End a denial or a conflict of interest: the guardian alone. Raises NotDone."""
    allow(viewer.role == Role.GUARDIAN, "Only the information guardian ends this.")
    text = said(why, "why", "Say why, in a sentence.")
    problems.end(viewer, Bar.objects.filter(pk=bar_id), "It has ended already.", ended_why=text)


def cover(viewer: Viewer, away: Account, by: Account, starts: dt.datetime, until: dt.datetime, reason: str) -> Cover:
    """Let somebody of the same agency stand in for a person who is away. Raises NotDone."""
    allow(
        away.pk == viewer.account_id or viewer.role in MANAGERS,
        "Ask your manager to set who stands in.",
    )
    text = said(reason, "reason", "Say why, in a few words: leave, illness, another post.")
    if away.pk == by.pk:
        raise NotDone("by", "Choose somebody else to stand in.")
    if {away.team.agency_id, by.team.agency_id} != {viewer.agency_id}:
        raise NotDone("by", "Somebody of your own agency stands in.")
    if until <= starts or until - starts > LONGEST_COVER:
        raise NotDone("until", "Choose an end after the beginning, three months later at most.")
    made: Cover = Cover.objects.create(
        account_id=away.pk, covered_by=by.pk, agency_id=viewer.agency_id, reason=text, given_by=viewer.account_id,
        starts=starts, until=until,
    )  # fmt: skip
    return made


def end_cover(viewer: Viewer, cover_id: UUID) -> None:
    """End it early. Raises NotDone."""
    problems.end(viewer, Cover.objects.filter(pk=cover_id), ENDED_OR_NOT_YOURS)


def _bar(viewer: Viewer, subject_id: UUID, account_id: UUID, kind: Bar.Kind, reason: str) -> None:
    if Bar.objects.filter(subject_id=subject_id, account_id=account_id, kind=kind, ended_at=None).exists():
        raise NotDone("", "That is so already.")
    row = Bar(subject_id=subject_id, account_id=account_id, kind=kind, reason=reason, given_by=viewer.account_id)
    row.save(force_insert=True)
