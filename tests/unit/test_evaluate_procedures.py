"""Which procedure speaks of a duty, and what stands where two speak; each procedure as small as what it shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from safekept.calendars import UTC
from safekept.procedures import Obligation, Pack, Position, evaluate, load_library, load_pack, parse_history
from safekept.procedures.beginning import begin
from safekept.procedures.library import Adoption, Area, Library

RULE = """
- id: {id}
  title: Talk it over
  cites: [NEW-1]
  when: {when}
  reads: Somebody refers a child
  owes: {{kind: discussion}}
  owner: {owner}
  says: It is talked over.
"""
NOW = dt.datetime(2026, 6, 30, 11, tzinfo=UTC)


def written(folder: Path, pack_id: str, more: str = "", **rule: str) -> Pack:
    """A procedure with one rule; ``more`` is what else the rule says."""
    begin(folder, pack_id, pack_id)
    values = {"id": "talked-over", "when": "{kind: referral}", "owner": "children-services"} | rule
    (folder / "rules" / "first.yaml").write_text(RULE.format(**values) + more, "utf-8")
    return load_pack(folder)


def entry(entry_id: str, kind: str, day: str, **fields: Any) -> dict[str, Any]:
    return {"id": entry_id, "kind": kind, "at": f"{day}T10:00:00+01:00", "agency": "school", **fields}


def stood(library: Library, *entries: dict[str, Any], packs: list[str] | None = None) -> Position:
    data = {"subject": {"kind": "child", "id": "c1", "area": "birmingham"}, "entries": list(entries)}
    return evaluate(library, parse_history(data), NOW, None, packs)


def only(position: Position) -> Obligation:
    (found,) = position.obligations
    return found


REFERRED = entry("r", "referral", "2026-06-01", to="children-services")
AT_NINE = dt.datetime(2026, 6, 2, 9, tzinfo=UTC)
"""Twenty-four hours after the referral."""


def of_two(slow: Pack, quick: Pack, first: str, second: str) -> Obligation:
    return only(stood(Library({"slow": slow, "quick": quick}, {}), REFERRED, packs=[first, second]))


@pytest.mark.parametrize("order", [("slow", "quick"), ("quick", "slow")])
def test_a_clock_holds_where_the_other_procedure_has_none(tmp_path: Path, order: tuple[str, str]) -> None:
    slow = written(tmp_path / "a", "slow")
    quick = written(tmp_path / "b", "quick", "  within: 24 hours\n", owner="police")
    duty = of_two(slow, quick, *order)
    assert (duty.due, duty.owner, duty.pack) == (AT_NINE, "police", "+".join(order))


@pytest.mark.parametrize("order", [("slow", "quick"), ("quick", "slow")])
@pytest.mark.parametrize("clock", ["  within: 24 hours\n", ""])
def test_with_the_same_clock_the_one_named_first_stands(tmp_path: Path, order: tuple[str, str], clock: str) -> None:
    slow, quick = written(tmp_path / "a", "slow", clock), written(tmp_path / "b", "quick", clock, owner="police")
    duty = of_two(slow, quick, *order)
    assert duty.owner == {"slow": "children-services", "quick": "police"}[order[0]]
    assert duty.due == (AT_NINE if clock else None)


def test_what_one_procedure_cites_and_the_other_does_not_is_cited_once(tmp_path: Path) -> None:
    slow, quick = written(tmp_path / "a", "slow"), written(tmp_path / "b", "quick")
    for folder in (tmp_path / "a", tmp_path / "b"):
        sources = (folder / "sources.yaml").read_text("utf-8")
        (folder / "sources.yaml").write_text(sources + "- {id: NEW-2, heading: The second, says: More.}\n", "utf-8")
        rules = folder / "rules" / "first.yaml"
        more = "[NEW-2, NEW-1]" if folder.name == "b" else "[NEW-1]"
        rules.write_text(rules.read_text("utf-8").replace("[NEW-1]", more), "utf-8")
    slow, quick = load_pack(tmp_path / "a"), load_pack(tmp_path / "b")
    assert of_two(slow, quick, "slow", "quick").cites == ("NEW-1", "NEW-2")
    assert of_two(slow, quick, "quick", "slow").cites == ("NEW-2", "NEW-1")


def test_an_entry_that_sets_a_rule_off_twice_owes_it_once(tmp_path: Path) -> None:
    either = "[{kind: referral, to: children-services}, {kind: referral, strategy: true}]"
    library = Library({"small": written(tmp_path, "small", when=either)}, {})
    duty = only(stood(library, REFERRED | {"strategy": True}, packs=["small"]))
    assert (duty.pack, duty.cites) == ("small", ("NEW-1",))


def test_a_version_that_is_adopted_speaks_from_its_moment_on(tmp_path: Path) -> None:
    old = written(tmp_path / "a", "small", "  within: 72 hours\n")
    new = written(tmp_path / "b", "small", "  within: 24 hours\n")
    area = Area("birmingham", "Birmingham", "E08000025", "West Midlands", "small")
    start = dt.datetime(2026, 6, 10, 9, tzinfo=UTC)
    library = Library({"small": old}, {"birmingham": area}).adopting([Adoption("birmingham", start, new)])
    entries = [REFERRED, entry("at", "referral", "2026-06-10"), entry("after", "referral", "2026-06-20")]
    due = {one.because: one.due for one in stood(library, *entries).obligations}
    assert due == {
        "r": dt.datetime(2026, 6, 4, 9, tzinfo=UTC),
        "at": dt.datetime(2026, 6, 11, 9, tzinfo=UTC),
        "after": dt.datetime(2026, 6, 21, 9, tzinfo=UTC),
    }


STAGE = "stages:\n  - {id: %s, label: Noticed, when: {kind: referral}}\n"


def test_the_stage_is_that_of_the_procedure_named_first(tmp_path: Path) -> None:
    packs = {}
    for pack_id in ("one", "two"):
        written(tmp_path / pack_id, pack_id)
        head = tmp_path / pack_id / "pack.yaml"
        text = head.read_text("utf-8")
        head.write_text(text[: text.index("stages:")] + STAGE % f"stage-{pack_id}", "utf-8")
        packs[pack_id] = load_pack(tmp_path / pack_id)
    library = Library(packs, {})
    assert stood(library, REFERRED, packs=["one", "two"]).stage == "stage-one"
    assert stood(library, REFERRED, packs=["two", "one"]).stage == "stage-two"


def placed(host: str) -> dict[str, Any]:
    return entry("p", "circumstance", "2026-05-01", what="placed-out-of-area", host_area=host)


@pytest.mark.parametrize("host", ["coventry", "manchester"])
def test_a_host_with_the_same_procedure_or_with_none_adds_nothing(host: str) -> None:
    """Coventry follows the West Midlands procedure as Birmingham does; for Manchester no procedure is held."""
    position = stood(load_library(), placed(host), REFERRED)
    assert [pack for pack, _, _ in position.packs] == ["west-midlands"]
    assert {one.pack for one in position.obligations} == {"west-midlands"}
    assert len({(one.rule, one.root) for one in position.obligations}) == len(position.obligations)


def test_a_placed_child_has_the_prompts_and_breaches_of_home_alone() -> None:
    """London says that a child under 13 is never absent; the West Midlands procedure says nothing of the kind."""
    absent = entry("m", "missing", "2026-06-05", category="absent")
    subject = {"kind": "child", "id": "c1", "born": "2015-01-01", "area": "birmingham"}
    data = {"subject": subject, "entries": [placed("newham"), absent]}
    position = evaluate(load_library(), parse_history(data), NOW)
    assert [pack for pack, _, _ in position.packs] == ["west-midlands", "london"]
    assert position.breaches == ()
    home = evaluate(load_library(), parse_history(data | {"entries": [absent]}), NOW)
    assert {one.rule for one in position.prompts} == {one.rule for one in home.prompts}
    own = evaluate(load_library(), parse_history(data | {"subject": subject | {"area": "newham"}}), NOW)
    assert "absent-under-thirteen" in {one.rule for one in own.breaches}
