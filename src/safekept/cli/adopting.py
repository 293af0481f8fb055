"""``safekept pack try`` and ``safekept pack adopt``: a version on the records held, and its adoption."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from safekept.cli.authoring import chosen, refuse
from safekept.config import bootstrap
from safekept.procedures import PackError

if TYPE_CHECKING:
    from safekept.record.trying import Difference, Trial

SHOWN = 20


@click.command("try")
@click.argument("new")
@click.option("--area", "areas", required=True, multiple=True, help="Whose children, like birmingham; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def try_command(new: str, areas: tuple[str, ...], as_json: bool) -> None:
    """Say what NEW (a folder) would change for the children of areas, had they always followed it.

    Nothing is written. Exit status 0: tried. 2: it does not load, or there is no such area.
    """
    pack = chosen(new)
    bootstrap.use_django()
    _known_areas(areas)
    trial = _tried(new, areas)
    if as_json:
        click.echo(json.dumps(_as_dict(trial), indent=2, ensure_ascii=False))
        return
    click.echo(
        f"{pack.title} {pack.version} on {trial.read:,} children of {', '.join(areas)}: "
        f"{len(trial.touched):,} would be owed something else."
    )
    for (rule, what), number in sorted(trial.counted.items(), key=lambda row: -row[1]):
        children = len(trial.whom[rule, what])
        click.echo(f"  {trial.titles[rule]} ({rule}): {what} {number:,} times, {children:,} children")


@click.command("adopt")
@click.argument("new", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--area", required=True, help="Which area, like birmingham.")
@click.option("--from", "starts", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day, 2027-01-04.")
@click.option("--by", default=getpass.getuser, help="Who decided, like 'Safeguarding board, 2 December'.")
def adopt_command(new: Path, area: str, starts: dt.datetime, by: str) -> None:
    """Let an area follow the version in NEW (a folder) from a day on: tomorrow at the earliest.

    What arose before keeps the version of its day. Exit status 0: adopted. 1: it is not ready, or the day is not to
    come. 2: it does not load.
    """
    bootstrap.use_django()
    from safekept.directory import procedures

    try:
        adoption = procedures.adopt(new, area, starts.date(), by)
    except PackError as error:
        refuse(str(error))
    click.echo(f"{area} follows {adoption.pack} ({adoption.pack.hash}) from {adoption.starts:%-d %B %Y}.")


def _known_areas(areas: Sequence[str]) -> None:
    from safekept.directory import procedures

    known = procedures.library().areas
    for area in areas:
        if area not in known:
            refuse(f"there is no area ‘{area}’; expected one of {', '.join(sorted(known))}")


def _tried(new: str, areas: Sequence[str]) -> Trial:
    """Try it in as many processes as there are cores, with progress."""
    from tqdm import tqdm

    from safekept.access.viewer import loader, viewing
    from safekept.record import trying

    with viewing(loader("Trying a version of a procedure")):
        some = [(area, ids) for area in areas for ids in trying.parts(trying.children_of(area))]
    trial = trying.Trial()
    work = [(new, area, ids, dt.datetime.now(dt.UTC)) for area, ids in some]
    total = sum(len(ids) for _, ids in some)
    with (
        ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=bootstrap.use_django) as pool,
        tqdm(total=total, unit=" children", disable=None) as bar,
    ):
        for (_, _, ids, _), found in zip(work, pool.map(_part, work), strict=True):
            trial.add(len(ids), found)
            bar.update(len(ids))
    return trial


def _part(work: tuple[str, str, Sequence[UUID], dt.datetime]) -> list[Difference]:
    from safekept.access.viewer import loader, viewing
    from safekept.directory import procedures
    from safekept.record import trying

    new, area, ids, now = work
    with viewing(loader("Trying a version of a procedure")):
        return trying.differences(procedures.library(), chosen(new), area, ids, now)


def _as_dict(trial: Trial) -> dict[str, Any]:
    return {
        "children": trial.read,
        "touched": len(trial.touched),
        "changes": [
            {
                "rule": rule,
                "title": trial.titles[rule],
                "what": what,
                "duties": number,
                "children": sorted(map(str, trial.whom[rule, what]))[:SHOWN],
            }
            for (rule, what), number in trial.counted.most_common()
        ],
    }
