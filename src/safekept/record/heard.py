"""Who may have heard of whom and what entries mention: a hint that spares a search most of its questions.

A row opens nothing. Whether somebody sees a mention is asked of the record, behind its walls, as before; without a
row it need not be asked, since nothing that they could see mentions it. The database itself adds rows with what is
mentioned, with agencies that join and with what is shared (see the migration); they are taken away by law alone.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from safekept.access import statements
from safekept.access.viewer import loader, viewing

NOTHING_YET = "SELECT NOT EXISTS (SELECT 1 FROM record_heard) AND EXISTS (SELECT 1 FROM record_mention)"
FILL = (
    "INSERT INTO record_heard (thing_id, holder) SELECT DISTINCT told.thing_id, who.holder "
    "FROM record_mention AS told JOIN record_entry AS e ON e.id = told.entry_id "
    "JOIN register_thing AS t ON t.id = told.thing_id AND t.kind <> 'child' CROSS JOIN LATERAL ("
    "SELECT e.account_id AS holder UNION ALL SELECT e.agency_id "
    "UNION ALL SELECT ring.agency_id FROM access_circle AS ring WHERE ring.subject_id = e.subject_id "
    "UNION ALL SELECT s.agency_id FROM access_share AS s WHERE s.entry_id = e.id) AS who "
    "WHERE %(things)s::uuid[] IS NULL OR told.thing_id = ANY(%(things)s::uuid[]) ON CONFLICT DO NOTHING"
)
FORGET = "DELETE FROM record_heard WHERE thing_id = ANY(%s::uuid[])"
MENTIONED = "SELECT DISTINCT thing_id FROM record_mention WHERE entry_id = ANY(%s::uuid[])"


def fill() -> None:
    """Note everything, where a record is older than this hint."""
    with viewing(loader("Noting who has heard of whom")):
        if statements.rows(NOTHING_YET)[0][0]:
            statements.run(FILL, {"things": None})


def mentioned_in(entries: Collection[UUID]) -> list[UUID]:
    """What entries mention that are about to be erased. Call as the bulk loader."""
    return [row[0] for row in statements.rows(MENTIONED, [list(entries)])]


def again(things: Collection[UUID]) -> None:
    """Note afresh who has heard of these, after entries that mentioned them were erased. Call as the bulk loader."""
    statements.run(FORGET, [list(things)])
    statements.run(FILL, {"things": list(things)})
