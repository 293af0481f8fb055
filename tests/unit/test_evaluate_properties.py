"""What holds of every history: order never matters, the past replays, duties reopen only for a reason."""

import datetime as dt
import random
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safekept.kinds import KINDS, Field
from safekept.procedures import Position, evaluate, load_library, parse_history

START = dt.datetime(2026, 3, 20, 9, tzinfo=dt.UTC)
END = START + dt.timedelta(days=120)
CHILD_KINDS = sorted(k for k, kind in KINDS.items() if "child" in kind.subjects and k != "withdrawn")
AREAS = ("birmingham", "newham")


def values(field: Field) -> st.SearchStrategy[Any]:
    options = list(field.of or ("missing-from-home", "other"))
    match field.type:
        case "yes-no":
            return st.booleans()
        case "number":
            return st.sampled_from([int(v) for v in options]) if field.of else st.integers(0, 3)
        case "choice":
            return st.sampled_from(options)
        case "choices":
            return st.lists(st.sampled_from(options), max_size=3, unique=True)
        case "date":
            return st.integers(-100, 200).map(lambda n: (START.date() + dt.timedelta(days=n)).isoformat())
        case "ids":
            return st.just(["c2"])
        case "texts":
            return st.just({})
        case "scores":
            return st.just({"safe-now": 3})
        case "rows":
            return st.just([{"who": "A carer", "reason": ""}])
        case _:
            return st.sampled_from(["newham" if "area" in field.name else "a word", "birmingham"])


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    entries: list[dict[str, Any]] = []
    recorded = START
    for number in range(draw(st.integers(1, 12))):
        recorded += dt.timedelta(hours=draw(st.integers(0, 300)))
        at = recorded - dt.timedelta(hours=draw(st.sampled_from((0, 0, 0, 1, 30, 400))))
        kind = draw(st.sampled_from(CHILD_KINDS))
        row: dict[str, Any] = {"id": f"e{number}", "kind": kind, "at": at, "recorded_at": recorded, "agency": "school"}
        for name, field in KINDS[kind].fields.items():
            if draw(st.booleans()) or (kind == "waiver"):
                row[name] = draw(values(field))
        earlier = [e["id"] for e in entries]
        if earlier and draw(st.integers(0, 3)) == 0:
            row["answers"] = [draw(st.sampled_from(earlier))]
        if earlier and draw(st.integers(0, 6)) == 0:
            row["supersedes"] = draw(st.sampled_from(earlier))
            row["kind"] = next(e["kind"] for e in entries if e["id"] == row["supersedes"])
            row = {k: v for k, v in row.items() if k not in KINDS[kind].fields or k in KINDS[row["kind"]].fields}
            row = {k: v for k, v in row.items() if k not in KINDS[row["kind"]].fields}
        entries.append(row)
    return {
        "subject": {"kind": "child", "id": "c1", "born": "2010-05-04", "area": draw(st.sampled_from(AREAS))},
        "entries": entries,
    }


def stand(data: dict[str, Any], at: dt.datetime, known_at: dt.datetime | None = None) -> Position:
    return evaluate(load_library(), parse_history(data), at, known_at)


@settings(max_examples=150, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_input_never_matters(data: dict[str, Any], rng: random.Random) -> None:
    shuffled = {**data, "entries": rng.sample(data["entries"], len(data["entries"]))}
    assert stand(shuffled, END).as_dict() == stand(data, END).as_dict()


@settings(max_examples=150, deadline=None)
@given(histories(), st.integers(0, 120 * 24))
def test_every_past_moment_replays_as_it_was_shown(data: dict[str, Any], hours: int) -> None:
    then = START + dt.timedelta(hours=hours)
    known = {**data, "entries": [e for e in data["entries"] if e["recorded_at"] <= then]}
    assert stand(data, then, known_at=then).as_dict() == stand(known, then).as_dict()


@settings(max_examples=100, deadline=None)
@given(histories(), histories())
def test_what_happens_to_a_child_who_is_not_linked_changes_nothing(one: dict[str, Any], other: dict[str, Any]) -> None:
    stranger = {**other, "subject": {**other["subject"], "id": "c9"}}
    assert stand({**one, "related": [stranger]}, END).as_dict() == stand(one, END).as_dict()


@settings(max_examples=150, deadline=None)
@given(histories())
def test_a_met_duty_reopens_only_by_a_correction_or_an_earlier_late_entry(data: dict[str, Any]) -> None:
    *before, last = data["entries"]
    assume(before and "supersedes" not in last)
    met = {
        (o.rule, o.root): o.met_by
        for o in stand({**data, "entries": before}, END).obligations
        if o.status in ("met", "met-late")
    }
    late = last["at"] < max(e["at"] for e in before)
    after = {(o.rule, o.root): o for o in stand(data, END).obligations}
    for identity in met:
        found = after.get(identity)
        assert late or (found is not None and found.status in ("met", "met-late"))


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(0, 120 * 24))
def test_items_keep_until_the_moment_they_name(data: dict[str, Any], hours: int) -> None:
    """Between now and ``changes_at`` an open duty stays as it is, if nothing is recorded."""
    then = START + dt.timedelta(hours=hours)
    known = {**data, "entries": [e for e in data["entries"] if e["recorded_at"] <= then and e["at"] <= then]}
    for duty in stand(known, then).obligations:
        if duty.changes_at is not None:
            at_last = next(
                o for o in stand(known, duty.changes_at).obligations if (o.rule, o.root) == (duty.rule, duty.root)
            )
            beyond = stand(known, duty.changes_at + dt.timedelta(seconds=1)).obligations
            changed = next(o for o in beyond if (o.rule, o.root) == (duty.rule, duty.root))
            assert (at_last.status, changed.status) == ("open", "overdue")


@settings(max_examples=100, deadline=None)
@given(histories())
def test_every_item_names_what_it_depends_on(data: dict[str, Any]) -> None:
    known = {e["id"] for e in data["entries"]}
    for duty in stand(data, END).obligations:
        assert {duty.because, duty.anchor} <= set(duty.depends_on) <= known
        assert duty.cites and duty.owner
        assert (duty.met_by is not None) == (duty.status in ("met", "met-late"))
