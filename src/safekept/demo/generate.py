"""Make a whole region from a seed: the same seed, areas, number and day make the same region."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from safekept.procedures import Library

from . import names
from .lives import Life
from .made import MadeChild, MadeThing, Network, new_id
from .networks import plant
from .region import MadeAgency, build


@dataclass(slots=True)
class World:
    """A region before its children have lived: agencies, networks and everyone’s identity."""

    agencies: list[MadeAgency]
    networks: list[Network]
    things: dict[str, MadeThing]
    children: list[MadeChild]
    carers: dict[str, MadeThing]

    def truth(self) -> dict[str, Any]:
        """Return the planted networks, for measuring what is found against what is there."""
        return {
            "networks": [
                {
                    "id": n.id,
                    "area": n.area,
                    "suspects": [str(s) for s in n.suspects],
                    "means": [str(m) for m in n.means],
                    "children": [str(c) for c in n.children],
                }
                for n in self.networks
            ]
        }


def make_world(library: Library, areas: Sequence[str], children: int, seed: int, now: dt.datetime) -> World:
    """Return agencies, networks and children of ``areas``; histories come from :func:`live`."""
    rng = random.Random(f"{seed} world")
    agencies = build(rng, [(slug, library.areas[slug].name) for slug in areas])
    networks, things = plant(rng, areas, children)
    carers: dict[str, MadeThing] = {}
    made = []
    for number in range(children):
        child = _child(rng, areas, number, now.date())
        made.append(child)
        if rng.random() < 0.6:
            carers[str(child.thing.id)] = _carer(rng, child.thing)
    _reach(rng, made, networks)
    return World(agencies, networks, things, made, carers)


def live(
    library: Library, world: World, seed: int, now: dt.datetime, numbers: Iterable[int] | None = None
) -> Iterator[MadeChild]:
    """Yield each child with a history lived up to ``now``; each child has a seed of their own.

    ``numbers``: these children alone, by their place among the world's.
    """
    network_of = {str(c): n for n in world.networks for c in n.children}
    for number in range(len(world.children)) if numbers is None else numbers:
        child = world.children[number]
        rng = random.Random(f"{seed} child {number}")
        Life(rng, library, child, network_of.get(str(child.thing.id)), world.things, now).live()
        carer = world.carers.get(str(child.thing.id))
        if carer is not None and child.entries:
            child.entries[0].mentions.append((carer.id, "parent or carer"))
        yield child


def _child(rng: random.Random, areas: Sequence[str], number: int, today: dt.date) -> MadeChild:
    boy = rng.random() < 0.3
    first = rng.choice(names.BOYS if boy else names.GIRLS)
    full = f"{first} {rng.choice(names.FAMILIES)}"
    known = [(full, "name")]
    if rng.random() < 0.25:
        known.append((first[: rng.choice((3, 4))], "nickname"))
    area = areas[number % len(areas)]
    born = today - dt.timedelta(days=int(rng.triangular(10.2, 17.9, 15.2) * 365.25))
    thing = MadeThing(
        new_id(rng),
        "child",
        full,
        known,
        born,
        "male" if boy else "female",
        area,
        identifiers=[("nhs", names.nhs_number(rng))],
    )
    if rng.random() < 0.3:
        thing.identifiers.append(("phone", names.phone(rng)))
    if rng.random() < 0.35:
        thing.safe_contact = rng.choice(
            (
                "Text after 16:00, never the home number.",
                "Through the school’s safeguarding lead.",
                "Call in school hours only.",
            )
        )
    child = MadeChild(thing, intensity=rng.choices((1, 2, 3, 5), (48, 30, 16, 6))[0])
    _circumstances(rng, child, areas)
    return child


def _circumstances(rng: random.Random, child: MadeChild, areas: Sequence[str]) -> None:
    if rng.random() < 0.24:
        child.circumstances.add("looked-after")
        if len(areas) > 1 and rng.random() < 0.3:
            child.circumstances.add("placed-out-of-area")
            child.thing.host_area = rng.choice([a for a in areas if a != child.thing.area])
    elif rng.random() < 0.2:
        child.circumstances.add("allocated-social-worker")
    elif rng.random() < 0.2:
        child.circumstances.add("early-help")
    if rng.random() < 0.12:
        child.circumstances.add("disabled")


def _carer(rng: random.Random, child: MadeThing) -> MadeThing:
    family = child.label.split()[-1]
    first = rng.choice(("Sandra", "Denise", "Farida", "Alina", "Joanne", "Mark", "Nasir", "Peter", "Grace", "Lorraine"))
    label = f"{first} {family}"
    return MadeThing(
        new_id(rng),
        "adult",
        label,
        [(label, "name")],
        area=child.area,
        description="Parent or carer.",
        identifiers=[("phone", names.phone(rng))],
    )


def _reach(rng: random.Random, children: Sequence[MadeChild], networks: Sequence[Network]) -> None:
    """Let each network reach two to six children, mostly of its own area."""
    free = list(children)
    rng.shuffle(free)
    for network in networks:
        near = [c for c in free if c.thing.area == network.area] or free
        for child in near[: rng.choice((2, 3, 4, 6))]:
            network.children.append(child.thing.id)
            free.remove(child)
