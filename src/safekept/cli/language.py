"""``safekept pack language``: what the words of a procedure catch, measured on sentences. Imports no Django."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from safekept.cli.authoring import chosen, refuse
from safekept.cli.histories import Unreadable, documents
from safekept.procedures import HistoryError, Pack, PackError, parse_history
from safekept.procedures.looking import Look, in_history
from safekept.procedures.sentences import PARTS, SHIPPED, Result, measure, read_sentences, score


@click.command()
@click.argument("pack")
@click.option(
    "--sentences", "path", type=click.Path(path_type=Path, dir_okay=False), help="Measure on this file instead."
)
@click.option(
    "--histories",
    help="Look at the words of a file of histories (- for standard input) in place of measuring.",
)
@click.option("--all", "every", is_flag=True, help="Show every sentence, not only what goes wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def language(pack: str, path: Path | None, histories: str | None, every: bool, as_json: bool) -> None:
    """Measure what the words of PACK catch, on sentences that say what ought to be caught.

    PACK is a folder, or the id of a procedure that Safekept ships. Prints hits and misses, precision and recall; of
    histories, each entry's words to look at, with better ones, and where they stand. Nothing is held back by it.
    Exit status 2: the pack, the sentences or the histories cannot be read.
    """
    try:
        if histories is not None:
            _show_looks(list(_looks(chosen(pack), histories)), as_json)
            return
        results = measure(chosen(pack), read_sentences(path or SHIPPED))
    except (PackError, Unreadable) as error:
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


def _looks(pack: Pack, histories: str) -> Iterator[tuple[str, str, Look]]:
    for where, _, data in documents(histories):
        try:
            history = parse_history(data)
        except HistoryError as error:
            raise Unreadable(f"{where}: {error}") from None
        yield from ((where, entry, look) for entry, look in in_history(pack, history))


def _show_looks(found: Sequence[tuple[str, str, Look]], as_json: bool) -> None:
    if as_json:
        rows = [{"history": where, "entry": entry, **asdict(look)} for where, entry, look in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for where, entry, look in found:
        words = ", ".join(f"‘{one}’" for one in look.words)
        click.echo(f"{where}, entry {entry}, {', '.join(look.where)}: {words}. Better: {look.better}. {look.why}")
    click.echo(f"{len(found)} words to look at. What is quoted, and the child’s own words, are left alone.")


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
