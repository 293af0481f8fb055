"""Every scenario that stands beside a pack comes out as it says."""

from pathlib import Path

import pytest

import safekept.packs
from safekept.procedures import load_library
from safekept.procedures.scenarios import Scenario, check, read_scenarios

PACKS = Path(safekept.packs.__path__[0])
SCENARIOS = [s for path in sorted(PACKS.glob("*/*/scenarios/*.yaml")) for s in read_scenarios(path)]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_scenario(scenario: Scenario) -> None:
    assert not (problems := check(load_library(), scenario)), "\n".join([scenario.where, *problems])


def test_every_row_a_scenario_names_is_cited_by_its_packs() -> None:
    known = {cite for pack in load_library().packs.values() for cite in pack.paragraphs}
    assert {row for s in SCENARIOS for row in s.rows} <= known
