"""Which lists of a procedure somebody needs at hand: to fill in a form, or to meet a duty; what an item is called."""

from __future__ import annotations

from collections.abc import Iterable

from safekept.kinds import KINDS
from safekept.kinds.vocabularies import CATEGORIES

from .pack import Pack, PackList, Rule


def lists_for_duty(pack: Pack, rule: Rule) -> tuple[PackList, ...]:
    """Return the lists that whoever meets a duty uses: those its form asks from, then those of its paragraphs."""
    asked = (one for kind in rule.kinds_owed for one in _asked(pack, kind))
    return _once((*asked, *(one for one in pack.lists.values() if set(one.cites) & set(rule.cites))))


def lists_for_form(pack: Pack | None, kind: str, rule: Rule | None = None) -> tuple[PackList, ...]:
    """Return the lists to have at hand while recording an entry of a kind.

    ``rule``: the duty that it answers; without one, every duty that such an entry meets counts.
    """
    if pack is None:
        return ()
    rules = [rule] if rule is not None else [one for one in pack.rules if kind in one.kinds_owed]
    return _once((*_asked(pack, kind), *(listed for one in rules for listed in lists_for_duty(pack, one))))


def category_label(pack: Pack | None, category: int | None) -> str:
    """A category as the area's procedure names it; empty where no screening counts."""
    if category is None:
        return ""
    named = pack.lists.get("categories") if pack is not None else None
    if named is not None and any(item.id == str(category) for item in named.items):
        return named.label(str(category))
    return CATEGORIES.get(str(category), f"Category {category}")


def item_label(pack: Pack | None, listed: str, item: str) -> str:
    """An item as the procedure's list names it; its own id as words where there is no such list."""
    found = pack.lists.get(listed) if pack is not None else None
    return found.label(item) if found is not None else item.replace("-", " ")


def _asked(pack: Pack, kind: str) -> Iterable[PackList]:
    """The lists that a form of this kind asks from."""
    return (pack.lists[field.listed_in] for field in KINDS[kind].fields.values() if field.listed_in in pack.lists)


def _once(lists: Iterable[PackList]) -> tuple[PackList, ...]:
    return tuple({one.id: one for one in lists}.values())
