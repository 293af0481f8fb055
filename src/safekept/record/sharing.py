"""Showing one entry to an agency that does not work with the child, and writing that down on the child's record."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from safekept.access.models import Circle, SealedEntry, Share
from safekept.access.problems import NotDone, allow, said
from safekept.access.viewer import Viewer
from safekept.directory.models import Agency
from safekept.kinds import KINDS
from safekept.kinds.vocabularies import SHARING_BASES
from safekept.record.actions import NewEntry, Refused, append
from safekept.record.models import Entry
from safekept.record.writing import followed_by
from safekept.register.scope import all_or_nothing


def share(viewer: Viewer, entry_id: UUID, agency_id: UUID | None, basis: str, reason: str) -> Entry:
    """Show an entry to another agency; the entry that says so is given back (WM-7.3, WM-8.3). Raises NotDone.

    Whoever works there sees this entry from now on, and nothing else of the record.
    """
    with all_or_nothing(viewer):
        found: Entry | None = Entry.objects.filter(pk=entry_id).first()
        agency = Agency.objects.filter(pk=agency_id).first() if agency_id else None
        if found is None:
            raise NotDone("", "There is no such entry. Open the child’s page again.")
        if agency is None:
            raise NotDone("agency", "Choose the agency that it is shared with.")
        if basis not in SHARING_BASES:
            raise NotDone("basis", "Choose on what basis it is shared.")
        why = said(reason, "reason", "Say why, in a sentence: it is written on the child’s record.")
        sealed = SealedEntry.objects.filter(entry_id=entry_id, ended_at=None).exists()
        allow(not sealed, "This entry is sealed. Name the people who need to see it instead.")
        allow(not found.audience or agency.kind in found.audience, "An entry of this kind is not for such an agency.")
        if Share.objects.filter(entry_id=entry_id, agency_id=agency_id).exists():
            raise NotDone("agency", f"It is shared with {agency.name} already.")
        row = Share(
            entry_id=entry_id, subject_id=found.subject_id, agency=agency, reason=why, basis=basis,
            account_id=viewer.account_id,
        )  # fmt: skip
        row.save(force_insert=True)
        return _told(viewer, found, agency, basis, why)


def goes_outside(entry: Entry) -> bool:
    """Whether an agency outside the circle sees this entry, because it was shown the one it corrects or takes back."""
    if not followed_by(entry):
        return False
    inside = Circle.objects.filter(subject_id=entry.subject_id).values("agency_id")
    return bool(Share.objects.filter(entry_id=entry.pk).exclude(agency_id__in=inside).exists())


def _told(viewer: Viewer, found: Entry, agency: Agency, basis: str, why: str) -> Entry:
    told = {
        "step": "shared",
        "other_agency": agency.kind,
        "agency_name": agency.name,
        "what": KINDS[found.kind].title,
        "reason": why,
        "legal_basis": basis,
    }
    new = NewEntry("sharing", found.subject_id, timezone.now(), told, f"Shared with {agency.name}.", answers=[found.pk])
    return written_down(viewer, new)


def written_down(viewer: Viewer, new: NewEntry) -> Entry:
    """Append what says that something was asked for or shared. Raises NotDone."""
    try:
        return append(viewer, new)
    except Refused as refused:
        raise NotDone("", str(refused)) from None
