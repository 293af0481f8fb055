"""How a history is read: corrections, withdrawals, answers, waivers, what was known when."""

import datetime as dt
import json
from typing import Any

import pytest

from safekept.procedures import Obligation, Position, evaluate, load_library, parse_history, parse_moment

NOW = "2026-06-30T12:00:00+01:00"


def stand(
    *entries: dict[str, Any], at: str = NOW, known_at: str | None = None, packs: list[str] | None = None, **subject: Any
) -> Position:
    data = {"subject": {"kind": "child", "id": "c1", "area": "birmingham", **subject}, "entries": list(entries)}
    known = parse_moment(known_at) if known_at else None
    return evaluate(load_library(), parse_history(data), parse_moment(at), known, packs)


def entry(entry_id: str, kind: str, day: str, **fields: Any) -> dict[str, Any]:
    moment = day if "T" in day else f"{day}T10:00:00+01:00"
    return {"id": entry_id, "kind": kind, "at": moment, "agency": "school", **fields}


def duty(position: Position, rule: str, because: str | None = None) -> Obligation:
    found = [o for o in position.obligations if o.rule == rule and (because is None or o.because == because)]
    assert len(found) == 1, [(o.rule, o.because, o.status) for o in position.obligations]
    return found[0]


def rules(position: Position) -> set[str]:
    return {o.rule for o in position.obligations}


REFERRAL = entry("r", "referral", "2026-06-01", to="children-services")
BOTH = {"attended": ["police", "children-services"]}


def test_the_contracts_own_example() -> None:
    position = stand(
        entry("e1", "screening", "2026-04-01", category=2, signs=["missing-from-home"], rationale="…"),
        entry("e2", "referral", "2026-04-02T15:30:00+01:00", to="children-services", answers=["e1"]),
        at="2026-04-09T12:00:00+01:00",
    )
    out = position.as_dict()
    owed = next(o for o in out["obligations"] if o["owes"] == "discussion")
    assert (out["category"], out["stage"]) == (2, "referred")
    assert owed["due"] == owed["changes_at"] == "2026-04-09T22:59:59+00:00"
    assert (owed["rule"], owed["cites"], owed["owner"]) == (
        "discussion-after-referral",
        ["WM-14.2"],
        "children-services",
    )
    assert (owed["because"], owed["anchor"], owed["status"]) == ("e2", "e2", "open")
    assert (owed["met_by"], owed["missing"], owed["depends_on"]) == (None, [], ["e2"])
    assert json.loads(json.dumps(out)) == out


def test_overdue_begins_after_the_due_moment() -> None:
    assert duty(stand(REFERRAL, at="2026-06-04T22:59:59+00:00"), "discussion-after-referral").status == "open"
    late = duty(stand(REFERRAL, at="2026-06-04T23:00:00+00:00"), "discussion-after-referral")
    assert (late.status, late.changes_at) == ("overdue", None)


def test_lateness_compares_when_it_happened_not_when_it_was_recorded() -> None:
    held = entry("d", "discussion", "2026-06-04", recorded_at="2026-06-20T10:00:00+01:00", **BOTH)
    assert duty(stand(REFERRAL, held), "discussion-after-referral").status == "met"


def test_known_at_hides_what_was_recorded_later() -> None:
    held = entry("d", "discussion", "2026-06-02", recorded_at="2026-06-10T10:00:00+01:00", **BOTH)
    assert duty(stand(REFERRAL, held), "discussion-after-referral").status == "met"
    then = stand(REFERRAL, held, known_at="2026-06-09T10:00:00+01:00", at="2026-06-09T10:00:00+01:00")
    assert duty(then, "discussion-after-referral").status == "overdue"


def test_an_entry_after_the_moment_is_not_there_yet() -> None:
    assert stand(REFERRAL, at="2026-05-31T10:00:00+01:00").obligations == ()


def test_answers_bind_an_entry_to_what_it_names() -> None:
    second = entry("r2", "referral", "2026-06-02", to="children-services")
    held = entry("d", "discussion", "2026-06-03", answers=["r2"], **BOTH)
    position = stand(REFERRAL, second, held)
    assert duty(position, "discussion-after-referral", "r").status == "overdue"
    assert duty(position, "discussion-after-referral", "r2").met_by == "d"


def test_without_answers_an_entry_meets_all_that_is_open() -> None:
    second = entry("r2", "referral", "2026-06-02", to="children-services")
    position = stand(REFERRAL, second, entry("d", "discussion", "2026-06-03", **BOTH))
    assert {o.met_by for o in position.obligations if o.rule == "discussion-after-referral"} == {"d"}


def test_nothing_meets_a_duty_that_is_anchored_later() -> None:
    held = entry("d", "discussion", "2026-05-31", **BOTH)
    assert duty(stand(REFERRAL, held), "discussion-after-referral").met_by is None


def test_the_earliest_answer_meets_it() -> None:
    first, second = entry("d1", "discussion", "2026-06-02", **BOTH), entry("d2", "discussion", "2026-06-03", **BOTH)
    assert duty(stand(REFERRAL, second, first), "discussion-after-referral").met_by == "d1"


def test_the_chain_of_answers_reaches_back() -> None:
    position = stand(
        entry("s", "screening", "2026-06-01", category=2),
        entry("r", "referral", "2026-06-02", to="children-services", answers=["s"]),
        entry("c", "coordinator-told", "2026-06-03", answers=["r"]),
    )
    assert duty(position, "coordinator-told").met_by == "c"


def test_fields_add_up_over_several_answers() -> None:
    held = entry("d", "discussion", "2026-06-02", decisions=["no-service"], **BOTH)
    word = entry("t1", "referrer-told", "2026-06-03", verbally=True)
    letter = entry("t2", "referrer-told", "2026-06-04", in_writing=True)
    half = duty(stand(REFERRAL, held, word), "referrer-told")
    assert (half.status, half.missing) == ("open", ("in_writing",))
    whole = duty(stand(REFERRAL, held, word, letter), "referrer-told")
    assert (whole.status, whole.met_by, whole.depends_on) == ("met", "t2", ("d", "t1", "t2"))


def test_a_correction_takes_over_its_identity_and_its_answers() -> None:
    held = entry("d", "discussion", "2026-06-03", answers=["r"], **BOTH)
    corrected = entry("r2", "referral", "2026-06-02", to="children-services", supersedes="r")
    found = duty(stand(REFERRAL, held, corrected), "discussion-after-referral")
    assert (found.because, found.root, found.met_by) == ("r2", "r", "d")


def test_a_trigger_corrected_away_lapses_its_duty() -> None:
    wrong = entry("s", "screening", "2026-06-01", category=2)
    right = entry("s2", "screening", "2026-06-01", category=1, supersedes="s", recorded_at="2026-06-05T10:00:00+01:00")
    position = stand(wrong, right)
    lapsed = duty(position, "referral-after-screening")
    assert (position.category, lapsed.status, lapsed.because) == (1, "lapsed", "s")
    assert "corrected" in lapsed.explain
    before = stand(wrong, right, known_at="2026-06-04T10:00:00+01:00")
    assert (before.category, duty(before, "referral-after-screening").status) == (2, "open")


def test_a_superseded_entry_does_not_come_back() -> None:
    wrong = entry("s", "screening", "2026-06-01", category=3)
    second = entry("s2", "screening", "2026-06-01", category=2, supersedes="s")
    third = entry("s3", "screening", "2026-06-01", category=1, supersedes="s2")
    assert stand(wrong, second, third).category == 1


def test_of_rival_corrections_the_latest_recorded_counts() -> None:
    wrong = entry("s", "screening", "2026-06-01", category=3)
    early = entry("sa", "screening", "2026-06-01", category=2, supersedes="s", recorded_at="2026-06-02T10:00:00+01:00")
    later = entry("sb", "screening", "2026-06-01", category=1, supersedes="s", recorded_at="2026-06-03T10:00:00+01:00")
    assert stand(wrong, later, early).category == 1


def test_a_withdrawn_trigger_lapses_its_duty() -> None:
    gone = entry("w", "withdrawn", "2026-06-03", answers=["r"], reason="wrong child")
    lapsed = duty(stand(REFERRAL, gone), "discussion-after-referral")
    assert (lapsed.status, lapsed.depends_on) == ("lapsed", ("r", "w"))
    assert "wrong child" in lapsed.explain


def test_a_withdrawn_withdrawal_brings_the_entry_back() -> None:
    gone = entry("w", "withdrawn", "2026-06-03", answers=["r"], reason="wrong child")
    back = entry("w2", "withdrawn", "2026-06-04", answers=["w"], reason="it was the right child")
    assert duty(stand(REFERRAL, gone, back), "discussion-after-referral").status == "overdue"


def test_a_withdrawn_answer_reopens_what_it_met() -> None:
    held = entry("d", "discussion", "2026-06-02", **BOTH)
    gone = entry("w", "withdrawn", "2026-06-05", answers=["d"], reason="another child’s")
    assert duty(stand(REFERRAL, held, gone), "discussion-after-referral").status == "overdue"


def test_a_waiver_needs_a_reason_and_a_name() -> None:
    waiver = entry("w", "waiver", "2026-06-02", rule="discussion-after-referral", answers=["r"])
    assert duty(stand(REFERRAL, waiver), "discussion-after-referral").status == "overdue"
    full = {**waiver, "reason": "Held under another referral", "by": "R. Lindqvist, team manager"}
    lapsed = duty(stand(REFERRAL, full), "discussion-after-referral")
    assert lapsed.status == "lapsed" and "R. Lindqvist" in lapsed.explain


def test_a_waiver_after_the_answer_changes_nothing() -> None:
    held = entry("d", "discussion", "2026-06-02", **BOTH)
    waiver = entry("w", "waiver", "2026-06-05", rule="discussion-after-referral", reason="x", by="y", answers=["r"])
    assert duty(stand(REFERRAL, held, waiver), "discussion-after-referral").status == "met"


def test_a_later_lower_screening_lapses_nothing_by_itself() -> None:
    position = stand(
        entry("s", "screening", "2026-06-01", category=2), entry("s2", "screening", "2026-06-10", category=1)
    )
    assert (position.category, duty(position, "referral-after-screening").status) == (1, "open")


@pytest.mark.requirement("WM-12.5", "WM-14.1")
def test_a_referral_to_the_police_alone_is_none_to_childrens_services() -> None:
    screening = entry("s", "screening", "2026-06-01", category=3)
    police = entry("p", "referral", "2026-06-02", to="police")
    position = stand(screening, police)
    assert duty(position, "referral-after-screening").status == "open"
    assert "discussion-after-referral" not in rules(position)


def test_the_latest_screening_decides_and_ties_go_by_recording_then_id() -> None:
    same = {"recorded_at": "2026-06-02T10:00:00+01:00"}
    assert (
        stand(
            entry("a", "screening", "2026-06-01", category=1, **same),
            entry("b", "screening", "2026-06-01", category=2, **same),
        ).category
        == 2
    )
    assert stand(REFERRAL).category is None


def test_output_is_ordered_by_due_then_rule() -> None:
    position = stand(
        entry("s", "screening", "2026-06-01", category=2),
        entry("m", "meeting", "2026-06-02", type="early-help"),
        entry("r", "referral", "2026-06-03", to="children-services"),
    )
    keys = [(o.due is None, str(o.due), o.rule) for o in position.obligations]
    assert keys == sorted(keys) and {k[0] for k in keys} == {True, False}


@pytest.mark.requirement("LN-E.return")
def test_an_interview_offered_and_declined_is_never_met() -> None:
    found = entry("f", "found", "2026-06-01T20:00:00+01:00", agency="police")
    declined = entry(
        "i", "return-interview", "2026-06-03", offered=True, accepted=False, declined_reason="No.", answers=["f"]
    )
    position = stand(found, declined, area="newham")
    lapsed = duty(position, "return-interview")
    assert (lapsed.status, lapsed.met_by) == ("lapsed", None)
    assert "No." in lapsed.explain
    assert "offer-again" in {p.rule for p in position.prompts}


@pytest.mark.requirement("LN-E.return")
def test_an_interview_not_offered_meets_nothing() -> None:
    found = entry("f", "found", "2026-06-01T20:00:00+01:00", agency="police")
    not_offered = entry("i", "return-interview", "2026-06-03", offered=False, answers=["f"])
    assert duty(stand(found, not_offered, area="newham"), "return-interview").status == "overdue"


@pytest.mark.requirement("LN-E.return")
@pytest.mark.parametrize(("hour", "status"), [("20:00", "met"), ("20:01", "met-late")])
def test_seventy_two_hours_to_the_minute(hour: str, status: str) -> None:
    found = entry("f", "found", "2026-06-01T20:00:00+01:00", agency="police")
    held = entry("i", "return-interview", f"2026-06-04T{hour}:00+01:00", offered=True, accepted=True, answers=["f"])
    assert duty(stand(found, held, area="newham"), "return-interview").status == status


def test_who_is_responsible_for_the_interview_depends_on_where_the_child_lives() -> None:
    found = entry("f", "found", "2026-06-01T20:00:00+01:00", agency="police")
    care = entry("c", "circumstance", "2026-01-01", what="looked-after", **{"from": "2025-01-01"})
    assert duty(stand(found, area="newham"), "return-interview").owner == "children-services"
    assert duty(stand(found, care, area="newham"), "return-interview").owner == "care-home"


@pytest.mark.requirement("WM-17.3", "WM-18.3")
def test_circumstances_are_inclusive_at_both_ends() -> None:
    screening = entry("s", "screening", "2026-06-10", category=2, agency="children-services")
    for start, end, owed in (
        ("2026-06-10", "2026-06-10", True), ("2026-06-11", "2026-06-20", False), ("2026-06-01", "2026-06-09", False),
    ):  # fmt: skip
        worker = entry("c", "circumstance", "2026-06-01", what="allocated-social-worker", **{"from": start, "to": end})
        assert ("assessment-of-known-child" in rules(stand(worker, screening))) is owed


def test_two_packs_give_each_duty_once_with_both_cites() -> None:
    moved = entry("c", "concern", "2026-06-01", trafficking="within-uk")
    position = stand(moved, packs=["west-midlands", "london"])
    both = duty(position, "nrm-considered")
    assert (both.cites, both.pack) == (("WM-20.4", "LN-11.nrm"), "west-midlands+london")
    assert [p["id"] for p in position.as_dict()["packs"]] == ["west-midlands", "london"]


@pytest.mark.requirement("WM-1.2", "LN-C.home")
def test_a_birmingham_child_placed_in_newham_gets_what_london_says_of_placed_children() -> None:
    placed = entry(
        "p", "circumstance", "2026-06-01", what="placed-out-of-area", host_area="newham", agency="children-services"
    )
    found = entry("f", "found", "2026-06-05T20:00:00+01:00", agency="police")
    position = stand(placed, found)
    assert duty(position, "return-interview").pack == "london"
    assert duty(position, "host-lead-recorded").cites == ("LN-C.home",)
    assert "return-interview" not in rules(stand(found))


@pytest.mark.requirement("WM-19.2")
def test_a_newham_child_at_risk_placed_in_birmingham_has_the_other_authority_contacted() -> None:
    placed = entry("p", "circumstance", "2026-06-01", what="placed-out-of-area", host_area="birmingham")
    screening = entry("s", "screening", "2026-06-05", category=2)
    position = stand(placed, screening, area="newham")
    assert duty(position, "other-authority-contacted").cites == ("WM-19.2",)
    assert duty(position, "referral-after-screening").cites == ("LN-F",)


def test_a_move_changes_the_procedure_from_its_day() -> None:
    before, after = entry("f1", "found", "2026-06-01"), entry("f2", "found", "2026-06-20")
    moved = entry("m", "circumstance", "2026-06-10", what="lives-in", area="newham", **{"from": "2026-06-10"})
    position = stand(before, after, moved)
    assert [o.because for o in position.obligations if o.rule == "return-interview"] == ["f2"]


def test_linked_children_of_another_area_are_seen_through_related() -> None:
    concern = entry("c", "concern", "2026-06-01", linked_children=["c2"])
    other = {"subject": {"kind": "child", "id": "c2", "area": "newham"}, "entries": []}
    data = {"subject": {"kind": "child", "id": "c1", "area": "birmingham"}, "entries": [concern], "related": [other]}
    position = evaluate(load_library(), parse_history(data), parse_moment(NOW))
    assert {"complex-abuse-considered", "other-authority-contacted"} <= rules(position)
    near = {**data, "related": [{**other, "subject": {"kind": "child", "id": "c2", "area": "birmingham"}}]}
    assert "other-authority-contacted" not in rules(evaluate(load_library(), parse_history(near), parse_moment(NOW)))


@pytest.mark.requirement("LN-I.2")
def test_three_days_to_notify_name_and_address() -> None:
    made = entry("o", "order", "2026-06-01", type="sro", step="made", agency="police")
    owed = duty(stand(made, kind="adult", area="newham", at="2026-06-04T23:59:59+01:00"), "sro-notification")
    assert (owed.status, owed.due) == ("open", dt.datetime(2026, 6, 4, 22, 59, 59, tzinfo=dt.UTC))


@pytest.mark.requirement("LN-I.1", "LN-I.2")
@pytest.mark.parametrize(
    ("kind", "until", "travel", "broken"),
    [
        ("shpo", "2031-05-31", False, False), ("shpo", "2031-05-30", False, True), ("shpo", "2027-06-01", True, False),
        ("sro", "2028-05-31", False, False), ("sro", "2028-05-30", False, True), ("sro", "2031-06-02", True, True),
    ],
)  # fmt: skip
def test_the_least_and_most_that_an_order_may_last(kind: str, until: str, travel: bool, broken: bool) -> None:
    made = entry(
        "o", "order", "2026-06-01", type=kind, step="made", travel_part=travel, **{"from": "2026-06-01", "to": until}
    )
    assert bool(stand(made, kind="adult", area="newham").breaches) is broken


@pytest.mark.requirement("LN-I.3")
@pytest.mark.parametrize(
    ("born", "in_care", "broken"),
    [
        ("2010-06-02", False, False),
        ("2010-06-01", False, True),
        ("2010-06-01", True, False),
        ("2008-06-01", True, True),
    ],
)
def test_a_warning_notice_is_for_children_under_sixteen_or_in_care(born: str, in_care: bool, broken: bool) -> None:
    notice = entry("o", "order", "2026-06-01", type="cawn", step="served", child="c2", in_care=in_care)
    other = {"subject": {"kind": "child", "id": "c2", "born": born}}
    data = {"subject": {"kind": "adult", "id": "a", "area": "newham"}, "entries": [notice], "related": [other]}
    assert bool(evaluate(load_library(), parse_history(data), parse_moment(NOW)).breaches) is broken


@pytest.mark.requirement("LN-14")
def test_the_protocol_is_reviewed_twelve_months_after_signing_and_then_yearly() -> None:
    signed = entry("p", "protocol", "2026-06-01", step="signed")
    reviewed = entry("q", "protocol", "2027-05-20", step="reviewed")
    position = stand(signed, reviewed, kind="agency", area="newham", at="2027-06-30T12:00:00+01:00")
    first, second = duty(position, "protocol-review", "p"), duty(position, "protocol-review", "q")
    assert (first.status, first.met_by) == ("met", "q")
    assert second.due == dt.datetime(2028, 5, 20, 22, 59, 59, tzinfo=dt.UTC)


@pytest.mark.requirement("LN-D.mase")
def test_the_monthly_meeting_counts_from_the_last_one_held() -> None:
    held = entry("m", "meeting", "2026-05-31", type="mase", chair_role="inspector")
    owed = duty(stand(held, kind="area", area="newham"), "monthly-mase")
    assert (owed.owes, owed.due) == ("meeting", dt.datetime(2026, 6, 30, 22, 59, 59, tzinfo=dt.UTC))
