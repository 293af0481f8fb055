"""``safekept verify-chain``: proof that nothing recorded or written down was changed, moved or removed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from tqdm import tqdm

from safekept.config import bootstrap
from safekept.problems import OperatingProblem


@click.command("verify-chain")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint that a partner agency keeps, or a file of them.",
)
def verify_chain(as_json: bool, against: Path | None) -> None:
    """Read every entry and every row of the reading log again and check them against their chains and checkpoints.

    Exit codes: 0 everything holds; 1 it does not, and every place where it does not is named.
    """
    bootstrap.use_django()
    from safekept import witness
    from safekept.proof.verifying import verify_everything

    with tqdm(unit=" rows", disable=None, leave=False) as bar:

        def progress(done: int) -> None:
            bar.update(done)

        try:
            kept = witness.read_json(against) if against else None
            verdict = verify_everything(progress, against=kept)
        except witness.Wrong as wrong:
            raise OperatingProblem(str(wrong)) from wrong
    if as_json:
        click.echo(json.dumps(verdict.as_dict()))
    else:
        for fault in verdict.faults:
            at = f", row {fault.row}" if fault.row else ""
            click.echo(f"{fault.chain}, shard {fault.shard}, number {fault.seq}{at}: {fault.says}")
        read = ", ".join(f"{count:,} {name}" for name, count in verdict.checked.items())
        click.echo(f"Read again: {read}. {'Everything holds.' if verdict.holds else 'Something is wrong.'}")
    sys.exit(0 if verdict.holds else 1)
