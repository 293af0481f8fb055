"""Programs come in with a key alone: whose it is, from where, for how long; and what a wrong one is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from safekept.access.models import Alert, ReadEvent
from safekept.access.viewer import loader, viewing
from safekept.cli import account as cli
from safekept.directory.accounts import CannotAdd
from safekept.directory.models import Account
from safekept.entrance import throttling
from safekept.entrance.accounts import start_again
from safekept.entrance.models import ProgramKey
from safekept.entrance.programs import give
from tests import factories
from tests.pages import a_child, signed_in, text_of
from tests.programs import PURPOSE, Program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_tries() -> None:
    cache.clear()


def test_a_key_acts_for_its_person_and_says_so() -> None:
    viewer = factories.children_services()
    told = Program(viewer, may_record=False).get("/me").json()
    assert (told["name"], told["role"], told["area"]) == (viewer.name, "practitioner", "birmingham")
    assert (told["program"], told["purpose"], told["may_record"]) == ("School records", PURPOSE, False)


def test_without_a_key_nothing_is_answered_and_a_cookie_counts_for_nothing() -> None:
    viewer = factories.children_services()
    for client in (Client(), signed_in(viewer)):
        for path in ("/api/v1/me", "/api/v1/work", "/api/v1/no-such-thing", "/api/"):
            answer = client.get(path)
            assert answer.status_code == 401, path
            assert answer.json() == {
                "says": "Send your program’s key with every request: ‘Authorization: Bearer’ and the key."
            }
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Basic c2FmZQ==", "safekept-abc", "Bearer \xff\xfe"])
def test_what_is_no_key_opens_nothing(header: str) -> None:
    assert Client().get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_no_session_begins() -> None:
    answer = Program(factories.children_services()).get("/me")
    assert answer.status_code == 200
    assert not answer.cookies


def test_a_key_ends_with_its_person_and_at_once_when_it_is_ended() -> None:
    viewer = factories.children_services()
    program = Program(viewer)
    Account.objects.filter(pk=viewer.account_id).update(is_active=False)
    assert program.get("/me").status_code == 401
    Account.objects.filter(pk=viewer.account_id).update(is_active=True)
    assert program.get("/me").status_code == 200
    ProgramKey.objects.update(ended_at=timezone.now())
    assert program.get("/me").status_code == 401


def test_a_key_ends_with_its_time() -> None:
    program = Program(factories.children_services())
    with time_machine.travel(timezone.now() + dt.timedelta(days=30, minutes=-1), tick=False):
        assert program.get("/me").status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(days=30, minutes=1), tick=False):
        assert program.get("/me").status_code == 401


def test_whoever_works_no_cases_any_more_has_no_program_that_does() -> None:
    viewer = factories.children_services()
    program = Program(viewer)
    Account.objects.filter(pk=viewer.account_id).update(role="board")
    assert program.get("/me").status_code == 401


def test_a_made_up_persons_key_opens_nothing_outside_the_demonstration(settings: Any) -> None:
    viewer = factories.children_services()
    program = Program(viewer)
    Account.objects.filter(pk=viewer.account_id).update(is_demo=True)
    settings.DEMO = True
    assert program.get("/me").status_code == 200
    settings.DEMO = False
    assert program.get("/me").status_code == 401


def test_a_new_password_ends_every_key() -> None:
    viewer = factories.children_services()
    program = Program(viewer)
    start_again(Account.objects.get(pk=viewer.account_id).email, "a new and long password")
    assert program.get("/me").status_code == 401


def test_a_key_is_bound_to_the_addresses_it_was_given_for() -> None:
    viewer = factories.children_services()
    assert Program(viewer, networks=["127.0.0.0/8"]).get("/me").status_code == 200
    assert Program(viewer, networks=["192.0.2.0/24", "2001:db8::/32"]).get("/me").status_code == 401


@pytest.mark.parametrize(
    ("network", "at", "status"),
    [
        ("2001:db8:1:2::9/128", "2001:db8:1:2::9", 200),
        ("2001:db8:1:2::9/128", "2001:db8:1:2:dead::9", 401),
        ("192.0.2.0/24", "::ffff:192.0.2.4", 200),
        ("192.0.2.0/24", "192.0.3.4", 401),
        ("192.0.2.0/24", "", 403),
    ],
)
def test_an_address_is_compared_whole(network: str, at: str, status: int) -> None:
    program = Program(factories.children_services(), networks=[network])
    answer = program.get("/me", REMOTE_ADDR=at)
    assert answer.status_code == status
    assert status == 200 or answer.json()["says"]


def test_wrong_keys_are_slowed_down_and_the_right_one_never(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "ADDRESS", throttling.Limit(3, 60))
    program, wrong = Program(factories.children_services()), {"Authorization": "Bearer safekept-wrong"}
    got = [Client().get("/api/v1/me", headers=wrong) for _ in range(5)]
    assert [one.status_code for one in got] == [401, 401, 401, 429, 429]
    assert got[-1].headers["Retry-After"] == "60"
    assert program.get("/me").status_code == 200


def test_the_key_itself_is_kept_nowhere() -> None:
    program = Program(factories.children_services())
    row = ProgramKey.objects.values().get()
    assert program.secret.startswith("safekept-") and len(program.secret) > 45
    assert not any(program.secret in str(value) for value in row.values())


def test_the_guardian_is_told_of_a_key() -> None:
    viewer = factories.children_services()
    Program(viewer)
    with viewing(loader("test")):
        alert = Alert.objects.get()
    assert (alert.kind, alert.account_id, alert.subject_id) == ("program-key", viewer.account_id, None)
    assert (
        alert.says == f"School records was given a key to read and record for {viewer.name}, by A. Operator: {PURPOSE}"
    )
    assert alert.due is not None
    desk = signed_in(factories.viewer("other", role="guardian"))
    page = text_of(desk.get("/guardian/"))
    assert "A program was given a key to act for somebody" in page and alert.says in page
    assert "1 let a program act" in page
    assert desk.get(f"/guardian/alerts/{alert.pk}").status_code == 200


def test_the_reading_log_says_which_program_read_and_for_what() -> None:
    viewer = factories.children_services()
    child = a_child(viewer)
    assert Program(viewer).get(f"/records/{child}/history").status_code == 200
    with viewing(viewer):
        row = ReadEvent.objects.filter(what="History").get()
    assert row.purpose == f"School records: {PURPOSE}"
    assert row.ids[0] == child


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"days": 0}, "1 to 90 days"),
        ({"days": 91}, "1 to 90 days"),
        ({"purpose": "Work"}, "what it is for"),
        ({"program": " "}, "what the program is called"),
        ({"given_by": ""}, "who gives the key"),
        ({"networks": ["10.0.0"]}, "10.0.0 is not a range of addresses"),
        ({"email": "nobody@safekept.example"}, "no account"),
    ],
)
def test_what_a_key_must_say(changed: dict[str, Any], says: str) -> None:
    email = Account.objects.get(pk=factories.children_services().account_id).email
    given = {
        "email": email, "program": "School records", "purpose": PURPOSE, "given_by": "A. Operator", "days": 30,
        "may_record": False,
    }  # fmt: skip
    with pytest.raises(CannotAdd, match=says):
        give(**{**given, **changed})
    assert not ProgramKey.objects.exists()


@pytest.mark.parametrize("role", ["board", "guardian", "administrator"])
def test_only_those_who_work_with_children_can_have_a_program(role: str) -> None:
    email = Account.objects.get(pk=factories.viewer("other", role=role).account_id).email
    with pytest.raises(CannotAdd, match="could see nothing"):
        give(email, "Desk", PURPOSE, "A. Operator", 30, False)


def test_a_person_sees_and_ends_what_acts_in_their_name_and_nobody_elses() -> None:
    viewer, other = factories.children_services(), factories.children_services()
    program, theirs = Program(viewer), Program(other)
    browser = signed_in(viewer)
    page = text_of(browser.get("/account/codes/"))
    assert "Programs that act in your name" in page and PURPOSE in page and "Not used yet" in page
    program.get("/me")
    assert "Last used" in text_of(browser.get("/account/codes/"))
    assert browser.post(f"/account/programs/{theirs.key.pk}/end").status_code == 404
    assert theirs.get("/me").status_code == 200
    assert browser.post(f"/account/programs/{program.key.pk}/end").status_code == 302
    assert program.get("/me").status_code == 401
    assert "Programs that act" not in text_of(browser.get("/account/codes/"))


def test_a_key_is_given_listed_and_ended_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safekept.config.bootstrap.use_django", lambda **_: None)
    email, run = Account.objects.get(pk=factories.children_services().account_id).email, CliRunner()
    options = ["--program", "School records", "--purpose", PURPOSE, "--by", "A. Operator", "--may-record"]
    given = run.invoke(cli.account, ["key", email, *options])
    assert given.exit_code == 0, given.output
    secret = given.output.split()[-1]
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["may_record"] is True
    listed = run.invoke(cli.account, ["keys", email]).output
    assert "School records" in listed and PURPOSE in listed and secret not in listed
    assert (
        run.invoke(cli.account, ["end-key", email, "--number", str(ProgramKey.objects.get().pk)]).output
        == "1 key ended.\n"
    )
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert run.invoke(cli.account, ["end-key", email]).exit_code == 2
    assert run.invoke(cli.account, ["key", email, *options, "--days", "400"]).exit_code == 2
    assert run.invoke(cli.account, ["keys", "nobody@safekept.example"]).exit_code == 2
