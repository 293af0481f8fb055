"""``safekept watch``: look through the reading log for what is unusual."""

from __future__ import annotations

import click

from safekept.cli.hourly import every_hour
from safekept.config import bootstrap


@click.command()
@click.option("--hourly", is_flag=True, help="Go on looking at every full hour.")
def watch(hourly: bool) -> None:
    """Tell the information guardian what looks unusual in the reading log since the last look.

    The patterns and their numbers stand in patterns.yaml (a file of that name in SAFEKEPT_HOME is read in its place).
    Nobody is told twice of the same. Says how many were found, and never who.
    """
    bootstrap.use_django()
    if hourly:
        every_hour(_once, "The reading log was not looked through")
    else:
        _once()


def _once() -> None:
    from safekept.guardian.watching import watch as look

    found = look()
    click.echo(f"{len(found)} to review." if found else "Nothing new to review.")
