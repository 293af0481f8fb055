"""``safekept verify-chain``: proof that no entry was changed, moved or removed."""

from __future__ import annotations

import json
import sys

import click
from tqdm import tqdm

from safekept.config import bootstrap


@click.command("verify-chain")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def verify_chain(as_json: bool) -> None:
    """Read every entry again and check it against the chain.

    Exit codes: 0 the chain holds; 1 it does not, and every place where it does not is named.
    """
    bootstrap.use_django()
    from safekept.record import verify

    with tqdm(unit=" entries", disable=None, leave=False) as bar:

        def progress(done: int) -> None:
            bar.update(done)

        verdict = verify.verify_chain(progress=progress)
    if as_json:
        click.echo(json.dumps(verdict.as_dict()))
    else:
        for fault in verdict.faults:
            at = f", entry {fault.entry}" if fault.entry else ""
            click.echo(f"Shard {fault.shard}, number {fault.seq}{at}: {fault.says}")
        click.echo(
            f"{verdict.entries:,} entries read. {'The chain holds.' if verdict.holds else 'The chain is broken.'}"
        )
    sys.exit(0 if verdict.holds else 1)
