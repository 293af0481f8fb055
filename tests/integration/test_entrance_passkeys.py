"""What the server makes of passkeys; signing with real ones is in the journeys."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "three quiet green boats"
DAMAGED = [
    "",
    "not json",
    "[]",
    "7",
    "null",
    '"text"',
    "{}",
    '{"id": 1}',
    '{"id": "YQ", "rawId": "YQ"}',
    '{"response": null}',
    '{"id": "a", "rawId": "%%", "response": {}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "AA",'
    ' "signature": "AA", "userHandle": "YWJj"}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"attestationObject": "AA"}}',
    json.dumps({"id": "x" * 9000, "rawId": "\x00", "response": []}),
]


@pytest.fixture
def client() -> Client:
    browser = Client()
    browser.raise_request_exception = True
    return browser


@pytest.mark.parametrize("sent", DAMAGED)
def test_what_cannot_be_read_is_refused_like_what_does_not_verify(client: Client, sent: str) -> None:
    client.get("/account/passkeys/sign-in/", headers={"accept": "application/json"})
    answer = client.post("/account/passkeys/sign-in/", {"credential": sent, "next": "/procedure/"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/account/login/?passkey=no&next=%2Fprocedure%2F"
    assert client.get("/procedure/").status_code == 302


@pytest.mark.parametrize("sent", DAMAGED)
def test_a_damaged_passkey_is_not_added(client: Client, sent: str) -> None:
    person = factories.account(role="manager", password=PASSWORD)
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    client.get("/account/passkeys/add/")
    answer = client.post("/account/passkeys/add/", {"credential": sent, "name": "Laptop"})
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(user=person).exists()


@pytest.mark.parametrize("sent", DAMAGED)
def test_a_damaged_passkey_is_no_second_step(client: Client, sent: str) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    person = factories.account(role="manager", password=PASSWORD)
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert client.post("/account/codes/authenticate/", {"credential": sent}).status_code == 200
    assert client.get("/work").status_code == 302


def test_the_options_ask_for_the_owner_and_name_nobody(client: Client) -> None:
    asked = client.get("/account/passkeys/sign-in/", headers={"accept": "application/json"}).json()["publicKey"]
    assert asked["userVerification"] == "required"
    assert asked["allowCredentials"] == []
    assert len(asked["challenge"]) >= 43  # 32 bytes


def test_a_challenge_is_good_once(client: Client) -> None:
    first, second = (
        client.get("/account/passkeys/sign-in/", headers={"accept": "application/json"}).json() for _ in range(2)
    )
    assert first["publicKey"]["challenge"] != second["publicKey"]["challenge"]


def test_somebody_elses_passkey_is_not_there_to_remove(client: Client) -> None:
    from tests.pages import signed_in

    mine, theirs = factories.police(), factories.account(role="manager")
    passkey = Authenticator.objects.create(user=theirs, type="webauthn", data={"name": "Key", "credential": {}})
    answer = signed_in(mine).post(f"/account/passkeys/{passkey.pk}/remove/")
    assert answer.status_code == 404
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
