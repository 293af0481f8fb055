"""``safekept pack new`` and ``safekept pack diff``: for those who write procedures. Imports no Django."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import NoReturn

import click

from safekept.procedures import Pack, PackError, load_library, load_pack
from safekept.procedures.beginning import begin
from safekept.procedures.changes import changes


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--id", "pack_id", required=True, help="Small letters, digits and hyphens, like north-vale.")
@click.option("--title", required=True, help="What the procedure is called.")
def new(folder: Path, pack_id: str, title: str) -> None:
    """Begin a procedure in FOLDER, which must be empty or not there: one paragraph, one rule, one scenario.

    It loads at once; safekept pack lint --packs says what it still lacks. Exit status 2: the folder holds something.
    """
    try:
        written = begin(folder, pack_id, title)
    except PackError as error:
        refuse(str(error))
    for name in written:
        click.echo(f"wrote {folder / name}")


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def diff(old: str, new: str, as_json: bool) -> None:
    """Say what NEW changes against OLD. Each is a folder, or the id of a procedure that Safekept ships.

    Exit status 0: nothing changes. 1: something does. 2: one of them does not load.
    """
    before, after = chosen(old), chosen(new)
    found = changes(before, after)
    if as_json:
        click.echo(json.dumps([asdict(change) for change in found], ensure_ascii=False, indent=2))
    else:
        click.echo(f"{after.title} {after.version} against {before.title} {before.version}: {len(found)} changes")
        for about, some in groupby(found, key=lambda change: change.about):
            click.echo(f"\n{about}")
            for change in some:
                click.echo(f"  {change.name} [{', '.join(change.cites)}]\n    {change.says}")
    raise SystemExit(1 if found else 0)


def chosen(name: str) -> Pack:
    """Load the pack that somebody named on the command line; exits with 2 where there is none."""
    shipped = load_library().packs
    if name in shipped:
        return shipped[name]
    if not Path(name).is_dir():
        refuse(f"‘{name}’ is neither a folder nor a procedure here; expected a folder, {' or '.join(sorted(shipped))}")
    try:
        return load_pack(Path(name))
    except PackError as error:
        refuse(str(error))


def refuse(says: str) -> NoReturn:
    """Say what is wrong and leave with 2."""
    click.echo(f"safekept pack: {says}", err=True)
    raise SystemExit(2)
