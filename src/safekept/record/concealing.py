"""Things that sealed records or sealed entries alone mention are as hidden as those: which they are, kept up to date.

A child is never concealed by a mention: a child has a record of their own, which is sealed or is not.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from safekept.access import statements

FORGET = "DELETE FROM access_concealed WHERE thing_id = ANY(%(things)s::uuid[])"
FIND = (
    "WITH told AS (SELECT m.thing_id, e.subject_id, e.id AS entry_id, (EXISTS ("
    "SELECT 1 FROM access_closed AS c WHERE c.subject_id = e.subject_id AND c.level = 'sealed') OR EXISTS ("
    "SELECT 1 FROM access_sealedentry AS s WHERE s.entry_id = e.id AND s.ended_at IS NULL)) AS sealed "
    "FROM record_mention AS m JOIN record_entry AS e ON e.id = m.entry_id "
    "JOIN register_thing AS t ON t.id = m.thing_id "
    "WHERE m.thing_id = ANY(%(things)s::uuid[]) AND t.kind <> 'child') "
    "INSERT INTO access_concealed (id, thing_id, subject_id, entry_id) "
    "SELECT gen_random_uuid(), told.thing_id, told.subject_id, told.entry_id FROM told "
    "WHERE told.thing_id IN (SELECT one.thing_id FROM told AS one GROUP BY one.thing_id HAVING bool_and(one.sealed))"
)
OF_SUBJECT = (
    "SELECT DISTINCT m.thing_id FROM record_mention AS m JOIN record_entry AS e ON e.id = m.entry_id "
    "WHERE e.subject_id = %s AND m.thing_id <> e.subject_id"
)
OF_ENTRY = "SELECT thing_id FROM record_mention WHERE entry_id = %s"
BESIDE_SEALED = (
    "SELECT EXISTS (SELECT 1 FROM access_closed WHERE subject_id = %(subject)s AND level = 'sealed') OR EXISTS ("
    "SELECT 1 FROM access_concealed WHERE thing_id = ANY(%(things)s::uuid[]))"
)


ANYTHING = (
    "SELECT EXISTS (SELECT 1 FROM access_closed WHERE level = 'sealed') "
    "OR EXISTS (SELECT 1 FROM access_sealedentry WHERE ended_at IS NULL)"
)


def of_record(subject_id: UUID) -> None:
    """After a record was sealed, or is sealed no more. Call inside ``whole_history``."""
    _again([row[0] for row in statements.rows(OF_SUBJECT, [subject_id])])


def of_entry(entry_id: UUID) -> None:
    """After an entry was sealed, or is sealed no more. Call inside ``whole_history``."""
    _again([row[0] for row in statements.rows(OF_ENTRY, [entry_id])])


def by_appending(subject_id: UUID, things: Collection[UUID]) -> None:
    """After an entry was appended that mentions these things. Call inside ``whole_history``."""
    if things and statements.rows(BESIDE_SEALED, {"subject": subject_id, "things": list(things)})[0][0]:
        _again(things)


def anything_sealed() -> bool:
    """Whether any record or entry is sealed at all. Call inside ``whole_history``."""
    return bool(statements.rows(ANYTHING)[0][0])


def _again(things: Collection[UUID]) -> None:
    if things:
        statements.run(FORGET, {"things": list(things)})
        statements.run(FIND, {"things": list(things)})
