"""Signing in, staying signed in, and leaving."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from safekept.entrance.sessions import LAST_USED, STARTED
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "three quiet green boats"


@pytest.fixture(autouse=True)
def _no_rate_limits_left() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def person() -> Any:
    return factories.account(role="administrator", password=PASSWORD)


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up(client: Client) -> str:
    client.get("/account/codes/set-up/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/account/codes/set-up/", {"code": code(secret)})
    assert answer.status_code == 302
    return str(secret)


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client: Client) -> None:
    answer = client.get("/account/codes/")
    assert (answer.status_code, answer.url) == (302, "/account/login/?next=/account/codes/")  # type: ignore[attr-defined]


def test_the_first_sign_in_sets_up_codes_before_anything_else(client: Client, person: Any) -> None:
    assert sign_in(client, person.email).status_code == 302
    assert client.get("/account/password/").headers["Location"] == "/account/codes/set-up/"
    page = client.get("/account/codes/set-up/").content.decode()
    assert "data:image/svg+xml;base64," in page
    set_up(client)
    assert client.get("/account/codes/").status_code == 200
    assert "Recovery codes" in client.get("/account/codes/").content.decode()
    assert client.get("/account/codes/recovery/").status_code == 200


def test_the_next_sign_in_asks_for_a_code(client: Client, person: Any) -> None:
    sign_in(client, person.email)
    secret = set_up(client)
    client.post("/account/logout/")
    cache.clear()
    answer = sign_in(client, person.email)
    assert answer.headers["Location"].startswith("/account/codes/authenticate/")
    assert client.get("/account/codes/").status_code == 302
    assert "Six-digit code" in client.get("/account/codes/authenticate/").content.decode()
    wrong = client.post("/account/codes/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.post("/account/codes/authenticate/", {"code": code(secret)}).status_code == 302
    assert client.get("/account/codes/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client, person: Any) -> None:
    def said(email: str) -> str:
        text = sign_in(client, email, "not the password").content.decode()
        return "\n".join(line for line in text.splitlines() if "csrf" not in line).replace(email, "")

    assert said(person.email) == said("nobody@safekept.example")


@pytest.mark.parametrize("role", ["loader"])
def test_the_loader_never_signs_in(client: Client, role: str) -> None:
    account = factories.account(role=role, password=PASSWORD)
    assert sign_in(client, account.email).status_code == 200


@pytest.mark.parametrize("address", ["/account/signup/", "/account/password/reset/", "/account/email/"])
def test_what_is_not_offered_does_not_exist(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_quarter_of_an_hour_without_a_page_signs_out(client: Client, person: Any) -> None:
    client.force_login(person)
    set_in_session(client, LAST_USED, int(time.time()) - settings.SESSION_IDLE_SECONDS - 1)
    assert client.get("/account/codes/").headers["Location"].startswith("/account/login/")


def test_twelve_hours_sign_out_in_any_case(client: Client, person: Any) -> None:
    client.force_login(person)
    set_in_session(client, LAST_USED, int(time.time()))
    set_in_session(client, STARTED, int(time.time()) - settings.SESSION_LONGEST_SECONDS - 1)
    assert client.get("/account/codes/").headers["Location"].startswith("/account/login/")


def set_in_session(client: Client, name: str, value: int) -> None:
    session = client.session
    session[name] = value
    session.save()


def test_leaving_quickly_signs_out_and_lands_elsewhere(client: Client, person: Any) -> None:
    client.force_login(person)
    answer = client.post("/leave")
    assert answer.headers["Location"] == "https://www.bbc.co.uk/weather"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert Session.objects.count() == 0
    assert client.get("/leave").status_code == 405


def test_demo_people_sign_in_with_one_click_in_the_demonstration_alone(client: Client, settings: Any) -> None:
    person = factories.account(role="administrator")
    person.is_demo = True
    person.save()
    settings.DEMO = False
    assert client.post("/account/demo", {"account": str(person.pk)}).status_code == 404
    settings.DEMO = True
    assert person.name in client.get("/account/login/").content.decode()
    assert client.post("/account/demo", {"account": str(person.pk)}).headers["Location"] == "/work"
    assert client.get("/account/codes/").status_code == 200


@pytest.mark.parametrize("which", ["unknown", "nonsense", "real"])
def test_nobody_else_signs_in_with_one_click(client: Client, settings: Any, which: str) -> None:
    settings.DEMO = True
    named = {"unknown": str(uuid4()), "nonsense": "x", "real": str(factories.account().pk)}[which]
    assert client.post("/account/demo", {"account": named}).status_code == 404


def test_a_demo_session_needs_codes_once_the_demonstration_is_over(client: Client, settings: Any) -> None:
    person = factories.account(role="administrator")
    person.is_demo = True
    person.save()
    settings.DEMO = True
    client.post("/account/demo", {"account": str(person.pk)})
    settings.DEMO = False
    assert client.get("/account/codes/").headers["Location"] == "/account/codes/set-up/"


def test_one_who_is_switched_off_is_out_from_the_next_page(client: Client, person: Any) -> None:
    client.force_login(person)
    assert client.get("/account/codes/set-up/").status_code in {200, 302}
    person.is_active = False
    person.save()
    assert client.get("/account/codes/").headers["Location"].startswith("/account/login/")


def test_starting_again_takes_the_codes_off(client: Client, person: Any) -> None:
    from safekept.entrance.accounts import start_again

    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    start_again(person.email, "four loud orange trains")
    assert not Authenticator.objects.filter(user=person).exists()
    assert sign_in(client, person.email, "four loud orange trains").headers["Location"] == "/work"
    assert client.get("/account/codes/").headers["Location"] == "/account/codes/set-up/"


@pytest.mark.parametrize("address", ["/account/login/", "/healthz", "/nowhere"])
def test_every_answer_carries_the_strict_headers(client: Client, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_health(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").json() == {"ready": True}
    monkeypatch.setattr("safekept.entrance.pages.views.pending_migrations", lambda: True)
    assert client.get("/healthz").status_code == 503
