"""``safekept checkpoint`` and ``safekept witness``: proof that others keep."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from safekept.cli.hourly import every_hour
from safekept.config import bootstrap
from safekept.problems import OperatingProblem


@click.group(invoke_without_command=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file, to be sent.")
@click.option("--since", type=click.IntRange(1), help="Begin with this checkpoint. [default: the last that all hold]")
@click.option("--links", is_flag=True, help="Bring every link since then too: hashes alone.")
@click.option("--hourly", is_flag=True, help="Go on making one at every full hour.")
@click.pass_context
def checkpoint(context: click.Context, out: Path | None, since: int | None, links: bool, hourly: bool) -> None:
    """Sign the ends of all chains as they are now.

    Nothing in a checkpoint is about a child. Exit codes: 0 signed; 1 the record does not go on from its last
    checkpoint, or the key is not there: nothing is signed.
    """
    bootstrap.use_django()
    if context.invoked_subcommand is not None:
        return
    from safekept.proof import checkpoints

    if hourly:
        every_hour(lambda: _say(checkpoints.make()), "No checkpoint was made")
        return
    _say(checkpoints.make())
    if out is not None:
        out.write_text(json.dumps(checkpoints.export(since, links), indent=1), "utf-8")
        click.echo(f"Written to {out}.")


@checkpoint.command("accept")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--new-agency", is_flag=True, help="Take the key of an agency that has countersigned nothing yet.")
def accept(file: Path, new_agency: bool) -> None:
    """Keep the countersignature that an agency sent back."""
    from safekept import witness as alone
    from safekept.proof import checkpoints

    try:
        sent = alone.read_json(file)
    except alone.Wrong as wrong:
        raise OperatingProblem(str(wrong)) from wrong
    kept = checkpoints.accept(sent, new_agency)
    was = "is kept" if kept else "was kept already"
    click.echo(f"The countersignature of {sent['agency']} under checkpoint {sent['number']} {was}.")


@checkpoint.command("rotate-key")
def rotate_key() -> None:
    """Let another key sign from the next checkpoint on; the key before it signs for it."""
    from safekept.proof import checkpoints, keys

    _say(checkpoints.rotate())
    click.echo(f"It is signed by a new key, kept in {keys.path()}. Back that file up.")


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def witness(arguments: tuple[str, ...]) -> None:
    """Keep another record's checkpoints in a folder, countersign them, and say later whether it was cut or rewritten.

    keep FOLDER FILE --agency NAME [--expect RECORD]: check a file that was sent, countersign its last checkpoint and
    keep it.  check FOLDER --against FILE: hold a file that is made now against what is kept.

    The same as python witness.py, which runs alone: the file safekept/witness.py and the package cryptography are all
    that a partner agency needs.
    """
    from safekept import witness as alone

    sys.exit(alone.main(arguments))


def _say(made: dict[str, object]) -> None:
    chains: dict[str, dict[str, int]] = made["chains"]  # type: ignore[assignment]
    counts = ", ".join(f"{log['count']:,} {name}" for name, log in chains.items())
    click.echo(f"Checkpoint {made['number']} of {made['at']}: {counts}.")
