"""Which paragraph of a source is held by what: nothing that a procedure says is passed over in silence.

Rules, guards, prompts and lists hold what they cite. What the rest of the text asks for stands in
``coverage.yaml``: a page, a kind of entry, why it is not for software and who does it instead, or
plainly what is not there yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from safekept.kinds import KINDS

from .pack import HeldBy, Pack, Paragraph
from .reading import Lines, PackError, read_yaml, refuse_unknown_keys

_KEYS = {"id", "page", "records", "outside", "who", "lacks", "says"}
_HOLDING = ("page", "records", "outside", "lacks")
_SPECIAL = {"meetings": "meeting", "letters": "letter"}
"""Lists whose items are things of their own: a meeting or a letter, not a line in a list."""


class State(Enum):
    """How far a paragraph is held."""

    HELD = "held"
    PARTLY = "in part"
    OUTSIDE = "not for software"
    NOT_YET = "not there yet"
    UNACCOUNTED = "unaccounted for"


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph with what holds it (``rule discussion-after-referral``) and what is still lacking."""

    paragraph: Paragraph
    state: State
    holders: tuple[str, ...]
    outside: str = ""
    who: str = ""
    lacks: str = ""

    @property
    def says(self) -> str:
        """What holds it, who does it instead and what lacks, in one line."""
        parts = [", ".join(self.holders)] if self.holders else []
        if self.outside:
            parts.append(f"{self.outside} Done by: {self.who}.")
        if self.lacks:
            parts.append(f"Not there yet: {self.lacks}")
        return ". ".join(part.removesuffix(".") for part in parts) or "nothing"


def coverage(pack: Pack) -> tuple[Row, ...]:
    """Return every paragraph of the pack's source, in its order, with what holds it."""
    held = _holders(pack)
    return tuple(_row(p, tuple(held.get(p.id, ())), pack.held_by.get(p.id)) for p in pack.paragraphs.values())


def count(rows: Iterable[Row]) -> dict[str, int]:
    """Return how many paragraphs there are of each state, every state named."""
    found = Counter(row.state for row in rows)
    return {state.value: found[state] for state in State}


def _row(paragraph: Paragraph, cited_by: tuple[str, ...], by: HeldBy | None) -> Row:
    line = by or HeldBy()
    holders = cited_by
    if line.page:
        holders += (f"page {line.page}" + (f" ({line.says})" if line.says else ""),)
    holders += tuple(f"record {kind}" for kind in line.records)
    if holders:
        state = State.PARTLY if line.lacks else State.HELD
    elif line.outside:
        state = State.OUTSIDE
    else:
        state = State.NOT_YET if line.lacks else State.UNACCOUNTED
    return Row(paragraph, state, holders, line.outside, line.who, line.lacks)


def _holders(pack: Pack) -> Mapping[str, list[str]]:
    """Return, for each paragraph, what cites it; a reading of the source holds nothing by itself."""
    held: dict[str, list[str]] = defaultdict(list)
    for what, items in (("rule", pack.rules), ("guard", pack.guards), ("prompt", pack.prompts)):
        for item in items:
            for cite in item.cites:
                held[cite].append(f"{what} {item.id}")
    for listing in pack.lists.values():
        special = _SPECIAL.get(listing.id)
        size = f"{len(listing.items)} item{'s' if len(listing.items) != 1 else ''}"
        for cite in listing.cites:
            held[cite].append(f"list {listing.id} ({size})")
        for one in listing.items:
            name = f"{special} {one.id}" if special else f"list {listing.id}, {one.id}"
            for cite in one.cites:
                if special or cite not in listing.cites:
                    held[cite].append(name)
    return held


def read_held_by(path: Path, shown_as: str, paragraphs: Mapping[str, Paragraph]) -> dict[str, HeldBy]:
    """Read ``coverage.yaml``, where there is one; raises :class:`~.reading.PackError`."""
    if not path.exists():
        return {}
    rows = read_yaml(path, shown_as)
    if not isinstance(rows, list):
        raise PackError(f"{shown_as}, line 1", "expected a list of paragraphs with what holds them")
    found: dict[str, HeldBy] = {}
    for row in rows:
        if not isinstance(row, Lines):
            raise PackError(shown_as, "a line of coverage is a mapping; expected 'id' and what holds it")
        refuse_unknown_keys(row, _KEYS, "a line of coverage")
        key = row.get("id")
        if not isinstance(key, str) or key not in paragraphs:
            raise PackError(row.place("id"), f"there is no paragraph '{key}'; expected one of sources.yaml")
        if key in found:
            raise PackError(row.place("id"), f"paragraph '{key}' stands twice; expected it once")
        found[key] = _read_line(row)
    return found


def _read_line(row: Lines) -> HeldBy:
    if not any(name in row for name in _HOLDING):
        raise PackError(row.place("id"), f"nothing holds '{row['id']}'; expected one of {', '.join(_HOLDING)}")
    if ("outside" in row) != ("who" in row):
        raise PackError(
            row.place("id"), "'outside' and 'who' go together; expected why it is not for software, and who"
        )
    texts = {name: _text(row, name) for name in _KEYS - {"id", "records"} if name in row}
    records = row.get("records", [])
    if not isinstance(records, list):
        raise PackError(row.place("records"), "'records' is not a list; expected kinds of entry")
    for kind in records:
        if kind not in KINDS:
            raise PackError(row.place("records"), f"'{kind}' is not a kind of entry; expected one of the reference")
    return HeldBy(records=tuple(records), **texts)


def _text(row: Lines, name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise PackError(row.place(name), f"'{name}' is empty; expected text")
    return " ".join(value.split())
