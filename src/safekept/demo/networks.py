"""Networks planted in the region: those who harm, their cars, phones and places, and whom they reach."""

from __future__ import annotations

import random
from collections.abc import Sequence

from . import names
from .made import MadeThing, Network, new_id


def plant(rng: random.Random, areas: Sequence[str], children: int) -> tuple[list[Network], dict[str, MadeThing]]:
    """Return networks (about one for every 30 children) and their things by id."""
    things: dict[str, MadeThing] = {}
    networks = []
    for number in range(max(2, children // 30)):
        area = areas[number % len(areas)]
        suspects = [_suspect(rng, area) for _ in range(rng.choice((1, 2, 2, 3, 4)))]
        means = [_vehicle(rng, area), _phone(rng, area), _place(rng, area)]
        if rng.random() < 0.5:
            means.append(_account(rng, area))
        for thing in (*suspects, *means):
            things[str(thing.id)] = thing
        networks.append(Network(f"network-{number + 1}", area, [s.id for s in suspects], [m.id for m in means]))
    return networks, things


def _suspect(rng: random.Random, area: str) -> MadeThing:
    """Return an adult: named, known by a nickname alone, or known by a description alone."""
    way = rng.random()
    nickname = rng.choice(names.NICKNAMES)
    if way < 0.4:
        full = f"{rng.choice(names.ADULTS)} {rng.choice(names.FAMILIES)}"
        known = [(full, "name"), *([(nickname, "alias")] if rng.random() < 0.6 else [])]
        return MadeThing(new_id(rng), "adult", full, known, area=area, sex="male", description="Aged about 25 to 45.")
    if way < 0.75:
        return MadeThing(
            new_id(rng),
            "adult",
            f"‘{nickname}’",
            [(nickname, "alias")],
            area=area,
            description="Real name not known. Said to be in his twenties.",
        )
    car = rng.choice(names.CARS)
    label = f"Unknown man with a {car}"
    return MadeThing(new_id(rng), "adult", label, [(label, "name")], area=area, description="Name not known.")


def _vehicle(rng: random.Random, area: str) -> MadeThing:
    number, car = names.plate(rng), rng.choice(names.CARS)
    return MadeThing(
        new_id(rng), "vehicle", f"{car}, {number}", [(car, "name")], area=area, identifiers=[("vrm", number)]
    )


def _phone(rng: random.Random, area: str) -> MadeThing:
    number = names.phone(rng)
    return MadeThing(new_id(rng), "phone", number, [(number, "name")], area=area, identifiers=[("phone", number)])


def _place(rng: random.Random, area: str) -> MadeThing:
    name, kind = rng.choice(names.PREMISES)
    label = f"{name}, {rng.choice(names.STREETS)} {rng.choice(names.STREET_ENDS)}"
    return MadeThing(new_id(rng), "place", label, [(label, "name")], area=area, description=kind.capitalize())


def _account(rng: random.Random, area: str) -> MadeThing:
    handle = f"{rng.choice(names.HANDLES)}{rng.randrange(10, 99)}"
    return MadeThing(
        new_id(rng), "account", f"@{handle}", [(handle, "name")], area=area, identifiers=[("handle", handle)]
    )
