"""``safekept sweep``: throw away what is kept for a time only."""

from __future__ import annotations

import click

from safekept.cli.hourly import every_hour
from safekept.config import bootstrap


@click.command()
@click.option("--hourly", is_flag=True, help="Go on at every full hour.")
def sweep(hourly: bool) -> None:
    """Throw away forms that were sent too late, after a week, and sessions that have ended.

    What was erased by law in the last two hours is written over on the disk. `safekept serve` does all this at every
    full hour unless SAFEKEPT_SWEEP is `no`. Nothing that is on the record is touched.
    """
    bootstrap.use_django()
    if hourly:
        every_hour(_once, "Nothing was thrown away")
    else:
        _once()


def _once() -> None:
    from safekept.entrance.sweeping import sweep as throw_away

    done = throw_away()
    click.echo(f"Thrown away: {done.forms} forms that were sent too late, {done.sessions} sessions that had ended.")
