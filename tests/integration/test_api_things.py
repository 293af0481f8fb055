"""Programs search before they add, evaluate a history of their own, and learn the kinds; bad bodies are sentences."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from safekept.access.viewer import Viewer, loader, viewing
from safekept.kinds import KINDS
from safekept.register.models import Thing
from tests import factories
from tests.pages import a_child
from tests.programs import Program

pytestmark = pytest.mark.django_db
HISTORY = {
    "subject": {"kind": "child", "id": "c1", "born": "2011-05-04", "area": "birmingham"},
    "entries": [{"id": "e1", "kind": "referral", "at": "2026-04-02T15:30:00+01:00", "to": "children-services"}],
}


@pytest.fixture
def worker() -> Viewer:
    return factories.children_services()


def test_a_misspelt_child_is_found_with_reasons(worker: Viewer) -> None:
    child = a_child(worker, "Tia Rowan")
    found = Program(worker).post("/search", {"text": "Tya Rowen", "born": "4 May 2011", "kinds": ["child"]}).json()
    assert found[0]["thing"]["id"] == str(child)
    assert found[0]["thing"]["names"] == ["Tia Rowan"]
    assert found[0]["reasons"]


def test_somebody_is_added_once_however_often_they_are_sent(worker: Viewer) -> None:
    program, key = Program(worker), uuid4()
    new = {
        "kind": "child", "names": [{"name": "Jay Marlow"}, {"name": "JJ", "kind": "nickname"}], "born": "May 2011",
        "identifiers": [{"scheme": "nhs", "text": "999 000 0018"}],
    }  # fmt: skip
    sent = [program.post("/things", new, key) for _ in range(3)]
    assert [one.status_code for one in sent] == [201] * 3
    assert len({one.json()["thing"]["id"] for one in sent}) == 1
    told = sent[0].json()["thing"]
    assert (told["label"], told["names"], told["born_precision"]) == ("Jay Marlow", ["Jay Marlow", "JJ"], "month")
    assert program.post("/things", new | {"kind": "adult", "identifiers": []}, key).status_code == 422
    with viewing(loader("test")):
        assert Thing.objects.filter(label="Jay Marlow").count() == 1
    again = Program(factories.children_services()).post("/things", new | {"identifiers": []}, key)
    assert again.json()["thing"]["id"] != told["id"]  # somebody else's key leads to nothing of ours


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"names": []}, "names"),
        ({"born": "31 February 2011"}, "born"),
        ({"area": "atlantis"}, "area"),
        ({"identifiers": [{"scheme": "nhs", "text": "123"}]}, "nhs"),
        ({"kind": "ghost"}, "kind"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_what_cannot_be_added_is_said_beside_its_field(worker: Viewer, changed: dict[str, Any], field: str) -> None:
    answer = Program(worker).post("/things", {"kind": "child", "names": [{"name": "Jay Marlow"}]} | changed)
    assert answer.status_code == 422
    assert field in [one["field"] for one in answer.json()["problems"]]


def test_a_thing_that_one_may_not_know_of_is_not_there(worker: Viewer) -> None:
    made = Program(worker).post("/things", {"kind": "adult", "label": "man with grey car"}).json()["thing"]["id"]
    school = Program(factories.viewer("school"))
    assert Program(worker).get(f"/things/{made}").status_code == 200
    assert school.get(f"/things/{made}").content == school.get(f"/things/{uuid4()}").content
    assert school.post("/search", {"text": "man with grey car"}).json() == []


def test_a_history_of_ones_own_is_evaluated_and_nothing_of_it_kept(worker: Viewer) -> None:
    """Thursday 2 April 2026, before Good Friday: three working days end on Thursday 9 April (WM-14.2)."""
    told = Program(worker).post("/evaluate", {"history": HISTORY, "at": "2026-04-10T09:00:00+01:00"}).json()
    duty = next(one for one in told["obligations"] if one["rule"] == "discussion-after-referral")
    assert (duty["due"], duty["status"]) == ("2026-04-09T22:59:59+00:00", "overdue")
    both = {"history": HISTORY, "packs": ["west-midlands", "london"], "at": "2026-04-10T09:00:00+01:00"}
    assert Program(worker).post("/evaluate", both).status_code == 200
    with viewing(loader("test")):
        assert Thing.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"history": {"subject": {"kind": "child"}}}, "field 'id'"),
        ({"history": HISTORY, "packs": ["essex"]}, "There is no procedure 'essex'"),
        ({"history": HISTORY, "at": "noon"}, "'noon' is not a time"),
        ({"history": HISTORY | {"subject": {"kind": "child", "id": "c", "area": "atlantis"}}}, "atlantis"),
    ],
)
def test_a_history_that_cannot_be_read_is_said(worker: Viewer, body: dict[str, Any], says: str) -> None:
    answer = Program(worker).post("/evaluate", body)
    assert answer.status_code == 422
    assert says in answer.json()["says"]


def test_the_kinds_are_those_that_a_program_may_record(worker: Viewer) -> None:
    told = {one["name"]: one for one in Program(worker).get("/kinds").json()}
    assert {"concern", "referral", "screening", "missing"} <= set(told) <= set(KINDS)
    assert not {"waiver", "file"} & set(told)
    asked = {one["name"]: one for one in told["referral"]["questions"]}
    assert asked["to"]["expected"].startswith("one of ")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"not json", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"text": NaN}', "NaN is not a number"),
        (b'{"text": "a", "text": "b"}', "stands twice"),
        (b'{"text": "\\u0000"}', "cannot be kept"),
        (b'{"text": "\\ud800"}', "cannot be kept"),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"text": ' + b"9" * 5000 + b"}", "not JSON"),
    ],
    ids=["words", "a list", "not a number", "twice", "NUL", "half a character", "not UTF-8", "deep", "a long number"],
)
def test_a_body_that_cannot_be_read_is_a_sentence(worker: Viewer, body: bytes, says: str) -> None:
    answer = Program(worker).post("/search", body)
    assert answer.status_code == 400
    assert says in answer.json()["says"]


def test_nothing_sent_is_said_to_lack(worker: Viewer) -> None:
    assert Program(worker).post("/search", b"").status_code == 422


def test_a_body_without_end_is_refused(worker: Viewer) -> None:
    answer = Program(worker).post("/search", b'{"text": "' + b"x" * 3_000_000 + b'"}')
    assert (answer.status_code, answer.json()["says"]) == (413, "That is too long. Send less at once.")


def test_wrong_addresses_and_methods_are_sentences_too(worker: Viewer) -> None:
    program = Program(worker)
    assert program.get("/nothing-here").json() == {"says": "There is nothing here that you can see."}
    answer = program.get("/search")
    assert answer.status_code == 405 and answer.headers["Allow"] == "POST"
    assert "Allow" in answer.json()["says"]
