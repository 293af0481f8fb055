"""Acts under the law: legal holds, and erasing what named entries say. ``erasing`` has the rules."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from uuid import UUID, uuid4

from django.db import DatabaseError, connections
from django.utils import timezone

from safekept.access import reading, statements
from safekept.access.viewer import Viewer, loader, viewing
from safekept.problems import OperatingProblem
from safekept.record import chain, duties, heard
from safekept.record.actions import rebuild_duties
from safekept.record.rows import LISTED, from_database
from safekept.record.writing import hold_head, signature
from safekept.register.scope import all_or_nothing

BASES = {
    "court-order": "Order of a court",
    "data-protection-officer": "Decision of the data protection officer",
    "retention": "The time for keeping it is over",
}
"""On what basis something is erased."""
RETENTION = "retention"
RAISED = "P0001"
INSERT = (
    "INSERT INTO proof_act (id, kind, at, account_id, subject_ids, entry_ids, basis, reference, reason, follows, says, "
    '"left") VALUES (%s, %s, now(), %s, %s::uuid[], %s::uuid[], %s, %s, %s, %s, %s, %s::text[])'
)
COLUMNS = "id, kind, at, account_id, subject_ids, entry_ids, basis, reference, reason, follows"
ONE = f"SELECT {COLUMNS} FROM proof_act WHERE id = %s"  # noqa: S608
OPEN = (
    f"SELECT {COLUMNS} FROM proof_act AS act WHERE kind = %s "  # noqa: S608
    "AND NOT EXISTS (SELECT 1 FROM proof_act AS answer WHERE answer.follows = act.id) ORDER BY at"
)
SAME_MATTER = (
    "WITH RECURSIVE matter AS (SELECT id, subject_id, supersedes FROM record_entry WHERE id = ANY(%s::uuid[]) "
    "UNION SELECT e.id, e.subject_id, e.supersedes FROM record_entry AS e JOIN matter AS m "
    "ON e.subject_id = m.subject_id AND (e.supersedes = m.id OR e.id = m.supersedes "
    "OR e.kind = 'file' AND m.id = ANY(e.answers))) "
    "SELECT m.id, m.subject_id FROM matter AS m JOIN record_entry AS e ON e.id = m.id WHERE e.salt <> ''::bytea "
    "ORDER BY e.recorded_at, m.id"
)
THERE = "SELECT count(*) FROM record_entry WHERE id = ANY(%s::uuid[])"
ROWS = f"SELECT {LISTED} FROM record_entry WHERE id = ANY(%s::uuid[]) ORDER BY array_position(%s::uuid[], id)"  # noqa: S608
RECORD_THERE = "SELECT 1 FROM register_thing WHERE id = %s"
LAST_OF = (
    "SELECT count(*) FROM unnest(%s::uuid[]) AS one WHERE NOT EXISTS (SELECT 1 FROM record_entry AS e "
    "WHERE e.subject_id = one AND e.salt <> ''::bytea AND e.id <> ALL(%s::uuid[]))"
)
TOUCHED = (
    "record_entry", "record_mention", "record_draft", "record_obligation", "access_hiddenlink",
    "attachments_original", "attachments_page",
    "register_thing", "register_thingname", "register_identifier", "register_safecontact", "register_token",
    "register_correction", "register_namekey", "vault_keptapart", "entrance_keptform",
)  # fmt: skip
NAMES = "SELECT id, name FROM directory_account WHERE id = ANY(%s::uuid[])"


class ActRefused(OperatingProblem):
    """The rules do not allow this act; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act as it was recorded."""

    id: UUID
    kind: str
    at: dt.datetime
    account_id: UUID
    subject_ids: list[UUID]
    entry_ids: list[UUID]
    basis: str
    reference: str
    reason: str
    follows: UUID | None


def hold(viewer: Viewer, subject_id: UUID, reason: str, reference: str = "") -> UUID:
    """Put a legal hold on a record: nothing of it is erased until it is lifted. Gives its id. Raises ActRefused."""
    with viewing(loader("Finding what a hold concerns")):
        if not statements.rows(RECORD_THERE, [subject_id]):
            raise ActRefused("There is no such record. Check its number.")
    with _acting(viewer, "Put a legal hold on a record", [subject_id]):
        return _record(viewer, "hold", [subject_id], reason=reason, reference=reference)


def lift(viewer: Viewer, hold_id: UUID, reason: str) -> UUID:
    """Lift a legal hold. Raises ActRefused."""
    with _acting(viewer, "Lifted a legal hold", [hold_id]):
        held = _one(hold_id)
        return _record(viewer, "lift", held.subject_ids, reason=reason, follows=hold_id)


def ask(viewer: Viewer, entries: Sequence[UUID], basis: str, reference: str, reason: str) -> UUID:
    """Ask for entries to be erased; what they correct, what corrects them, and their files, go with them.

    Nothing is erased until somebody else agrees. Raises ActRefused.
    """
    if basis not in BASES or (basis == RETENTION and not viewer.is_loader):
        raise ActRefused(f"Say on what basis: {', '.join(name for name in BASES if name != RETENTION)}.")
    with viewing(loader("Finding what an erasure concerns")):
        if statements.rows(THERE, [list(entries)])[0][0] != len(set(entries)):
            raise ActRefused("One of these entries is not there. Check the numbers.")
        found = statements.rows(SAME_MATTER, [list(entries)])
    if not found:
        raise ActRefused("All of this is erased already.")
    ids, subjects = [row[0] for row in found], sorted({row[1] for row in found})
    with _acting(viewer, "Asked for entries to be erased", ids):
        return _record(viewer, "asked", subjects, ids, basis, reference, reason)


def refuse(viewer: Viewer, asked_id: UUID, reason: str) -> UUID:
    """Answer that something is not to be erased. Raises ActRefused."""
    with _acting(viewer, "Refused to erase", [asked_id]):
        asked = _one(asked_id)
        return _record(viewer, "refused", asked.subject_ids, asked.entry_ids, reason=reason, follows=asked_id)


def agree(viewer: Viewer, asked_id: UUID, reason: str) -> UUID:
    """Agree to an erasure, and so carry it out: what the entries say is gone; that they were recorded stays.

    What is owed is worked out afresh without what they said. Raises ActRefused.
    """
    with _acting(viewer, "Erased by law", [asked_id]):
        asked = _one(asked_id)
        says = sentence(asked, viewer, timezone.now(), reason)
        with viewing(loader("Erasing by law")):
            for shard in sorted({chain.shard_of(one) for one in asked.subject_ids}):
                hold_head(shard)
            left = [digest_left(values, says) for values in _entries(asked.entry_ids)]
            mentioned = heard.mentioned_in(asked.entry_ids)
        made = _record(
            viewer, "erasure", asked.subject_ids, asked.entry_ids, asked.basis, asked.reference, reason, asked_id, says,
            left,
        )  # fmt: skip
        with viewing(loader("Erasing by law")):
            heard.forget_unless_mentioned(mentioned)
            duties.forget_links(asked.subject_ids)
        rebuild_duties(loader("Working out what is owed after an erasure"), asked.subject_ids)
    return made


def last_of(asked: ActRow) -> int:
    """Of how many records these are the last entries: what the register knows goes with them."""
    with viewing(loader("Finding what an erasure leaves")):
        return int(statements.rows(LAST_OF, [asked.subject_ids, asked.entry_ids])[0][0])


def write_over() -> None:
    """Have the database write over what erased rows held: until then it lies unread on the disk."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"VACUUM {', '.join(TOUCHED)}")


def erased_since(moment: dt.datetime) -> bool:
    """Whether anything was erased since then."""
    with viewing(loader("Looking whether anything was erased")):
        return bool(statements.rows("SELECT 1 FROM proof_act WHERE kind = 'erasure' AND at >= %s LIMIT 1", [moment]))


def waiting(viewer: Viewer) -> list[ActRow]:
    """What was asked for and not answered, the oldest first."""
    with viewing(viewer):
        return still_open("asked")


def holds(viewer: Viewer) -> list[ActRow]:
    """The legal holds that are on, the oldest first."""
    with viewing(viewer):
        return still_open("hold")


def still_open(kind: str) -> list[ActRow]:
    """The acts of a kind that none has answered, as far as the transaction's viewer sees them."""
    return [ActRow(*row) for row in statements.rows(OPEN, [kind])]


def sentence(asked: ActRow, viewer: Viewer, now: dt.datetime, reason: str) -> str:
    """What stands in the place of what was erased: when, by whom, on what basis and why."""
    names: dict[UUID, str] = dict(statements.rows(NAMES, [[asked.account_id]]))
    day = timezone.localtime(now)
    who = " and ".join(filter(None, (names.get(asked.account_id), signature(viewer))))
    told = f", {asked.reference}" if asked.reference else ""
    why = " ".join(dict.fromkeys((asked.reason.strip(), reason.strip())))
    return f"Erased by law on {day.day} {day:%B %Y} by {who}. {BASES.get(asked.basis, '')}{told}. {why}"


def digest_left(content: dict[str, object], says: str) -> str:
    """The digest of what is left of an entry when it is erased, by which a later change of it is found."""
    left = {**content, "text": says, "fields": {}, "basis": ""}
    return hashlib.sha256(chain.canonical(chain.content_of(left, ()))).hexdigest()


@contextmanager
def _acting(viewer: Viewer, what: str, ids: Sequence[UUID]) -> Iterator[None]:
    """All of an act or none of it, written down in the reading log; what the database refuses is said."""
    try:
        with all_or_nothing(viewer):
            reading.log(viewer, what, ids)
            yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != RAISED:
            raise
        said = getattr(error.__cause__, "diag").message_primary  # noqa: B009
        raise ActRefused(str(said)) from error


def _one(act_id: UUID) -> ActRow:
    found = statements.rows(ONE, [act_id])
    if not found:
        raise ActRefused("There is no such act that you can see. Check the number.")
    return ActRow(*found[0])


def _entries(ids: Sequence[UUID]) -> Iterator[dict[str, object]]:
    for values in statements.rows(ROWS, [list(ids), list(ids)]):
        row = from_database(values)
        yield {field.name: getattr(row, field.name) for field in fields(row)}


def _record(
    viewer: Viewer,
    kind: str,
    subjects: Sequence[UUID],
    entries: Sequence[UUID] = (),
    basis: str = "",
    reference: str = "",
    reason: str = "",
    follows: UUID | None = None,
    says: str = "",
    left: Sequence[str] = (),
) -> UUID:
    made = uuid4()
    about = [list(subjects), list(entries), basis, reference.strip()[:200], reason.strip()[:500]]
    statements.run(INSERT, [made, kind, viewer.account_id, *about, follows, says, list(left)])
    return made
