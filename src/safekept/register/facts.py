"""What is asked about a new thing, checked: everything wrong is said at once, each beside its field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from safekept.linking import Normalised, TypedDate, fold, normalise, read_date
from safekept.register.letters import SAYS, holds_unseen
from safekept.register.models import SEXES, THING_KINDS

LONGEST_NAME = 200
LONGEST_TEXT = 5_000


class ThingRefused(ValueError):
    """A thing cannot be added as it was typed. ``errors`` are pairs of field and sentence."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(" ".join(sentence for _, sentence in errors))
        self.errors = list(errors)


@dataclass(frozen=True)
class NewThing:
    """A thing as typed. ``names`` are pairs of name and kind (name, nickname, alias); ``label`` serves the unknown.

    ``born`` is a date or text like '4 May 2011', '2011'; ``identifiers`` are pairs of scheme and text;
    ``host_areas`` are the areas where a child is placed. ``client_key``: the same
    again gives the first one back.
    """

    kind: str
    names: Sequence[tuple[str, str]] = ()
    label: str = ""
    born: str | dt.date | None = None
    sex: str = ""
    area: str | None = None
    identifiers: Sequence[tuple[str, str]] = ()
    description: str = ""
    safe_contact: str = ""
    host_areas: Sequence[str] = ()
    client_key: UUID | None = None


@dataclass(frozen=True)
class Checked:
    """A new thing with everything read."""

    label: str
    names: tuple[tuple[str, str], ...]
    born: dt.date | None
    born_precision: str
    identifiers: tuple[tuple[str, str, Normalised], ...]


def check(new: NewThing, known_areas: frozenset[str]) -> Checked:
    """Read everything of a new thing, or raise ThingRefused with every sentence at once."""
    errors: list[tuple[str, str]] = []
    names = tuple((name.strip(), kind) for name, kind in new.names if name.strip())
    errors += _choices(new, known_areas) + _texts(new, names)
    born = read_born(new.born)
    if born.error:
        errors.append(("born", born.error))
    identifiers = tuple((scheme, text.strip(), normalise(scheme, text)) for scheme, text in new.identifiers)
    errors += [(scheme, read.error) for scheme, _, read in identifiers if read.error]
    label = new.label.strip() or (names[0][0] if names else "") or (identifiers[0][1] if identifiers else "")
    if not fold(label).strip():
        errors.append(("names", "Say who or what this is. For someone unknown write, say, ‘man with grey car’."))
    if errors:
        raise ThingRefused(errors)
    return Checked(label[:LONGEST_NAME], names, born.day, born.precision if born.day else "", identifiers)


def read_born(born: str | dt.date | None) -> TypedDate:
    """Read a birth date, typed or given; nothing typed is no error."""
    today = timezone.localdate()
    if isinstance(born, dt.date):
        return TypedDate(born) if born <= today else TypedDate(error="That date is in the future. Check the year.")
    return read_date(born, today) if born and born.strip() else TypedDate()


def _choices(new: NewThing, known_areas: frozenset[str]) -> list[tuple[str, str]]:
    errors = []
    if new.kind not in THING_KINDS:
        errors.append(("kind", f"Choose what this is: one of {', '.join(THING_KINDS)}."))
    if new.sex not in SEXES:
        errors.append(("sex", "Choose female, male or other, or leave it empty."))
    for field, area in [("area", new.area), *(("host_areas", area) for area in new.host_areas)]:
        if area and area not in known_areas:
            errors.append((field, f"There is no area called {area}. Choose one from the list."))
    if any(kind not in ("name", "nickname", "alias") for _, kind in new.names):
        errors.append(("names", "Say for each name whether it is a name, a nickname or an alias."))
    return errors


def _texts(new: NewThing, names: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    errors = []
    if any(len(name) > LONGEST_NAME for name in [new.label, *(name for name, _ in names)]):
        errors.append(("names", f"A name has at most {LONGEST_NAME} characters. Put the rest in the description."))
    for field, text in (("description", new.description), ("safe_contact", new.safe_contact)):
        if len(text) > LONGEST_TEXT:
            errors.append((field, f"Write at most {LONGEST_TEXT:,} characters here."))
    if any(holds_unseen(name) for name in [new.label, *(name for name, _ in names)]):
        errors.append(("names", SAYS))
    if any("\x00" in text for text in (new.label, new.description, new.safe_contact, *(n for n, _ in names))):
        errors.append(("names", "The text holds a character that cannot be kept. Type it again."))
    return errors
