"""Addresses of pages: as ``reverse`` gives them, worked out once for each name, since a list of work has hundreds."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import get_urlconf, reverse

PLACE = UUID(int=0)
"""Stands for an id while the rest of an address is worked out."""


def address(name: str, **parts: Any) -> str:
    """The address of a named page. ``parts`` are the ids and words in it, as for ``reverse``."""
    ids = [part for part in parts.values() if isinstance(part, UUID)]
    if not ids:
        return _without_ids(get_urlconf(), name, tuple(parts.items()))
    if len(ids) > 1:
        return reverse(name, kwargs=parts)
    with_place = tuple((key, PLACE if isinstance(part, UUID) else part) for key, part in parts.items())
    before, after = _around(get_urlconf(), name, with_place)
    return f"{before}{ids[0]}{after}"


@lru_cache(maxsize=1000)
def _around(urlconf: Any, name: str, parts: tuple[tuple[str, Any], ...]) -> tuple[str, str]:
    """What stands before and after the one id of an address."""
    before, _, after = reverse(name, urlconf, kwargs=dict(parts)).partition(str(PLACE))
    return before, after


@lru_cache(maxsize=1000)
def _without_ids(urlconf: Any, name: str, parts: tuple[tuple[str, Any], ...]) -> str:
    return reverse(name, urlconf, kwargs=dict(parts) or None)
