"""Closing and opening records and entries, with what is owed worked out again where it rests on them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils import timezone

from safekept.access import closing, naming, statements
from safekept.access.closing import Closing
from safekept.access.models import Proposal
from safekept.access.models.closing import Level
from safekept.access.problems import NotDone
from safekept.access.viewer import Viewer, loader, viewing
from safekept.record import chain, concealing, duties
from safekept.record.actions import rebuild_duties
from safekept.record.models import Entry
from safekept.record.once import once
from safekept.record.writing import hold_head, seal_what_followed
from safekept.register.scope import all_or_nothing

LINKED_TO = (
    "SELECT DISTINCT subject_id FROM record_entry WHERE fields -> 'linked_children' ?| %(children)s::text[] "
    "OR fields ->> 'child' = ANY(%(children)s::text[])"
)
HIDDEN_CHILDREN = (
    "SELECT subject_id FROM access_closed WHERE level = 'sealed' "
    "UNION SELECT subject_id FROM access_bar WHERE kind = 'denied' AND ended_at IS NULL"
)
NOTED = "Holds every link from before it was made."


def close(viewer: Viewer, subject_id: UUID, how: Closing) -> None:
    """Restrict or seal a record (``access.closing.close``). Raises NotDone."""
    with all_or_nothing(viewer):
        closing.close(viewer, subject_id, how)
        with duties.whole_history():
            concealing.of_record(subject_id)
        if how.level == Level.SEALED:
            _work_out_again(viewer, _linked_to(subject_id))


def seal_entry(viewer: Viewer, entry_id: UUID, reason: str, named: Collection[UUID] = ()) -> None:
    """Keep one entry for its author and named people; lists of others no longer rest on it. Raises NotDone."""
    with all_or_nothing(viewer):
        entry: Entry | None = Entry.objects.filter(pk=entry_id).first()
        if entry is None:
            raise NotDone("", "There is no such entry. Open the child’s page again.")
        closing.seal_entry(viewer, entry.pk, entry.subject_id, entry.account_id, reason, named)
        with duties.whole_history():
            for one in [entry.pk, *seal_what_followed(entry.pk, entry.subject_id, timezone.now())]:
                concealing.of_entry(one)
        _work_out_again(viewer, [entry.subject_id])


def deny(viewer: Viewer, subject_id: UUID, account_id: UUID, reason: str) -> None:
    """Keep a record from a person (``access.naming.deny``); nothing that they are told is owed rests on it."""
    with all_or_nothing(viewer):
        naming.deny(viewer, subject_id, account_id, reason)
        _work_out_again(viewer, _linked_to(subject_id))


def carry_out(viewer: Viewer, proposal_id: UUID) -> Proposal:
    """Open what somebody else proposed to open (``access.closing.carry_out``). Raises NotDone."""
    with all_or_nothing(viewer):
        done = closing.carry_out(viewer, proposal_id)
        with duties.whole_history():
            concealing.of_entry(done.entry_id) if done.entry_id else concealing.of_record(done.subject_id)
        _work_out_again(viewer, [done.subject_id] if done.entry_id else _linked_to(done.subject_id))
    return done


def note_links_once() -> None:
    """Note which entries name hidden children, from before that was noted."""
    once("access_hiddenlink", NOTED, note_links)


def note_links() -> None:
    """Work out again what is owed wherever entries name a child of whom nothing shows to some."""
    by = loader("Noting which entries name hidden children")
    with viewing(by):
        children = [row[0] for row in statements.rows(HIDDEN_CHILDREN)]
        _work_out_again(by, _linked_to(*children) if children else [])


def _linked_to(*children: UUID) -> list[UUID]:
    """Those whose entries name such a child. Reads the whole record: records are seldom sealed or denied.

    What is being appended is waited for, and what is appended from now on waits: it reads that the child is hidden.
    """
    for shard in range(chain.SHARDS):
        hold_head(shard)
    with duties.whole_history():
        return [row[0] for row in statements.rows(LINKED_TO, {"children": [str(child) for child in children]})]


def _work_out_again(viewer: Viewer, ids: list[UUID]) -> None:
    if ids:
        rebuild_duties(viewer, ids)
