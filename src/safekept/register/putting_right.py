"""Putting right what was taken down wrongly about a thing: birth date, sex, area. What stood stays in its history."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from safekept.access import circles
from safekept.access.models import Circle
from safekept.access.viewer import Viewer
from safekept.directory.models import Area
from safekept.register.actions import changeable
from safekept.register.facts import ThingRefused, read_born
from safekept.register.indexing import index_thing, known
from safekept.register.models import SEXES, Identifier, Thing, ThingName
from safekept.register.scope import all_or_nothing

NOTHING = "Nothing has changed. Change what is wrong, or go back."
MEANWHILE = "Somebody else has put this right in the meantime. Look at what stands below, and change it if it is wrong."
SURROUND = "Your agency does not work with them, so it cannot say in which area they live. Ask the co-ordinator."


@dataclass(frozen=True)
class Facts:
    """What can be put right, as typed: ``born`` like '4 May 2011' or '2011', ``area`` the slug."""

    born: str = ""
    sex: str = ""
    area: str = ""


def put_right(viewer: Viewer, thing_id: UUID, facts: Facts, shown: str) -> frozenset[str]:
    """Change what differs; the names of the columns that did. The database writes down each change.

    ``shown``: the state (``state_of``) on which the typing began, so that two people never overwrite each other
    unawares. Raises ThingRefused with every sentence at once.
    """
    with all_or_nothing(viewer):
        thing = changeable(viewer, thing_id)
        if shown != state_of(thing):
            raise ThingRefused([("", MEANWHILE)])
        wanted = _read(thing, facts)
        changed = {name: value for name, value in wanted.items() if (getattr(thing, name) or "") != (value or "")}
        if not changed:
            raise ThingRefused([("", NOTHING)])
        if changed.get("area_id"):
            _surround(viewer, thing, str(changed["area_id"]))
        if not Thing.objects.filter(pk=thing.pk).update(**changed):
            raise ThingRefused([("", MEANWHILE)])
        _find_again(Thing.objects.get(pk=thing.pk))
    return frozenset(changed)


def state_of(thing: Thing) -> str:
    """What stands of the facts that can be put right, as one text to compare."""
    return "|".join((str(thing.born or ""), thing.born_precision, thing.sex, thing.area_id or ""))


def _read(thing: Thing, facts: Facts) -> dict[str, object]:
    """The columns as they are to be, or ThingRefused."""
    errors = []
    born = read_born(facts.born)
    if born.error:
        errors.append(("born", born.error))
    if facts.sex not in SEXES:
        errors.append(("sex", "Choose female, male or other, or say that it is not known."))
    if facts.area and not Area.objects.filter(pk=facts.area).exists():
        errors.append(("area", f"There is no area called {facts.area}. Choose one from the list."))
    if not facts.area and thing.kind == "child":
        errors.append(("area", "Choose the area: without one no procedure speaks for the child."))
    if errors:
        raise ThingRefused(errors)
    precision = born.precision if born.day else ""
    return {"born": born.day, "born_precision": precision, "sex": facts.sex, "area_id": facts.area or None}


def _surround(viewer: Viewer, thing: Thing, area: str) -> None:
    """The area's own agencies come around whoever is found to live there; those who were stay."""
    if not viewer.is_loader and not circles.may_see_record(viewer, thing.pk):
        raise ThingRefused([("area", SURROUND)])
    circles.join_area(thing.pk, area, Circle.Basis.HOME_AREA)


def _find_again(thing: Thing) -> None:
    """Let it be found by what is right now; who knows only what was wrong finds it still."""
    names = tuple(ThingName.objects.filter(thing_id=thing.pk).values_list("name", flat=True))
    marks = tuple(Identifier.objects.filter(thing_id=thing.pk).values_list("scheme", "normalised"))
    index_thing(thing.pk, known(thing, names, marks))
