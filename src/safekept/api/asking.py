"""Who asks, and what was asked, as the operations read it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Header

from safekept.access.middleware import NotAllowed
from safekept.access.viewer import Viewer
from safekept.calendars import UTC
from safekept.entrance.models import ProgramKey
from safekept.procedures import parse_moment
from safekept.record.entries import Refused

Once = Annotated[
    UUID, Header(alias="Idempotency-Key", description="Yours. Sent again with the same one, it is still one.")
]
"""What makes something one, however often it is sent."""
EARLIEST, LATEST = dt.datetime(1900, 1, 1, tzinfo=UTC), dt.datetime(2100, 1, 1, tzinfo=UTC)
READS_ONLY = "This key reads and does not record. Ask whoever runs Safekept for one that may record."


def viewer_of(request: HttpRequest) -> Viewer:
    """The person for whom the program asks."""
    viewer = request.viewer  # type: ignore[attr-defined]
    assert isinstance(viewer, Viewer)
    return viewer


def key_of(request: HttpRequest) -> ProgramKey:
    """The key that the program holds."""
    key = request.program  # type: ignore[attr-defined]
    assert isinstance(key, ProgramKey)
    return key


def recorder(request: HttpRequest, *ids: UUID) -> Viewer:
    """The person for whom the program records. Raises NotAllowed where its key only reads."""
    if not key_of(request).may_record:
        raise NotAllowed(READS_ONLY, "Recording by a program", ids)
    return viewer_of(request)


def moment(name: str, text: str) -> dt.datetime:
    """A time that was sent. Raises Refused."""
    try:
        found = parse_moment(text)
    except ValueError as error:
        raise Refused([(name, f"{error}.")]) from None
    if not EARLIEST <= found <= LATEST:
        raise Refused([(name, f"'{text}' is outside the calendar; expected a year from 1900 to 2099.")])
    return found


def moment_or_none(name: str, text: str | None) -> dt.datetime | None:
    """A time, where one was sent. Raises Refused."""
    return moment(name, text) if text is not None else None
