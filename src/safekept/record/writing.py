"""What appending one entry and appending many share."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from safekept.access import statements
from safekept.access.viewer import Viewer
from safekept.directory.roles import LABELS, Role
from safekept.kinds import KINDS
from safekept.record import chain
from safekept.record.duties import seen_by
from safekept.record.entries import Author, Errors, NewEntry, check_subject
from safekept.record.models import Entry
from safekept.record.rows import EntryRow

HOLD = (
    "SELECT seq, hash, set_config('plan_cache_mode', 'force_generic_plan', true) "
    "FROM record_chainhead WHERE shard = %s FOR UPDATE"
)
"""From here to the end of the transaction, the statements of an append are planned once for each connection."""
WITHDRAWALS = (
    "SELECT id, supersedes, answers FROM record_entry WHERE subject_id = %s AND kind = 'withdrawn' "
    "AND client_key <> %s ORDER BY recorded_at DESC, seq DESC"
)
TOLD_BY = "SELECT thing_id, role FROM record_mention WHERE entry_id = %s"
AUDIENCES = "SELECT audience FROM record_entry WHERE id = ANY(%s::uuid[])"
FOLLOWS = frozenset({"withdrawn", "waiver", "file"})
"""Kinds that are for those who see what they answer."""
SEAL_TOO = (
    "WITH sealed AS (INSERT INTO access_sealedentry (id, entry_id, subject_id, author_id, reason, account_id, at) "
    "SELECT gen_random_uuid(), %(new)s, s.subject_id, s.author_id, s.reason, s.account_id, %(at)s "
    "FROM access_sealedentry AS s WHERE s.entry_id = ANY(%(of)s::uuid[]) AND s.ended_at IS NULL LIMIT 1 "
    "RETURNING entry_id) "
    "INSERT INTO access_grant (id, subject_id, entry_id, account_id, basis, reason, given_by, at, until, ended_why) "
    "SELECT DISTINCT ON (g.account_id) gen_random_uuid(), g.subject_id, sealed.entry_id, g.account_id, g.basis, "
    "g.reason, g.given_by, %(at)s, g.until, '' FROM sealed, access_grant AS g "
    "WHERE g.entry_id = ANY(%(of)s::uuid[]) AND g.ended_at IS NULL ORDER BY g.account_id, g.until DESC NULLS FIRST"
)
FOLLOWING = (
    "WITH RECURSIVE after AS (SELECT %(entry)s::uuid AS id UNION SELECT e.id FROM record_entry AS e JOIN after AS a "
    "ON e.subject_id = %(subject)s AND (e.supersedes = a.id OR (e.kind = ANY(%(kinds)s) AND a.id = ANY(e.answers)))) "
    "SELECT a.id FROM after AS a WHERE a.id <> %(entry)s AND NOT EXISTS (SELECT 1 FROM access_sealedentry AS s "
    "WHERE s.entry_id = a.id AND s.ended_at IS NULL)"
)
"""What corrects an entry, takes it back, waives by it or belongs to it, and is not sealed itself."""
SEALED_WITH = FOLLOWS | {"sharing"}
"""Kinds that are sealed where they answer something sealed: they would tell of it."""
SHARE_TOO = (
    "INSERT INTO access_share (id, entry_id, subject_id, agency_id, reason, basis, account_id, asked_by, at) "
    "SELECT gen_random_uuid(), %(new)s, s.subject_id, s.agency_id, s.reason, s.basis, %(by)s, "
    "CASE WHEN %(corrects)s THEN s.asked_by END, %(at)s FROM access_share AS s "
    "WHERE s.entry_id = ANY(%(of)s::uuid[]) AND NOT EXISTS (SELECT 1 FROM access_sealedentry AS e "
    "WHERE e.entry_id = %(new)s AND e.ended_at IS NULL) ON CONFLICT DO NOTHING"
)
Earlier = tuple[UUID, UUID, UUID, str]
"""Of an entry that is answered or corrected: subject, agency, account and kind."""
NOT_THERE = (None, None, None, "")
ITSELF = "subject"
"""The part in an entry of whom it is about."""


def author_of(viewer: Viewer, new: NewEntry) -> Author:
    """In whose name an entry is recorded: the viewer's own, save for what the bulk loader brings in."""
    if viewer.is_loader and new.author is not None:
        return new.author
    return Author(viewer.account_id, viewer.agency_id, viewer.agency_kind)


def linked_row(
    new: NewEntry,
    author: Author,
    recorded_at: dt.datetime,
    place: tuple[int, int, bytes],
    beside: Mapping[UUID, Sequence[str]] = MappingProxyType({}),
) -> EntryRow:
    """The entry as a link of its chain: ``place`` is shard, number and the hash before it.

    ``beside``: for whom the entries are that are written with it and not in the database yet.
    """
    shard, seq, previous = place
    salt = secrets.token_bytes(chain.SALT_BYTES)
    content: dict[str, Any] = {
        "id": new.id or uuid4(),
        "subject_id": new.subject_id,
        "kind": new.kind,
        "at": new.at,
        "at_latest": new.at_latest,
        "recorded_at": recorded_at,
        "agency_kind": author.agency_kind,
        "agency_id": author.agency_id,
        "account_id": author.account_id,
        "basis": new.basis,
        "text": new.text,
        "fields": new.values,
        "answers": list(new.answers),
        "supersedes": new.supersedes,
        "audience": _audience(new, beside),
        "client_key": new.client_key,
    }
    digest = chain.digest(salt, chain.content_of(content, new.told))
    link = chain.link(previous, content["id"], shard, seq, digest)
    return EntryRow(**content, shard=shard, seq=seq, salt=salt, digest=digest, previous=previous, hash=link)


def _audience(new: NewEntry, beside: Mapping[UUID, Sequence[str]]) -> list[str]:
    """For whom an entry is: its kind says; what takes others back, waives or belongs to them: who may see all."""
    if new.kind not in FOLLOWS:
        return list(KINDS[new.kind].audience)
    held = [row[0] for row in statements.rows(AUDIENCES, [list(new.answers)])]
    return seen_by([*held, *(beside[one] for one in new.answers if one in beside)])


def same_content(row: EntryRow, new: NewEntry) -> bool:
    """Whether a recorded entry says what this one says."""
    return (
        row.subject_id == new.subject_id
        and row.kind == new.kind
        and row.at == new.at
        and row.at_latest == new.at_latest
        and row.fields == new.values
        and (row.text, row.basis) == (new.text, new.basis)
        and row.answers == list(new.answers)
        and row.supersedes == new.supersedes
    )


def unfit(viewer: Viewer, new: NewEntry, subject_kind: str) -> Errors:
    """What such a subject, agency or role cannot have; a decision is signed by whoever is signed in."""
    kind = KINDS[new.kind]
    if viewer.is_loader:
        return check_subject(kind, subject_kind)
    errors, own = check_subject(kind, subject_kind, viewer.agency_kind, viewer.role), signature(viewer)
    signed = [name for name, asked in kind.fields.items() if asked.signed and name in new.values]
    wrong = [name for name in signed if new.values[name] != own]
    return errors + [(name, f"Whoever is signed in decides this, in their own name: {own}.") for name in wrong]


def signature(viewer: Viewer) -> str:
    """How an entry names whoever is signed in and decided: by name and role, which many names hold already."""
    label = LABELS[Role(viewer.role)]
    return viewer.name if label.lower() in viewer.name.lower() else f"{viewer.name}, {label}"


def refusals(viewer: Viewer, new: NewEntry, earlier: Mapping[UUID, Earlier]) -> Errors:
    """What is wrong with what an entry answers or corrects; ``earlier``: what there was, by id."""
    errors: Errors = []
    if any(one not in earlier for one in new.answers):
        errors.append(("answers", "It answers an entry that is not there. Open the child’s page and choose it again."))
    taken_back = list(new.answers) if new.kind == "withdrawn" else []
    if new.kind == "file" and any(earlier[one][0] != new.subject_id for one in new.answers if one in earlier):
        errors.append(("answers", "It belongs to an entry that is not on this record. Open that entry again."))
    for one in [*taken_back, *([new.supersedes] if new.supersedes else [])]:
        subject_id, agency_id, account_id, kind = earlier.get(one, NOT_THERE)
        if subject_id != new.subject_id:
            errors.append(("supersedes", "It corrects an entry that is not on this record. Open that entry again."))
        elif not viewer.is_loader and viewer.agency_id != agency_id and viewer.account_id != account_id:
            errors.append(("supersedes", "Another agency recorded that entry. Ask them to correct it, or add a note."))
        elif not viewer.is_loader and one == new.supersedes and kind != new.kind:
            errors.append(("supersedes", "It corrects an entry of another kind. Take that one back instead."))
    if taken_back and _taken_back_before(new).intersection(taken_back):
        errors.append(("answers", "That entry has been taken back already. It counts no more: leave it as it is."))
    return errors


def _taken_back_before(new: NewEntry) -> set[UUID]:
    """The entries of the record that a withdrawal names which counts: the latest decides, and can be taken back too."""
    found = statements.rows(WITHDRAWALS, [new.subject_id, new.client_key])
    corrected = {row[1] for row in found} | {new.supersedes}
    taken: set[UUID] = set()
    for one, _, named in found:
        if one not in corrected and one not in taken:
            taken.update(named)
    return taken


def seal_what_follows(row: EntryRow) -> None:
    """Seal what corrects a sealed entry or takes it back, for the same people. Call inside ``whole_history``."""
    follows = [*([row.supersedes] if row.supersedes else []), *(row.answers if row.kind in SEALED_WITH else ())]
    if follows:
        statements.run(SEAL_TOO, {"new": row.id, "at": row.recorded_at, "of": follows})


def seal_what_followed(entry_id: UUID, subject_id: UUID, at: dt.datetime) -> list[UUID]:
    """Seal what came after an entry that is sealed now, for the same people: which. Call inside ``whole_history``."""
    about = {"entry": entry_id, "subject": subject_id, "kinds": list(SEALED_WITH)}
    found = [row[0] for row in statements.rows(FOLLOWING, about)]
    for one in found:
        statements.run(SEAL_TOO, {"new": one, "at": at, "of": [entry_id]})
    return found


def followed_by(row: EntryRow | Entry) -> list[UUID]:
    """The entries that this one corrects or takes back, and so goes to whom those were shown."""
    return [row.supersedes] if row.supersedes else list(row.answers) if row.kind == "withdrawn" else []


def share_what_follows(row: EntryRow) -> None:
    """Show what corrects a shared entry, or takes it back, to whom that was shown. Call inside ``whole_history``."""
    of = followed_by(row)
    if of:
        corrects = row.supersedes is not None
        values = {"new": row.id, "of": of, "by": row.account_id, "at": row.recorded_at, "corrects": corrects}
        statements.run(SHARE_TOO, values)


def changes_nothing(old: EntryRow, new: NewEntry) -> bool:
    """Whether a correction says what the entry that it corrects says already, mentions included."""
    told = {(thing, role) for thing, role in statements.rows(TOLD_BY, [old.id]) if role != ITSELF}
    return same_content(replace(old, supersedes=new.supersedes), new) and told == set(new.told)


def hold_head(shard: int) -> tuple[int, bytes]:
    """Lock the end of a shard's chain until the transaction ends: its number and hash."""
    seq, last, _ = statements.rows(HOLD, [shard])[0]
    return int(seq), bytes(last)


def move_head(row: EntryRow) -> None:
    """Note the entry as the end of its shard's chain."""
    moved = "UPDATE record_chainhead SET seq = %s, hash = %s WHERE shard = %s"
    statements.run(moved, [row.seq, row.hash, row.shard])
