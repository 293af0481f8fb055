"""From when on reading looks unusual: one file of numbers, which each area can set for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from safekept.problems import OperatingProblem

SHIPPED = Path(__file__).with_name("patterns.yaml")
HIGHEST = 100_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of one area. Hours and days are whole; ``night_from`` and ``night_until`` are hours in London."""

    searched_within_hours: int
    wait_hours: int
    common_surname_from: int
    closed_days: int
    bulk_records: int
    bulk_times: int
    usual_days: int
    refusals: int
    out_of_hours_records: int
    night_from: int
    night_until: int
    round_the_clock: tuple[str, ...]
    before_hours: int
    quiet_days: int


@dataclass(frozen=True, slots=True)
class EveryLimit:
    """The usual numbers, and those of areas that set their own."""

    usual: Limits
    areas: Mapping[str, Limits]

    def of(self, area: str) -> Limits:
        """The numbers of an area, by its slug."""
        return self.areas.get(area, self.usual)


def load(path: Path) -> EveryLimit:
    """Read the file. Raises OperatingProblem, with what is wrong and where, also for a name that nothing reads."""
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OperatingProblem(f"{path} cannot be read: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("usual"), dict):
        raise OperatingProblem(f"{path} has no part `usual` with the numbers that hold where an area sets none.")
    if set(data) - {"usual", "areas"} or not isinstance(data.get("areas") or {}, dict):
        raise OperatingProblem(f"{path} holds the parts `usual` and `areas`, and no others.")
    usual = _checked(data["usual"], f"{path}, usual")
    missing = sorted({one.name for one in fields(Limits)} - set(usual))
    if missing:
        raise OperatingProblem(f"{path}, usual: {', '.join(missing)} is missing.")
    limits = Limits(**usual)
    areas = {slug: replace(limits, **_checked(own, f"{path}, {slug}")) for slug, own in (data["areas"] or {}).items()}
    return EveryLimit(limits, areas)


def _checked(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise OperatingProblem(f"{where}: write one number a line, such as `refusals: 5`.")
    known = {one.name for one in fields(Limits)}
    for name, value in given.items():
        if name not in known:
            raise OperatingProblem(f"{where}: nothing is called {name}. There are {', '.join(sorted(known))}.")
        if name == "round_the_clock":
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise OperatingProblem(f"{where}: round_the_clock is a list of kinds of agency.")
        elif not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HIGHEST:
            raise OperatingProblem(f"{where}: {name} is a whole number from 0 to {HIGHEST:,}.")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


@cache
def limits() -> EveryLimit:
    """The numbers in force: the file in SAFEKEPT_HOME where there is one, the shipped file otherwise."""
    from safekept.config import database

    own = database.home() / "patterns.yaml"
    return load(own if own.exists() else SHIPPED)
