"""``safekept pack``: check and show procedures. Imports no Django."""

from __future__ import annotations

import json
from pathlib import Path

import click

from safekept.cli.lazy import LazyGroup
from safekept.procedures import Pack, PackError, load_library, load_library_from
from safekept.procedures.coverage import Row, State, count, coverage
from safekept.procedures.library import Library
from safekept.procedures.lint import lint

LATER = {
    "new": ("safekept.cli.authoring:new", "Begin a procedure in an empty folder."),
    "diff": ("safekept.cli.authoring:diff", "Say what one version changes against another."),
    "try": ("safekept.cli.adopting:try_command", "Say what a version would change for the records held."),
    "adopt": ("safekept.cli.adopting:adopt_command", "Let an area follow a version from a day on."),
}


@click.group(cls=LazyGroup, later=LATER)
def pack() -> None:
    """Check, show, compare and adopt procedures."""


def _library(folder: str | None) -> Library:
    try:
        return load_library_from(Path(folder)) if folder else load_library()
    except PackError as error:
        click.echo(f"safekept pack: {error}", err=True)
        raise SystemExit(2) from None


def _pack(library: Library, pack_id: str) -> Pack:
    if pack_id not in library.packs:
        click.echo(
            f"safekept pack: there is no pack '{pack_id}'; expected one of {', '.join(sorted(library.packs))}", err=True
        )
        raise SystemExit(2)
    return library.packs[pack_id]


@pack.command("lint")
@click.option("--packs", "folder", type=click.Path(file_okay=False), help="Check this folder of packs instead.")
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
def lint_command(folder: str | None, as_json: bool) -> None:
    """Check every pack. Exit status 0: nothing found. 1: findings. 2: a pack does not load."""
    library = _library(folder)
    findings = lint(library)
    if as_json:
        click.echo(json.dumps([{"where": f.where, "says": f.says} for f in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(f"{finding.where}: {finding.says}")
        rules = sum(len(p.rules) for p in library.packs.values())
        click.echo(f"{len(library.packs)} packs, {rules} rules, {len(findings)} findings")
    raise SystemExit(1 if findings else 0)


@pack.command("show")
@click.argument("pack_id")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show_command(pack_id: str, as_json: bool) -> None:
    """Print the rules of PACK_ID in plain words."""
    chosen = _pack(_library(None), pack_id)
    rows = [
        {
            "id": rule.id,
            "when": rule.when_text,
            "owes": rule.title,
            "owner": rule.owner,
            "within": str(rule.within) if rule.within else None,
            "expected": str(rule.expected) if rule.expected else None,
            "cites": list(rule.cites),
            "says": rule.says,
        }
        for rule in chosen.rules
    ]
    if as_json:
        head = {"id": chosen.id, "version": chosen.version, "hash": chosen.hash, "title": chosen.title}
        click.echo(json.dumps(head | {"rules": rows}, ensure_ascii=False, indent=2))
        return
    click.echo(f"{chosen.title} ({chosen.version}, {chosen.published})\n")
    for row in rows:
        clock = row["within"] or (
            f"no time in the procedure; expected {row['expected']}" if row["expected"] else "no time"
        )
        click.echo(f"{row['owes']}  [{', '.join(row['cites'] or [])}]")
        click.echo(f"    When: {row['when']}.\n    Owner: {row['owner']}. Clock: {clock}.\n    {row['says']}\n")


@pack.command("coverage")
@click.argument("pack_id")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def coverage_command(pack_id: str, as_json: bool) -> None:
    """List every paragraph of PACK_ID with what holds it.

    Exit status 0: every paragraph is accounted for. 1: something is not.
    """
    chosen = _pack(_library(None), pack_id)
    rows = coverage(chosen)
    counts = count(rows)
    if as_json:
        found = [_as_dict(row) for row in rows]
        click.echo(json.dumps({"pack": chosen.id, "counts": counts, "paragraphs": found}, ensure_ascii=False, indent=2))
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
