"""The lists of both procedures hold as many items and groups as the paragraphs do, counted by hand."""

import datetime as dt
import time
from collections import Counter
from pathlib import Path

import pytest

import safekept.packs
from safekept.kinds.organisation import REGULAR_MEETINGS
from safekept.kinds.police import FLAGS, OUTCOME_CODES
from safekept.kinds.vocabularies import QUESTIONS
from safekept.procedures import Pack, PackList, evaluate, load_library, load_library_from, parse_history
from safekept.procedures.lint import lint

WEST_MIDLANDS, LONDON = load_library().packs["west-midlands"], load_library().packs["london"]
NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)


def groups(found: PackList) -> list[str]:
    return list(dict.fromkeys(item.group for item in found.items))


WM_LISTS = [
    ("vulnerabilities", 15, "WM-10.4"),
    ("signs", 14, "WM-10.5"),
    ("categories", 3, "WM-12.2"),
    ("trafficking", 3, "WM-20.2"),
    ("questions", 5, "WM-2.4"),
    ("meeting-purposes", 7, "WM-15.5"),
    ("meeting-outcomes", 4, "WM-15.6"),
    ("mase-attendance", 8, "WM-15.2"),
    ("section-47-threshold", 3, "WM-14.5"),
    ("definition", 5, "WM-3.1"),
    ("who-to-call", 4, "WM-9.2"),
    ("prevention", 8, "WM-6.2"),
    ("information-sharing", 6, "WM-25.2"),
    ("disruption-options", 15, "WM-26.2"),
    ("cmog-aims", 4, "WM-27.4"),
    ("special-measures", 7, "WM-23.3"),
    ("victim-care", 13, "WM-23.5"),
    ("training-subjects", 4, "WM-22.1"),
    ("supervision-questions", 4, "WM-22.4"),
    ("problem-profile-sources", 7, "WM-30.3"),
    ("feedback-themes", 11, "WM-32.4"),
    ("outcome-horizons", 3, "WM-32.1"),
]


@pytest.mark.requirement(
    "WM-10.4", "WM-10.5", "WM-12.2", "WM-20.2", "WM-2.4", "WM-15.5", "WM-15.6", "WM-15.2", "WM-14.5", "WM-3.1",
    "WM-9.1", "WM-9.2", "WM-6.2", "WM-25.2", "WM-26.2", "WM-27.4", "WM-23.2", "WM-23.3", "WM-23.4", "WM-23.5",
    "WM-22.1", "WM-22.4", "WM-30.3", "WM-32.1", "WM-32.4",
)  # fmt: skip
@pytest.mark.parametrize(("name", "items", "cite"), WM_LISTS)
def test_the_west_midlands_lists(name: str, items: int, cite: str) -> None:
    found = WEST_MIDLANDS.lists[name]
    assert (len(found.items), cite in found.cites) == (items, True)


LONDON_LISTS = [
    ("types-of-exploitation", 8, "LN-2.types"),
    ("coercion", 13, "LN-7.coercion"),
    ("barriers", 16, "LN-7.barriers"),
    ("transition", 4, "LN-9.transition"),
    ("vulnerabilities", 9, "LN-C"),
    ("flags", 7, "LN-6.flags"),
    ("outcome-codes", 4, "LN-6.outcomes"),
    ("gangs", 3, "LN-2.gang"),
    ("gang-associates", 4, "LN-2.gang"),
    ("technology", 8, "LN-2.online"),
    ("principles", 7, "LN-3"),
    ("leads", 2, "LN-4"),
    ("daily-contact", 6, "LN-5.contact"),
    ("police-category-1", 27, "LN-B.1"),
    ("police-category-2", 40, "LN-B.2"),
    ("police-category-3", 34, "LN-B.3"),
    ("monitoring", 8, "LN-7.monitor"),
    ("victim-care", 13, "LN-7.care"),
    ("forensic", 7, "LN-7.forensic"),
    ("hotspot-places", 6, "LN-8.hotspots"),
    ("interventions", 14, "LN-9.interventions"),
    ("disruption-options", 11, "LN-10"),
    ("tactical-options", 29, "LN-D.tactics"),
    ("outcomes", 13, "LN-12.outcomes"),
    ("key-messages", 9, "LN-13.messages"),
    ("reporting-officer", 5, "LN-G"),
    ("supervisor-review", 6, "LN-G"),
    ("essential-steps", 5, "LN-G"),
    ("mase-agenda", 7, "LN-D.agenda"),
    ("mase-chair-duties", 5, "LN-D.chair"),
    ("mase-board-report", 6, "LN-D.lscb"),
    ("mase-attendance", 14, "LN-D.members"),
    ("meeting-purposes", 6, "LN-D.mase"),
    ("return-interview-aims", 3, "LN-E.return"),
    ("legislation", 19, "LN-I.law"),
    ("pathway-agencies", 6, "LN-F"),
    ("pathway-police", 7, "LN-G"),
    ("pathway-assessment", 6, "LN-H"),
    ("who-is-responsible", 4, "LN-6.owner"),
]


@pytest.mark.requirement(
    "LN-2.types", "LN-7.coercion", "LN-7.barriers", "LN-9.transition", "LN-C", "LN-6.outcomes", "LN-6.flags",
    "LN-2.gang", "LN-3", "LN-4", "LN-7.monitor", "LN-7.care", "LN-7.forensic", "LN-8.hotspots", "LN-9.interventions",
    "LN-10", "LN-D.tactics", "LN-12.outcomes", "LN-13", "LN-G", "LN-F", "LN-H", "LN-D.agenda", "LN-D.chair",
    "LN-D.lscb", "LN-D.members", "LN-E.return", "LN-I.law", "LN-6.owner",
)  # fmt: skip
@pytest.mark.parametrize(("name", "items", "cite"), LONDON_LISTS)
def test_the_london_lists(name: str, items: int, cite: str) -> None:
    found = LONDON.lists[name]
    assert (sum(not item.own for item in found.items), cite in found.cites) == (items, True)


@pytest.mark.requirement("LN-D.tactics", "LN-D.4", "LN-D.5")
def test_each_tactical_option_cites_its_own_number() -> None:
    assert {i.id: i.cites for i in LONDON.lists["tactical-options"].items} == {
        f"t{n}": (f"LN-D.{n}",) for n in range(1, 30)
    }


@pytest.mark.requirement("LN-I.law", "LN-I.1", "LN-I.2", "LN-I.3", "LN-I.4")
def test_offences_stand_by_age_and_orders_by_kind() -> None:
    by_age = Counter(i.group for i in LONDON.lists["legislation"].items if not i.own)
    assert list(by_age.values()) == [4, 6, 6, 3]
    assert groups(LONDON.lists["orders"]) == [
        "Sexual harm prevention order",
        "Sexual risk order",
        "Child abduction warning notice",
        "Hotel notice",
    ]


@pytest.mark.requirement("LN-I.law", "LN-I.1", "LN-I.2", "LN-I.3", "WM-26.2")
def test_lists_of_law_say_who_checks_the_law_of_the_day_and_mark_what_the_text_does_not_hold() -> None:
    law = (LONDON.lists["legislation"], LONDON.lists["orders"], WEST_MIDLANDS.lists["disruption-options"])
    assert all("lawyers check the law of the day" in found.says for found in law)
    assert {item.id for found in law for item in found.items if item.own} == {"s15a", "cawn-no-order"}


@pytest.mark.requirement("LN-I.1", "LN-I.2")
@pytest.mark.parametrize("name", ["shpo", "sro"])
def test_both_orders_have_their_grounds_court_content_proof_notification_length_breach_and_appeal(name: str) -> None:
    told = {item.id.partition("-")[2] for item in LONDON.lists["orders"].items if item.id.startswith(f"{name}-")}
    assert told == {"who", "how", "what", "proof", "notification", "length", "breach", "appeal"}


@pytest.mark.requirement("LN-5.cycle", "WM-15.1", "WM-27.3", "LN-5.map")
def test_the_meetings_of_both_procedures_are_defined() -> None:
    assert [i.id for i in WEST_MIDLANDS.lists["meetings"].items] == [
        "early-help", "discussion", "strategy-discussion", "mase", "mase-review", "conference", "known-child",
        "looked-after-child", "linked-children", "cmog",
    ]  # fmt: skip
    assert [i.id for i in LONDON.lists["meetings"].items] == [
        "map", "mase", "board", "daily-intelligence", "pace-setter", "tasking", "performance", "prosecutors",
    ]  # fmt: skip
    assert {i.id for i in LONDON.lists["meetings"].items} >= set(REGULAR_MEETINGS)


@pytest.mark.parametrize("pack", [WEST_MIDLANDS, LONDON], ids=lambda p: p.id)
def test_what_the_sources_do_not_hold_is_listed_as_our_own(pack: Pack) -> None:
    gaps = pack.lists["known-gaps"]
    assert gaps.own_words and all(item.hint for item in gaps.items)
    assert all(pack.lists[name].own_words for name in OWN.get(pack.id, ()))


OWN = {
    "west-midlands": (
        "risk-assessment", "mase-agenda", "mase-review-agenda", "terms-of-reference", "performance-measures", "letters",
        "outcomes",
    ),
}  # fmt: skip
"""What stands in place of the appendices that are not in the text."""


@pytest.mark.requirement("LN-13.lang", "WM-2.1")
def test_every_word_that_blames_has_a_better_one_beside_it() -> None:
    for pack in (WEST_MIDLANDS, LONDON):
        items = pack.lists["language"].items
        assert len(items) >= 10 and all(i.hint.startswith("Better: ") for i in items)
        assert all(i.own or i.cites for i in items)
    from_the_text = {i.id for i in LONDON.lists["language"].items if "LN-13.lang" in i.cites}
    assert from_the_text == {"promiscuous", "prostitute", "consenting", "historic"}


@pytest.mark.requirement("LN-A", "LN-B.1", "LN-B.2", "LN-B.3", "LN-D.members", "LN-2.gang")
def test_the_groups_of_the_london_lists() -> None:
    assert "".join(group[0] for group in groups(LONDON.lists["signs"])) == "SAFEGUARD"
    assert [len(groups(LONDON.lists[f"police-category-{n}"])) for n in (1, 2, 3)] == [10, 10, 8]
    statutory = [i for i in LONDON.lists["mase-attendance"].items if i.group == "Statutory"]
    assert len(statutory) == 6


@pytest.mark.requirement("LN-6.flags", "LN-6.outcomes", "WM-2.3")
def test_the_lists_name_what_the_kinds_can_record() -> None:
    assert [i.id for i in LONDON.lists["flags"].items] == list(FLAGS)
    assert [i.id for i in LONDON.lists["outcome-codes"].items] == list(OUTCOME_CODES)
    assert [i.id for i in WEST_MIDLANDS.lists["questions"].items] == list(QUESTIONS)


@pytest.mark.requirement("WM-4.3", "WM-5.3")
def test_wording_that_is_not_in_the_source_says_so() -> None:
    assert WEST_MIDLANDS.lists["outcomes"].own_words and not LONDON.lists["outcomes"].own_words
    assert not WEST_MIDLANDS.lists["minority-ethnic-children"].own_words
    boys = WEST_MIDLANDS.lists["boys-and-young-men"]
    assert [i.id for i in boys.items if i.own] == ["older-company", "read-as-offending", "known-meeting-places"]
    assert all(i.own or i.cites for i in boys.items)


def said(area: str, *entries: dict[str, object]) -> set[str]:
    data = {"subject": {"kind": "child", "id": "c1", "area": area, "born": "2011-05-04"}, "entries": list(entries)}
    return {cite for prompt in evaluate(load_library(), parse_history(data), NOW).prompts for cite in prompt.cites}


@pytest.mark.requirement("LN-E.pattern")
@pytest.mark.parametrize(("first", "prompted"), [("2026-04-01T12:00:00Z", True), ("2026-04-01T11:59:59Z", False)])
def test_three_episodes_in_ninety_days_ask_for_a_look_at_the_pattern(first: str, prompted: bool) -> None:
    moments = (first, "2026-05-01T20:00:00Z", "2026-06-01T20:00:00Z")
    episodes = [{"id": f"m{n}", "kind": "missing", "at": at, "category": "missing"} for n, at in enumerate(moments)]
    assert ("LN-E.pattern" in said("newham", *episodes)) is prompted


@pytest.mark.requirement("WM-2.3")
def test_the_five_questions_are_asked_again_after_every_step() -> None:
    concern = {"id": "c", "kind": "concern", "at": "2026-06-01T10:00:00Z", "signs": ["self-harm"]}
    asked = {"id": "v", "kind": "child-voice", "at": "2026-06-02T10:00:00Z", "questions": {"q1": "I do not know."}}
    plan = {"id": "p", "kind": "plan", "at": "2026-06-03T10:00:00Z", "type": "child"}
    assert "WM-2.3" in said("birmingham", concern)
    assert "WM-2.3" not in said("birmingham", concern, asked)
    assert "WM-2.3" in said("birmingham", concern, asked, plan)


def owed(area: str, cite: str, *entries: dict[str, object]) -> set[str]:
    data = {"subject": {"kind": "child", "id": "c1", "area": area, "born": "2011-05-04"}, "entries": list(entries)}
    return {o.owes for o in evaluate(load_library(), parse_history(data), NOW).obligations if cite in o.cites}


@pytest.mark.requirement("WM-12.1", "LN-6.mash", "LN-5.map")
def test_signs_and_referrals_call_for_a_screening() -> None:
    concern = {"id": "c", "kind": "concern", "at": "2026-06-01T10:00:00Z", "agency": "school", "signs": ["self-harm"]}
    bare = {**concern, "signs": []}
    referral = {
        "id": "r",
        "kind": "referral",
        "at": "2026-06-01T11:00:00Z",
        "agency": "school",
        "to": "children-services",
    }
    police = {**referral, "to": "police"}
    screening = {"id": "s", "kind": "screening", "at": "2026-06-02T10:00:00Z", "category": 1}
    assert owed("birmingham", "WM-12.1", concern) == {"screening"} and owed("birmingham", "WM-12.1", bare) == set()
    assert owed("newham", "LN-6.mash", referral) == {"screening"} and owed("newham", "LN-6.mash", police) == set()
    assert owed("newham", "LN-5.map", screening) == {"discussion"}
    assert owed("newham", "LN-5.map", {**screening, "category": 0}) == set()


DEFECTS = [
    ("west-midlands", "WM-26.2.i", "section 4 "),
    ("west-midlands", "WM-18.3", "sexual risk of harm"),
    ("west-midlands", "WM-15.4", "neither a time"),
    ("london", "LN-5.cycle", "monthly and described as quarterly"),
    ("london", "LN-I.3", "section 49 "),
    ("london", "LN-D.mase", "never where a child is first referred"),
    ("london", "LN-I.law", "minimum of 10 or 14 years"),
    ("london", "LN-G", "every category 2"),
]


@pytest.mark.parametrize(("pack_id", "cite", "words"), DEFECTS)
def test_each_contradiction_has_a_reading(pack_id: str, cite: str, words: str) -> None:
    found = [d for d in load_library().packs[pack_id].defects if cite in d.cites and words in d.says]
    assert len(found) == 1 and found[0].reading


def test_loading_and_checking_both_packs_takes_less_than_a_second_of_work() -> None:
    folder = Path(safekept.packs.__path__[0])
    started = time.process_time()
    findings = lint(load_library_from(folder))
    assert (findings, time.process_time() - started < 1) == ([], True)
