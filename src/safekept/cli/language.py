"""``safekept pack language``: what the words of a procedure catch, measured on sentences. Imports no Django."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from safekept.cli.authoring import chosen, refuse
from safekept.procedures import PackError
from safekept.procedures.sentences import PARTS, SHIPPED, Result, measure, read_sentences, score


@click.command()
@click.argument("pack")
@click.option(
    "--sentences", "path", type=click.Path(path_type=Path, dir_okay=False), help="Measure on this file instead."
)
@click.option("--all", "every", is_flag=True, help="Show every sentence, not only what goes wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def language(pack: str, path: Path | None, every: bool, as_json: bool) -> None:
    """Measure what the words of PACK catch, on sentences that say what ought to be caught.

    PACK is a folder, or the id of a procedure that Safekept ships. Prints hits and misses, precision and recall.
    Exit status 2: the pack or the sentences cannot be read.
    """
    try:
        results = measure(chosen(pack), read_sentences(path or SHIPPED))
    except PackError as error:
        refuse(str(error))
    parts = {part: [one for one in results if one.sentence.part == part] for part in PARTS}
    if as_json:
        click.echo(json.dumps({part: _as_dict(rows) for part, rows in parts.items()}, ensure_ascii=False, indent=2))
        return
    for part, rows in parts.items():
        total = score(rows)
        click.echo(f"{PARTS[part]}: {total.sentences} sentences")
        click.echo(f"  rightly caught {total.right}, wrongly caught {total.wrong}, missed {total.missed}")
        click.echo(f"  precision {_share(total.precision)}, recall {_share(total.recall)}")
        for row in rows:
            if every or row.wrong or row.missed:
                click.echo(f"  {_verdict(row)}: {' '.join(row.sentence.says.split())}")


def _share(value: float | None) -> str:
    return "nothing to count" if value is None else f"{value:.3f}"


def _verdict(row: Result) -> str:
    parts = [f"missed {', '.join(sorted(row.missed))}"] if row.missed else []
    parts += (
        [f"wrongly caught {', '.join(sorted(row.wrong))} ({row.sentence.leave or 'not meant'})"] if row.wrong else []
    )
    return "; ".join(parts) or (f"caught {', '.join(sorted(row.right))}" if row.right else "left alone")


def _as_dict(rows: Sequence[Result]) -> dict[str, Any]:
    total = score(rows)
    found = [
        {"says": r.sentence.says, "caught": sorted(r.right), "wrongly": sorted(r.wrong), "missed": sorted(r.missed)}
        for r in rows
    ]
    return {**asdict(total), "precision": total.precision, "recall": total.recall, "results": found}
