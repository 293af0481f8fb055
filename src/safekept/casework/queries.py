"""What several casework pages read: a subject with its procedure, its entries, and who wrote them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from safekept.access import circles, reading, statements
from safekept.access.middleware import NotAllowed
from safekept.access.viewer import Viewer, current_viewer
from safekept.directory import procedures
from safekept.directory.models import Account
from safekept.govuk.values import Option
from safekept.kinds import KINDS
from safekept.procedures import Pack
from safekept.record import lists
from safekept.record.entries import as_uuid as as_uuid
from safekept.record.models import Entry
from safekept.record.queries import sent_before as sent_before
from safekept.record.rows import ToldRow
from safekept.register import names
from safekept.register.models import SafeContact, Thing

from .presenters.answers import Wording
from .presenters.timeline import named

ACCOUNTS = "SELECT id, name FROM directory_account WHERE id = ANY(%s::uuid[])"
AGENCIES = "SELECT id, name FROM directory_agency WHERE id = ANY(%s::uuid[])"
NO_SUCH = "There is nothing at this address that you can open. It may have been mistyped."


@dataclass(frozen=True)
class Subject:
    """Somebody or something with a record, and the procedure of their area."""

    thing: Thing
    pack: Pack | None
    admitted: bool = True

    @property
    def id(self) -> UUID:
        return self.thing.pk

    @property
    def called(self) -> str:
        """What to call them in a sentence: 'this child' where only a description is known."""
        return "this child" if self._is_nameless else str(self.thing.label)

    @property
    def first_name(self) -> str:
        """The first word of the name, as one speaks of a child; 'this child' where there is none."""
        return self.called if self._is_nameless else str(self.thing.label).split(" ")[0]

    @property
    def _is_nameless(self) -> bool:
        return bool(self.thing.description) and self.thing.label == self.thing.description[:120]


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks; refuses roles that do not work with children."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None or not viewer.works_cases:
        raise NotAllowed("Your role does not open children’s records. Ask an administrator if that is wrong.")
    return viewer


def find_thing(thing_id: UUID) -> Thing:
    """A thing that the viewer may see, or 'not found'."""
    found: list[Thing] = Thing.objects.read("t.id = %(thing)s", thing=thing_id)
    if not found:
        raise Http404(NO_SUCH)
    reading.about(found[0].pk)
    return found[0]


def subject(viewer: Viewer, subject_id: UUID, from_outside: bool = False) -> Subject:
    """A subject whose record the viewer may open; ``from_outside``: or whom they can find. Raises NotAllowed, 404."""
    thing = find_thing(subject_id)
    decision = circles.may_see_record(viewer, subject_id)
    if not (decision or from_outside):
        raise NotAllowed(decision.reason, "record", (subject_id,))
    return Subject(thing, procedures.pack_of(thing.area_id), bool(decision))


def entries_of(subject_id: UUID, known_at: dt.datetime | None = None) -> list[Entry]:
    """Every entry of a record that the viewer may see, oldest first."""
    known = "(%(known)s::timestamptz IS NULL OR (t.recorded_at <= %(known)s AND t.at <= %(known)s))"
    told = f"t.subject_id = %(subject)s AND {known}"
    return Entry.objects.read(told, "ORDER BY t.at, t.recorded_at, t.id", subject=subject_id, known=known_at)


def safe_contacts(subject_id: UUID) -> list[tuple[SafeContact, str]]:
    """How the child could be reached, as written over time, with who wrote it; the latest first."""
    rows = list(SafeContact.objects.filter(thing_id=subject_id).order_by("-at", "-id"))
    authors = dict(Account.objects.filter(pk__in={row.account_id for row in rows}).values_list("pk", "name"))
    return [(row, authors.get(row.account_id, "")) for row in rows]


def authors(entries: Iterable[Entry | ToldRow]) -> dict[UUID, str]:
    """Account id to name."""
    return dict(statements.rows(ACCOUNTS, [list({entry.account_id for entry in entries})]))


def agencies(ids: Collection[UUID]) -> dict[UUID, str]:
    """Agency id to name."""
    return dict(statements.rows(AGENCIES, [list(set(ids))]))


def labels(ids: Iterable[UUID]) -> dict[str, str]:
    """Thing id (as text) to label, of those that the viewer may see."""
    return {str(pk): one.label for pk, one in names.called(ids).items()}


def entry_names(ids: Iterable[str], now: dt.datetime) -> dict[str, str]:
    """Entry id to what it is called, of those that the viewer may see."""
    wanted = {one for text in ids if (one := as_uuid(text)) is not None}
    rows = lists.named_entries(current_viewer(), wanted)
    reading.note("entry", (one.id for one in rows))
    return {str(one.id): named(one, now) for one in rows}


def wording(pack: Pack | None, entries: Sequence[Entry | ToldRow], now: dt.datetime | None = None) -> Wording:
    """Names for the ids that answers hold: other entries, and other children."""
    now = now or timezone.now()
    wanted = {text for entry in entries for text in _ids_in(entry)}
    told = {str(entry.pk): named(entry, now) for entry in entries}
    others = [as_uuid(text) for text in wanted - set(told)]
    things = labels(one for one in others if one is not None)
    return Wording(pack, procedures.library().areas, told | things)


def entry_options(entries: Sequence[Entry], now: dt.datetime, kinds: Collection[str] = ()) -> list[Option]:
    """Entries as answers to choose from, newest first; the corrected ones are left out."""
    replaced = {entry.supersedes for entry in entries}
    chosen = [e for e in entries if e.pk not in replaced and (not kinds or e.kind in kinds)]
    return [Option(str(e.pk), named(e, now)) for e in sorted(chosen, key=lambda e: e.at, reverse=True)]


def _ids_in(entry: Entry | ToldRow) -> set[str]:
    asked = KINDS[entry.kind].fields if entry.kind in KINDS else {}
    found: set[str] = set()
    for name, value in entry.fields.items():
        if name in asked and asked[name].type == "ids" and isinstance(value, list):
            found.update(str(one) for one in value)
        elif name == "child" and isinstance(value, str):
            found.add(value)
    return found
