"""Appending many entries at once, as imports do: the same checks and the same chain in far fewer statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from uuid import UUID

from django.db import connection
from django.utils import timezone

from safekept.access import circles, joining, reading, statements
from safekept.access.copying import copy_into
from safekept.access.models import Circle
from safekept.access.policy import FROM_OUTSIDE
from safekept.access.viewer import Viewer
from safekept.record import chain, concealing, duties
from safekept.record.entries import Errors, NewEntry, Refused, check
from safekept.record.histories import Subject, subjects
from safekept.record.rows import ENTRY_COLUMNS, EntryRow, from_database
from safekept.record.writing import (
    Earlier,
    author_of,
    hold_head,
    linked_row,
    move_head,
    refusals,
    same_content,
    seal_what_follows,
    share_what_follows,
    unfit,
)
from safekept.register.scope import all_or_nothing

SUBJECTS_AT_ONCE = 200
MOST_ERRORS = 50
COUNTED = "SELECT subject_id, count(*) FROM record_entry WHERE subject_id = ANY(%s::uuid[]) GROUP BY subject_id"
NOT_YOURS = "Your agency is not among those that work with this child."


@dataclass
class _Batch:
    """What is known before anything is written."""

    entries: Sequence[NewEntry]
    subjects: Mapping[UUID, Subject]
    before: Mapping[tuple[UUID, UUID], EntryRow]
    earlier: dict[UUID, Earlier]
    things: frozenset[UUID]
    taken: dict[UUID, tuple[UUID, UUID]]
    """Id of an entry that is recorded, or stands before in the batch, to whose it is and its key."""


def append_many(
    viewer: Viewer, entries: Iterable[NewEntry], progress: Callable[[int], None] | None = None
) -> list[UUID]:
    """Record entries in order, all of them or none; their ids, in the same order.

    An entry whose ``client_key`` was recorded before gives the first one's id. What is owed is worked out once for
    each subject. ``progress`` is told how many entries are done. Raises Refused: each field is named after the
    entry's number, counted from 1 (``3.at``).
    """
    now = timezone.now()
    handed_in = [replace(new, id=None) if new.id and not viewer.is_loader else new for new in entries]
    _refuse_any((number, errors) for number, new in enumerate(handed_in, 1) if (errors := check(new, now)))
    if not handed_in:
        return []
    with all_or_nothing(viewer):
        heads = {shard: hold_head(shard) for shard in sorted({chain.shard_of(new.subject_id) for new in handed_in})}
        batch = _gather(viewer, handed_in)
        _refuse_any(_refusals(viewer, batch))
        ids, rows, mentions = _linked(viewer, batch, heads, timezone.now())
        _come_around(viewer, batch)
        _copy(rows, mentions)
        for row in {row.shard: row for row in rows}.values():
            move_head(row)
        _widen_circles(rows, batch.subjects)
        _refresh(rows, mentions, progress)
        if not viewer.is_loader:
            reading.log(viewer, "Recorded many entries", ids)
    return ids


def _refuse_any(found: Iterable[tuple[int, Errors]]) -> None:
    errors = [(f"{number}.{name}", f"Entry {number}: {says}") for number, some in found for name, says in some]
    if errors:
        raise Refused(errors[:MOST_ERRORS])


def _gather(viewer: Viewer, entries: Sequence[NewEntry]) -> _Batch:
    keys = [(author_of(viewer, new).account_id, new.client_key) for new in entries]
    own = {new.id for new in entries if new.id}
    named = {one for new in entries for one in (*new.answers, *([new.supersedes] if new.supersedes else []))} - own
    told = {thing for new in entries for thing, _ in new.told}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join('e.' + name for name in ENTRY_COLUMNS)} "  # noqa: S608
            "FROM unnest(%s::uuid[], %s::uuid[]) AS k(account_id, client_key) "
            "JOIN record_entry AS e ON e.account_id = k.account_id AND e.client_key = k.client_key",
            [list(column) for column in zip(*keys, strict=True)],
        )
        before = {(row.account_id, row.client_key): row for row in map(from_database, cursor.fetchall())}
        cursor.execute(
            "SELECT id, subject_id, agency_id, account_id, kind FROM record_entry WHERE id = ANY(%s)", [list(named)]
        )
        earlier = {row[0]: (row[1], row[2], row[3], row[4]) for row in cursor.fetchall()}
        cursor.execute("SELECT id FROM register_thing WHERE id = ANY(%s)", [list(told)])
        things = frozenset(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT id, account_id, client_key FROM record_entry WHERE id = ANY(%s)", [list(own)])
        taken = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    return _Batch(entries, subjects({new.subject_id for new in entries}), before, earlier, things, taken)


def _refusals(viewer: Viewer, batch: _Batch) -> Iterator[tuple[int, Errors]]:
    for number, new in enumerate(batch.entries, 1):
        author = author_of(viewer, new)
        errors = [*_refused(viewer, new, batch), *refusals(viewer, new, batch.earlier)]
        if any(thing not in batch.things for thing, _ in new.told):
            errors.append(("mentions", "It mentions somebody or something that is not there."))
        own = (author.account_id, new.client_key)
        again = batch.before.get(own)
        if again is not None and not same_content(again, new):
            errors.append(("client_key", "It was recorded before with other answers."))
        if new.id and batch.taken.setdefault(new.id, own) != own:
            errors.append(("id", "Another entry has this id already. Leave it out, or give another."))
        if errors:
            yield number, errors
        if new.id:
            batch.earlier[new.id] = (new.subject_id, author.agency_id, author.account_id, new.kind)


def _refused(viewer: Viewer, new: NewEntry, batch: _Batch) -> Errors:
    subject = batch.subjects.get(new.subject_id)
    if subject is None:
        return [("subject_id", "There is no record here that can be added to.")]
    errors = unfit(viewer, new, subject.kind)
    if viewer.is_loader:
        return errors
    if not viewer.works_cases:
        errors.append(("subject_id", "Your role does not record entries."))
    elif not subject.admitted and new.kind not in FROM_OUTSIDE:
        errors.append(("subject_id", NOT_YOURS))
    return errors


def _linked(
    viewer: Viewer, batch: _Batch, heads: dict[int, tuple[int, bytes]], now: dt.datetime
) -> tuple[list[UUID], list[EntryRow], list[tuple[UUID, UUID, str]]]:
    """Link the entries into their chains, leaving out those that were recorded before."""
    ids: list[UUID] = []
    rows: list[EntryRow] = []
    mentions: list[tuple[UUID, UUID, str]] = []
    done = dict(batch.before)
    beside: dict[UUID, Sequence[str]] = {}
    for number, new in enumerate(batch.entries, 1):
        author = author_of(viewer, new)
        key = (author.account_id, new.client_key)
        if key in done:
            if not same_content(done[key], new):
                raise Refused([(f"{number}.client_key", f"Entry {number}: its key is another entry’s too.")])
        else:
            shard = chain.shard_of(new.subject_id)
            seq, previous = heads[shard]
            recorded_at = (new.recorded_at if viewer.is_loader else None) or now
            done[key] = linked_row(new, author, recorded_at, (shard, seq + 1, previous), beside)
            beside[done[key].id] = done[key].audience
            heads[shard] = (seq + 1, done[key].hash)
            rows.append(done[key])
            mentions += [(done[key].id, thing, role) for thing, role in new.told]
        ids.append(done[key].id)
    return ids, rows, mentions


def _come_around(viewer: Viewer, batch: _Batch) -> None:
    """Whoever reported a concern stands in an imported circle; a person who reports from outside asks to join it."""
    reported = [new for new in batch.entries if new.kind == "concern" or not viewer.is_loader]
    if not viewer.is_loader:
        for subject in {new.subject_id for new in reported if not batch.subjects[new.subject_id].admitted}:
            joining.ask(viewer, subject, joining.REPORTED)
        return
    around = {(new.subject_id, author_of(viewer, new).agency_id) for new in reported}
    Circle.objects.bulk_create(
        [
            Circle(subject_id=subject, agency_id=agency, basis=Circle.Basis.CONCERN)
            for subject, agency in sorted(around)
            if agency.int  # the loader itself works for no agency
        ],
        ignore_conflicts=True,
    )


def _copy(rows: Sequence[EntryRow], mentions: Sequence[tuple[UUID, UUID, str]]) -> None:
    copy_into("record_entry", ENTRY_COLUMNS, (row.copied() for row in rows))
    copy_into("record_mention", ("entry_id", "thing_id", "role"), mentions)


def _widen_circles(rows: Iterable[EntryRow], known: Mapping[UUID, Subject]) -> None:
    for row in rows:
        if row.kind != "circumstance":
            continue
        for name, basis in (("area", Circle.Basis.HOME_AREA), ("host_area", Circle.Basis.HOST_AREA)):
            area = row.fields.get(name)
            if area and area != known[row.subject_id].area:
                circles.join_area(row.subject_id, area, basis)


def _seal_and_conceal(rows: Sequence[EntryRow], mentions: Sequence[tuple[UUID, UUID, str]]) -> None:
    """What follows sealed entries, or stands on sealed records, is as sealed as those."""
    for row in rows:
        seal_what_follows(row)
        share_what_follows(row)
    if not concealing.anything_sealed():
        return
    subject_of = {row.id: row.subject_id for row in rows}
    told: dict[UUID, set[UUID]] = defaultdict(set)
    for entry_id, thing, _ in mentions:
        told[subject_of[entry_id]].add(thing)
    for subject, things in told.items():
        concealing.by_appending(subject, things)


def _refresh(
    rows: Sequence[EntryRow],
    mentions: Sequence[tuple[UUID, UUID, str]],
    progress: Callable[[int], None] | None,
) -> None:
    """Work out what each subject is owed; of those new to the record, from the rows at hand."""
    by_subject: dict[UUID, list[EntryRow]] = defaultdict(list)
    for row in rows:
        by_subject[row.subject_id].append(row)
    ids, now = list(by_subject), timezone.now()
    with duties.whole_history():
        _seal_and_conceal(rows, mentions)
        for start in range(0, len(ids), SUBJECTS_AT_ONCE):
            part = {one: by_subject[one] for one in ids[start : start + SUBJECTS_AT_ONCE]}
            duties.refresh(list(part), now, told=_complete(part))
            if progress is not None:
                progress(sum(len(some) for some in part.values()))


def _complete(by_subject: Mapping[UUID, list[EntryRow]]) -> dict[UUID, list[EntryRow]]:
    """Those subjects whose whole record is at hand, in the order in which entries count."""
    held: dict[UUID, int] = dict(statements.rows(COUNTED, [list(by_subject)]))
    return {
        one: sorted(some, key=attrgetter("at", "recorded_at", "id"))
        for one, some in by_subject.items()
        if held[one] == len(some)
    }
