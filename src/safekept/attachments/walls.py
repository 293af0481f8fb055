"""Who sees the entry sees its file; whoever recorded the entry, and nobody else, put the file there."""

from __future__ import annotations

from safekept.access import policy
from safekept.access.rls import Wall, each, through
from safekept.access.sql import SETTINGS, predicate


def _by_entry(table: str) -> tuple[Wall, ...]:
    loads = predicate(policy.LOADER, table)
    seen = through(table, "entry_id", "record_entry")
    own = (
        'EXISTS (SELECT 1 FROM "record_entry" AS parent WHERE parent."id" = '  # noqa: S608
        f'"{table}"."entry_id" AND parent."kind" = \'file\' AND parent."account_id" = {SETTINGS["account"]})'
    )
    return tuple(each(table, f"({loads} OR {seen})", f"({loads} OR {own})"))


WALLS = (*_by_entry("attachments_original"), *_by_entry("attachments_page"))
