"""Asking to join a child's circle, and the answer."""

from __future__ import annotations

from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils import timezone

from safekept.access import circles, naming, statements
from safekept.access.models import Circle, Closed, Grant, JoinRequest
from safekept.access.problems import NotDone, said
from safekept.access.viewer import Viewer

ASK = (
    "INSERT INTO access_joinrequest (id, subject_id, account_id, agency_id, reason, at, answer) "
    "VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, '') "
    "ON CONFLICT (subject_id, agency_id) WHERE answered_at IS NULL DO NOTHING"
)
REPORTED = "They reported something about the child."


def ask(viewer: Viewer, subject_id: UUID, reason: str) -> bool:
    """Ask that the viewer's agency may join; nothing happens, and False is given, where it has asked and waits.

    Whoever has a conflict of interest does not ask, and is not told that they did not.
    """
    if naming.kept_from(subject_id, viewer.account_id):
        return True
    asked = [subject_id, viewer.account_id, viewer.agency_id, reason, timezone.now()]
    return bool(statements.run(ASK, asked).rowcount)


def answer(viewer: Viewer, request_id: UUID, accepted: bool, says: str) -> JoinRequest:
    """Let an agency into the circle, or say why not. Raises NotDone.

    Where the record is restricted, the person who asked is named besides: nobody else of their agency sees it.
    """
    asked: JoinRequest | None = JoinRequest.objects.filter(pk=request_id).first()
    if asked is None:
        raise NotDone("", "There is no such request. Open the child’s page again.")
    text = said(says, "answer", "Say why, in a sentence: whoever asked reads it.")
    changed = JoinRequest.objects.filter(pk=request_id, answered_at=None).update(
        answered_at=timezone.now(), answered_by=viewer.account_id, accepted=accepted, answer=text
    )
    if not changed:
        raise NotDone("", "Somebody else has answered this request in the meantime.")
    if accepted:
        circles.join(asked.subject_id, asked.agency_id, Circle.Basis.ASKED)
        if Closed.objects.filter(subject_id=asked.subject_id).exists():
            Grant.objects.create(
                subject_id=asked.subject_id, account_id=asked.account_id, basis=Grant.Basis.JOINED,
                reason=text, given_by=viewer.account_id,
            )  # fmt: skip
    return asked


def latest(viewer: Viewer, subject_id: UUID) -> JoinRequest | None:
    """The latest request of the viewer's agency, answered or not."""
    found: JoinRequest | None = JoinRequest.objects.filter(subject_id=subject_id, agency_id=viewer.agency_id).first()
    return found


def to_answer(viewer: Viewer, most: int) -> list[JoinRequest]:
    """What the viewer can answer, about any child: the longest waiting first."""
    waiting = "t.answered_at IS NULL AND t.agency_id <> %(asker_agency)s"
    found = JoinRequest.objects.read(waiting, "ORDER BY t.at LIMIT %(most)s", most=most)
    prefetch_related_objects(found, "agency")
    return found


def unanswered(subject_id: UUID) -> list[JoinRequest]:
    """Who waits for an answer, the oldest first."""
    rows = JoinRequest.objects.filter(subject_id=subject_id, answered_at=None).select_related("agency")
    return list(rows.order_by("at"))
