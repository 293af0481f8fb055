"""Signing in through an organisation's SAML provider: signed assertions, true and false."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from safekept.directory.models import Account
from safekept.entrance.models import Link
from safekept.entrance.organisations.listed import Organisation
from tests import assertions, factories
from tests.assertions import assertion, packed, response, signed
from tests.pages import text_of

pytestmark = pytest.mark.django_db
REFUSED = "You are not signed in"


@pytest.fixture
def organisation(settings: Any) -> Organisation:
    cache.clear()
    one = Organisation(
        "north-vale", "North Vale Council", "saml", ("safekept.example",), second_step=(assertions.TWO_STEPS,),
        verifies_email=True, entity_id=assertions.ENTITY, sso_url="https://login.northvale.example/sso",
        certificate=assertions.keys("provider")[1],
    )  # fmt: skip
    settings.ORGANISATIONS = (one,)
    return one


@pytest.fixture
def person(organisation: Organisation) -> Account:
    return factories.account(role="manager")


@pytest.fixture
def victim(organisation: Organisation) -> Account:
    """Somebody whom a false answer would like to be."""
    return factories.account(role="administrator")


def begin(client: Client, onward: str = "") -> str:
    """Go to the provider; the name of the request that it is asked to answer."""
    answer = client.get("/account/with/north-vale/" + (f"?next={onward}" if onward else ""))
    assert answer.status_code == 302 and answer.headers["Location"].startswith("https://login.northvale.example/sso?")
    return str(assertions.asked(answer.headers["Location"]).get("ID"))


def finish(client: Client, sent: str) -> Any:
    return client.post("/account/with/north-vale/saml/finish/", {"SAMLResponse": sent})


def is_in(client: Client) -> bool:
    return bool(client.get("/account/codes/").status_code == 200)


def refused(client: Client, answer: Any) -> bool:
    return answer.status_code == 403 and REFUSED in text_of(answer) and not is_in(client)


def true_answer(asked: str, person: Account, **more: Any) -> str:
    return response(asked, signed(assertion(asked, person.email, **more)))


def test_who_is_known_there_and_here_is_signed_in_where_they_were_going(client: Client, person: Account) -> None:
    request = begin(client, "/procedure/")
    from_there = Client().post("/account/with/north-vale/saml/", {"SAMLResponse": true_answer(request, person)})
    assert "data-send-at-once" in from_there.content.decode() and not from_there.cookies
    answer = finish(client, true_answer(request, person))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/procedure/")
    assert is_in(client)
    assert (Link.objects.get().account, Link.objects.get().subject) == (person, "s-1")


def test_the_request_asks_for_a_fresh_sign_in(client: Client, organisation: Organisation) -> None:
    asked = assertions.asked(client.get("/account/with/north-vale/").headers["Location"])
    assert asked.get("ForceAuthn") == "true"
    assert asked.get("AssertionConsumerServiceURL") == "http://testserver/account/with/north-vale/saml/"


def test_the_provider_is_told_what_it_has_to_know(client: Client, organisation: Organisation) -> None:
    found = client.get("/account/with/north-vale/metadata/")
    assert 'entityID="http://testserver/account/with/north-vale/metadata/"' in found.content.decode()
    assert 'WantAssertionsSigned="true"' in found.content.decode()


def test_an_answer_is_good_once(client: Client, person: Account) -> None:
    sent = true_answer(begin(client), person)
    assert finish(client, sent).status_code == 302
    client.post("/account/logout/")
    assert refused(client, finish(client, sent))
    begin(client)
    assert refused(client, finish(client, sent))


def test_an_answer_in_another_browser_is_refused(client: Client, person: Account) -> None:
    sent, other = true_answer(begin(client), person), Client()
    begin(other)
    assert refused(other, finish(other, sent))


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, person: Account) -> None:
    begin(client)
    assert refused(client, finish(client, true_answer("", person)))
    assert refused(client, finish(client, true_answer("_made-up", person)))


def test_an_answer_that_came_too_late_is_refused(client: Client, person: Account) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(minutes=11)):
        request = begin(client)
    assert refused(client, finish(client, true_answer(request, person)))


FALSE: dict[str, dict[str, Any]] = {
    "another audience": {"audience": "https://elsewhere.example/metadata"},
    "another recipient": {"recipient": "https://elsewhere.example/saml/"},
    "another issuer": {"issuer": "https://evil.example"},
    "over": {"minutes": -10},
    "an answer to another request": {"request": "_another"},
}


@pytest.mark.parametrize("how", FALSE)
def test_an_assertion_that_says_something_else_is_refused(client: Client, person: Account, how: str) -> None:
    assert refused(client, finish(client, true_answer(begin(client), person, **FALSE[how])))


@pytest.mark.parametrize("how", [{"destination": "https://elsewhere.example/"}, {"status": "Responder"}])
def test_a_response_that_says_something_else_is_refused(client: Client, person: Account, how: dict[str, str]) -> None:
    request = begin(client)
    assert refused(client, finish(client, response(request, signed(assertion(request, person.email)), **how)))


def test_an_unsigned_assertion_is_refused(client: Client, person: Account) -> None:
    request = begin(client)
    assert refused(client, finish(client, response(request, assertion(request, person.email))))


def test_an_assertion_that_somebody_else_signed_is_refused(client: Client, person: Account) -> None:
    request = begin(client)
    assert refused(client, finish(client, response(request, signed(assertion(request, person.email), "thief"))))


def test_a_signed_response_around_an_unsigned_assertion_is_refused(client: Client, person: Account) -> None:
    import base64

    request = begin(client)
    xml = base64.b64decode(response(request, assertion(request, person.email))).decode()
    assert refused(client, finish(client, packed(signed(xml))))


def test_an_assertion_changed_after_it_was_signed_is_refused(client: Client, person: Account, victim: Account) -> None:
    request = begin(client)
    changed = signed(assertion(request, person.email)).replace(person.email, victim.email)
    assert victim.email in changed
    assert refused(client, finish(client, response(request, changed)))


def wrapped(request: str, person: Account, victim: Account) -> dict[str, str]:
    """The signed assertion is there and true, and a false one stands where it might be read instead."""
    true = signed(assertion(request, person.email))
    false = assertion(request, victim.email, id="_false", name="s-666")
    same_id = assertion(request, victim.email, name="s-666")
    signature = true[true.index("<ds:Signature") : true.index("</ds:Signature>") + len("</ds:Signature>")]
    bare = true.replace(signature, "")
    inside = signature.replace("</ds:Signature>", f"<ds:Object>{bare}</ds:Object></ds:Signature>")
    issuer = "</saml:Issuer>"
    return {
        "false before true": response(request, false, true),
        "true before false": response(request, true, false),
        "the same id twice": response(request, same_id, true),
        "true in an extension": response(request, f"<samlp:Extensions>{true}</samlp:Extensions>", false),
        "true inside false": response(request, false.replace(issuer, issuer + true, 1)),
        "true in the signature of false": response(request, false.replace(issuer, issuer + inside, 1)),
        "true in the signature of false, same id": response(request, same_id.replace(issuer, issuer + inside, 1)),
        "the signature over nothing": response(request, false.replace(issuer, issuer + signature, 1)),
    }


WRAPPINGS = (
    "false before true",
    "true before false",
    "the same id twice",
    "true in an extension",
    "true inside false",
    "true in the signature of false",
    "true in the signature of false, same id",
    "the signature over nothing",
)


@pytest.mark.parametrize("how", WRAPPINGS)
def test_a_false_assertion_wrapped_around_a_true_one_is_refused(
    client: Client, person: Account, victim: Account, how: str
) -> None:
    request = begin(client)
    ways = wrapped(request, person, victim)
    assert set(ways) == set(WRAPPINGS)
    assert refused(client, finish(client, ways[how]))
    assert not Link.objects.exists()


def test_a_comment_in_an_address_makes_nobody_else_of_it(client: Client, person: Account, victim: Account) -> None:
    """An address at the provider may not be cut where a comment stands in it, which leaves the signature good."""
    request = begin(client)
    longer = f"{victim.email}.evil.example"
    cut = signed(assertion(request, longer)).replace(longer, f"{victim.email}<!-- -->.evil.example")
    assert refused(client, finish(client, response(request, cut)))


@pytest.mark.parametrize(
    "sent",
    ["", "%%%", "PHhtbD4=", packed("<a/>"), packed("no xml"), packed("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
     packed("<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol'/>"), "A" * 300_000],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(client: Client, person: Account, sent: str) -> None:
    begin(client)
    assert refused(client, finish(client, sent))


def test_without_a_second_step_there_ours_is_asked(client: Client, person: Account) -> None:
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    answer = finish(client, true_answer(begin(client), person, context=assertions.CONTEXT))
    assert answer.headers["Location"].startswith("/account/codes/authenticate/")
    assert not is_in(client)


def test_nobody_is_matched_by_an_address_that_the_organisation_does_not_verify(
    client: Client, person: Account, organisation: Organisation, settings: Any
) -> None:
    settings.ORGANISATIONS = (replace(organisation, verifies_email=False),)
    assert refused(client, finish(client, true_answer(begin(client), person)))


def test_a_passing_name_makes_no_link(client: Client, person: Account) -> None:
    from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml

    assert finish(client, true_answer(begin(client), person, format=Saml.NAMEID_TRANSIENT)).status_code == 302
    assert is_in(client) and not Link.objects.exists()


def test_nobody_is_made_by_arriving(client: Client, organisation: Organisation) -> None:
    before, request = Account.objects.count(), begin(client)
    sent = response(request, signed(assertion(request, "nobody@safekept.example")))
    assert refused(client, finish(client, sent))
    assert Account.objects.count() == before


def test_what_another_site_sends_keeps_nothing_here(organisation: Organisation) -> None:
    """Its form carries no session, and none is made for it."""
    from django.contrib.sessions.models import Session

    Client().post("/account/with/north-vale/saml/", {"SAMLResponse": "A" * 1000})
    assert not Session.objects.exists()
