"""Putting a document forward, issuing it or sending it back, and opening what was sent. Two people for each."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid4

from django.utils import timezone

from safekept.access import reading
from safekept.access.locked import KeysProblem, NotOpened, lock, unlock
from safekept.access.policy import MANAGERS
from safekept.access.problems import NotDone, allow, said
from safekept.access.viewer import Viewer
from safekept.casework import queries
from safekept.directory.models import Agency
from safekept.govuk.values import Raw
from safekept.govuk.when import local
from safekept.record import drafts
from safekept.record.actions import NewEntry
from safekept.record.sharing import written_down
from safekept.redaction import Side
from safekept.register.scope import all_or_nothing

from . import making, plan
from .models import Document

KEPT_AS = "document:"
"""How the names of drafts begin that are documents."""
SECOND = "A manager or co-ordinator of your agency decides this, and never whoever made it."
CHANGED = (
    "What would be in it is no longer what was put forward: the record, or what is kept apart, has changed. Send it "
    "back, so that it is made again."
)


def key(draft_id: UUID) -> str:
    """The name under which a document that is being made is kept."""
    return f"{KEPT_AS}{draft_id}"


def put_forward(viewer: Viewer, subject: queries.Subject, raw: Raw, draft_id: UUID) -> Document:
    """Hand a document to a second person, finished and proved; the draft goes. Raises NotDone.

    Where it holds what the recipient may not have, that is written down: it might be typed to find out.
    """
    try:
        return _put_forward(viewer, subject, raw, draft_id)
    except making.HoldsWithheld:
        reading.log(viewer, "Tried to put forward what is withheld", [subject.id])
        raise


def _put_forward(viewer: Viewer, subject: queries.Subject, raw: Raw, draft_id: UUID) -> Document:
    now = timezone.now()
    wanted = plan.read(raw, local(now).date())
    with all_or_nothing(viewer):
        one = making.made(viewer, subject, wanted)
        content = making.finished(viewer, subject, one, local(now).date())
        row = Document(
            id=uuid4(), subject_id=subject.id, account_id=viewer.account_id, agency_id=viewer.agency_id, at=now,
            form=wanted.form, recipient=one.to[:200], plan={name: list(texts) for name, texts in raw.items()},
            entry_ids=[UUID(item.id) for item in one.chosen], digest=hashlib.sha256(content).hexdigest(),
            asked_on=wanted.asked_on, extended_why=wanted.extended_why,
        )  # fmt: skip
        row.locked = _locked(content, row)
        row.save(force_insert=True)
        reading.log(viewer, "Put a document forward", [subject.id, row.pk, *row.entry_ids])
        drafts.discard(viewer, key(draft_id), subject.id)
    return row


def issue(viewer: Viewer, subject: queries.Subject, document: Document) -> None:
    """Let it go out: made again, the same to the byte, proved again, and written on the record. Raises NotDone."""
    _second(viewer, document)
    allow(bool(document.plan), "What this document held was erased by law.")
    with all_or_nothing(viewer):
        wanted = plan.read(document.plan, local(document.at).date())
        one = making.made(viewer, subject, wanted)
        content = making.finished(viewer, subject, one, local(document.at).date())
        allow(hashlib.sha256(content).hexdigest() == document.digest, CHANGED)
        _decide(viewer, document, Document.Decision.ISSUED, "")
        _told(viewer, document, wanted)


def send_back(viewer: Viewer, document: Document, why: str) -> None:
    """Not like this; whoever made it reads why. Raises NotDone."""
    _second(viewer, document)
    reason = said(why, "why", "Say what is to be changed, in a sentence.")
    with all_or_nothing(viewer):
        _decide(viewer, document, Document.Decision.SENT_BACK, reason)


def again(viewer: Viewer, document: Document) -> UUID:
    """Begin a new document from one that was sent back; gives the draft."""
    allow(bool(document.plan), "What this document held was erased by law.")
    draft_id = uuid4()
    drafts.save(viewer, key(draft_id), document.subject_id, document.plan)
    return draft_id


def content_of(viewer: Viewer, document: Document) -> bytes:
    """The bytes exactly as they were put forward and issued; reading them is written down. Raises NotDone."""
    allow(bool(document.locked), "What this document held was erased by law.")
    reading.log(viewer, "Document", [document.subject_id, document.pk])
    try:
        content = unlock(bytes(document.locked), document.place)
    except (NotOpened, KeysProblem) as problem:
        raise NotDone("", f"The document cannot be opened now. Tell whoever runs Safekept: {problem}") from None
    return content


def _locked(content: bytes, row: Document) -> bytes:
    try:
        return lock(content, row.place)
    except KeysProblem as problem:
        raise NotDone("", f"The document cannot be kept now. Tell whoever runs Safekept: {problem}") from None


def _second(viewer: Viewer, document: Document) -> None:
    allow(viewer.role in MANAGERS and viewer.account_id != document.account_id, SECOND)


def _decide(viewer: Viewer, document: Document, decision: str, why: str) -> None:
    decided = Document.objects.filter(pk=document.pk, decided_at=None).update(
        decided_at=timezone.now(), decided_by=viewer.account_id, decision=decision, decided_why=why
    )
    allow(bool(decided), "Somebody has decided it already. Open it again.")


def _told(viewer: Viewer, document: Document, wanted: plan.Plan) -> None:
    """The entry that says what went out, to whom and why."""
    sent_to = wanted.agency if wanted.declared.side is Side.AGENCY else None
    agency = Agency.objects.filter(pk=sent_to).first() if sent_to else None
    told = {
        "step": "shared",
        "what": f"{wanted.declared.label}, of {len(document.entry_ids)} entries",
        "reason": f"{wanted.declared.hint}. SHA-256 of what was sent: {document.digest}",
    }
    if agency is not None:
        told["other_agency"] = agency.kind
    new = NewEntry("sharing", document.subject_id, timezone.now(), told, f"Document for {document.recipient}.")
    written_down(viewer, new)
