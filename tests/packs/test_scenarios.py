"""Every scenario that stands beside a pack comes out as it says, and all that a pack holds happens in one."""

from pathlib import Path

import pytest

import safekept.packs
from safekept.procedures import load_library
from safekept.procedures.scenarios import Scenario, check, position_of, read_scenarios

PACKS = Path(safekept.packs.__path__[0])
SCENARIOS = [s for path in sorted(PACKS.glob("*/*/scenarios/*.yaml")) for s in read_scenarios(path)]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_scenario(scenario: Scenario) -> None:
    assert not (problems := check(load_library(), scenario)), "\n".join([scenario.where, *problems])


def test_every_row_a_scenario_names_is_cited_by_its_packs() -> None:
    known = {cite for pack in load_library().packs.values() for cite in pack.paragraphs}
    assert {row for s in SCENARIOS for row in s.rows} <= known


def happened(scenario: Scenario) -> set[tuple[str, str]]:
    """Which rules, guards and prompts of which pack a scenario sets off."""
    position = position_of(load_library(), scenario)
    packs = [pack_id for pack_id, _, _ in position.packs]
    said = {(pack_id, one.rule) for one in (*position.prompts, *position.breaches) for pack_id in packs}
    return said | {(pack_id, duty.rule) for duty in position.obligations for pack_id in duty.pack.split("+")}


def test_every_rule_guard_and_prompt_happens_in_a_scenario() -> None:
    found = set().union(*(happened(scenario) for scenario in SCENARIOS))
    held = {(p.id, one.id) for p in load_library().packs.values() for one in (*p.rules, *p.guards, *p.prompts)}
    assert held - found == set()
