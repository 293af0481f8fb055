"""Forms made from kinds: conditions, needed answers, problems, corrections, rows without scripts."""

import datetime as dt

from safekept.govuk import forms
from safekept.govuk.values import Option, OptionGroup
from safekept.govuk.when import LONDON
from safekept.kinds import KINDS

NOW = dt.datetime(2026, 4, 10, 12, 0, tzinfo=LONDON)
INTERVIEW = KINDS["return-interview"]
SCREENING = KINDS["screening"]


def test_an_answer_is_kept_only_while_its_condition_holds():
    raw = {"offered": ["no"], "accepted": ["no"], "declined_reason": ["Not today"]}
    assert forms.answers(INTERVIEW, raw, {}).fields == {"offered": False}
    raw["offered"] = ["yes"]
    assert forms.answers(INTERVIEW, raw, {}).fields == {
        "offered": True,
        "accepted": False,
        "declined_reason": "Not today",
    }


def test_dependent_questions_hang_below_the_one_they_depend_on():
    asked = forms.questions(INTERVIEW, {}, {})
    assert "accepted" not in asked
    (accepted,) = asked["offered"].follows["yes"]
    assert [q.name for q in accepted.follows["no"]] == ["declined_reason"]


def test_a_needed_answer_is_asked_for_by_name():
    category, reasons = forms.answers(SCREENING, {}, {}).problems
    assert (category.anchor, reasons.anchor) == ("category", "rationale")
    assert category.text == "Which category: answer this question."
    assert reasons.text == "Why this category: answer this question."


def test_a_problem_leads_to_the_part_that_is_wrong():
    raw = {"type": ["mase"], "next_review-day": ["1"], "next_review-month": ["4"], "next_review-year": [""]}
    (problem,) = forms.answers(KINDS["meeting"], raw, {}).problems
    assert problem.anchor == "next_review-year"


def test_every_kind_draws_and_reads_an_empty_form():
    for kind in KINDS.values():
        asked = forms.questions(kind, {}, {})
        read = forms.answers(kind, {}, {})
        assert read.fields == {}
        asked_at_once = {name for name in forms.required_names(kind) if kind.fields[name].when is None}
        assert {p.field for p in read.problems} == asked_at_once
        assert asked or not kind.fields
        assert not any(q.field.signed for q in asked.values())


def test_a_correction_starts_from_the_old_values():
    fields = {"category": 2, "signs": ["gifts"], "rationale": "Seen twice", "unknown": "x"}
    offers = {"signs": [OptionGroup("", (Option("gifts", "Gifts"),))]}
    raw = forms.filled(SCREENING, fields)
    assert forms.answers(SCREENING, raw, offers).fields == {k: v for k, v in fields.items() if k != "unknown"}


def test_long_lists_can_be_searched():
    many = [OptionGroup("", tuple(Option(str(n), str(n)) for n in range(30)))]
    assert forms.questions(SCREENING, {}, {"signs": many})["signs"].widget == "picker"


def test_add_another_works_without_scripts():
    raw = {"excluded-0-who": ["Mother"], "excluded-0-reason": ["Asked to"], "add": ["excluded"]}
    assert forms.questions(KINDS["meeting"], raw, {})["excluded"].rows == (0, 1)


def test_when_it_happened():
    assert forms.read_when({"at-when": ["now"]}, NOW) == (forms.Moment(NOW), ())
    moment = forms.Moment(dt.datetime(2026, 4, 1, 9, 0, tzinfo=dt.UTC), dt.datetime(2026, 4, 1, 11, 0, tzinfo=dt.UTC))
    assert forms.read_when(forms.filled_when(moment), NOW) == (moment, ())
    exact = forms.Moment(moment.at)
    assert forms.read_when(forms.filled_when(exact), NOW) == (exact, ())


def test_when_it_happened_says_what_is_wrong():
    (problem,) = forms.read_when({}, NOW)[1]
    assert "choose now, or give the day and time" in problem.text
    late = forms.filled_when(forms.Moment(NOW - dt.timedelta(days=1), NOW - dt.timedelta(days=2)))
    (problem,) = forms.read_when(late, NOW)[1]
    assert "before the earliest" in problem.text
