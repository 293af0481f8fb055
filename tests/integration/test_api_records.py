"""Programs read records, and record, behind the walls of the pages and in the names of the history file."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest

from safekept.access import closing
from safekept.access.models import ReadEvent
from safekept.access.models.closing import Level
from safekept.access.viewer import Viewer, loader, viewing
from safekept.procedures import parse_history
from safekept.record.models import Entry
from safekept.register.actions import NewThing, add_name, add_thing
from safekept.register.models import Thing
from safekept.vault import actions as vault
from tests import factories
from tests.pages import a_child, let_in, recorded, signed_in
from tests.programs import Program

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)
REFERRAL = {"kind": "referral", "at": "2026-03-02T10:00:00+00:00", "to": "children-services"}


@pytest.fixture
def worker() -> Viewer:
    return factories.children_services()


@pytest.fixture
def child(worker: Viewer) -> UUID:
    return a_child(worker)


def entries() -> int:
    with viewing(loader("test")):
        return int(Entry.objects.count())


def problems(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {one["field"]: one["says"] for one in answer.json()["problems"]}


def test_a_history_is_one_that_the_command_line_reads(worker: Viewer, child: UUID) -> None:
    first = recorded(worker, child, "referral", AT, fields={"to": "children-services"}, text="Rang the desk.")
    told = Program(worker).get(f"/records/{child}/history").json()
    assert told["subject"] == {"kind": "child", "id": str(child), "born": "2011-05-04", "area": "birmingham"}
    assert [(one["id"], one["kind"], one["text"]) for one in told["entries"]] == [
        (str(first), "referral", "Rang the desk.")
    ]
    assert parse_history(told).entries[0].values == {"to": "children-services"}


def test_a_position_says_what_is_owed_by_when_and_by_which_paragraph(worker: Viewer, child: UUID) -> None:
    """A referral on Monday 2 March 2026: three working days, so until the end of Thursday the 5th (WM-14.2)."""
    recorded(worker, child, "referral", AT, fields={"to": "children-services"})
    told = Program(worker).get(f"/records/{child}/position", data={"at": "2026-03-03T09:00:00Z"}).json()
    duty = next(one for one in told["obligations"] if one["rule"] == "discussion-after-referral")
    assert (duty["due"], duty["status"], duty["owner"]) == ("2026-03-05T23:59:59+00:00", "open", "children-services")
    assert "WM-14.2" in duty["cites"]


def test_a_position_as_known_earlier_leaves_out_what_was_recorded_later(worker: Viewer, child: UUID) -> None:
    recorded(worker, child, "referral", AT, fields={"to": "children-services"})
    told = Program(worker).get(f"/records/{child}/position", data={"known_at": "2026-03-02T11:00:00Z"}).json()
    assert told["obligations"] == []


@pytest.mark.parametrize(
    "at", ["yesterday", "2026-03-03T09:00:00", "1066-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "5"]
)
def test_a_moment_that_cannot_be_read_is_said(worker: Viewer, child: UUID, at: str) -> None:
    assert set(problems(Program(worker).get(f"/records/{child}/position", data={"at": at}))) == {"at"}


def test_an_entry_is_recorded_once_however_often_it_is_sent(worker: Viewer, child: UUID) -> None:
    program, key = Program(worker), uuid4()
    sent = [program.post(f"/records/{child}/entries", REFERRAL | {"text": "By phone."}, key) for _ in range(3)]
    assert [one.status_code for one in sent] == [201, 201, 201]
    assert len({one.json()["id"] for one in sent}) == 1
    assert entries() == 1
    other = program.post(f"/records/{child}/entries", REFERRAL | {"text": "By letter."}, key)
    assert "client_key" in problems(other)
    told = program.get(f"/entries/{sent[0].json()['id']}").json()
    assert (told["subject"], told["to"], told["text"]) == (str(child), "children-services", "By phone.")
    assert told["agency"] == "children-services" and told["author"] == str(worker.account_id)


def test_what_an_entry_contradicts_comes_back_with_it(worker: Viewer) -> None:
    """A child under 13 is never 'absent' (LN-E.missing); the fact is recorded all the same."""
    london = factories.police("newham")
    young = a_child(london, "Bo Hartley", born="2016-01-01", area="newham")
    sent = Program(london).post(
        f"/records/{young}/entries", {"kind": "missing", "at": "2026-03-02T10:00:00+00:00", "category": "absent"}
    )
    assert sent.status_code == 201
    assert any("13" in warning for warning in sent.json()["warnings"])


def test_an_entry_mentions_people_and_what_they_are_there(worker: Viewer, child: UUID) -> None:
    program = Program(worker)
    added = program.post("/things", {"kind": "adult", "label": "man with grey car"}).json()["thing"]["id"]
    sent = program.post(
        f"/records/{child}/entries",
        {"kind": "note", "at": AT.isoformat(), "text": "Seen.", "mentions": [{"thing": added, "role": "seen nearby"}]},
    )
    assert sent.status_code == 201
    unknown = {
        "kind": "note",
        "at": AT.isoformat(),
        "text": "Seen.",
        "mentions": [{"thing": str(uuid4()), "role": "x"}],
    }
    assert "mentions" in problems(program.post(f"/records/{child}/entries", unknown))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "no-such-kind"}, "kind"),
        ({"kind": "waiver", "rule": "r", "reason": "Not needed.", "by": "Somebody"}, "kind"),
        ({"kind": "file"}, "kind"),
        ({"to": "the-moon"}, "to"),
        ({"nonsense": 1}, "nonsense"),
        ({"at": "2026-03-02T10:00:00"}, "at"),
        ({"at": "2199-03-02T10:00:00Z"}, "at"),
        ({"author": "somebody else"}, "author"),
        ({"recorded_at": "2026-03-02T10:00:00Z"}, "recorded_at"),
        ({"basis": "rumour"}, "basis"),
        ({"answers": ["not an id"]}, "answers.0"),
        ({"answers": [str(uuid4())]}, "answers"),
    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_said_beside_its_field(
    worker: Viewer, child: UUID, changed: dict[str, Any], field: str
) -> None:
    assert field in problems(Program(worker).post(f"/records/{child}/entries", REFERRAL | changed))
    assert entries() == 0


def test_a_key_that_reads_records_nothing_and_the_refusal_is_written_down(worker: Viewer, child: UUID) -> None:
    program = Program(worker, may_record=False)
    for path, body in ((f"/records/{child}/entries", REFERRAL), ("/things", {"kind": "adult", "label": "A man"})):
        answer = program.post(path, body)
        assert answer.status_code == 403
        assert answer.json()["says"].startswith("This key reads and does not record.")
    assert entries() == 0
    with viewing(worker):
        refused = ReadEvent.objects.filter(allowed=False)
        assert {row.what for row in refused} == {"Recording by a program"}
        assert Thing.objects.filter(kind="adult").count() == 0


@pytest.mark.parametrize("name", ["area", "host_area"])
def test_an_area_that_is_not_there_is_refused_by_whatever_day(worker: Viewer, child: UUID, name: str) -> None:
    what = {"area": "lives-in", "host_area": "placed-out-of-area"}[name]
    moved = {"kind": "circumstance", "at": AT.isoformat(), "what": what, name: "nowhere", "from": "2030-01-01"}
    assert name in problems(Program(worker).post(f"/records/{child}/entries", moved))


def test_what_a_form_must_be_answered_a_program_answers_too(worker: Viewer, child: UUID) -> None:
    program = Program(worker)
    for lacking, names in (
        ({"kind": "screening"}, {"category", "rationale"}),
        ({"kind": "withdrawn", "answers": [str(uuid4())]}, {"reason"}),
    ):
        found = problems(program.post(f"/records/{child}/entries", {"at": AT.isoformat()} | lacking))
        assert found.keys() <= names and found
    for odd in (5, [[1]], "x"):
        sent = {"kind": "screening", "at": AT.isoformat(), "category": 0, "rationale": "No signs.", "signs": odd}
        assert "signs" in problems(program.post(f"/records/{child}/entries", sent))


def test_a_correction_is_of_the_same_kind(worker: Viewer, child: UUID) -> None:
    program = Program(worker)
    screened = recorded(worker, child, "screening", AT, fields={"category": 3, "rationale": "Named by two friends."})
    note = {"kind": "note", "at": AT.isoformat(), "text": "Nothing.", "supersedes": str(screened)}
    assert "supersedes" in problems(program.post(f"/records/{child}/entries", note))
    assert program.get(f"/records/{child}/position").json()["category"] == 3


def test_sent_again_after_more_was_recorded_it_is_still_the_first(worker: Viewer, child: UUID) -> None:
    program, key = Program(worker), uuid4()
    low = {"kind": "screening", "at": "2026-03-02T09:00:00Z", "category": 1, "rationale": "One worry."}
    first = program.post(f"/records/{child}/entries", low, key)
    recorded(worker, child, "screening", AT, fields={"category": 3, "rationale": "Named by two friends."})
    assert program.post(f"/records/{child}/entries", low, key).json()["id"] == first.json()["id"]


@pytest.mark.parametrize("role", ["subject", "linked child"])
def test_the_parts_that_safekept_writes_are_not_a_programs(worker: Viewer, child: UUID, role: str) -> None:
    note = {"kind": "note", "at": AT.isoformat(), "text": "Hello.", "mentions": [{"thing": str(child), "role": role}]}
    assert "mentions" in problems(Program(worker).post(f"/records/{child}/entries", note))


def test_linked_children_are_other_children_whom_one_can_find(worker: Viewer, child: UUID) -> None:
    program, other = Program(worker), a_child(worker, "Jay Marlow")
    with viewing(worker):
        man = str(add_thing(worker, NewThing("adult", [("Wendell Oxtoby", "name")])).pk)
    concern = {"kind": "concern", "at": AT.isoformat(), "noticed": "Seen together."}
    for wrong in (["zzz"], [str(uuid4())], [str(child)], [man]):
        sent = concern | {"linked_children": wrong}
        assert "linked_children" in problems(program.post(f"/records/{child}/entries", sent))
    assert program.post(f"/records/{child}/entries", concern | {"linked_children": [str(other)]}).status_code == 201


def test_an_entry_names_no_other_entry_and_no_child_whom_one_may_not_know_of(worker: Viewer) -> None:
    """Neither their ids, nor that there was anything to name."""
    police, school, manager = (
        factories.police(),
        factories.viewer("school"),
        factories.viewer("children-services", role="manager"),
    )
    child, other = a_child(worker), a_child(worker, "Jay Marlow")
    let_in(worker, school, child)
    crime = recorded(police, child, "crime-record", AT, fields={"type": "crime", "number": "C-1", "flags": ["ES"]})
    screened = recorded(
        police,
        child,
        "screening",
        AT,
        fields={"category": 2, "rationale": "By what is known.", "evidence": [str(crime)]},
    )
    linked = recorded(
        worker, child, "concern", AT, fields={"noticed": "Seen together.", "linked_children": [str(other)]}
    )
    with viewing(manager):
        closing.close(manager, other, closing.Closing(Level.SEALED, "A relative works at the school.", None, ()))
    program, browser = Program(school), signed_in(school)
    for entry, name, hidden in ((screened, "evidence", crime), (linked, "linked_children", other)):
        told = program.get(f"/entries/{entry}").json()
        assert told["id"] == str(entry) and name not in told
        page = browser.get(f"/entries/{entry}").content.decode()
        assert str(hidden) not in page
    assert str(crime) in Program(police).get(f"/entries/{screened}").json()["evidence"]
    whole = program.get(f"/records/{child}/history").content.decode()
    assert str(crime) not in whole and str(other) not in whole and "linked_children" not in whole


def test_of_a_child_whose_record_is_not_open_a_program_is_told_what_a_search_shows(worker: Viewer) -> None:
    child = a_child(worker, description="Lives with an aunt.")
    with viewing(worker):
        add_name(worker, child, "TJ", "nickname")
    inside, outside = Program(worker).get(f"/things/{child}").json(), Program(factories.viewer("health"))
    assert (inside["description"], inside["names"]) == ("Lives with an aunt.", ["Tia Rowan", "TJ"])
    found = outside.post("/search", {"text": "Tia Rowan"}).json()[0]["thing"]
    for told in (outside.get(f"/things/{child}").json(), found):
        assert (told["description"], told["names"]) == ("", ["Tia Rowan"])


def test_a_lower_category_needs_a_reason_and_a_second_person_here_too(worker: Viewer, child: UUID) -> None:
    program = Program(worker)
    lower = {"kind": "screening", "at": "2026-03-04T10:00:00Z", "category": 1}
    recorded(worker, child, "screening", AT, fields={"category": 3, "rationale": "Named by two friends."})
    assert set(problems(program.post(f"/records/{child}/entries", lower))) == {"rationale"}
    reasoned = lower | {"rationale": "She has moved away."}
    assert set(problems(program.post(f"/records/{child}/entries", reasoned))) == {"second_person"}
    looked_at = reasoned | {"second_person": "A. Manager, team manager"}
    assert program.post(f"/records/{child}/entries", looked_at).status_code == 201


def test_what_is_kept_apart_is_not_written_where_others_read_it(worker: Viewer, child: UUID) -> None:
    with viewing(worker):
        vault.keep(worker, child, vault.New("home", "14 Hiddenleaf Row, B1 1AA", "Kept from an uncle."))
    program, place = Program(worker), "Moved to 14 Hiddenleaf Row last week."
    note = {"kind": "note", "at": AT.isoformat(), "text": "Spoke with her."}
    for changed in ({"text": place}, {"kind": "child-voice", "text": "", "questions": {"q1": place}}):
        answer = program.post(f"/records/{child}/entries", note | changed)
        assert "kept apart" in problems(answer)[""]
    assert entries() == 0
    place = program.post("/things", {"kind": "place", "label": "14 Hiddenleaf Row, at the back"}).json()["thing"]["id"]
    for mention in ({"thing": place, "role": "lives there"}, {"thing": str(child), "role": "14 Hiddenleaf Row"}):
        answer = program.post(f"/records/{child}/entries", note | {"mentions": [mention]})
        assert "kept apart" in problems(answer)[""]
    assert entries() == 0
    with viewing(loader("test")):
        assert ReadEvent.objects.filter(what="Tried to record what is kept apart", ids=[child]).count() == 4
    assert program.post(f"/records/{child}/entries", note).status_code == 201


def test_trying_out_what_is_kept_apart_leaves_an_entry_or_a_row_of_the_log(worker: Viewer, child: UUID) -> None:
    """Nothing else that is wrong with an entry is answered differently for a right guess."""
    with viewing(worker):
        vault.keep(worker, child, vault.New("home", "14 Hiddenleaf Row, B1 1AA", "Kept from an uncle."))
    program, answered = Program(worker), []
    for guess in ("B1 1AA", "M5 2DE"):
        for wrong in (
            {"nonsense": guess},
            {"text": guess, "answers": [str(uuid4())]},
            {"text": guess, "at": "2199-01-01T00:00:00Z"},
        ):
            sent = {"kind": "note", "at": AT.isoformat(), "text": "Spoke."} | wrong
            answered.append(program.post(f"/records/{child}/entries", sent).content)
    assert answered[:3] == answered[3:]
    assert entries() == 0


def test_others_find_what_the_pages_would_show_them(worker: Viewer, child: UUID) -> None:
    """From outside the circle: the child, not the record; a concern can be recorded, and asks to join."""
    told = recorded(worker, child, "note", AT, text="CANARY")
    outside = Program(factories.viewer("health"))
    for path in (f"/records/{child}/history", f"/records/{child}/position"):
        answer = outside.get(path)
        assert answer.status_code == 403 and "CANARY" not in answer.content.decode()
    assert outside.get(f"/entries/{told}").status_code == 404
    assert outside.get(f"/things/{child}").json()["label"] == "Tia Rowan"
    concern = {"kind": "concern", "at": AT.isoformat(), "noticed": "New phone, and collected by a grey car."}
    made = outside.post(f"/records/{child}/entries", concern)
    assert made.status_code == 201
    assert outside.get(f"/entries/{made.json()['id']}").status_code == 200
    note = {"kind": "note", "at": AT.isoformat(), "text": "Hello."}
    assert outside.post(f"/records/{child}/entries", note).status_code == 403
    with viewing(loader("test")):
        assert ReadEvent.objects.get(allowed=False, what="record note").ids == [child]


def test_what_is_not_there_and_what_is_hidden_are_answered_alike(worker: Viewer, child: UUID) -> None:
    manager = factories.viewer("children-services", role="manager")
    with viewing(manager):
        closing.close(manager, child, closing.Closing(Level.SEALED, "A relative works at the clinic.", None, ()))
    program = Program(factories.viewer("health"))
    for path in ("/records/{}/history", "/records/{}/position", "/things/{}", "/entries/{}"):
        hidden, none = program.get(path.format(child)), program.get(path.format(uuid4()))
        assert (hidden.status_code, hidden.content) == (none.status_code, none.content) == (404, none.content), path
    sent = [program.post(f"/records/{one}/entries", REFERRAL) for one in (child, uuid4())]
    assert sent[0].content == sent[1].content and {one.status_code for one in sent} == {404}


def test_an_entry_for_some_agencies_is_not_there_for_others(worker: Viewer) -> None:
    police, school = factories.police(), factories.viewer("school")
    child = a_child(worker)
    let_in(worker, school, child)
    crime = recorded(police, child, "crime-record", AT, fields={"type": "crime", "number": "CP-1", "flags": ["ES"]})
    assert Program(police).get(f"/entries/{crime}").status_code == 200
    asked = Program(school)
    assert asked.get(f"/entries/{crime}").status_code == 404
    assert "CP-1" not in asked.get(f"/records/{child}/history").content.decode()


def test_work_lists_what_the_pages_list(worker: Viewer, child: UUID) -> None:
    recorded(worker, child, "referral", AT, fields={"to": "children-services"})
    program = Program(worker)
    owed = [one for one in program.get("/work").json() if one["subject"] == str(child)]
    assert any(one["rule"] == "discussion-after-referral" and "WM-14.2" in one["cites"] for one in owed)
    only = program.get("/work", data={"scope": "agency", "kind": "discussion"}).json()
    assert {one["owes"] for one in only} == {"discussion"}
    assert program.get("/work", data={"scope": "everything"}).status_code == 422
    assert Program(factories.viewer("health")).get("/work").json() == []


def test_what_was_read_is_written_down(worker: Viewer, child: UUID) -> None:
    told, program = recorded(worker, child, "note", AT, text="Spoke."), Program(worker)
    for path in (
        f"/records/{child}/history",
        f"/records/{child}/position",
        f"/entries/{told}",
        f"/things/{child}",
        "/work",
    ):
        with viewing(worker):
            before = set(ReadEvent.objects.values_list("pk", flat=True))
        assert program.get(path).status_code == 200
        with viewing(worker):
            ids = {one for row in ReadEvent.objects.exclude(pk__in=before) for one in row.ids}
        assert {child} <= ids or path == "/work", path
