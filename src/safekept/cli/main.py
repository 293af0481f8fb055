"""``safekept``: every command, each loaded only when it is asked for.

``safekept evaluate`` must not pay for Django, and ``safekept --help`` for anything.
"""

from __future__ import annotations

import sys

import click

from safekept.cli.lazy import LazyGroup
from safekept.problems import OperatingProblem

COMMANDS = {
    "demo": ("safekept.cli.demo:demo", "Load a made-up region and serve it."),
    "evaluate": ("safekept.cli.evaluate:evaluate_command", "Say what a history owes under a procedure."),
    "pack": ("safekept.cli.pack:pack", "Check, show, compare and adopt procedures."),
    "migrate": ("safekept.cli.serve:migrate", "Make the database ready, or bring it up to date."),
    "serve": ("safekept.cli.serve:serve", "Serve the pages."),
    "account": ("safekept.cli.account:account", "Add people who may sign in, and help them in again."),
    "backup": ("safekept.cli.backup:backup", "Copy the whole record into a folder, while people go on working."),
    "restore": ("safekept.cli.backup:restore", "Bring a backup back onto a fresh machine."),
    "verify-chain": ("safekept.cli.chain:verify_chain", "Prove that no entry was changed or removed."),
    "checkpoint": ("safekept.cli.checkpoint:checkpoint", "Sign the ends of all chains, for partner agencies to keep."),
    "witness": ("safekept.cli.checkpoint:witness", "Keep and check another record’s checkpoints, as a partner agency."),
    "erase": ("safekept.cli.law:erase", "Destroy by law what entries say; two people."),
    "hold": ("safekept.cli.law:hold", "Put a legal hold on a record, and lift it."),
    "retention": ("safekept.cli.law:retention", "Show which records will go by retention, and when."),
    "sweep": ("safekept.cli.sweep:sweep", "Throw away what is kept for a time only."),
    "watch": ("safekept.cli.watch:watch", "Look through the reading log for what is unusual."),
    "bench": ("safekept.cli.bench:bench", "Measure speed and memory."),
}


@click.group(cls=LazyGroup, later=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="safekept")
def cli() -> None:
    """Safekept shows every agency around a child one picture, and what the procedure owes that child.

    Data is kept in SAFEKEPT_HOME (default ./var), or on the PostgreSQL server that DATABASE_URL names.
    """


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 it went wrong, 2 the input or the command is wrong."""
    try:
        cli()
    except OperatingProblem as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
