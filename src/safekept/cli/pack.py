"""``safekept pack``: check and show procedures. Imports no Django."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from safekept.cli.authoring import chosen, refuse
from safekept.cli.lazy import LazyGroup
from safekept.procedures import PackError, load_library, load_pack
from safekept.procedures.coverage import Row, State, count, coverage
from safekept.procedures.examples import example_of
from safekept.procedures.library import Library
from safekept.procedures.lint import lint
from safekept.procedures.ready import faults

LATER = {
    "new": ("safekept.cli.authoring:new", "Begin a procedure in an empty folder."),
    "diff": ("safekept.cli.authoring:diff", "Say what one version changes against another."),
    "language": ("safekept.cli.language:language", "Measure which words it catches, on sentences."),
    "try": ("safekept.cli.adopting:try_command", "Say what a version would change for the records held."),
    "adopt": ("safekept.cli.adopting:adopt_command", "Let an area follow a version from a day on."),
}


@click.group(cls=LazyGroup, later=LATER)
def pack() -> None:
    """Check, show, compare and adopt procedures."""


def _library() -> Library:
    try:
        return load_library()
    except PackError as error:
        refuse(str(error))


@pack.command("lint")
@click.argument("folder", required=False, type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
def lint_command(folder: Path | None, as_json: bool) -> None:
    """Check the procedure in FOLDER and its scenarios; without FOLDER, every procedure that Safekept ships.

    Exit status 0: nothing found. 1: findings. 2: a procedure does not load.
    """
    library = _library()
    try:
        found = faults(folder, load_pack(folder), library) if folder else lint(library)
    except PackError as error:
        refuse(str(error))
    if as_json:
        click.echo(json.dumps([{"where": f.where, "says": f.says} for f in found], ensure_ascii=False, indent=2))
    else:
        for finding in found:
            click.echo(f"{finding.where}: {finding.says}")
        rules = sum(len(p.rules) for p in library.packs.values())
        checked = str(folder) if folder else f"{len(library.packs)} packs, {rules} rules"
        click.echo(f"{checked}: {len(found)} findings")
    raise SystemExit(1 if found else 0)


@pack.command("show")
@click.argument("pack_id", metavar="PACK")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show_command(pack_id: str, as_json: bool) -> None:
    """Print the rules of PACK (an id or a folder) in plain words, each with an example of what sets it off."""
    shown = chosen(pack_id)
    rows: list[dict[str, Any]] = [
        {
            "id": rule.id,
            "when": rule.when_text,
            "owes": rule.title,
            "owner": rule.owner,
            "within": str(rule.within) if rule.within else None,
            "expected": str(rule.expected) if rule.expected else None,
            "cites": list(rule.cites),
            "says": rule.says,
            "example": example.told if (example := example_of(shown, rule)) else [],
        }
        for rule in shown.rules
    ]
    if as_json:
        head = {"id": shown.id, "version": shown.version, "hash": shown.hash, "title": shown.title}
        click.echo(json.dumps(head | {"rules": rows}, ensure_ascii=False, indent=2))
        return
    click.echo(f"{shown.title} ({shown.version}, {shown.published})\n")
    for row in rows:
        clock = row["within"] or (
            f"no time in the procedure; expected {row['expected']}" if row["expected"] else "no time"
        )
        click.echo(f"{row['owes']}  [{', '.join(row['cites'] or [])}]")
        click.echo(f"    When: {row['when']}.\n    Owner: {row['owner']}. Clock: {clock}.\n    {row['says']}")
        click.echo("    For example:\n" + "".join(f"      {line}\n" for line in row["example"]))


@pack.command("coverage")
@click.argument("pack_id", metavar="PACK")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def coverage_command(pack_id: str, as_json: bool) -> None:
    """List every paragraph of PACK (an id or a folder) with what holds it.

    Exit status 0: every paragraph is accounted for. 1: something is not.
    """
    shown = chosen(pack_id)
    rows = coverage(shown)
    counts = count(rows)
    if as_json:
        found = [_as_dict(row) for row in rows]
        click.echo(json.dumps({"pack": shown.id, "counts": counts, "paragraphs": found}, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            click.echo(f"{row.paragraph.id:14} {row.state.value:16} {row.paragraph.heading}: {row.says}")
        click.echo(f"\n{len(rows)} paragraphs: {', '.join(f'{n} {state}' for state, n in counts.items())}")
    raise SystemExit(1 if counts[State.UNACCOUNTED.value] else 0)


def _as_dict(row: Row) -> dict[str, object]:
    return {
        "id": row.paragraph.id,
        "heading": row.paragraph.heading,
        "state": row.state.value,
        "held_by": list(row.holders),
        "who": row.who,
        "why": row.outside,
        "lacks": row.lacks,
    }
