"""Drafts: what somebody has typed and not yet handed in. Private to them, by the policy and by the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import connection
from django.utils import timezone

from safekept.access.viewer import Viewer
from safekept.record.models import Draft
from safekept.register.scope import seen_as

LARGEST_DRAFT = 1_000_000
"""Bytes of one draft as JSON."""
OWN = "t.account_id = %(asker_account)s"


class DraftTooLong(ValueError):
    """A draft is larger than can be kept; the message says what to do."""


def save(viewer: Viewer, form: str, subject: UUID | None, data: Mapping[str, Any]) -> Draft:
    """Keep what is typed so far; a form has one draft for each subject. Raises DraftTooLong."""
    kept = orjson.dumps(_without_nul(data)).decode()
    if len(kept) > LARGEST_DRAFT:
        raise DraftTooLong("This is too long to be kept as a draft. Hand in part of it, and go on in a second entry.")
    now = timezone.now()
    with seen_as(viewer), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_draft (id, account_id, form, subject_id, data, saved_at) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (account_id, form, subject_id) "
            "DO UPDATE SET data = EXCLUDED.data, saved_at = EXCLUDED.saved_at RETURNING id",
            [uuid4(), viewer.account_id, form[:100], subject, kept, now],
        )
        found = cursor.fetchone()
    return Draft(
        id=found[0], account_id=viewer.account_id, form=form[:100], subject_id=subject, data=dict(data), saved_at=now
    )


def load(viewer: Viewer, form: str, subject: UUID | None) -> Draft | None:
    """The viewer's own draft of this form, or None."""
    with seen_as(viewer):
        named = "t.form = %(form)s AND t.subject_id IS NOT DISTINCT FROM %(subject)s::uuid"
        found = Draft.objects.read(f"{OWN} AND {named}", form=form, subject=subject)
    return found[0] if found else None


def mine(viewer: Viewer) -> list[Draft]:
    """All drafts of the viewer, the latest first."""
    with seen_as(viewer):
        return Draft.objects.read(OWN, "ORDER BY t.saved_at DESC")


def discard(viewer: Viewer, form: str, subject: UUID | None) -> None:
    """Throw a draft away; nothing happens where there is none."""
    with seen_as(viewer):
        Draft.objects.filter(account_id=viewer.account_id, form=form, subject_id=subject).delete()


def discard_by_id(viewer: Viewer, draft_id: UUID) -> bool:
    """Throw a draft away; False where the viewer has no such draft."""
    with seen_as(viewer):
        return bool(Draft.objects.filter(account_id=viewer.account_id, pk=draft_id).delete()[0])


def _without_nul(value: Any) -> Any:
    """The same without the character that no database keeps; ``\\u0000`` typed as six characters stays."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, Mapping):
        return {_without_nul(key): _without_nul(one) for key, one in value.items()}
    return [_without_nul(one) for one in value] if isinstance(value, list | tuple) else value
