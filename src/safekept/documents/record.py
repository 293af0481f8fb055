"""A record taken apart for a document, as far as its maker sees it: entries, their questions, whom they mention."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from safekept.access.models import SealedEntry
from safekept.access.viewer import Viewer
from safekept.casework import queries
from safekept.casework.presenters.answers import Answer, Wording, answers
from safekept.kinds import KINDS, Privacy
from safekept.record import lists
from safekept.record.counting import counting as those_counting
from safekept.record.models import Entry
from safekept.redaction import Item, Mentioned, Part
from safekept.redaction.items import REPORTING, SOURCES
from safekept.register import names
from safekept.register.models import Identifier, ThingName

from .models import Document

ITSELF = "subject"
WRITTEN = frozenset({"narrative", "text", "texts", "rows"})
"""Types of question that are answered in somebody’s own words."""
INSIDE_ONLY = frozenset({"withdrawn"})
"""Kinds of entry that are in no document: what they take back is not in one either."""


def items(viewer: Viewer, subject: queries.Subject, entries: Sequence[Entry]) -> list[Item]:
    """Every entry that counts, taken apart, the oldest first."""
    wording = queries.wording(subject.pack, entries)
    agencies = queries.agencies({one.agency_id for one in entries})
    sealed = set(SealedEntry.objects.filter(subject_id=subject.id, ended_at=None).values_list("entry_id", flat=True))
    told = _mentioned(viewer, subject.id, entries)
    return [
        Item(
            id=str(one.pk), kind=one.kind, title=KINDS[one.kind].title if one.kind in KINDS else one.kind, at=one.at,
            subject=str(subject.id), parts=tuple(_parts(one, wording, agencies, told[one.pk])),
            audience=frozenset(one.audience), sealed=one.pk in sealed, mentions=tuple(told[one.pk]),
        )
        for one in entries
    ]  # fmt: skip


def whole(documents: Iterable[Document]) -> list[Document]:
    """Those of which the viewer sees every entry: what was sealed since is read in no document either."""
    found = list(documents)
    if not found:
        return []
    named = {pk for one in found for pk in one.entry_ids}
    seen = set(Entry.objects.filter(pk__in=named).values_list("pk", flat=True))
    return [one for one in found if seen.issuperset(one.entry_ids)]


def counting(subject_id: UUID) -> list[Entry]:
    """The entries that the viewer sees and that count: neither corrected nor taken back."""
    return [one for one in those_counting(queries.entries_of(subject_id)) if one.kind not in INSIDE_ONLY]


def _parts(entry: Entry, wording: Wording, agencies: dict[UUID, str], told: Sequence[Mentioned]) -> Iterator[Part]:
    asked = KINDS[entry.kind].fields if entry.kind in KINDS else {}
    for name, field in asked.items():
        names_others = field.privacy is Privacy.NAMES_OTHERS
        if field.type == "ids" and not names_others:
            continue  # other entries, which stand in the document themselves or do not
        for one in answers(entry.kind, {name: entry.fields.get(name)}, wording):
            yield Part(one.label, _said(one), field.privacy, _ids(entry.fields[name]), free=field.type in WRITTEN)
    if entry.text:
        yield Part("In words", entry.text, free=True)
    yield Part("Recorded by", agencies.get(entry.agency_id, "An agency"), source=entry.kind in REPORTING, frame=True)
    for thing in told:
        if thing.thing != str(entry.subject_id):
            role = thing.role.replace("-", " ")
            yield Part("Mentioned", f"{_called(thing)} ({role})", about=(thing.thing,), source=thing.role in SOURCES)


def _said(answer: Answer) -> str:
    return "\n".join([*answer.lines, *(f"{label}: {text}" for label, text in answer.pairs)])


def _ids(value: Any) -> tuple[str, ...]:
    """The things that an answer names, where it names any."""
    texts = value if isinstance(value, list) else [value]
    return tuple(one for one in texts if isinstance(one, str) and queries.as_uuid(one) is not None)


def _called(thing: Mentioned) -> str:
    return thing.names[0] if thing.names else "Somebody or something without a name"


def _mentioned(viewer: Viewer, subject_id: UUID, entries: Collection[Entry]) -> dict[UUID, list[Mentioned]]:
    """Whom and what each entry mentions, by every name and number that is known; whom it is about, always."""
    found = lists.mentioned(viewer, [one.pk for one in entries])
    called = names.called({thing for thing, _, _ in found} | {subject_id})
    known = _known_as(called)
    by_entry: dict[UUID, list[Mentioned]] = defaultdict(list)
    for one in entries:
        by_entry[one.pk].append(Mentioned(str(subject_id), "child", ITSELF, known.get(subject_id, ())))
    for thing, role, entry in sorted(found, key=lambda row: (str(row[2]), row[1], str(row[0]))):
        if thing in called and thing != subject_id:
            by_entry[entry].append(Mentioned(str(thing), called[thing].kind, role, known[thing]))
    return by_entry


def _known_as(called: dict[UUID, names.Called]) -> dict[UUID, tuple[str, ...]]:
    known: dict[UUID, list[str]] = {pk: [one.label] for pk, one in called.items()}
    for row in ThingName.objects.filter(thing_id__in=called).order_by("added_at", "id"):
        known[row.thing_id].append(row.name)
    for row in Identifier.objects.filter(thing_id__in=called).order_by("added_at", "id"):
        known[row.thing_id].append(row.value)
    return {pk: tuple(dict.fromkeys(some)) for pk, some in known.items()}
