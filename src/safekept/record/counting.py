"""Which entries of a record count: those neither corrected nor taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID


class Told(Protocol):
    """An entry, as a model or as a row: what is read of it here."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> dt.datetime: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...
    @property
    def answers(self) -> Sequence[UUID]: ...
    @property
    def supersedes(self) -> UUID | None: ...


T = TypeVar("T", bound=Told)


def counting(entries: Sequence[T]) -> list[T]:
    """Entries neither corrected nor taken back."""
    replaced = {entry.supersedes for entry in entries}
    taken_back = {one for entry in entries if entry.kind == "withdrawn" for one in entry.answers}
    return [entry for entry in entries if entry.id not in replaced and entry.id not in taken_back]
