"""Put a made-up region into the database, through the same walls and chain as everything else."""

from __future__ import annotations

import datetime as dt
import gc
import json
import multiprocessing
import os
import random
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.db import connection, connections
from tqdm import tqdm

from safekept.access.copying import copy_into
from safekept.access.models import Circle
from safekept.access.viewer import loader, viewing
from safekept.directory.actions import ensure_areas
from safekept.directory.models import Account, Agency, Team
from safekept.procedures import Library, load_library
from safekept.record import chain
from safekept.record.actions import append_many
from safekept.record.entries import Author, NewEntry
from safekept.register.bulk import add_many
from safekept.register.facts import NewThing

from .bodies import bodies
from .generate import World, live, make_world
from .made import MadeChild, MadeEntry, MadeThing
from .region import MadeAgency

CHILDREN_AT_ONCE = 200
BEFORE_EVERYTHING = dt.timedelta(days=500)
"""How long before the moment of loading the agencies of an area work with its children: before anything happened."""
T = TypeVar("T")
LOADER = loader("Making up a region")
TRUTH = "demo-truth.json"
CHILDREN_FOR_ONE_PROCESS = 500
_region: _Region | None = None


@dataclass(frozen=True)
class _Region:
    """What every process that loads lives needs; handed to them by forking."""

    library: Library
    world: World
    seed: int
    moment: dt.datetime
    authors: _Authors

    def load_lives(self, numbers: Sequence[int]) -> tuple[int, int]:
        """Let these children live and load what happened; how many children and entries."""
        lives = list(live(self.library, self.world, self.seed, self.moment, numbers))
        entries = _load_histories(lives, self.authors)
        for child in lives:
            child.entries = []  # loaded: nothing of it is needed again, and a whole region would fill the memory
        return len(lives), entries


def load(
    areas: Sequence[str],
    children: int,
    seed: int,
    progress: bool,
    *,
    now: dt.datetime | None = None,
    busier: float = 1.0,
    processes: int | None = None,
) -> dict[str, int]:
    """Make a region and load it; how many children and entries. The truth about networks is kept in a file.

    The same arguments and ``now`` (default: this hour) make the same region. ``busier``: how many times as much
    happens to each child; ``processes``: how many load side by side (default: one for each core, if it is worth it).
    """
    from safekept.config import database

    library = load_library()
    moment = (now or dt.datetime.now(dt.UTC)).replace(minute=0, second=0, microsecond=0)
    world = make_world(library, list(areas), children, seed, moment)
    _make_busier(world, busier, seed)
    ensure_areas()
    _load_directory(world.agencies)
    region = _Region(library, world, seed, moment, _Authors(world.agencies))
    entries = 0
    with tqdm(total=children, unit=" children", disable=not progress) as bar:
        _load_things([*world.things.values(), *world.carers.values()], moment)
        for batch in _batches((c.thing for c in world.children), 5000):
            _load_things(batch, moment)
        for lived, recorded in _side_by_side(region, processes or _worth_it(children)):
            entries += recorded
            bar.update(lived)
    entries += _load_bodies(region)
    _keep_truth(world, database.home() / TRUTH)
    return {"children": children, "entries": entries}


def _load_bodies(region: _Region) -> int:
    """Load the records of areas, agencies, workers and suspects; how many entries."""
    about = list(bodies(region.library, region.world, region.seed, region.moment))
    _load_things((b.thing for b in about if str(b.thing.id) not in region.world.things), region.moment)
    return _load_histories(about, region.authors)


def _make_busier(world: World, times: float, seed: int) -> None:
    if times != 1.0:
        rng = random.Random(f"{seed} busier")
        for child in world.children:
            child.intensity = max(1, int(child.intensity * times + rng.random()))


def _worth_it(children: int) -> int:
    """How many processes to load with: a few children, or a transaction that is going on already, are for one."""
    alone = children < CHILDREN_FOR_ONE_PROCESS or connection.in_atomic_block
    return 1 if alone or "fork" not in multiprocessing.get_all_start_methods() else os.cpu_count() or 1


def _side_by_side(region: _Region, processes: int) -> Iterator[tuple[int, int]]:
    """Load the lives, a chain's shard at a time, so that processes do not wait for one another's chains."""
    global _region
    _region = region
    if processes == 1:
        yield from map(_load_lives, _by_shard(region.world))
        return
    connections.close_all()
    gc.freeze()
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            yield from pool.map(_load_lives, _by_shard(region.world))
    finally:
        gc.unfreeze()
        _region = None


def _load_lives(numbers: Sequence[int]) -> tuple[int, int]:
    if _region is None:
        raise RuntimeError("demo.load: lives are loaded by _side_by_side alone, which says of which region.")
    return _region.load_lives(numbers)


def _by_shard(world: World) -> list[list[int]]:
    """The children's numbers in batches of one shard each, neighbouring batches of different shards."""
    shards: list[list[int]] = [[] for _ in range(chain.SHARDS)]
    for number, child in enumerate(world.children):
        shards[chain.shard_of(child.thing.id)].append(number)
    rounds = zip_longest(*(_batches(numbers, CHILDREN_AT_ONCE) for numbers in shards))
    return [batch for some in rounds for batch in some if batch]


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def _load_directory(agencies: Sequence[MadeAgency]) -> None:
    Agency.objects.bulk_create([Agency(id=a.id, name=a.name, kind=a.kind, area_id=a.area) for a in agencies])
    Team.objects.bulk_create(
        [
            Team(
                id=t.id,
                agency_id=a.id,
                name=t.name,
                duty_phone=t.duty_phone,
                email=f"{a.kind}.{a.area}@example.org",
                is_default=t.is_default,
                is_coordination=t.is_coordination,
            )
            for a in agencies
            for t in a.teams
        ]
    )
    unusable = make_password(None)
    Account.objects.bulk_create(
        [
            Account(
                id=p.id,
                email=p.email,
                name=f"{p.name}, {p.job}",
                role=p.role,
                team_id=t.id,
                is_demo=True,
                password=unusable,
            )
            for a in agencies
            for t in a.teams
            for p in t.accounts
        ]
    )


class _Authors:
    """Who recorded what: an account of the right kind of agency in the right area, the same one for the same child."""

    def __init__(self, agencies: Sequence[MadeAgency]) -> None:
        self.by_place: dict[tuple[str, str], list[Author]] = {}
        for agency in agencies:
            accounts = [p for t in agency.teams for p in t.accounts if p.role in ("practitioner", "manager")]
            self.by_place[agency.kind, agency.area] = [Author(p.id, agency.id, agency.kind) for p in accounts]

    def of(self, entry: MadeEntry, child: MadeChild) -> Author:
        there = self.by_place.get((entry.agency, entry.office)) or self.by_place["children-services", entry.office]
        return there[child.thing.id.int % len(there)]


def _load_things(things: Iterable[MadeThing], moment: dt.datetime) -> None:
    add_many(LOADER, ((t.id, _new_thing(t)) for t in things), since=moment - BEFORE_EVERYTHING)


def _new_thing(thing: MadeThing) -> NewThing:
    return NewThing(
        kind=thing.kind,
        names=thing.names,
        label=thing.label,
        born=thing.born,
        sex=thing.sex,
        area=thing.area,
        identifiers=thing.identifiers,
        description=thing.description,
        safe_contact=thing.safe_contact,
        host_areas=[thing.host_area] if thing.host_area else [],
    )


def _load_histories(children: Sequence[MadeChild], authors: _Authors) -> int:
    entries = [_new_entry(e, c, authors) for c in children for e in c.entries]
    append_many(LOADER, entries)
    _bring_in_who_recorded(entries)
    return len(entries)


def _bring_in_who_recorded(entries: Iterable[NewEntry]) -> None:
    """An agency that has recorded something about a child works with the child."""
    first: dict[tuple[UUID, UUID], dt.datetime] = {}
    for entry in entries:
        if entry.author:
            pair = entry.subject_id, entry.author.agency_id
            first[pair] = min(entry.at, first.get(pair, entry.at))
    with viewing(LOADER):
        copy_into(
            "access_circle",
            ("subject_id", "agency_id", "basis", "since"),
            ((*pair, Circle.Basis.INVITED.value, first[pair]) for pair in sorted(first)),
            unless_there=True,
        )


def _new_entry(entry: MadeEntry, child: MadeChild, authors: _Authors) -> NewEntry:
    return NewEntry(
        kind=entry.kind,
        subject_id=child.thing.id,
        at=entry.at,
        fields=entry.values,
        text=entry.text,
        basis=entry.basis,
        answers=entry.answers,
        supersedes=entry.supersedes,
        mentions=entry.mentions,
        client_key=uuid5(UUID(int=0), str(entry.id)),
        id=entry.id,
        recorded_at=entry.recorded_at,
        author=authors.of(entry, child),
    )


def _keep_truth(world: World, path: Path) -> None:
    path.write_text(json.dumps(world.truth(), indent=1), "utf-8")
