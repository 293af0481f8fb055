"""Every row of the requirements that the packs hold is proved by scenarios on both sides of its threshold."""

from collections import defaultdict

import pytest

from safekept.procedures import load_library
from safekept.procedures.scenarios import Scenario, check
from tests.packs.test_scenarios import SCENARIOS


def proved(prefix: str) -> dict[str, list[Scenario]]:
    rows: dict[str, list[Scenario]] = defaultdict(list)
    for scenario in SCENARIOS:
        for row in scenario.rows:
            if row.startswith(prefix):
                rows[row].append(scenario)
    return rows


def rows_marked(request: pytest.FixtureRequest) -> tuple[str, ...]:
    marker = request.node.get_closest_marker("requirement")
    assert marker is not None
    return tuple(marker.args)


def all_come_out(rows: tuple[str, ...], found: dict[str, list[Scenario]]) -> None:
    assert {row: len(found[row]) for row in rows if len(found[row]) < 2} == {}
    assert set(found) == set(rows), "name every row that a scenario proves in the mark above"
    assert [s.name for row in rows for s in found[row] if check(load_library(), s)] == []


@pytest.mark.requirement(
    "WM-1.2",
    "WM-2.1",
    "WM-3.4",
    "WM-7.3",
    "WM-8.2",
    "WM-8.3",
    "WM-10.2",
    "WM-10.3",
    "WM-10.7",
    "WM-11.1",
    "WM-12.2",
    "WM-12.3",
    "WM-12.4",
    "WM-12.5",
    "WM-12.6",
    "WM-13.1",
    "WM-13.2",
    "WM-13.4",
    "WM-14.1",
    "WM-14.2",
    "WM-14.3",
    "WM-14.4",
    "WM-14.5",
    "WM-14.6",
    "WM-15.1",
    "WM-15.2",
    "WM-15.3",
    "WM-15.4",
    "WM-15.5",
    "WM-15.6",
    "WM-15.7",
    "WM-15.8",
    "WM-15.9",
    "WM-16.1",
    "WM-16.2",
    "WM-17.1",
    "WM-17.2",
    "WM-17.3",
    "WM-17.4",
    "WM-18.1",
    "WM-18.2",
    "WM-18.3",
    "WM-18.4",
    "WM-19.1",
    "WM-19.2",
    "WM-20.3",
    "WM-20.4",
    "WM-21.2",
    "WM-21.3",
    "WM-21.4",
    "WM-21.5",
    "WM-21.6",
    "WM-21.8",
    "WM-22.1",
    "WM-22.2",
    "WM-22.4",
    "WM-25.4",
    "WM-26.2",
    "WM-26.2.i",
    "WM-26.2.ii",
    "WM-27.4",
    "WM-27.5",
    "WM-28",
    "WM-28.1",
    "WM-28.2",
    "WM-32.2",
)
def test_the_west_midlands_rows(request: pytest.FixtureRequest) -> None:
    all_come_out(rows_marked(request), proved("WM-"))


@pytest.mark.requirement(
    "LN-10",
    "LN-11.consent",
    "LN-11.nrm",
    "LN-11.revisit",
    "LN-11.third",
    "LN-12.outcomes",
    "LN-13.lang",
    "LN-14",
    "LN-3",
    "LN-3.meeting",
    "LN-4",
    "LN-4.report",
    "LN-5.cycle",
    "LN-5.map",
    "LN-6.587",
    "LN-6.flags",
    "LN-6.outcomes",
    "LN-6.owner",
    "LN-6.rationale",
    "LN-7.intimidation",
    "LN-8.home",
    "LN-9.attendance",
    "LN-9.eha",
    "LN-9.train",
    "LN-C.home",
    "LN-C.iro",
    "LN-D.chair",
    "LN-D.count",
    "LN-D.low",
    "LN-D.mase",
    "LN-D.members",
    "LN-D.tactics",
    "LN-E.missing",
    "LN-E.pattern",
    "LN-E.return",
    "LN-E.safe",
    "LN-E.submit",
    "LN-F",
    "LN-G",
    "LN-H",
    "LN-I.1",
    "LN-I.2",
    "LN-I.3",
    "LN-I.4",
)
def test_the_london_rows(request: pytest.FixtureRequest) -> None:
    all_come_out(rows_marked(request), proved("LN-"))
