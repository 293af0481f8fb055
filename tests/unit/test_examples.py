"""For each rule a smallest history that sets it off; where there is none, the lint says so."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from safekept import packs
from safekept.procedures import evaluate, load_library, load_pack, parse_history
from safekept.procedures.beginning import begin
from safekept.procedures.examples import MOMENT, example_of
from safekept.procedures.library import Library
from safekept.procedures.lint import lint
from safekept.procedures.pack import Pack, Rule

RULES = [(pack, rule) for pack in load_library().packs.values() for rule in pack.rules]


@pytest.mark.parametrize(("pack", "rule"), RULES, ids=[f"{pack.id}-{rule.id}" for pack, rule in RULES])
def test_every_rule_is_set_off_by_its_example_and_needs_every_entry_of_it(pack: Pack, rule: Rule) -> None:
    found = example_of(pack, rule)
    assert found is not None
    entries = found.history["entries"]
    for index in range(len(entries) + 1):
        kept = entries if index == len(entries) else [*entries[:index], *entries[index + 1 :]]
        history = parse_history({**found.history, "entries": kept})
        owed = evaluate(load_library(), history, MOMENT, packs=[pack.id]).obligations
        assert any(d.rule == rule.id and d.because == "trigger" for d in owed) is (index == len(entries))


def test_an_example_reads_aloud() -> None:
    pack = load_library().packs["west-midlands"]
    found = example_of(pack, next(r for r in pack.rules if r.id == "discussion-after-referral"))
    assert found is not None
    assert found.told == [
        "Monday 2 March 2026, 10:00: Referral (School). Who is it to? Children’s services.",
        "Then owed by Children’s services: Talk the referral over, by Thursday 5 March 2026, 23:59.",
    ]


def written(folder: Path, rule: str) -> Pack:
    """A small procedure with one more rule."""
    begin(folder, "vale", "Vale")
    (folder / "rules" / "more.yaml").write_text(
        f"- id: more\n  title: More\n  cites: [NEW-1]\n  owes: {{kind: plan}}\n  owner: police\n"
        f"  reads: More is recorded\n  says: More is done.\n{rule}",
        "utf-8",
    )
    return load_pack(folder)


@pytest.mark.parametrize(
    ("rule", "reached"),
    [
        ("  when: {kind: screening, category: {at_least: 2}}\n", True),
        ("  when: {kind: concern}\n  where: {age: {under: 13}, circumstance: [looked-after]}\n", True),
        ("  when: {kind: screening}\n  where: {exists: {kind: found, count: 3, in_last: 90 days}}\n", True),
        (
            "  when: {kind: concern}\n  where: {all: [{exists: {kind: missing}}, {not: {exists: {kind: found}}}]}\n",
            True,
        ),
        ("  when: {kind: screening, category: 1}\n  where: {trigger: {category: 2}}\n", False),
        ("  when: {kind: concern}\n  where: {age: {under: 13}, not: {age: {under: 16}}}\n", False),
        ("  when: {kind: concern, agency: police}\n  unless: {trigger: {agency: police}}\n", False),
    ],
)
def test_a_rule_that_nothing_sets_off_is_found(tmp_path: Path, rule: str, reached: bool) -> None:
    pack = written(tmp_path / "vale", rule)
    said = [f.says for f in lint(Library({pack.id: pack}, {})) if "'more'" in f.says]
    assert (example_of(pack, pack.rules[-1]) is not None) is reached
    assert (said == []) is reached


def test_a_rule_made_to_have_no_example_is_given_up_soon(tmp_path):
    """Twelve choices of ten each, which would be a million million histories; the rule asks for what cannot be."""
    kinds = ["note", "missing", "found", "crime-record", "marker", "police-told", "nrm", "order", "sharing", "plan"]
    choice = f"{{any: [{', '.join(f'{{exists: {{kind: {kind}}}}}' for kind in kinds)}]}}"
    impossible = "{exists: {kind: closure}}, {not: {exists: {kind: closure}}}"
    folder = tmp_path / "regional"
    shutil.copytree(Path(packs.__file__).parent / "west-midlands" / "regional", folder)
    (folder / "rules" / "odd.yaml").write_text(
        "- id: odd\n  title: Odd\n  cites: [WM-14.2]\n  when: {kind: referral}\n  reads: Never\n"
        f"  where: {{all: [{', '.join([choice] * 12)}, {impossible}]}}\n"
        "  owes: {kind: discussion}\n  owner: police\n  says: Nothing.\n",
        "utf-8",
    )
    pack = load_pack(folder)
    begun = time.process_time()
    assert example_of(pack, pack.rule("odd")) is None
    assert time.process_time() - begun < 5
