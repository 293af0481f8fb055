"""What the tests of pages share: people signed in, a child with a record, forms as browsers send them."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Any
from uuid import UUID

from django.test import Client

from safekept.access import circles
from safekept.access.models import Circle
from safekept.access.viewer import Viewer, loader, viewing
from safekept.directory.models import Account
from safekept.entrance.proof import PROVEN
from safekept.entrance.sessions import SECOND_STEP
from safekept.record.actions import NewEntry, append
from safekept.register.actions import NewThing, add_thing

NOW = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)


def signed_in(viewer: Viewer) -> Client:
    """A browser in which this viewer has signed in with both steps."""
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    session = client.session
    session[SECOND_STEP] = True
    session[PROVEN] = int(time.time())
    session.save()
    return client


def a_child(viewer: Viewer, name: str = "Tia Rowan", **more: Any) -> UUID:
    """A child whom this viewer added."""
    given = {"born": "2011-05-04", "area": "birmingham", "safe_contact": "Text after 16:00", **more}
    with viewing(viewer):
        return UUID(str(add_thing(viewer, NewThing("child", names=[(name, "name")], **given)).pk))


def let_in(insider: Viewer, outsider: Viewer, subject_id: UUID) -> None:
    """Bring an agency into a child's circle, by somebody who is in it."""
    with viewing(insider):
        circles.join(subject_id, outsider.agency_id, Circle.Basis.INVITED)


def recorded(viewer: Viewer, subject_id: UUID, kind: str, at: dt.datetime, **more: Any) -> UUID:
    """An entry that this viewer recorded; ``fields`` and the rest as ``NewEntry`` takes them."""
    with viewing(viewer):
        return UUID(str(append(viewer, NewEntry(kind=kind, subject_id=subject_id, at=at, **more)).pk))


def text_of(response: Any) -> str:
    """A page as words, without its tags and with single spaces."""
    html = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def moment(at: dt.datetime) -> dict[str, str]:
    """A form's inputs for a moment."""
    from safekept.govuk.values import write_moment

    return {"at-when": "then", **{name: texts[0] for name, texts in write_moment("at", at).items()}}


__all__ = ["NOW", "a_child", "let_in", "loader", "moment", "recorded", "signed_in", "text_of"]
