"""The lists of both procedures hold as many items and groups as the paragraphs do, counted by hand."""

import datetime as dt

import pytest

from safekept.kinds.police import FLAGS, OUTCOME_CODES
from safekept.kinds.vocabularies import QUESTIONS
from safekept.procedures import PackList, evaluate, load_library, parse_history

WEST_MIDLANDS, LONDON = load_library().packs["west-midlands"], load_library().packs["london"]
NOW = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)


def groups(found: PackList) -> list[str]:
    return list(dict.fromkeys(item.group for item in found.items))


@pytest.mark.requirement("WM-10.4", "WM-10.5", "WM-12.2", "WM-20.2", "WM-2.4", "WM-15.5", "WM-15.2", "WM-14.5")
@pytest.mark.parametrize(
    ("name", "items", "cite"),
    [
        ("vulnerabilities", 15, "WM-10.4"),
        ("signs", 14, "WM-10.5"),
        ("categories", 3, "WM-12.2"),
        ("trafficking", 3, "WM-20.2"),
        ("questions", 5, "WM-2.4"),
        ("meeting-purposes", 7, "WM-15.5"),
        ("mase-attendance", 8, "WM-15.2"),
        ("section-47-threshold", 3, "WM-14.5"),
    ],
)
def test_the_west_midlands_lists(name: str, items: int, cite: str) -> None:
    found = WEST_MIDLANDS.lists[name]
    assert (len(found.items), cite in found.cites) == (items, True)


@pytest.mark.requirement("LN-2.types", "LN-7.coercion", "LN-7.barriers", "LN-9.transition", "LN-C", "LN-6.outcomes")
@pytest.mark.parametrize(
    ("name", "items", "cite"),
    [
        ("types-of-exploitation", 8, "LN-2.types"),
        ("coercion", 13, "LN-7.coercion"),
        ("barriers", 16, "LN-7.barriers"),
        ("transition", 4, "LN-9.transition"),
        ("vulnerabilities", 9, "LN-C"),
        ("flags", 7, "LN-6.flags"),
        ("outcome-codes", 4, "LN-6.outcomes"),
        ("gangs", 3, "LN-2.gang"),
    ],
)
def test_the_london_lists(name: str, items: int, cite: str) -> None:
    found = LONDON.lists[name]
    assert (len(found.items), cite in found.cites) == (items, True)


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
    assert WEST_MIDLANDS.lists["boys-and-young-men"].own_words
    assert WEST_MIDLANDS.lists["outcomes"].own_words and LONDON.lists["outcomes"].own_words
    assert not WEST_MIDLANDS.lists["minority-ethnic-children"].own_words


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
