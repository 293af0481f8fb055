"""What is kept for a time is thrown away when the time is over; what was erased lately is written over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.utils import timezone

from safekept.access import statements
from safekept.access.viewer import loader, viewing
from safekept.entrance.kept import LONGEST
from safekept.proof import acts

LATELY = dt.timedelta(hours=2)
TOO_OLD = "DELETE FROM entrance_keptform WHERE at < %s"


@dataclass(frozen=True, slots=True)
class Swept:
    """How many forms that were sent too late, and how many sessions that had ended."""

    forms: int
    sessions: int


def sweep() -> Swept:
    """Throw away kept forms and sessions whose time is over; write over what was erased since the last hour but one."""
    now = timezone.now()
    with viewing(loader("Throwing away what is kept no longer")):
        forms = statements.run(TOO_OLD, [now - LONGEST]).rowcount
        sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    if acts.erased_since(now - LATELY):
        acts.write_over()
    return Swept(forms, sessions)
