"""What is recorded about areas, agencies, workers and suspects: meetings, the protocol, training, orders."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from safekept.calendars import add_months
from safekept.procedures import Library

from .generate import World
from .made import MadeChild, MadeEntry, MadeThing, new_id

DAY = dt.timedelta(days=1)


def bodies(library: Library, world: World, seed: int, now: dt.datetime) -> Iterator[MadeChild]:
    """Yield every area, signatory, worker and suspect that has a record of its own, with its history up to ``now``."""
    rng = random.Random(f"{seed} bodies")
    for slug in dict.fromkeys(agency.area for agency in world.agencies):
        yield _area(rng, slug, library.areas[slug].name, library.areas[slug].pack, now)
    for agency in world.agencies:
        if library.areas[agency.area].pack == "london" and agency.kind in ("police", "children-services", "health"):
            yield _signatory(rng, agency.name, agency.kind, agency.area, now)
        if agency.kind in ("school", "care-home"):
            for account in (a for team in agency.teams for a in team.accounts):
                yield _worker(rng, account.name, agency.kind, agency.area, now)
    for network in world.networks:
        suspect = world.things[str(network.suspects[0])]
        if suspect.label[0] != "U" and rng.random() < 0.6:
            yield _suspect(rng, suspect, network.children, now)


def _area(rng: random.Random, slug: str, name: str, pack: str, now: dt.datetime) -> MadeChild:
    """The area's regular meeting month by month, now and then late, and its reports to the board."""
    about = MadeChild(MadeThing(new_id(rng), "area", f"{name}, the area", [(f"{name} area", "name")], area=slug))
    meeting = (
        {"type": "mase", "chair_role": "chief-inspector", "police_ranks": ["chief-inspector", "detective-inspector"]}
        if pack == "london"
        else {"type": "cmog", "chair_role": "detective-inspector"}
    )
    at = (now - 370 * DAY).replace(hour=14)
    while at < now - DAY:
        values = {**meeting, "attended": ["police", "children-services", "health", "education"]}
        _add(rng, about, "meeting", at, "police", values, "Links between children, places and suspects looked at.")
        at += dt.timedelta(days=rng.choice((27, 28, 28, 30, 36)))
    for days in (330, 150):
        _add(rng, about, "board-report", now - days * DAY, "children-services", {}, "Twice-yearly report.")
    return about


def _signatory(rng: random.Random, name: str, kind: str, area: str, now: dt.datetime) -> MadeChild:
    """An agency that signed the protocol and reviewed it, not always in time."""
    about = MadeChild(MadeThing(new_id(rng), "agency", name, [(name, "name")], area=area))
    signed = now - rng.choice((700, 760, 800)) * DAY
    _add(rng, about, "protocol", signed, kind, {"step": "signed"}, "")
    reviewed = signed + rng.choice((350, 360, 390)) * DAY
    _add(rng, about, "protocol", reviewed, kind, {"step": "reviewed"}, "")
    return about


def _worker(rng: random.Random, name: str, kind: str, area: str, now: dt.datetime) -> MadeChild:
    """A worker’s training and supervision."""
    about = MadeChild(MadeThing(new_id(rng), "worker", name, [(name, "name")], area=area))
    _add(rng, about, "training", now - rng.choice((60, 200, 340, 380)) * DAY, kind, {"subject": "awareness"}, "")
    _add(rng, about, "supervision", now - rng.choice((10, 30, 50)) * DAY, kind, {}, "")
    return about


def _suspect(rng: random.Random, suspect: MadeThing, children: list[Any], now: dt.datetime) -> MadeChild:
    """Somebody who has been served a warning notice or is under an order."""
    about = MadeChild(suspect)
    served = now - rng.choice((20, 45, 90)) * DAY
    if rng.random() < 0.6 and children:
        values: dict[str, Any] = {"type": "cawn", "step": "served", "child": str(children[0]), "in_care": False}
        _add(rng, about, "order", served, "police", values, "Served in person and acknowledged.")
    else:
        made = served.date()
        values = {
            "type": "sro",
            "step": "made",
            "from": made.isoformat(),
            "to": add_months(made, 36).isoformat(),
        }
        order = _add(rng, about, "order", served, "police", values, "Made by the magistrates’ court.")
        if rng.random() < 0.6:
            told = {"type": "sro", "step": "notified"}
            _add(rng, about, "order", served + 2 * DAY, "police", told, "").answers.append(order.id)
    return about


def _add(
    rng: random.Random, about: MadeChild, kind: str, at: dt.datetime, agency: str, values: dict[str, Any], text: str
) -> MadeEntry:
    entry = MadeEntry(
        new_id(rng), kind, at, at + dt.timedelta(minutes=30), agency, about.thing.area or "", values, text
    )
    about.entries.append(entry)
    return entry
