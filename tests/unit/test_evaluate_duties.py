"""What meets a duty, what ends it, and what a procedure reminds of; each procedure as small as what it shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from safekept.calendars import UTC
from safekept.procedures import Obligation, Position, evaluate, load_pack, parse_history
from safekept.procedures.beginning import begin
from safekept.procedures.library import Library

RULE = """
- id: talked-over
  title: Talk it over
  cites: [NEW-1]
  when: {kind: referral}
  reads: Somebody refers a child
  owner: children-services
  says: It is talked over.
"""
NOW = dt.datetime(2026, 6, 30, 11, tzinfo=UTC)


def written(folder: Path, rules: str, prompts: str = "", guards: str = "") -> Library:
    begin(folder, "small", "Small")
    for name, text in (("rules", rules), ("prompts", prompts), ("guards", guards)):
        if text:
            (folder / name).mkdir(exist_ok=True)
            (folder / name / "first.yaml").write_text(text, "utf-8")
    return Library({"small": load_pack(folder)}, {})


def entry(entry_id: str, kind: str, day: str, **fields: Any) -> dict[str, Any]:
    return {"id": entry_id, "kind": kind, "at": f"{day}T10:00:00+01:00", "agency": "school", **fields}


def stood(library: Library, *entries: dict[str, Any]) -> Position:
    data = {"subject": {"kind": "child", "id": "c1"}, "entries": list(entries)}
    return evaluate(library, parse_history(data), NOW, None, ["small"])


def only(position: Position) -> Obligation:
    (found,) = position.obligations
    return found


REFERRED = entry("r", "referral", "2026-06-01")
TALKED = "  owes: {kind: discussion}\n"
WAIVED = {"rule": "talked-over", "reason": "Held elsewhere.", "by": "R. Lindqvist"}


# --- who answers what ---


def test_an_answer_to_what_the_trigger_answers_meets_the_duty(tmp_path: Path) -> None:
    """The referral answers the concern: a discussion of the concern is one of the matter that was referred."""
    library = written(tmp_path, RULE + TALKED)
    concerns = [entry("c", "concern", "2026-05-20"), entry("other", "concern", "2026-05-21")]
    referred = REFERRED | {"answers": ["c"]}
    held = entry("d", "discussion", "2026-06-02", answers=["c"])
    assert only(stood(library, *concerns, referred, held)).met_by == "d"
    assert only(stood(library, *concerns, referred, held | {"answers": ["other"]})).met_by is None


def test_an_answer_reaches_back_over_two_steps(tmp_path: Path) -> None:
    library = written(tmp_path, RULE + TALKED)
    told = entry("t", "coordinator-told", "2026-06-02", answers=["r"])
    noted = entry("n", "note", "2026-06-03", answers=["t"])
    assert only(stood(library, REFERRED, told, noted, entry("d", "discussion", "2026-06-04", answers=["n"]))).met_by


@pytest.mark.parametrize("kind", ["discussion", "screening"])
def test_what_came_between_the_anchor_and_the_trigger_meets_the_duty(tmp_path: Path, kind: str) -> None:
    """The time counts from the concern, and so does what may answer."""
    library = written(tmp_path, RULE + f"  owes: {{kind: {kind}}}\n  from: {{kind: concern}}\n")
    entries = [entry("c", "concern", "2026-05-01"), entry("d", kind, "2026-05-10"), REFERRED]
    assert only(stood(library, *entries)).met_by == "d"


def test_an_entry_of_the_triggers_own_kind_meets_the_duty_only_after_it(tmp_path: Path) -> None:
    rule = "  owes: {kind: referral, to: police}\n  from: {kind: concern}\n"
    library = written(tmp_path, RULE.replace("{kind: referral}", "{kind: referral, strategy: true}") + rule)
    before = entry("b", "referral", "2026-05-10", to="police")
    trigger = REFERRED | {"strategy": True, "to": "police"}
    after = entry("a", "referral", "2026-06-03", to="police")
    concern = entry("c", "concern", "2026-05-01")
    assert only(stood(library, concern, before, trigger)).met_by is None
    assert only(stood(library, concern, before, trigger, after)).met_by == "a"


def test_parts_of_the_triggers_own_kind_add_up_only_after_it(tmp_path: Path) -> None:
    rule = "  owes: {kind: discussion, attended: {all: [police, school]}}\n  from: {kind: concern}\n"
    library = written(tmp_path, RULE.replace("kind: referral", "kind: discussion, form: discussion") + rule)
    before = entry("b", "discussion", "2026-05-10", attended=["police"])
    trigger = entry("t", "discussion", "2026-06-01", form="discussion", attended=["school"])
    after = [
        entry("a1", "discussion", "2026-06-02", attended=["school"]),
        entry("a2", "discussion", "2026-06-03", attended=["police"]),
    ]
    concern = entry("c", "concern", "2026-05-01")
    assert only(stood(library, concern, before, trigger, after[0])).missing == ("police",)
    assert only(stood(library, concern, before, trigger, *after)).met_by == "a2"


def test_parts_of_another_kind_add_up_from_the_anchor_on(tmp_path: Path) -> None:
    rule = "  owes: {kind: discussion, attended: {all: [police, school]}}\n  from: {kind: concern}\n"
    library = written(tmp_path, RULE + rule)
    entries = [
        entry("early", "discussion", "2026-04-30", attended=["school"]),
        entry("c", "concern", "2026-05-01"),
        entry("d", "discussion", "2026-05-10", attended=["police"]),
        REFERRED,
    ]
    assert only(stood(library, *entries)).missing == ("school",)


@pytest.mark.parametrize("kinds", [("meeting", "discussion"), ("discussion", "meeting")])
@pytest.mark.parametrize("first", ["meeting", "discussion"])
def test_of_two_kinds_that_meet_a_duty_the_earlier_entry_does(
    tmp_path: Path, kinds: tuple[str, str], first: str
) -> None:
    library = written(tmp_path, RULE + "  owes: [{kind: " + "}, {kind: ".join(kinds) + "}]\n")
    second = "discussion" if first == "meeting" else "meeting"
    entries = [entry("a", first, "2026-06-03"), entry("b", second, "2026-06-05")]
    assert only(stood(library, REFERRED, *entries)).met_by == "a"


def test_of_answers_that_name_it_and_those_that_name_nothing_the_earlier_meets_it(tmp_path: Path) -> None:
    library = written(tmp_path, RULE + TALKED)
    free, naming = entry("free", "discussion", "2026-06-02"), entry("naming", "discussion", "2026-06-03", answers=["r"])
    assert only(stood(library, REFERRED, free, naming)).met_by == "free"
    assert only(stood(library, REFERRED, free | {"at": "2026-06-04T10:00:00+01:00"}, naming)).met_by == "naming"


def test_an_answer_of_the_same_moment_meets_the_duty(tmp_path: Path) -> None:
    library = written(tmp_path, RULE + TALKED)
    assert only(stood(library, REFERRED, entry("d", "discussion", "2026-06-01"))).met_by == "d"


def test_an_answer_that_adds_nothing_is_not_read_whatever_its_parts_are_called(tmp_path: Path) -> None:
    whole = "  owes: {kind: discussion, attended: {all: [children-services, police, school]}}\n"
    library = written(tmp_path, RULE + whole)
    first = entry("first", "discussion", "2026-06-02", attended=["children-services"])
    nobody = entry("nobody", "discussion", "2026-06-03", attended=[])
    duty = only(stood(library, REFERRED, first, nobody))
    assert (duty.depends_on, duty.missing) == (("r", "first"), ("police", "school"))


def test_the_first_answer_is_read_even_where_it_adds_nothing(tmp_path: Path) -> None:
    library = written(tmp_path, RULE + "  owes: {kind: discussion, attended: {all: [police, school]}}\n")
    duty = only(stood(library, REFERRED, entry("nobody", "discussion", "2026-06-03", attended=[])))
    assert (duty.depends_on, duty.missing) == (("r", "nobody"), ("police", "school"))
    assert only(stood(library, REFERRED)).missing == ()


# --- what ends it ---


@pytest.mark.parametrize("other", ["aaa", "zzz"])
def test_a_waiver_of_another_rule_ends_nothing(tmp_path: Path, other: str) -> None:
    library = written(tmp_path, RULE + TALKED)
    assert (
        only(stood(library, REFERRED, entry("w", "waiver", "2026-06-02", **WAIVED | {"rule": other}))).status == "open"
    )
    assert only(stood(library, REFERRED, entry("w", "waiver", "2026-06-02", **WAIVED))).status == "lapsed"


def test_a_waiver_that_came_first_holds_whatever_is_done_later(tmp_path: Path) -> None:
    library = written(tmp_path, RULE + TALKED)
    waived, held = entry("w", "waiver", "2026-06-02", **WAIVED), entry("d", "discussion", "2026-06-05")
    duty = only(stood(library, REFERRED, waived, held))
    assert (duty.status, duty.met_by, duty.depends_on) == ("lapsed", None, ("r", "w"))
    assert only(stood(library, REFERRED, waived | {"at": "2026-06-06T10:00:00+01:00"}, held)).status == "met"


def test_what_is_owed_meets_the_duty_even_where_it_would_also_end_it(tmp_path: Path) -> None:
    library = written(tmp_path, RULE + TALKED + "  lapses: [{kind: discussion}, {kind: closure}]\n")
    assert only(stood(library, REFERRED, entry("d", "discussion", "2026-06-05"))).status == "met"
    closed = entry("z", "closure", "2026-06-03")
    assert only(stood(library, REFERRED, closed, entry("d", "discussion", "2026-06-05"))).status == "lapsed"


def test_of_what_ends_a_duty_the_earliest_is_named(tmp_path: Path) -> None:
    library = written(tmp_path, RULE + TALKED + "  lapses: [{kind: closure}, {kind: note}]\n")
    noted, closed = entry("n", "note", "2026-06-03"), entry("z", "closure", "2026-06-05")
    waived = entry("w", "waiver", "2026-06-07", **WAIVED)
    assert only(stood(library, REFERRED, noted, closed, waived)).depends_on == ("r", "n")
    early = waived | {"at": "2026-06-02T10:00:00+01:00"}
    assert only(stood(library, REFERRED, noted, closed, early)).depends_on == ("r", "w")


def test_one_entry_ends_a_duty_only_with_all_that_the_rule_asks_of_it(tmp_path: Path) -> None:
    rule = "  owes: {kind: note}\n  lapses: {kind: discussion, attended: {all: [police, school]}}\n"
    library = written(tmp_path, RULE + rule)
    halves = [entry(one, "discussion", "2026-06-02", attended=[one]) for one in ("police", "school")]
    assert only(stood(library, REFERRED, *halves)).status == "open"
    both = entry("d", "discussion", "2026-06-03", attended=["school", "police"])
    assert only(stood(library, REFERRED, *halves, both)).depends_on == ("r", "d")


def test_a_duty_whose_trigger_was_corrected_names_the_correction_and_no_other_entry(tmp_path: Path) -> None:
    library = written(tmp_path, RULE.replace("{kind: referral}", "{kind: referral, to: police}") + TALKED)
    others = [entry("z", "note", "2026-05-01"), entry("a", "note", "2026-05-02")]
    wrong = entry("m", "referral", "2026-06-01", to="police")
    right = entry("m2", "referral", "2026-06-01", to="children-services", supersedes="m")
    duty = only(stood(library, *others, wrong, right))
    assert (duty.status, duty.depends_on) == ("lapsed", ("m", "m2"))


# --- who owes it, and until when ---


def test_the_first_owner_whose_condition_holds_owes_it(tmp_path: Path) -> None:
    cases = "[{where: {trigger: {to: police}}, is: voluntary}, {where: {age: {under: 5}}, is: police}, {is: trigger}]"
    library = written(tmp_path, RULE.replace("children-services", cases) + TALKED)
    taken_back = entry("w", "withdrawn", "2026-06-05", answers=["r"], reason="The wrong child.")
    for more in ((), (taken_back,)):
        assert only(stood(library, REFERRED | {"to": "police"}, *more)).owner == "voluntary"
        assert only(stood(library, REFERRED, *more)).owner == "school"
        assert only(stood(library, {k: v for k, v in REFERRED.items() if k != "agency"}, *more)).owner == "other"


def test_what_is_owed_is_in_the_order_of_its_times_then_of_its_rules_then_of_its_triggers(tmp_path: Path) -> None:
    names = {"b-none": "", "c-late": "  within: 72 hours\n", "d-soon": "  within: 24 hours\n", "a-none": ""}
    library = written(tmp_path, "".join(RULE.replace("talked-over", n) + TALKED + more for n, more in names.items()))
    twice = [REFERRED, entry("q", "referral", "2026-06-01"), entry("p", "referral", "2026-06-02")]
    assert [(one.rule, one.because) for one in stood(library, *twice).obligations] == [
        ("d-soon", "q"), ("d-soon", "r"), ("d-soon", "p"), ("c-late", "q"), ("c-late", "r"), ("c-late", "p"),
        ("a-none", "q"), ("a-none", "r"), ("a-none", "p"), ("b-none", "q"), ("b-none", "r"), ("b-none", "p"),
    ]  # fmt: skip


# --- prompts and breaches ---


@pytest.mark.parametrize("after", ["[{kind: concern}, {kind: screening}]", "[{kind: screening}, {kind: concern}]"])
@pytest.mark.parametrize(
    ("days", "said"), [((1, 2, 3), True), ((3, 2, 1), True), ((1, 3, 2), False), ((2, 3, 1), False), ((0, 2, 1), False)]
)
def test_a_prompt_holds_until_something_follows_the_last_step(
    tmp_path: Path, after: str, days: tuple[int, int, int], said: bool
) -> None:
    prompt = f"- {{id: look, cites: [NEW-1], after: {after}, gone: {{kind: note}}, say: Look again.}}\n"
    library = written(tmp_path, RULE + TALKED, prompt)
    kinds = ("concern", "note", "screening")
    entries = [entry(kind, kind, f"2026-06-0{day}") for kind, day in zip(kinds, days, strict=True) if day]
    assert [one.rule for one in stood(library, *entries).prompts] == (["look"] if said else [])


def test_a_step_does_not_end_the_prompt_that_it_sets_off(tmp_path: Path) -> None:
    prompt = "- {id: look, cites: [NEW-1], after: {kind: note}, gone: {kind: note}, say: Look again.}\n"
    library = written(tmp_path, RULE + TALKED, prompt)
    assert stood(library).prompts == ()
    assert len(stood(library, entry("n", "note", "2026-06-01")).prompts) == 1


def test_a_prompt_that_asks_for_parts_ends_with_an_entry_that_has_them_all(tmp_path: Path) -> None:
    gone = "{kind: discussion, attended: {all: [police, school]}}"
    prompt = f"- {{id: look, cites: [NEW-1], after: {{kind: referral}}, gone: {gone}, say: Look again.}}\n"
    library = written(tmp_path, RULE + TALKED, prompt)
    for attended, said in ((["police"], 1), (["school"], 1), (["police", "school"], 0)):
        held = entry("d", "discussion", "2026-06-02", attended=attended)
        assert len(stood(library, REFERRED, held).prompts) == said, attended


def test_a_guard_with_a_condition_alone_and_one_with_nothing_are_broken(tmp_path: Path) -> None:
    guards = """
- {id: noted, cites: [NEW-1], when: {kind: note}, reads: A note, says: No notes.}
- {id: known, cites: [NEW-1], when: {kind: note}, where: {exists: {kind: concern}}, reads: A note, says: No notes here.}
"""
    library = written(tmp_path, RULE + TALKED, "", guards)
    note, concern = entry("n", "note", "2026-06-03"), entry("c", "concern", "2026-06-01")
    assert [(one.rule, one.entry) for one in stood(library, note).breaches] == [("noted", "n")]
    assert {one.rule for one in stood(library, concern, note).breaches} == {"noted", "known"}
    assert stood(library, concern).breaches == ()
