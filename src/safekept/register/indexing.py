"""The rows by which things are found: written when a thing is added, and made in bulk for loaders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import connection

from safekept.linking import Known, name_parts, neighbourhood, tokens_for
from safekept.register.models import Thing
from safekept.register.walls import reach_of


def known(thing: Thing, names: tuple[str, ...], identifiers: tuple[tuple[str, str], ...]) -> Known:
    """The thing as linking knows it."""
    return Known(
        str(thing.pk),
        thing.kind,
        names,
        thing.born,
        thing.born_precision or "day",
        identifiers,
        thing.sex,
        thing.area_id or "",
        thing.description,
    )


TokenRow = tuple[str, UUID, str, str]
"""token, thing, kind of thing, reach."""


def rows_for(thing_id: UUID, known: Known) -> list[TokenRow]:
    """The token rows of one thing; where a token comes from two facts, the more open one counts."""
    common = tokens_for(
        Known(known.id, known.kind, known.names, known.born, known.born_precision, (), "", "", known.description)
    )
    rows = {token: reach_of(known.kind).value for token in common}
    for scheme, value in known.identifiers:
        for token in tokens_for(Known("", "child", identifiers=((scheme, value),))):
            rows.setdefault(token, reach_of(known.kind, scheme).value)
    return [(token, thing_id, known.kind, reach) for token, reach in sorted(rows.items())]


def bulk_tokens(things: Iterable[tuple[UUID, Known]], parts: set[str]) -> Iterator[TokenRow]:
    """Yield the token rows of many things, adding their name parts to ``parts`` (for ``key_rows`` at the end)."""
    for thing_id, known in things:
        parts.update(name_parts(known.names))
        yield from rows_for(thing_id, known)


def key_rows(parts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the vocabulary rows of name parts: remainder and part."""
    for part in parts:
        for key in neighbourhood(part):
            yield key, part


def index_thing(thing_id: UUID, known: Known) -> None:
    """Write the token and vocabulary rows of a thing; rows that are there already stay."""
    rows = rows_for(thing_id, known)
    keys = list(key_rows(name_parts(known.names)))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO register_token (token, thing_id, kind, reach) "
            "SELECT * FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
            [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []],
        )
        cursor.execute(
            "INSERT INTO register_namekey (key, part) SELECT * FROM unnest(%s::text[], %s::text[]) "
            "ON CONFLICT DO NOTHING",
            [[key for key, _ in keys], [part for _, part in keys]],
        )
