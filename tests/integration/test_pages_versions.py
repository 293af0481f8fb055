"""Versions: who follows which, what differs, a version put forward, tried, adopted; and the text of its own day."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from safekept.access.models import ReadEvent
from safekept.access.viewer import Viewer, viewing
from safekept.calendars import add_working_days, london_date
from safekept.directory import procedures, proposals
from safekept.directory.models import Adoption, ProposedPack, PublishedPack
from safekept.handbook import actions
from safekept.procedures import load_library
from tests import factories
from tests.pages import a_child, recorded, signed_in, text_of
from tests.rewritten import SHIPPED, rewritten

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _looked_again() -> Iterator[None]:
    procedures.look_again()
    yield
    procedures.look_again()


@pytest.fixture
def shorter(tmp_path: Path) -> Path:
    """The West Midlands procedure in which a referral is talked over within one working day, not three."""
    return rewritten(tmp_path, "2026.1", ("rules/referral.yaml", "within: 3 working days", "within: 1 working day"))


@pytest.fixture
def board() -> Viewer:
    return factories.viewer("other", name="Board", role="board")


@pytest.fixture
def coordinator() -> Viewer:
    return factories.coordinator()


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def sent(browser: Client, folder: Path) -> Any:
    """The folder, zipped and put forward."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(folder.rglob("*.yaml")):
            made.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return browser.post("/procedure/put-forward/", {"folder": SimpleUploadedFile("p.zip", data.getvalue())})


def proposed(browser: Client, folder: Path) -> ProposedPack:
    answer = sent(browser, folder)
    assert answer.status_code == 302, text_of(answer)
    return ProposedPack.objects.get()


def day(of: dt.date) -> dict[str, str]:
    return {"starts-day": str(of.day), "starts-month": str(of.month), "starts-year": str(of.year), "sure": "yes"}


def test_a_version_put_forward_is_compared_in_practitioners_words(coordinator: Viewer, shorter: Path) -> None:
    browser = signed_in(coordinator)
    made = proposed(browser, shorter)
    page = text_of(browser.get(f"/procedure/put-forward/{made.pk}/decide/"))
    assert "1 change." in page and "Talk the referral over" in page
    assert "Is now due in 1 working day, was in 3 working days." in page
    assert "Try it on your children" in page and "Adopt it" not in page
    rule = text_of(browser.get(f"/procedure/put-forward/{made.pk}/rules/discussion-after-referral"))
    assert "Within 1 working day" in rule and "Nobody follows it yet" in rule
    assert "Within 3 working days" in text_of(browser.get("/procedure/west-midlands/rules/discussion-after-referral"))
    compared = text_of(browser.get(f"/procedure/west-midlands/compare?old=2015.1&new={made.pk}"))
    assert "Is now due in 1 working day, was in 3 working days." in compared
    assert made.put_forward_by == f"{coordinator.name}, CSE co-ordinator"


def test_the_same_version_put_forward_again_takes_the_place_of_the_first(board: Viewer, shorter: Path) -> None:
    browser = signed_in(board)
    proposed(browser, shorter)
    changed(shorter / "rules/referral.yaml", "within: 1 working day", "within: 2 working days")
    again = proposed(browser, shorter)
    assert "Is now due in 2 working days" in text_of(browser.get(f"/procedure/put-forward/{again.pk}/decide/"))


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("rules/referral.yaml", "owner: child", "ownr: child", r"regional/rules/referral\.yaml, line \d+.*ownr"),
        ("rules/referral.yaml", "cites: [WM-14.2]", "cites: [WM-99.9]", r"referral\.yaml, line \d+.*WM-99\.9"),
        ("rules/referral.yaml", "- id", "- !!python/object:os.system id", r"referral\.yaml, line 1.*tags"),
        ("pack.yaml", '"2026.1"', '"latest"', r"regional/pack\.yaml, line 2: .{1,5}latest.{1,5} cannot be a version"),
        ("pack.yaml", '"2026.1"', '"2015.1"', "published already, with another text"),
        ("pack.yaml", "title:", "titel:", r"pack\.yaml, line \d+.*titel"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_line_and_nothing_is_kept(
    board: Viewer, shorter: Path, file: str, old: str, new: str, says: str
) -> None:
    changed(shorter / file, old, new)
    answer = sent(signed_in(board), shorter)
    assert answer.status_code == 422
    assert re.search(says, text_of(answer)), text_of(answer)
    assert "safekept-pack-" not in answer.content.decode()
    assert not ProposedPack.objects.exists() and not PublishedPack.objects.exists()


def test_a_scenario_that_does_not_come_out_is_said(board: Viewer, shorter: Path) -> None:
    (shorter / "scenarios").mkdir()
    (shorter / "scenarios" / "ours.yaml").write_text(
        "- name: Three days\n  rows: [WM-14.2]\n  subject: {born: 2011-05-04, area: birmingham}\n"
        "  entries:\n    - {id: r, kind: referral, at: 2026-02-05T10:00, agency: school, to: children-services}\n"
        "  at: 2026-02-05T12:00\n  owed:\n    - {rule: discussion-after-referral, due: 2026-02-10T23:59:59}\n",
        "utf-8",
    )
    page = text_of(sent(signed_in(board), shorter))
    assert "regional/scenarios/ours.yaml, line 1" in page and "Three days" in page
    assert not ProposedPack.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not a zip", b"x" * 2_500_000])
def test_a_file_that_is_no_zip_is_refused_kindly(board: Viewer, content: bytes) -> None:
    answer = signed_in(board).post("/procedure/put-forward/", {"folder": SimpleUploadedFile("p.zip", content)})
    assert answer.status_code == 422
    assert "zip" in text_of(answer)


def test_a_version_with_too_many_rules_is_not_checked(
    board: Viewer, shorter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = len(load_library().packs["west-midlands"].rules)
    monkeypatch.setattr(proposals, "MOST_RULES", held - 1)
    expected = f"It has {held} rules; at most {held - 1} are checked here."
    assert expected in text_of(sent(signed_in(board), shorter))


def test_the_words_of_today_are_not_put_forward_again(board: Viewer) -> None:
    assert "word for word as the area follows it today" in text_of(sent(signed_in(board), SHIPPED))


def test_a_coordinator_sees_whom_a_version_would_touch_the_newly_overdue_first(
    coordinator: Viewer, shorter: Path
) -> None:
    """Referred on the latest day whose next working day is over: one working day has run out, and three have not."""
    worker = factories.children_services()
    today = london_date(timezone.now())
    before = today - DAY
    while add_working_days(before, 1) >= today:
        before -= DAY
    then = dt.datetime.combine(before, dt.time(9), dt.UTC)
    late, stranger = a_child(worker, "Tia Rowan"), a_child(factories.children_services("coventry"), "Far Child")
    recorded(worker, late, "referral", then, fields={"to": "children-services"})
    browser = signed_in(coordinator)
    made = proposed(browser, shorter)
    assert "Nothing is written to any record" in text_of(browser.get(f"/procedure/put-forward/{made.pk}/try"))
    with viewing(coordinator):
        expected = actions.try_it(coordinator, made, None)
    answer = browser.post(f"/procedure/put-forward/{made.pk}/try")
    page = text_of(answer)
    assert page.index("Newly overdue") < page.index("Due sooner")
    assert "Tia Rowan" in page and "Far Child" not in page
    assert f"/children/{late}" in answer.content.decode() and str(stranger) not in answer.content.decode()
    assert expected.trial.touched == {late} and expected.after is None
    with viewing(coordinator):
        read = ReadEvent.objects.filter(what="proposal-try").values_list("ids", flat=True)
        assert list(read) == [[late]]


def test_trying_goes_on_from_where_it_stopped(
    coordinator: Viewer, shorter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = factories.children_services()
    children = sorted(a_child(worker, f"Child {n}") for n in range(3))
    for child in children:
        recorded(worker, child, "referral", timezone.now() - 60 * DAY, fields={"to": "children-services"})
    made = proposed(signed_in(coordinator), shorter)
    monkeypatch.setattr(actions, "TRIED_FOR", -1.0)
    monkeypatch.setattr(actions.trying, "AT_ONCE", 2)
    with viewing(coordinator):
        first = actions.try_it(coordinator, made, None)
        rest = actions.try_it(coordinator, made, first.after)
    assert (first.trial.read, first.begun_at, first.after) == (2, 0, children[1])
    assert (rest.trial.read, rest.begun_at, rest.after) == (1, 2, None)
    page = text_of(signed_in(coordinator).post(f"/procedure/put-forward/{made.pk}/try"))
    assert "children 1 to 2 of 3 in Birmingham" in page and "Go on with the next children" in page


def test_a_board_adopts_from_tomorrow_on_and_what_arose_keeps_its_words(
    board: Viewer, coordinator: Viewer, shorter: Path
) -> None:
    worker = factories.children_services()
    child = a_child(worker)
    recorded(worker, child, "referral", timezone.now() - DAY, fields={"to": "children-services"})
    browser = signed_in(board)
    made = proposed(browser, shorter)
    tomorrow = london_date(timezone.now()) + DAY
    answer = browser.post(f"/procedure/put-forward/{made.pk}/adopt", day(tomorrow))
    assert answer.status_code == 302
    held = Adoption.objects.get()
    assert (held.area_id, held.pack.version, held.starts) == ("birmingham", "2026.1", tomorrow)
    assert held.adopted_by == f"{board.name}, Board member"
    assert not ProposedPack.objects.exists()
    page = text_of(browser.get(answer.headers["Location"]))
    assert f"Birmingham will follow it from {tomorrow:%-d %B %Y}." in page
    assert "Birmingham follows version 2026.1 from" in text_of(browser.get("/procedure/west-midlands/"))
    later = "/procedure/west-midlands/2026.1/rules/discussion-after-referral"
    assert "Within 1 working day" in text_of(browser.get(later))
    work = signed_in(worker).get("/work?whose=agency").content.decode()
    assert "/procedure/west-midlands/2015.1/rules/discussion-after-referral" in work
    old = text_of(browser.get("/procedure/west-midlands/2015.1/rules/discussion-after-referral"))
    assert "Within 3 working days" in old
    compared = text_of(browser.get("/procedure/west-midlands/compare?old=2015.1&new=2026.1"))
    assert "Is now due in 1 working day, was in 3 working days." in compared


def test_todays_pages_are_those_of_the_version_in_force(
    board: Viewer, shorter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its day on the address without a version shows the adopted one, and the old one says that it is old."""
    changed(shorter / "lists/screening.yaml", "title: Signs\n", "title: Signs we saw\n")
    browser = signed_in(board)
    made = proposed(browser, shorter)
    tomorrow = london_date(timezone.now()) + DAY
    browser.post(f"/procedure/put-forward/{made.pk}/adopt", day(tomorrow))
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + 2 * DAY)
    browser = signed_in(board)
    assert "Signs we saw" in text_of(browser.get("/procedure/west-midlands/lists/signs"))
    old = text_of(browser.get("/procedure/west-midlands/2015.1/"))
    assert "You are reading version 2015.1. Birmingham follows version 2026.1 today." in old
    coventry = signed_in(factories.viewer(area_slug="coventry", name="Far School"))
    assert "Signs we saw" not in text_of(coventry.get("/procedure/west-midlands/lists/signs"))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Say from which day"),
        ({"starts-day": "31", "starts-month": "2", "starts-year": "2030", "sure": "yes"}, "does not exist"),
        ({"starts-day": "1", "starts-month": "2", "starts-year": "2030"}, "Tick that you have read"),
        ({"starts-day": "1", "starts-month": "2", "starts-year": "2020", "sure": "yes"}, "from tomorrow on"),
    ],
)
def test_a_day_that_cannot_be_is_said_and_kept(board: Viewer, shorter: Path, fields: dict[str, str], says: str) -> None:
    browser = signed_in(board)
    made = proposed(browser, shorter)
    answer = browser.post(f"/procedure/put-forward/{made.pk}/adopt", fields)
    assert (answer.status_code, says in text_of(answer)) == (422, True)
    for text in fields.values():
        assert f'value="{text}"' in answer.content.decode()
    assert not Adoption.objects.exists() and ProposedPack.objects.exists()


def test_two_who_adopt_at_once_adopt_it_once(board: Viewer, shorter: Path) -> None:
    made = proposed(signed_in(board), shorter)
    tomorrow = london_date(timezone.now()) + DAY
    actions.adopt(board, made, tomorrow)
    with pytest.raises(procedures.NotAdopted, match="no longer put forward"):
        actions.adopt(board, made, tomorrow)
    assert Adoption.objects.count() == 1


ROLES = {
    "practitioner": (), "manager": (), "guardian": (), "co-ordinator": ("put forward", "try", "take back"),
    "board": ("put forward", "adopt", "take back"), "administrator": ("put forward", "adopt", "take back"),
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_each_action_asks_who_may_whatever_the_page_showed(role: str, board: Viewer, shorter: Path) -> None:
    made = proposed(signed_in(board), shorter)
    viewer = factories.viewer("other", name="Somewhere", role=role)
    files = {"pack.yaml": "no"}
    doing = {
        "put forward": lambda: actions.put_forward(viewer, files, "f"),
        "try": lambda: actions.try_it(viewer, made, None),
        "adopt": lambda: actions.adopt(viewer, made, dt.date(2020, 1, 1)),
        "take back": lambda: actions.take_back(viewer, made),
    }
    for what, act in doing.items():
        with viewing(viewer):
            refused = False
            try:
                act()
            except PermissionDenied as denied:
                refused = True
                assert str(denied).endswith("Ask one of them.")
            except Exception as other:  # the role passes, and something else is wrong with what was sent
                assert what in ("put forward", "adopt"), other
        assert refused is (what not in ROLES[role]), what


@pytest.mark.parametrize("role", ["co-ordinator", "board", "administrator"])
def test_another_areas_people_neither_see_nor_touch_it(role: str, board: Viewer, shorter: Path) -> None:
    made = proposed(signed_in(board), shorter)
    other = factories.viewer("other", "camden", name="Camden Board", role=role)
    browser = signed_in(other)
    for rest in ("decide/", "", "try", "adopt", "rules/"):
        assert browser.get(f"/procedure/put-forward/{made.pk}/{rest}").status_code == 404
    for rest in ("try", "adopt", "take-back"):
        assert browser.post(f"/procedure/put-forward/{made.pk}/{rest}", day(dt.date(2030, 1, 1))).status_code == 404
    assert browser.get(f"/procedure/west-midlands/compare?old=2015.1&new={made.pk}").status_code == 404
    with pytest.raises(PermissionDenied):
        actions.take_back(other, made)
    assert ProposedPack.objects.filter(pk=made.pk).exists()


def test_a_version_is_taken_back(coordinator: Viewer, shorter: Path) -> None:
    browser = signed_in(coordinator)
    made = proposed(browser, shorter)
    assert browser.post(f"/procedure/put-forward/{made.pk}/take-back").status_code == 302
    assert browser.get(f"/procedure/put-forward/{made.pk}/decide/").status_code == 404


@pytest.mark.parametrize("query", ["", "?old=2015.1", "?old=2015.1&new=9", f"?old=x&new={UUID(int=1)}", "?old=%00"])
def test_versions_that_are_not_there_are_not_found(board: Viewer, query: str) -> None:
    assert signed_in(board).get(f"/procedure/west-midlands/compare{query}").status_code == 404


def test_every_rule_and_list_of_a_shipped_version_reads_under_its_version(board: Viewer) -> None:
    browser = signed_in(board)
    pack = load_library().packs["london"]
    addresses = [*(f"rules/{rule.id}" for rule in pack.rules), *(f"lists/{name}" for name in pack.lists)]
    for address in (*addresses, "moments/found", "roles/school", "questions/q1", "print", "coverage"):
        assert browser.get(f"/procedure/london/{pack.version}/{address}").status_code == 200
    assert browser.get("/procedure/london/1999.9/").status_code == 404
