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
from safekept.procedures.library import Library
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


HEADINGS = {
    "Introduction, aims": "LN-1",
    "Definitions: child sexual exploitation": "LN-2",
    "Gangs and groups; gang associate": "LN-2.gang",
    "Types of child sexual exploitation": "LN-2.types",
    "On-line CSE": "LN-2.online",
    "Principles": "LN-3 LN-3.meeting",
    "Governance": "LN-4 LN-4.report",
    "Identifying and challenging": "LN-5.signs LN-5.contact LN-5.share",
    "Strategy and professionals meetings": "LN-5.map",
    "Multi-agency sexual exploitation meetings": "LN-5.mase",
    "Local safeguarding children’s board meetings": "LN-5.lscb",
    "Police meetings, five of them": "LN-5.cycle",
    "Reporting suspicions; the hub": "LN-6.mash",
    "Referral desks": "LN-6.desk",
    "Police officer reporting pathway": "LN-6.officer LN-6.owner",
    "Child abuse investigation command’s pathway": "LN-6.owner",
    "Recording all suspicions": "LN-6.rationale LN-6.flags LN-6.587",
    "Outcome codes": "LN-6.outcomes",
    "Support for victims and families": "LN-7.support LN-7.intimidation",
    "Methods of coercing victims": "LN-7.coercion",
    "Victims": "LN-7.barriers LN-7.awareness",
    "Boys and young men": "LN-7.boys",
    "Monitoring concerns": "LN-7.monitor",
    "Forensics, victim strategy": "LN-7.forensic",
    "Consent": "LN-7.consent",
    "Criminal justice support": "LN-7.care LN-7.therapy",
    "Prevention strategies: offenders": "LN-8.offenders LN-8.home",
    "Geographic hotspots and venues": "LN-8.hotspots",
    "Reducing vulnerabilities": "LN-8.education",
    "Businesses, Operation Makesafe": "LN-8.makesafe",
    "Intervention strategies": "LN-9.transition LN-9.train LN-9.attendance LN-9.eha LN-9.interventions LN-9.obtain "
    "LN-9.record",
    "Disruption strategies": "LN-10",
    "Investigation strategies": "LN-11.consent LN-11.proactive LN-11.revisit",
    "Visually recorded interviews": "LN-11.abe",
    "Third party material": "LN-11.third",
    "Use of experts": "LN-11.experts",
    "National Referral Mechanism": "LN-11.nrm",
    "Outcomes framework": "LN-12",
    "Long-term outcomes": "LN-12.outcomes",
    "Criminal justice outcomes": "LN-12.justice",
    "Communication: aims, objectives, approach": "LN-13",
    "Tone": "LN-13.lang",
    "Key messages": "LN-13.messages",
    "Protocol agreement": "LN-14",
    "A: warning signs": "LN-A",
    "B: police categories": "LN-B.1 LN-B.2 LN-B.3",
    "C: groups at increased risk": "LN-C LN-C.home LN-C.iro LN-C.trafficking LN-C.domestic",
    "D: what MASE is, aims": "LN-D.mase LN-D.low",
    "D: governance, chair": "LN-D.chair LN-D.lscb",
    "D: suggested agenda": "LN-D.agenda LN-D.count",
    "D: membership": "LN-D.members",
    "D: risk assessment tools": "LN-D.tools",
    "D: tactical options": "LN-D.tactics LN-D.engage LN-D.intelligence",
    "E: missing children, co-ordinator": "LN-E.missing LN-E.pattern",
    "E: safe and well check": "LN-E.safe",
    "E: return interview": "LN-E.return LN-E.submit",
    "F: referral pathway": "LN-F",
    "G: reporting pathway and its three lists": "LN-G LN-G.template LN-G.review LN-G.steps",
    "H: decision-making pathway": "LN-H",
    "I: legislation and orders": "LN-I.law LN-I.1 LN-I.2 LN-I.3 LN-I.4",
    "I: files that are named": "LN-X.process",
}
"""Every heading of the London text with what is listed for it."""


def test_every_heading_of_the_london_text_is_listed_and_nothing_else() -> None:
    wanted = {cite for cites in HEADINGS.values() for cite in cites.split()}
    found = {p for p in PACKS["london"].paragraphs if not re.fullmatch(r"LN-D\.\d+", p)}
    assert wanted == found


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


def test_a_paragraph_that_nothing_holds_is_unaccounted_for(tmp_path: Path) -> None:
    folder = small_pack(tmp_path, **{"sources.yaml": TWO, "coverage.yaml": "- {id: WM-1.1, lacks: a page}"})
    pack = load_pack(folder)
    assert {r.paragraph.id: r.state for r in coverage(pack)} == {"WM-1.1": State.NOT_YET, "WM-1.2": State.UNACCOUNTED}
    assert "nothing in the pack holds paragraph 'WM-1.2'" in [f.says for f in lint(Library({pack.id: pack}, {}))]
    done = CliRunner().invoke(command.pack, ["coverage", str(folder)])
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
