"""Asking another agency for information about a child: what is asked, by when, what is answered, and where it stands.

A request is a ``sharing`` entry, shown (``access.Share``) to the agency that is asked, inside the child's circle or
outside it; its answers are ``sharing`` entries that answer it. No paragraph sets a time for an answer, so the clock is
the asker's own: the day or the hours by which it is wanted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.utils import timezone

from safekept.access import statements
from safekept.access.models import Closed, Share
from safekept.access.policy import ENTRY, SHARES
from safekept.access.problems import NotDone, allow, said
from safekept.access.sql import Columns, asking, first_wall
from safekept.access.viewer import Viewer
from safekept.calendars.durations import end_of_day
from safekept.directory.models import Agency
from safekept.directory.roles import Role
from safekept.kinds.vocabularies import BASES, SHARING_BASES
from safekept.kinds.working import SHARING_ANSWERS, SHARING_HOURS
from safekept.record.actions import NewEntry
from safekept.record.models import Entry
from safekept.record.sharing import written_down
from safekept.register.scope import all_or_nothing

Standing = Literal["open", "refused", "escalated", "answered", "withdrawn", "corrected"]
SETTLES = ("shared", "nothing-held")
LISTED_AT_MOST = 100
LOOKS_BACK = dt.timedelta(days=365)
"""How far back the list of an area's co-ordinator looks; one's own agency's requests are listed however old."""
ENTRY_SEEN, SHARE_SEEN = first_wall(ENTRY, "e"), first_wall(SHARES, "s", Columns(entry="entry_id"))
LATER_SEEN = first_wall(ENTRY, "later")
STANDS = (
    "NOT EXISTS (SELECT 1 FROM record_entry AS later WHERE later.subject_id = e.subject_id "  # noqa: S608
    f"AND later.kind = 'withdrawn' AND e.id = ANY(later.answers) AND {LATER_SEEN}) "
    f"AND NOT EXISTS (SELECT 1 FROM record_entry AS later WHERE later.supersedes = e.id AND {LATER_SEEN})"
)
SETTLED = (
    "SELECT 1 FROM record_entry AS e WHERE e.subject_id = s.subject_id AND (e.supersedes = s.entry_id "  # noqa: S608
    "OR (s.entry_id = ANY(e.answers) AND (e.kind = 'withdrawn' "
    f"OR (e.kind = 'sharing' AND e.fields ->> 'step' = ANY(%(settles)s) AND {STANDS})))) AND {ENTRY_SEEN}"
)
"""What settles a shared request for certain: it was corrected or taken back, or an answer stands that gives all."""
WAITING = (
    "SELECT s.id FROM access_share AS s WHERE s.asked_by IS NOT NULL AND ({whose}) "  # noqa: S608
    f"AND {SHARE_SEEN} AND NOT EXISTS ({SETTLED}) ORDER BY s.at DESC LIMIT %(most)s"
)
BY_US = "s.agency_id = %(asker_agency)s::uuid OR s.asked_by = %(asker_agency)s::uuid"
OURS = WAITING.replace("{whose}", BY_US)
OVERSEEN = WAITING.replace("{whose}", f"{BY_US} OR s.at > %(since)s")
CLOSED = (
    "This record is restricted or sealed, so that agency would see nothing of the request. Ring their duty desk, and "
    "write down what was said."
)


@dataclass(frozen=True)
class Asking:
    """What one agency asks of another. ``hours``: an urgent request, counted from ``at``; else by a ``day``."""

    agency_id: UUID | None
    what: str
    reason: str
    legal_basis: str
    client_key: UUID
    hours: str = ""
    day: dt.date | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Telling:
    """What was shared already, by phone or in person."""

    agency_id: UUID | None
    what: str
    reason: str
    legal_basis: str
    client_key: UUID
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What the agency that was asked answers. ``text``: what it knows, as ``basis`` says fact or opinion."""

    step: str
    text: str
    basis: str
    withheld: str
    reason: str
    legal_basis: str
    client_key: UUID
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Request:
    """A request as the viewer sees it: who asks whom, what was answered (the latest last), and where it stands."""

    entry: Any
    asked: Agency
    asker_id: UUID
    answers: tuple[Any, ...]
    standing: Standing
    due: dt.datetime | None

    @property
    def waits(self) -> bool:
        """Whether nobody has answered."""
        return self.standing == "open"

    @property
    def in_part(self) -> bool:
        """Whether the last answer gave a part and withheld another."""
        return bool(self.answers) and self.answers[-1].fields.get("step") == "partly"

    def late(self, now: dt.datetime) -> bool:
        """Whether it waits, and the time that was asked for has passed."""
        return self.waits and self.due is not None and now > self.due


def due_of(entry: Any) -> dt.datetime | None:
    """By when an answer is wanted: some hours from the asking, or the end of a day in London; None where not said."""
    hours, day = entry.fields.get("within_hours"), entry.fields.get("wanted_by")
    if hours is not None:
        due: dt.datetime = entry.at + dt.timedelta(hours=hours)
        return due
    return end_of_day(dt.date.fromisoformat(day)) if day else None


def ask(viewer: Viewer, subject_id: UUID, asking: Asking) -> Entry:
    """Ask an agency for information about a child; they see the request, and nothing else of the record by it.

    Raises NotDone.
    """
    with all_or_nothing(viewer):
        agency = _agency(asking.agency_id, "Choose the agency that you ask.")
        allow(agency.pk != viewer.agency_id, "That is your own agency. Choose another.")
        allow(not Closed.objects.filter(subject_id=subject_id).exists(), CLOSED)
        at = asking.at or timezone.now()
        told = _named(agency) | {"step": "asked"} | _by_when(asking, at)
        told["what"] = said(asking.what, "what", "Say what you need to know, in a sentence.")
        told |= _why(asking.reason, asking.legal_basis)
        made = written_down(viewer, NewEntry("sharing", subject_id, at, told, client_key=asking.client_key))
        _show(viewer, made, agency, told, viewer.agency_id)
        return made


def tell(viewer: Viewer, subject_id: UUID, telling: Telling) -> Entry:
    """Write down what was shared already, by phone or in person, with an agency inside the circle or outside it.

    Raises NotDone.
    """
    with all_or_nothing(viewer):
        agency = _agency(telling.agency_id, "Choose the agency that you told.")
        told = _named(agency) | {"step": "shared", "by_phone": True}
        told["what"] = said(telling.what, "what", "Say what you told them, in a sentence.")
        told |= _why(telling.reason, telling.legal_basis)
        at = telling.at or timezone.now()
        return written_down(viewer, NewEntry("sharing", subject_id, at, told, client_key=telling.client_key))


def answer(viewer: Viewer, request: Request, given: Answer) -> Entry:
    """Answer a request, as the agency that was asked; whoever asked writes down what they were answered by phone.

    What follows earlier answers answers those too; the agency that was asked reads what was written down for it.
    Raises NotDone.
    """
    with all_or_nothing(viewer):
        allow(may_answer(viewer, request), "Only the agency that was asked answers this, or whoever asked, by phone.")
        ours = viewer.agency_id == request.asked.pk
        other = Agency.objects.get(pk=request.asker_id) if ours else request.asked
        told = _named(other) | _answered(given) | ({} if ours else {"by_phone": True})
        new = NewEntry(
            "sharing", request.entry.subject_id, given.at or timezone.now(), told, given.text.strip(),
            given.basis if given.text.strip() else "", [request.entry.pk, *(one.pk for one in request.answers)],
            client_key=given.client_key,
        )  # fmt: skip
        made = written_down(viewer, new)
        if not ours:
            _show(viewer, made, request.asked, told, None)
        return made


def may_answer(viewer: Viewer, request: Request) -> bool:
    """Whether the viewer's agency was asked, or asked and may be told by phone; and the request still stands."""
    stands = request.standing not in ("withdrawn", "corrected")
    return stands and viewer.agency_id in (request.asked.pk, request.asker_id)


def _answered(given: Answer) -> dict[str, Any]:
    """The fields of an answer. Raises NotDone."""
    if given.step not in SHARING_ANSWERS:
        raise NotDone("step", "Choose what you answer.")
    if given.basis not in ("", *BASES):
        raise NotDone("basis", "Choose fact or professional opinion.")
    told: dict[str, Any] = {"step": given.step}
    if given.step in ("shared", "partly"):
        said(given.text, "text", "Write down what you know, in a sentence.")
        told["legal_basis"] = _lawful(given.legal_basis)
    if given.step == "partly":
        told["withheld"] = said(given.withheld, "withheld", "Say what you do not share, in a sentence.")
    if given.step in ("partly", "refused"):
        told["reason"] = said(given.reason, "reason", "Say why, and on what basis in law, in a sentence.")
    elif given.reason.strip():
        told["reason"] = given.reason.strip()
    return told


def _agency(agency_id: UUID | None, otherwise: str) -> Agency:
    found = Agency.objects.filter(pk=agency_id).first() if agency_id else None
    if found is None:
        raise NotDone("agency", otherwise)
    return found


def _named(agency: Agency) -> dict[str, Any]:
    return {"other_agency": agency.kind, "agency_name": agency.name}


def _why(reason: str, legal_basis: str) -> dict[str, str]:
    text = said(reason, "reason", "Say why, in a sentence: whoever reads the request or the record sees it.")
    return {"reason": text, "legal_basis": _lawful(legal_basis)}


def _lawful(legal_basis: str) -> str:
    if legal_basis not in SHARING_BASES:
        raise NotDone("legal_basis", "Choose on what basis in law.")
    return legal_basis


def _by_when(asking: Asking, at: dt.datetime) -> dict[str, Any]:
    if asking.hours in SHARING_HOURS:
        return {"urgent": True, "within_hours": int(asking.hours)}
    if asking.day is None:
        raise NotDone("soon", "Choose within how many hours you need it, or give the day.")
    if end_of_day(asking.day) < at:
        raise NotDone("day", "That day has passed. Give the day by which you need it.")
    return {"wanted_by": asking.day.isoformat()}


def _show(viewer: Viewer, made: Entry, agency: Agency, told: dict[str, Any], asked_by: UUID | None) -> None:
    """Show an entry to an agency, unless that was done when the same form came before."""
    if Share.objects.filter(entry_id=made.pk, agency_id=agency.pk).exists():
        return
    row = Share(
        entry_id=made.pk, subject_id=made.subject_id, agency=agency, reason=told.get("reason", ""),
        basis=told.get("legal_basis", "safeguarding"), account_id=viewer.account_id, asked_by=asked_by,
    )  # fmt: skip
    row.save(force_insert=True)


def request_of(entry: Entry) -> Request | None:
    """The request that an entry is; None where it asks nothing of a named agency. Call while viewing."""
    share = Share.objects.filter(entry_id=entry.pk, asked_by__isnull=False).select_related("agency").first()
    return None if share is None else _stands(share, entry, _around([entry.subject_id]))


def waiting(viewer: Viewer, now: dt.datetime) -> list[Request]:
    """The requests that wait for an answer, or were refused and not escalated: the viewer's agency's own, those asked
    of it, and for a co-ordinator those about every child whom they see. The soonest due first."""
    wanted = {"since": now - LOOKS_BACK, "settles": list(SETTLES), "most": LISTED_AT_MOST}
    told = asking(viewer.asker) | wanted
    ids = [row[0] for row in statements.rows(OVERSEEN if viewer.role == Role.COORDINATOR else OURS, told)]
    if not ids:
        return []
    shares = list(Share.objects.filter(pk__in=ids).select_related("agency").order_by("-at"))
    around = _around({share.subject_id for share in shares})
    asked = {one.pk: one for one in around}
    found = [_stands(share, asked[share.entry_id], around) for share in shares if share.entry_id in asked]
    still = [one for one in found if one.standing in ("open", "refused")]
    return sorted(still, key=lambda one: (one.due is None, one.due or one.entry.at))


def _around(subject_ids: Iterable[UUID]) -> list[Entry]:
    """Everything asked, shared, refused or taken back on some records that the viewer may see, oldest first."""
    rows = Entry.objects.filter(subject_id__in=list(subject_ids), kind__in=("sharing", "withdrawn"))
    return list(rows.order_by("at", "recorded_at", "id"))


def _stands(share: Share, entry: Entry, around: Sequence[Entry]) -> Request:
    taken_back = {one for row in around if row.kind == "withdrawn" for one in row.answers}
    corrected = {row.supersedes for row in around if row.supersedes}
    counts = [row for row in around if row.kind == "sharing" and row.pk not in taken_back | corrected]
    versions = _versions(entry, around)
    given = [row for row in counts if row.fields.get("step") in SHARING_ANSWERS and versions.intersection(row.answers)]
    escalated = {
        one
        for row in counts
        if row.fields.get("step") == "escalated"
        for answered in row.answers
        for one in _versions_by_id(answered, around)
    }
    standing: Standing = "open"
    if entry.pk in taken_back:
        standing = "withdrawn"
    elif entry.pk in corrected:
        standing = "corrected"
    elif given and given[-1].fields["step"] in SETTLES:
        standing = "answered"
    elif given:
        refusals = {one for row in given for one in _versions(row, around)}
        standing = "escalated" if refusals & escalated else "refused"
    return Request(entry, share.agency, share.asked_by or entry.agency_id, tuple(given), standing, due_of(entry))


def _versions(entry: Entry, around: Sequence[Entry]) -> set[UUID]:
    """The entry and those that it corrects, directly or by way of another."""
    by_id = {row.pk: row for row in around}
    found, next_one = {entry.pk}, entry.supersedes
    while next_one and next_one not in found:
        found.add(next_one)
        next_one = by_id[next_one].supersedes if next_one in by_id else None
    return found


def _versions_by_id(entry_id: UUID, around: Sequence[Entry]) -> set[UUID]:
    return next((_versions(row, around) for row in around if row.pk == entry_id), {entry_id})
