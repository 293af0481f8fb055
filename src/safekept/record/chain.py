"""The hash chain. Pure: bytes in, bytes out; the same everywhere and for ever.

``digest = H(salt ‖ content)`` and ``hash = H(previous ‖ header)``, where the header holds the entry's id, place in
the chain and digest. Content can be erased by law: the digest stays and the chain still holds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

SHARDS = 16
"""Chains side by side, so that appends about different subjects do not wait for one another."""
SALT_BYTES = 16
START = bytes(32)
"""What stands before the first link of each shard."""
CONTENT = (
    "id", "subject_id", "kind", "at", "at_latest", "recorded_at", "agency_kind", "agency_id", "account_id", "basis",
    "text", "fields", "answers", "supersedes", "audience", "client_key",
)  # fmt: skip
"""The columns of an entry that its digest is made of, with what it mentions."""


def shard_of(subject_id: UUID) -> int:
    """The shard that a subject's entries are chained in."""
    return shard_of_bytes(subject_id.bytes)


def shard_of_bytes(subject: bytes) -> int:
    """The same, from the sixteen bytes of the subject's id."""
    return hashlib.sha256(subject).digest()[0] % SHARDS


def canonical(content: Mapping[str, Any]) -> bytes:
    """The content as JSON bytes: keys in order, no spaces, times in UTC to the microsecond."""
    return orjson.dumps(content, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} has no canonical form")


def content_of(row: Mapping[str, Any], mentions: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """Everything about an entry that the chain vouches for, from its row and its mentions."""
    told = sorted([str(thing), role] for thing, role in mentions)
    return {**{name: row[name] for name in CONTENT}, "mentions": told}


def digest(salt: bytes, content: Mapping[str, Any]) -> bytes:
    """The salted digest of an entry's content."""
    return hashlib.sha256(salt + canonical(content)).digest()


def link(previous: bytes, entry_id: UUID, shard: int, seq: int, content_digest: bytes) -> bytes:
    """The hash of an entry's link, after the previous one."""
    return link_bytes(previous, entry_id.bytes, shard, seq, content_digest)


def link_bytes(previous: bytes, row: bytes, shard: int, seq: int, content_digest: bytes) -> bytes:
    """The same, from the sixteen bytes of the row's id."""
    header = b"%s|%d|%d|" % (row, shard, seq)
    return hashlib.sha256(previous + header + content_digest).digest()
