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
from safekept.record.once import once

FILLED = "Holds everything from before it was made."
FILL = (
    "INSERT INTO record_heard (thing_id, holder) SELECT DISTINCT told.thing_id, who.holder "
    "FROM record_mention AS told JOIN record_entry AS e ON e.id = told.entry_id "
    "JOIN register_thing AS t ON t.id = told.thing_id AND t.kind <> 'child' CROSS JOIN LATERAL ("
    "SELECT e.account_id AS holder UNION ALL SELECT e.agency_id "
    "UNION ALL SELECT ring.agency_id FROM access_circle AS ring WHERE ring.subject_id = e.subject_id "
    "UNION ALL SELECT s.agency_id FROM access_share AS s WHERE s.entry_id = e.id) AS who "
    "ORDER BY 1, 2 ON CONFLICT DO NOTHING"
)
FORGET = (
    "DELETE FROM record_heard AS h WHERE h.thing_id = ANY(%s::uuid[]) "
    "AND NOT EXISTS (SELECT 1 FROM record_mention AS told WHERE told.thing_id = h.thing_id)"
)
MENTIONED = "SELECT DISTINCT thing_id FROM record_mention WHERE entry_id = ANY(%s::uuid[])"


def fill() -> None:
    """Note what a record holds from before the hint was made."""
    once("record_heard", FILLED, note_everything)


def note_everything() -> None:
    """Note all that a record holds now; what is noted already stays."""
    with viewing(loader("Noting who has heard of whom")):
        statements.run(FILL)


def mentioned_in(entries: Collection[UUID]) -> list[UUID]:
    """What entries mention that are about to be erased. Call as the bulk loader."""
    return [row[0] for row in statements.rows(MENTIONED, [list(entries)])]


def forget_unless_mentioned(things: Collection[UUID]) -> None:
    """Nobody has heard of what no entry mentions any more. Call as the bulk loader, after an erasure."""
    statements.run(FORGET, [list(things)])
