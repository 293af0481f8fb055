"""Whether a procedure that somebody wrote is ready to be followed: its faults, and its own scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .history import HistoryError
from .library import Library
from .lint import Finding, lint
from .pack import Pack
from .scenarios import check, read_scenarios


def faults(folder: Path, pack: Pack, known: Library) -> list[Finding]:
    """Return what must be put right before the pack in ``folder`` is followed; an empty list means that it is ready.

    ``known``: the procedures that are there already; a scenario may speak of their areas. Raises
    :class:`~.reading.PackError` where a file of scenarios cannot be read.
    """
    return [*lint(Library({pack.id: pack}, {})), *_scenarios(folder, known.followed_always(pack))]


def _scenarios(folder: Path, library: Library) -> Iterator[Finding]:
    for path in sorted((folder / "scenarios").glob("*.yaml")):
        for scenario in read_scenarios(path):
            try:
                problems = check(library, scenario)
            except (HistoryError, ValueError) as error:
                problems = [str(error)]
            for problem in problems:
                yield Finding(scenario.where, f"scenario ‘{scenario.name}’: {problem}")
