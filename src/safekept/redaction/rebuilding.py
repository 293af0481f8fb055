"""A document made anew from the parts that are shown, the schedule of what was withheld, and what to look for in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .canaries import Secret, Sort, held, squeezed
from .deciding import decide, identities, releasable, sources
from .grounds import BY_HAND, GROUNDS, Ground
from .items import Item, Part, Recipient

Place = tuple[str, int]
"""A part of an entry: the entry’s id, and which part, from 0."""
TELLING_TEXT = 24
"""Letters and digits from which a withheld text is looked for in the finished document."""


class NotReleased(ValueError):
    """Somebody chose what cannot be chosen; the message says what, and of which entry."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What people decided beyond the rules: parts withheld by hand, on a ground, and parts released by two people."""

    withheld: Mapping[Place, Ground] = field(default_factory=dict)
    released: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """What is shown of one entry."""

    item: str
    title: str
    at: dt.datetime
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """So many parts of entries of a kind were withheld, and why."""

    number: int
    title: str
    told: str


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A document, its schedule, each part’s ground for whoever makes it, and the texts that must not be in it."""

    sections: tuple[Section, ...]
    schedule: tuple[ScheduleLine, ...]
    grounds: Mapping[Place, Ground | None]
    canaries: tuple[Secret, ...]


def rebuild(
    recipient: Recipient, items: Sequence[Item], secrets: Sequence[Secret], choices: Choices | None = None
) -> Rebuilt:
    """The document for this recipient, from entries in the order in which they are given. Raises NotReleased."""
    chosen = choices or Choices()
    grounds: dict[Place, Ground | None] = {}
    for item in items:
        by_rule = decide(recipient, item, secrets)
        settled = [
            _settled(recipient, item, part, ground, chosen, (item.id, number), secrets)
            for number, (part, ground) in enumerate(zip(item.parts, by_rule, strict=True))
        ]
        grounds |= {(item.id, number): ground for number, ground in enumerate(_with_frame(item, settled))}
    return Rebuilt(
        tuple(_sections(items, grounds)),
        tuple(_schedule(items, grounds)),
        grounds,
        tuple(_canaries(recipient, items, secrets, grounds, chosen)),
    )


def _settled(
    recipient: Recipient,
    item: Item,
    part: Part,
    ground: Ground | None,
    chosen: Choices,
    place: Place,
    secrets: Iterable[Secret],
) -> Ground | None:
    """The ground that counts in the end: a hand may withhold more; two may release what may be released."""
    by_hand = chosen.withheld.get(place)
    if by_hand is not None and by_hand not in BY_HAND:
        raise NotReleased(f"‘{by_hand}’ is not a ground that is chosen by hand. Choose another for ‘{part.label}’.")
    if ground is None or place not in chosen.released:
        return ground or by_hand
    concealed = [one for one in secrets if held(part.text, one) or held(part.label, one)]
    if not releasable(recipient, ground, concealed):
        raise NotReleased(f"‘{part.label}’ of ‘{item.title}’ cannot be released: {GROUNDS[ground].says}")
    return by_hand


def _with_frame(item: Item, grounds: Sequence[Ground | None]) -> tuple[Ground | None, ...]:
    """The same, where the frame of an entry of which nothing else is left goes too: that there is one tells enough."""
    rest = [ground for part, ground in zip(item.parts, grounds, strict=True) if not part.frame]
    if not rest or None in rest:
        return tuple(grounds)
    return tuple(ground or rest[0] for ground in grounds)


def _sections(items: Iterable[Item], grounds: Mapping[Place, Ground | None]) -> Iterator[Section]:
    for item in items:
        lines = [(part.label, part.text) for n, part in enumerate(item.parts) if grounds[item.id, n] is None]
        if lines:
            yield Section(item.id, item.title, item.at, tuple(lines))


def _schedule(items: Iterable[Item], grounds: Mapping[Place, Ground | None]) -> Iterator[ScheduleLine]:
    counted: Counter[tuple[str, str]] = Counter()
    for item in items:
        for number in range(len(item.parts)):
            ground = grounds[item.id, number]
            if ground is not None and GROUNDS[ground].told:
                counted[item.title, GROUNDS[ground].told] += 1
    for (title, told), number in sorted(counted.items()):
        yield ScheduleLine(number, title, told)


def _canaries(
    recipient: Recipient,
    items: Sequence[Item],
    secrets: Sequence[Secret],
    grounds: Mapping[Place, Ground | None],
    chosen: Choices,
) -> Iterator[Secret]:
    """What must not be found in the finished document, save what two people released."""
    places = {(item.id, number): part for item in items for number, part in enumerate(item.parts)}
    released = [part for place, part in places.items() if place in chosen.released and grounds[place] is None]
    named = [secret for item in items for secret in _names_withheld(recipient, item, grounds)]
    for secret in dict.fromkeys([*secrets, *named]):
        if not any(held(part.text, secret) or held(part.label, secret) for part in released):
            yield secret
    for (item, number), part in places.items():
        withheld = grounds[item, number] is not None and part.free
        if withheld and len(squeezed(part.text).text) >= TELLING_TEXT:
            yield Secret(f"{item}-{number}", Sort.OTHER, part.text)


def _names_withheld(recipient: Recipient, item: Item, grounds: Mapping[Place, Ground | None]) -> list[Secret]:
    """The names in what was withheld of an entry because it is about others, or says who told us."""
    why = {grounds[item.id, number] for number in range(len(item.parts))}
    others = identities(recipient, item) if why & {Ground.OTHERS, Ground.SUSPECTED} else []
    return others + (sources(item) if Ground.SOURCE in why else [])
