"""``safekept demo``: a made-up region to look at, in the foreground."""

from __future__ import annotations

import json
import os

import click

from safekept.cli.serve import port_option, run_server
from safekept.config import bootstrap, database
from safekept.problems import OperatingProblem

AREAS = "birmingham,coventry,dudley,sandwell,solihull,walsall,wolverhampton,newham,tower-hamlets,camden"
CHILDREN, SEED = 300, 2015


def _area_list(context: click.Context, option: click.Parameter, text: str) -> list[str]:
    from safekept.directory.areas import published_areas

    known = {area["slug"] for area in published_areas()}
    asked = [slug.strip() for slug in text.split(",") if slug.strip()]
    unknown = [slug for slug in asked if slug not in known]
    if unknown or not asked:
        raise click.BadParameter(
            f"{', '.join(unknown) or 'Nothing'} is not an area. Areas are names in lower case with hyphens, "
            "such as birmingham,tower-hamlets."
        )
    return list(dict.fromkeys(asked))


@click.command()
@click.option("--areas", default=AREAS, callback=_area_list, help="Areas to make up, separated by commas.")
@click.option("--children", type=click.IntRange(1, 1_000_000), default=CHILDREN, show_default=True, help="How many.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="The same seed makes the same region.")
@click.option("--no-serve", is_flag=True, help="Load and stop.")
@port_option
def demo(areas: list[str], children: int, seed: int, no_serve: bool, port: int) -> None:
    """Load a made-up region, unless one is loaded, and serve it.

    Everybody in it is invented. Loading happens once: later starts keep what is there.
    """
    os.environ["SAFEKEPT_DEMO"] = "1"
    bootstrap.use_django()
    make_ready()
    load_once(areas, children, seed)
    if not no_serve:
        announce(port)
        run_server("127.0.0.1", port)


def make_ready() -> None:
    """Bring the tables up to date if they are behind."""
    from safekept.access.health import pending_migrations

    if pending_migrations():
        click.echo("Making the database ready …")
        bootstrap.migrate()


def load_once(areas: list[str], children: int, seed: int) -> None:
    """Load the region unless it is loaded; a mark is left when loading is complete."""
    from safekept.directory.models import Account

    mark = database.home() / "demo-loaded.json"
    if mark.exists() and Account.objects.exists():
        return
    if Account.objects.exists():
        raise OperatingProblem(
            f"{database.home()} holds accounts that no complete demonstration made. "
            "Run `make demo-reset` to start afresh, or set SAFEKEPT_HOME to another folder."
        )
    from safekept.demo.attached import attach_files
    from safekept.demo.decided import decide
    from safekept.demo.load import load

    click.echo(f"Making up {children} children in {len(areas)} areas (seed {seed}) …")
    load(areas=areas, children=children, seed=seed, progress=True)
    decide(areas)
    attach_files(areas)
    mark.write_text(json.dumps({"areas": areas, "children": children, "seed": seed}))


def announce(port: int) -> None:
    """Say where the pages are and who there is to be."""
    from safekept.entrance.pages.views import demo_accounts

    click.echo(f"\nSafekept is at http://127.0.0.1:{port}/ – choose one of these people there:")
    for area, people in demo_accounts():
        click.echo(f"\n  {area}")
        for person in people:
            click.echo(f"    {person.name:<40} {person.role_label:<22} {person.team.agency.name}")
    click.echo("\nStop with Ctrl-C. What you record is kept; `make demo-reset` starts afresh.\n")
