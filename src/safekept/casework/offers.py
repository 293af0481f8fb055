"""The answers that a form offers beyond its own vocabularies: a pack's lists, the record, other children, areas.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from safekept.govuk.values import Option, OptionGroup
from safekept.kinds import Field, Kind
from safekept.kinds.vocabularies import CATEGORIES, CHILD_FIELDS
from safekept.procedures import Area, Pack, PackList

AREA_FIELDS = frozenset({"area", "host_area", "authority"})


def offers(
    kind: type[Kind],
    pack: Pack | None,
    *,
    entries: Sequence[Option] = (),
    children: Sequence[Option] = (),
    areas: Iterable[Area] = (),
    duties: Sequence[Option] = (),
) -> dict[str, tuple[OptionGroup, ...]]:
    """Field name to the groups of answers on offer for a kind's questions."""
    towns = one_group(Option(area.slug, area.name) for area in areas)
    found = {name: _for(asked, pack, entries, children, towns, duties) for name, asked in kind.fields.items()}
    return {name: groups for name, groups in found.items() if groups}


def _for(
    asked: Field,
    pack: Pack | None,
    entries: Sequence[Option],
    children: Sequence[Option],
    towns: tuple[OptionGroup, ...],
    duties: Sequence[Option],
) -> tuple[OptionGroup, ...]:
    if asked.listed_in:
        return listed(pack, asked.listed_in)
    if asked.of is CATEGORIES:
        return one_group(Option(value, *_category(pack, value, label)) for value, label in CATEGORIES.items())
    if asked.name in CHILD_FIELDS:
        return one_group(children)
    if asked.type == "ids":
        return one_group(entries)
    if asked.name in AREA_FIELDS:
        return towns
    return one_group(duties) if asked.name == "rule" else ()


def _category(pack: Pack | None, value: str, label: str) -> tuple[str, str]:
    """A category's name and meaning in the area's own words, where its procedure has them."""
    found = pack.lists.get("categories") if pack is not None else None
    own = next((item for item in found.items if item.id == value), None) if found is not None else None
    return (own.label, own.hint) if own is not None else (label, "")


def listed(pack: Pack | None, list_id: str) -> tuple[OptionGroup, ...]:
    """A pack's list under its own headings; empty where the procedure has no such list."""
    found = pack.lists.get(list_id) if pack is not None else None
    return grouped(found) if found is not None else ()


def grouped(found: PackList) -> tuple[OptionGroup, ...]:
    """A list's items as options under its headings, in the list's order."""
    groups: dict[str, list[Option]] = {}
    for item in found.items:
        groups.setdefault(item.group, []).append(Option(item.id, item.label, item.hint))
    return tuple(OptionGroup(heading, tuple(options)) for heading, options in groups.items())


def one_group(options: Iterable[Option]) -> tuple[OptionGroup, ...]:
    """Options under no heading; nothing at all where there are none."""
    every = tuple(options)
    return (OptionGroup("", every),) if every else ()


def labels(groups: Iterable[OptionGroup]) -> Mapping[str, str]:
    """Value to label over all groups."""
    return {option.value: option.label for group in groups for option in group.options}
