"""Names that people use for one another: nicknames and spelling variants, one group a line of ``nicknames.txt``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for line in files(__package__).joinpath("nicknames.txt").read_text("utf-8").splitlines():
        members = line.split()
        for member in dict.fromkeys(members):
            groups.setdefault(member, []).append(members[0])
    return MappingProxyType({name: tuple(dict.fromkeys(heads)) for name, heads in groups.items()})


def groups_of(part: str) -> tuple[str, ...]:
    """Return the groups that a folded name part belongs to, by their first member; most parts have none."""
    return _table().get(part, ())


def share_a_group(one: str, other: str) -> bool:
    """Tell whether two folded name parts are used for one another."""
    return not set(groups_of(one)).isdisjoint(groups_of(other))
