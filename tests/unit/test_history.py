"""A history that cannot be read is refused with a sentence: which entry, which field, what was expected."""

import copy
from typing import Any

import pytest

from safekept.procedures import HistoryError, parse_history

GOOD: dict[str, Any] = {
    "subject": {"kind": "child", "id": "c1", "born": "2011-05-04", "area": "birmingham"},
    "entries": [
        {"id": "e1", "kind": "screening", "at": "2026-04-01T10:00:00+01:00", "agency": "school", "category": 2},
        {
            "id": "e2",
            "kind": "referral",
            "at": "2026-04-02T15:30:00+01:00",
            "to": "children-services",
            "answers": ["e1"],
        },
    ],
}


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    data: Any = copy.deepcopy(GOOD)
    spot = data
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = value
    return data  # type: ignore[no-any-return]


def test_a_good_history_is_read_in_counting_order() -> None:
    backwards = {**GOOD, "entries": GOOD["entries"][::-1]}
    assert [e.id for e in parse_history(backwards).entries] == ["e1", "e2"]


def test_only_kind_and_id_of_the_subject_are_required() -> None:
    history = parse_history({"subject": {"kind": "agency", "id": "a1"}})
    assert (history.subject.area, history.subject.born, history.entries) == (None, None, ())


def test_what_the_pack_does_not_list_is_accepted() -> None:
    history = parse_history(changed(["entries", 0, "signs"], ["a-sign-nobody-has-listed"]))
    assert history.entries[0].values["signs"] == ["a-sign-nobody-has-listed"]


def test_answers_that_are_refused_when_written_are_still_read_from_a_history() -> None:
    talk = {"id": "e3", "kind": "discussion", "at": "2026-04-03T10:00:00+01:00", "decisions": ["no-service", "mase"]}
    moved = {"id": "e4", "kind": "circumstance", "at": "2026-04-03T10:00:00+01:00", "what": "looked-after"}
    days = {"from": "2026-04-02", "to": "2026-04-01"}
    read = parse_history({**GOOD, "entries": [*GOOD["entries"], talk, {**moved, **days}]})
    assert [e.id for e in read.entries] == ["e1", "e2", "e3", "e4"]


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (["subject"], None, "field 'subject': missing"),
        (["subject"], "c1", "the subject: expected an object"),
        (["subject", "id"], "", "the subject, field 'id': missing or empty"),
        (["subject", "kind"], "kid", "the subject, field 'kind': 'kid' is not known; expected one of child, adult"),
        (["subject", "born"], "4 May", "the subject, field 'born': '4 May' is not a date"),
        (["subject", "born"], "2011-02-29", "the subject, field 'born': '2011-02-29' is not a date"),
        (["subject", "birthday"], "x", "the subject, field 'birthday': 'birthday' is not a field here"),
        (["entrys"], [], "field 'entrys': 'entrys' is not a field here; did you mean 'entries'?"),
        (["entries"], {}, "field 'entries': expected a list"),
        (["entries", 0], "x", "entry number 1: expected an object"),
        (["entries", 0, "id"], 7, "entry number 1, field 'id': missing or empty"),
        (["entries", 1, "id"], "e1", "entry 'e1', field 'id': two entries have this id"),
        (["entries", 0, "kind"], "screning", "entry 'e1', field 'kind': 'screning' is not a kind of entry; did you"),
        (["entries", 0, "at"], None, "entry 'e1', field 'at': missing"),
        (["entries", 0, "at"], "2026-04-01T10:00:00", "entry 'e1', field 'at': '2026-04-01T10:00:00' has no time zone"),
        (["entries", 0, "at"], "tomorrow", "entry 'e1', field 'at': 'tomorrow' is not a time"),
        (["entries", 0, "at"], 1775000000, "entry 'e1', field 'at': 1775000000 is not a time"),
        (["entries", 0, "recorded_at"], "2026-04-01", "entry 'e1', field 'recorded_at': '2026-04-01' is not a time"),
        (["entries", 0, "category"], 7, "entry 'e1', field 'category': 7 will not do; expected one of 0, 1, 2, 3"),
        (["entries", 0, "category"], "2", "entry 'e1', field 'category': '2' will not do"),
        (["entries", 0, "category"], True, "entry 'e1', field 'category': True will not do"),
        (["entries", 0, "colour"], "x", "entry 'e1', field 'colour': 'colour' is not a field here"),
        (["entries", 0, "agency"], "shool", "entry 'e1', field 'agency': 'shool' is not a kind of agency; did you"),
        (["entries", 1, "to"], "childrens-services", "entry 'e2', field 'to': 'childrens-services' will not do"),
        (["entries", 1, "answers"], "e1", "entry 'e2', field 'answers': expected a list"),
        (["entries", 1, "answers"], ["e9"], "entry 'e2', field 'answers': there is no entry 'e9'"),
        (["entries", 1, "supersedes"], "e9", "entry 'e2', field 'supersedes': there is no entry 'e9'"),
        (["entries", 1, "answers"], ["e2"], "entry 'e2', field 'answers': answers run in a circle"),
        (["entries", 1, "supersedes"], "e2", "entry 'e2', field 'supersedes': corrections run in a circle"),
        (["entries", 0, "basis"], "rumour", "entry 'e1', field 'basis': 'rumour' will not do; expected one of fact"),
        (["related"], {}, "field 'related': expected a list"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(path: list[Any], value: Any, says: str) -> None:
    with pytest.raises(HistoryError) as refused:
        parse_history(changed(path, value))
    assert says in str(refused.value)


def test_a_longer_circle_is_refused() -> None:
    rows = [
        {"id": f"e{n}", "kind": "note", "at": "2026-04-01T10:00:00Z", "supersedes": f"e{(n + 1) % 3}"} for n in range(3)
    ]
    with pytest.raises(HistoryError, match="corrections run in a circle"):
        parse_history({"subject": {"kind": "child", "id": "c"}, "entries": rows})
