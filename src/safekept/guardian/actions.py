"""What the guardian does about an alert."""

from __future__ import annotations

from django.utils import timezone

from safekept.access.models import Alert
from safekept.access.problems import NotDone, allow, said
from safekept.access.viewer import Viewer

OWN = "You cannot review this: it is about what you did yourself. Another information guardian reviews it."


def review(viewer: Viewer, alert: Alert, finding: str, says: str) -> None:
    """Close an alert with what the review found. Raises NotDone."""
    allow(alert.account_id != viewer.account_id, OWN)
    allow(alert.reviewed_at is None, "Somebody else has reviewed this in the meantime.")
    if finding not in Alert.Finding.values:
        raise NotDone("finding", "Choose what you found.")
    text = said(says, "review", "Say how you came to that, in a sentence: whom you asked, what the person said.")
    changed = Alert.objects.filter(pk=alert.pk, reviewed_at=None).update(
        reviewed_at=timezone.now(), reviewed_by=viewer.account_id, finding=finding, review=text
    )
    allow(bool(changed), "Somebody else has reviewed this in the meantime.")
