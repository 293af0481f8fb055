"""Every paragraph of both sources is accounted for; the paragraphs are counted by hand from the texts."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.urls import URLPattern, URLResolver, get_resolver

from safekept.cli import pack as command
from safekept.procedures import PackError, load_library, load_pack
from safekept.procedures.coverage import State, count, coverage
from safekept.procedures.lint import lint
from tests.packs.test_loader import small_pack

PACKS = load_library().packs
WM_PARAGRAPHS = {
    1: 5, 2: 4, 3: 7, 4: 3, 5: 3, 6: 2, 7: 3, 8: 4, 9: 2, 10: 7, 11: 2, 12: 6, 13: 4, 14: 6, 15: 9, 16: 2, 17: 4,
    18: 4, 19: 2, 20: 5, 21: 8, 22: 4, 23: 6, 24: 4, 25: 6, 26: 2, 27: 5, 28: 2, 29: 2, 30: 4, 31: 3, 32: 5,
}  # fmt: skip
"""How many numbered paragraphs each section of the West Midlands text has."""
APPENDICES = ("1", "2", "3", "4", "5", "6A", "6B", "7", "8", "9")
LONDON_SECTIONS = (*(str(n) for n in range(1, 15)), *"ABCDEFGHI")


def test_every_numbered_paragraph_of_the_west_midlands_text_is_listed() -> None:
    wanted = [f"WM-{section}.{n}" for section, size in WM_PARAGRAPHS.items() for n in range(1, size + 1)]
    found = [p for p in PACKS["west-midlands"].paragraphs if re.fullmatch(r"WM-\d+\.\d+", p)]
    assert (found, len(found)) == (wanted, 135)


def test_the_fifteen_strategies_and_the_ten_appendices_are_listed() -> None:
    numerals = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"]
    found = list(PACKS["west-midlands"].paragraphs)
    assert [p for p in found if p.startswith("WM-26.2.")] == [f"WM-26.2.{n}" for n in numerals]
    assert [p for p in found if p.startswith("WM-A.")] == [
        f"WM-A.{n}" for n in ["1", "2", "3", "4", "5", "6A", "6B", "7", "8", "9"]
    ]


def test_every_section_and_appendix_of_the_london_text_is_listed() -> None:
    parts = {re.split(r"[.-]", p)[1] for p in PACKS["london"].paragraphs}
    assert parts - {"X"} == set(LONDON_SECTIONS)
    assert [p for p in PACKS["london"].paragraphs if re.fullmatch(r"LN-D\.\d+", p)] == [
        f"LN-D.{n}" for n in range(1, 30)
    ]
    assert {f"LN-I.{n}" for n in ("law", 1, 2, 3, 4)} <= set(PACKS["london"].paragraphs)


@pytest.mark.parametrize("pack_id", PACKS)
def test_nothing_is_unaccounted_for(pack_id: str) -> None:
    rows = coverage(PACKS[pack_id])
    assert [r.paragraph.id for r in rows if r.state is State.UNACCOUNTED] == []
    assert sum(count(rows).values()) == len(rows) == len(PACKS[pack_id].paragraphs)


@pytest.mark.parametrize("pack_id", PACKS)
def test_what_is_not_there_yet_is_said_plainly(pack_id: str) -> None:
    for row in coverage(PACKS[pack_id]):
        assert (row.state in (State.PARTLY, State.NOT_YET)) is bool(row.lacks)
        assert not row.lacks or "Not there yet: " in row.says
        assert row.state is not State.OUTSIDE or (row.outside and row.who)


def names(resolver: URLResolver) -> set[str]:
    found: set[str] = set()
    for entry in resolver.url_patterns:
        found |= {str(entry.name)} if isinstance(entry, URLPattern) else names(entry)
    return found


def test_every_page_that_is_named_is_there() -> None:
    pages = {by.page for pack in PACKS.values() for by in pack.held_by.values() if by.page}
    assert pages and pages <= names(get_resolver())


@pytest.mark.parametrize("pack_id", PACKS)
def test_the_command_prints_every_paragraph_and_the_counts(pack_id: str) -> None:
    done = CliRunner().invoke(command.pack, ["coverage", pack_id])
    assert done.exit_code == 0
    printed = [line.split()[0] for line in done.output.splitlines() if line[:3] in ("WM-", "LN-")]
    assert printed == list(PACKS[pack_id].paragraphs)
    assert done.output.rstrip().endswith("0 unaccounted for")
    as_json = json.loads(CliRunner().invoke(command.pack, ["coverage", pack_id, "--json"]).output)
    assert [p["id"] for p in as_json["paragraphs"]] == list(PACKS[pack_id].paragraphs)


TWO = "- {id: WM-1.1, heading: One, says: One thing.}\n- {id: WM-1.2, heading: Two, says: Another.}\n"


def test_a_paragraph_that_nothing_holds_is_unaccounted_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_pack(tmp_path / "region", **{"sources.yaml": TWO, "coverage.yaml": "- {id: WM-1.1, lacks: a page}"})
    states = {r.paragraph.id: r.state for r in coverage(load_pack(folder))}
    assert states == {"WM-1.1": State.NOT_YET, "WM-1.2": State.UNACCOUNTED}
    (tmp_path / "areas.yaml").write_text("areas: []", "utf-8")
    library = command.load_library_from(tmp_path)
    assert "nothing in the pack holds paragraph 'WM-1.2'" in [f.says for f in lint(library)]
    monkeypatch.setattr(command, "load_library", lambda: library)
    done = CliRunner().invoke(command.pack, ["coverage", "small"])
    assert (done.exit_code, "1 not there yet, 1 unaccounted for" in done.output) == (1, True)


def test_a_reading_of_the_source_holds_nothing_by_itself(tmp_path: Path) -> None:
    defect = "- {cites: [WM-1.1], says: It says two things., reading: The first.}"
    pack = load_pack(small_pack(tmp_path, **{"source-defects.yaml": defect}))
    assert [r.state for r in coverage(pack)] == [State.UNACCOUNTED]


@pytest.mark.parametrize(
    ("line", "state", "says"),
    [
        ("page: child, says: shows it", State.HELD, "page child (shows it)"),
        ("records: [found]", State.HELD, "record found"),
        ("records: [found], lacks: the page", State.PARTLY, "record found. Not there yet: the page"),
        ("outside: People do it., who: the board", State.OUTSIDE, "People do it. Done by: the board"),
    ],
)
def test_each_way_of_holding_a_paragraph(tmp_path: Path, line: str, state: State, says: str) -> None:
    (row,) = coverage(load_pack(small_pack(tmp_path, **{"coverage.yaml": f"- {{id: WM-1.1, {line}}}"})))
    assert (row.state, row.says) == (state, says)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {id: WM-9.9, lacks: it}", "small/coverage.yaml, line 1: there is no paragraph 'WM-9.9'"),
        ("- {id: WM-1.1, lacks: it}\n- {id: WM-1.1, lacks: it}", "line 2: paragraph 'WM-1.1' stands twice"),
        ("- {id: WM-1.1, says: it}", "line 1: nothing holds 'WM-1.1'; expected one of page, records, outside, lacks"),
        ("- {id: WM-1.1, outside: it}", "line 1: 'outside' and 'who' go together"),
        ("- {id: WM-1.1, records: [fuond]}", "line 1: 'fuond' is not a kind of entry"),
        ("- {id: WM-1.1, records: found}", "line 1: 'records' is not a list"),
        ("- {id: WM-1.1, lacks: ''}", "line 1: 'lacks' is empty"),
        ("- {id: WM-1.1, held: it}", "line 1: a line of coverage has no key 'held'"),
        ("- WM-1.1", "a line of coverage is a mapping"),
        ("{id: WM-1.1}", "line 1: expected a list of paragraphs"),
    ],
)
def test_a_bad_line_of_coverage_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PackError) as refused:
        load_pack(small_pack(tmp_path, **{"coverage.yaml": text}))
    assert message in str(refused.value)
