"""Which part of an entry a recipient may have, and on what ground the others are withheld.

A parent or carer never has: a concealed address or contact, a sealed entry, what is for certain agencies alone, who
told us, the child's words unless the child agreed, what is about others, an entry in which they are suspected. A
child has their record, less others' and what could hinder an enquiry. A court has what it ordered, never a concealed
address. Nobody has a sealed entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from safekept.kinds import Privacy

from .canaries import Secret, Sort, Sought, read, sought
from .grounds import Ground
from .items import PERSONAL, SOURCES, SUSPECTING, Item, Part, Recipient, Side

OUTSIDERS = frozenset({Side.CHILD, Side.PARENT})
"""Those who receive what is about themselves, and not what is about others."""


@dataclass(frozen=True, slots=True)
class LookedFor:
    """What is looked for in an entry's parts: what is kept apart, who told us, who else is named."""

    apart: tuple[Sought, ...]
    sources: tuple[Sought, ...]
    others: tuple[Sought, ...]


def decide(recipient: Recipient, item: Item, secrets: Iterable[Secret]) -> tuple[Ground | None, ...]:
    """For each part of the entry the ground on which it is withheld, or None where it is shown.

    ``secrets``: every address and contact that is kept apart, whoever it is kept from. What is told of somebody by
    name is found in the entry's own mentions.
    """
    whole = _whole(recipient, item)
    if whole is not None:
        return tuple(whole for _ in item.parts)
    looked_for = LookedFor(
        tuple(map(sought, secrets)),
        tuple(map(sought, sources(item))) if _withholds_sources(recipient) else (),
        tuple(map(sought, identities(recipient, item))) if _withholds_others(recipient) else (),
    )
    return tuple(_part(recipient, item, part, looked_for) for part in item.parts)


def releasable(recipient: Recipient, ground: Ground, concealed: Iterable[Secret] = ()) -> bool:
    """Whether two people together may release what a rule withholds.

    Never what is sealed, never anything to a parent or carer, never an address to a court or to somebody from whom
    it is concealed. ``concealed``: the addresses and contacts that the part holds.
    """
    if ground is Ground.SEALED or recipient.side is Side.PARENT:
        return False
    if ground is not Ground.CONCEALED:
        return True
    kept_from_them = any(recipient.person in one.kept_from for one in concealed)
    return recipient.side is not Side.COURT and not kept_from_them


def identities(recipient: Recipient, item: Item) -> list[Secret]:
    """The names and numbers of others whom an entry mentions, as texts to look for."""
    own = {item.subject, recipient.person}
    ours = frozenset(word for one in item.mentions if one.thing in own for name in one.names for word in name.split())
    return [
        Secret(f"{one.thing}-{place}", _sort(one.kind), name, apart_from=ours)
        for one in item.mentions
        if one.kind in PERSONAL and one.thing not in own
        for place, name in enumerate(one.names)
    ]


def sources(item: Item) -> list[Secret]:
    """Whoever told us, as texts to look for: those whom the entry mentions so."""
    told = [one for one in item.mentions if one.role in SOURCES]
    return [Secret(f"{one.thing}-{n}", Sort.NAME, name) for one in told for n, name in enumerate(one.names)]


def _whole(recipient: Recipient, item: Item) -> Ground | None:
    """The ground on which all of an entry is withheld."""
    if item.sealed:
        return Ground.SEALED
    if any(one.thing == recipient.person and one.role in SUSPECTING for one in item.mentions):
        return Ground.SUSPECTED
    if item.audience and recipient.side is not Side.COURT and recipient.agency not in item.audience:
        return Ground.LIMITED
    return None


def _part(recipient: Recipient, item: Item, part: Part, looked_for: LookedFor) -> Ground | None:
    text = read(f"{part.label}\n{part.text}")
    if any(one.is_in(text) for one in looked_for.apart):
        return Ground.CONCEALED
    if _childs_words(recipient, item, part):
        return Ground.CHILD_WORDS
    if _withholds_sources(recipient) and (part.source or any(one.is_in(text) for one in looked_for.sources)):
        return Ground.SOURCE
    if _withholds_others(recipient) and (
        _of_others(recipient, item, part) or any(one.is_in(text) for one in looked_for.others)
    ):
        return Ground.OTHERS
    return None


def _childs_words(recipient: Recipient, item: Item, part: Part) -> bool:
    """What the child said, and what stands freely beside it, is for those who work with the child, and a court."""
    if recipient.agreed or recipient.side in (Side.CHILD, Side.COURT) or recipient.works_with_child:
        return False
    if part.privacy is Privacy.CHILD_WORDS:
        return True
    return part.free and any(one.privacy is Privacy.CHILD_WORDS for one in item.parts)


def _withholds_sources(recipient: Recipient) -> bool:
    return not recipient.works_with_child


def _withholds_others(recipient: Recipient) -> bool:
    return recipient.side in OUTSIDERS or (recipient.side is Side.AGENCY and not recipient.works_with_child)


def _of_others(recipient: Recipient, item: Item, part: Part) -> bool:
    if set(part.about) - {item.subject, recipient.person}:
        return True
    return not part.about and part.privacy in (Privacy.NAMES_OTHERS, Privacy.IDENTITY)


def _sort(kind: str) -> Sort:
    return Sort.PHONE if kind == "phone" else Sort.OTHER if kind in ("vehicle", "account") else Sort.NAME
