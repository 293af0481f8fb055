"""Appending: the only way in which anything is written to the record."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from safekept.access import circles, joining, reading, statements
from safekept.access.models import Circle
from safekept.access.policy import ANSWERING, FROM_OUTSIDE, Facts, decide
from safekept.access.viewer import Viewer
from safekept.kinds.working import SHARING_ANSWERS
from safekept.record import chain, concealing, duties
from safekept.record.bulk import append_many
from safekept.record.entries import Author, EntryRefused, Errors, NewEntry, Refused, as_uuid, check, without
from safekept.record.histories import Subject, position, shown_to, subjects
from safekept.record.models import Entry
from safekept.record.rows import LISTED, EntryRow, from_database, insert, mention
from safekept.record.writing import (
    Earlier,
    author_of,
    changes_nothing,
    hold_head,
    linked_row,
    refusals,
    same_content,
    seal_what_follows,
    share_what_follows,
    unfit,
)
from safekept.register.scope import all_or_nothing

__all__ = ["Author", "EntryRefused", "NewEntry", "Refused", "append", "append_many", "appended", "rebuild_duties"]

appended = Signal()
"""Sent after the commit with ``entry`` and ``position`` (on the whole record): what notifies people hangs here."""

BY_KEY = f"SELECT {LISTED} FROM record_entry WHERE account_id = %s AND client_key = %s"  # noqa: S608
BY_ID = f"SELECT {LISTED} FROM record_entry WHERE id = %s"  # noqa: S608
EARLIER = "SELECT id, subject_id, agency_id, account_id, kind FROM record_entry WHERE id = ANY(%s::uuid[])"
SEEN = "SELECT count(*) FROM register_thing WHERE id = ANY(%s::uuid[])"
ANSWERS_US = "SELECT access_answers_us(%s, %s::uuid[])"
NO_SUCH_SUBJECT = "There is no record here that you can add to. Search for the child again."
NOT_YOURS = "Your agency is not among those that work with this child. Report a concern first, or ask the co-ordinator."


def append(viewer: Viewer, new: NewEntry) -> Entry:
    """Record one entry, all of it or nothing, and bring what is owed up to date.

    The same ``client_key`` again gives the first entry back. ``entry.warnings`` are the sentences of paragraphs that
    the entry contradicts, judged on what the viewer may see. Raises Refused.
    """
    now, new = timezone.now(), replace(new, id=None) if new.id and not viewer.is_loader else new
    errors = check(new, now)
    if errors:
        raise Refused(errors)
    with all_or_nothing(viewer):
        shard = chain.shard_of(new.subject_id)
        seq, previous = hold_head(shard)
        subject = _subject(viewer, new)
        _permit(viewer, new, subject)
        mentions, new = new.told, _naming_hidden_still(viewer, new)
        row = linked_row(new, author_of(viewer, new), timezone.now(), (shard, seq + 1, previous))
        if not insert(row, mentions):
            return _same_again(row, new)
        _widen_circle(viewer, new, subject)
        with duties.whole_history():
            mention(row, [one for one in new.told if one not in mentions])
            seal_what_follows(row)
            share_what_follows(row)
            concealing.by_appending(row.subject_id, {thing for thing, _ in new.told})
            whole = duties.refresh([subject.id], row.recorded_at, {subject.id: subject})[subject.id]
        reading.log(viewer, f"Recorded {new.kind}", [row.id])
        return _finished(viewer, row, whole, subject.admitted)


def rebuild_duties(viewer: Viewer, ids: list[UUID]) -> None:
    """Work out afresh what these subjects are owed: after a change of procedure, of teams, or of the clock's tables."""
    with all_or_nothing(viewer), duties.whole_history():
        for shard in sorted({chain.shard_of(one) for one in ids}):
            hold_head(shard)
        duties.refresh(ids, timezone.now())


def _subject(viewer: Viewer, new: NewEntry) -> Subject:
    subject = subjects([new.subject_id]).get(new.subject_id)
    if subject is None:
        raise Refused([("subject_id", NO_SUCH_SUBJECT)])
    return subject


def _same_again(row: EntryRow, new: NewEntry) -> Entry:
    """The entry that came with the same key before, where it says the same."""
    found = statements.rows(BY_KEY, [row.account_id, row.client_key])
    before = from_database(found[0]) if found else None
    if before is None or not same_content(before, new):
        raise Refused([("client_key", "This form was sent before with other answers. Open the form again.")])
    entry = before.entry()
    entry.warnings = []  # type: ignore[attr-defined]
    return entry


def _permit(viewer: Viewer, new: NewEntry, subject: Subject) -> None:
    """Refuse what the policy or the record's own rules do not allow."""
    errors = unfit(viewer, new, subject.kind)
    if not viewer.works_cases and not viewer.is_loader:
        errors.append(("subject_id", "Your role does not record entries."))
    elif not (viewer.is_loader or subject.admitted or new.kind in FROM_OUTSIDE or _answers_a_request(viewer, new)):
        errors.append(("subject_id", NOT_YOURS))
    errors += refusals(viewer, new, _earlier(new)) + _unknown_things(new) + _no_change(viewer, new)
    if errors:
        raise Refused(errors)


def _answers_a_request(viewer: Viewer, new: NewEntry) -> bool:
    """Whether it answers what another agency asked of the viewer's: all that they record from outside the circle."""
    if new.values.get("step") not in SHARING_ANSWERS or new.told:
        return False
    asked = bool(statements.rows(ANSWERS_US, [new.subject_id, list(new.answers)])[0][0])
    return bool(decide(ANSWERING, viewer.asker, Facts(kind=new.kind, subject=new.subject_id, asked=asked)))


def _earlier(new: NewEntry) -> dict[UUID, Earlier]:
    ids = [*new.answers, *([new.supersedes] if new.supersedes else [])]
    if not ids:
        return {}
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in statements.rows(EARLIER, [ids])}


def _unknown_things(new: NewEntry) -> Errors:
    ids = list({thing for thing, _ in new.told})
    if not ids:
        return []
    if statements.rows(SEEN, [ids])[0][0] == len(ids):
        return []
    return [("mentions", "It mentions somebody or something that is not there. Search for it again.")]


def _corrected(new: NewEntry) -> EntryRow | None:
    """The entry that a correction corrects, as far as the transaction's viewer sees it."""
    found = statements.rows(BY_ID, [new.supersedes]) if new.supersedes else []
    return from_database(found[0]) if found else None


def _naming_hidden_still(viewer: Viewer, new: NewEntry) -> NewEntry:
    """A correction names the children still of whom nothing shows to whoever corrects: it stands for the others too."""
    hidden, old = viewer.asker.reach.hidden, _corrected(new) if viewer.asker.reach.hidden else None
    if old is None:
        return new
    fields = dict(new.fields)
    if named := [one for one in old.fields.get("linked_children", ()) if as_uuid(one) in hidden]:
        fields["linked_children"] = [*(fields.get("linked_children") or ()), *named]
    if as_uuid(str(old.fields.get("child", ""))) in hidden and not fields.get("child"):
        fields["child"] = old.fields["child"]
    return replace(new, fields=fields)


def _no_change(viewer: Viewer, new: NewEntry) -> Errors:
    """A correction changes something: it strikes the entry that it corrects through for everybody."""
    old = _corrected(new)
    if old is None or not changes_nothing(replace(old, fields=without(old.fields, viewer.asker.reach.hidden)), new):
        return []
    return [("", "Nothing has changed: this says what the entry says already. Change what was wrong, or go back.")]


def _widen_circle(viewer: Viewer, new: NewEntry, subject: Subject) -> None:
    """A child who moves, or is placed elsewhere, gets that area's agencies around it.

    Whoever reports from outside the circle asks to join it.
    """
    if not (viewer.is_loader or subject.admitted) and new.kind in FROM_OUTSIDE:
        joining.ask(viewer, new.subject_id, joining.REPORTED)
    if new.kind != "circumstance":
        return
    for name, basis in (("area", Circle.Basis.HOME_AREA), ("host_area", Circle.Basis.HOST_AREA)):
        area = new.values.get(name)
        if area and area != subject.area:
            circles.join_area(subject.id, area, basis)


def _finished(viewer: Viewer, row: EntryRow, whole: duties.Standing, admitted: bool) -> Entry:
    entry = row.entry()
    entry.warnings = _warnings(viewer, row, whole, admitted)  # type: ignore[attr-defined]
    transaction.on_commit(lambda: appended.send(sender=Entry, entry=entry, position=whole.position), robust=True)
    return entry


def _warnings(viewer: Viewer, row: EntryRow, whole: duties.Standing, admitted: bool) -> list[str]:
    """What the entry contradicts; where the viewer cannot see the whole record, judged on what they can."""
    seen = [one for one in whole.rows if shown_to(viewer, one, admitted)]
    found = whole.position
    hidden = viewer.asker.reach.hidden
    if len(seen) < len(whole.rows) or hidden:
        found = position(whole.subject, seen, row.recorded_at, unknown=hidden)
    return [breach.say for breach in found.breaches if breach.entry == str(row.id)]
