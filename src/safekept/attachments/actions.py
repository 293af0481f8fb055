"""Putting a file on the record, showing it, and giving out the original."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from safekept.access import locked, reading
from safekept.access.problems import NotDone, said
from safekept.access.viewer import Viewer
from safekept.record.actions import NewEntry, append
from safekept.record.models import Entry
from safekept.register.scope import all_or_nothing

from .looking.bounds import Seen
from .models import Original, Page
from .naming import tidy_name

NOT_HERE = "The file itself is not kept here. Ask whoever recorded this entry."
NOT_THE_SAME = "The file is not the one that was recorded: it was changed or damaged. Tell your administrator now."


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as somebody sent it, and what looking at it (``apart.look``) found."""

    name: str
    content: bytes
    seen: Seen


def attach(viewer: Viewer, new: NewEntry, sent: Sent) -> Entry:
    """Record an entry of kind ``file`` and keep its file, both or neither. Raises Refused.

    The same ``client_key`` again gives the first entry back, and keeps nothing twice.
    """
    told = {
        **new.fields,
        "name": tidy_name(sent.name),
        "media_type": sent.seen.media_type,
        "size": len(sent.content),
        "sha256": hashlib.sha256(sent.content).hexdigest(),
    }
    with all_or_nothing(viewer):
        entry = append(viewer, replace(new, fields=told))
        if not Original.objects.filter(entry_id=entry.pk).exists():
            _keep(entry, sent)
    return entry


def _keep(entry: Entry, sent: Sent) -> None:
    original = Original(entry_id=entry.pk)
    original.locked = locked.lock(sent.content, original.place)
    original.save(force_insert=True)
    for number, shown in enumerate(sent.seen.pages, 1):
        page = Page(entry_id=entry.pk, number=number, width=shown.width, height=shown.height)
        page.locked = locked.lock(shown.content, page.place)
        page.save(force_insert=True)


def kept_by(entry: Entry) -> UUID:
    """The entry that the file came with: this one, or the one that it corrects, however often."""
    seen: set[UUID] = set()
    one: Entry | None = entry
    while one is not None and one.supersedes is not None and one.pk not in seen:
        seen.add(one.pk)
        one = Entry.objects.filter(pk=one.supersedes, kind="file", subject_id=entry.subject_id).first()
        entry = one or entry
    return UUID(str(entry.pk))


def pages(entry: Entry) -> Sequence[Page]:
    """The pages of a file that the viewer may see, without what they show."""
    return list(Page.objects.filter(entry_id=kept_by(entry)).defer("locked").order_by("number"))


def page(entry: Entry, number: int) -> tuple[Page, bytes] | None:
    """One page and what it shows. Raises locked.NotOpened."""
    found: Page | None = Page.objects.filter(entry_id=kept_by(entry), number=number).first()
    return (found, locked.unlock(bytes(found.locked), found.place)) if found is not None else None


def original(viewer: Viewer, entry: Entry, reason: str) -> bytes:
    """A file as it came, checked against its hash; for whom and why is written down. Raises NotDone."""
    why = said(reason, "reason", "Say in a sentence what you need the original for. The guardian can read it.")
    found: Original | None = Original.objects.filter(entry_id=kept_by(entry)).first()
    if found is None:
        raise NotDone("", NOT_HERE)
    try:
        content = locked.unlock(bytes(found.locked), found.place)
    except locked.NotOpened:
        raise NotDone("", NOT_THE_SAME) from None
    if hashlib.sha256(content).hexdigest() != entry.fields.get("sha256"):
        raise NotDone("", NOT_THE_SAME)
    reading.log(replace(viewer, purpose=f"Original of a file: {why}"), "file-original", [entry.subject_id, entry.pk])
    return content
