"""Signing in through an organisation's OpenID Connect provider: a real one on loopback, true and false."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from safekept.directory.models import Account
from safekept.entrance.models import Link
from safekept.entrance.organisations.listed import Organisation
from safekept.entrance.proof import PROVEN
from tests import factories
from tests.identity import Provider
from tests.pages import text_of

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"
REFUSED = "You are not signed in"


@pytest.fixture
def provider() -> Iterator[Provider]:
    cache.clear()
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def organisation(provider: Provider, settings: Any) -> Organisation:
    one = Organisation(
        "north-vale", "North Vale Council", "oidc", ("safekept.example",), second_step=("mfa",),
        issuer=provider.issuer, client_id=provider.client_id, secret=provider.secret,
    )  # fmt: skip
    settings.ORGANISATIONS = (one,)
    return one


@pytest.fixture
def person(provider: Provider, organisation: Organisation) -> Account:
    account = factories.account(role="manager")
    provider.person = {
        "sub": "s-1", "email": account.email, "email_verified": True, "amr": ["pwd", "mfa"],
        "auth_time": int(time.time()),
    }  # fmt: skip
    return account


def leave(client: Client, onward: str = "") -> str:
    """Go to the provider, and be sent back from there: the address to come back to."""
    answer = client.get("/account/with/north-vale/" + (f"?next={onward}" if onward else ""))
    assert answer.status_code == 302
    sent = requests.get(answer.headers["Location"], allow_redirects=False, timeout=5)
    return sent.headers["Location"].removeprefix("http://testserver")


def arrive(client: Client, onward: str = "") -> Any:
    return client.get(leave(client, onward))


def is_in(client: Client) -> bool:
    return bool(client.get("/account/codes/").status_code == 200)


def refused(client: Client, answer: Any) -> bool:
    return answer.status_code == 403 and REFUSED in text_of(answer) and not is_in(client)


def test_who_is_known_there_and_here_is_signed_in_where_they_were_going(client: Client, person: Account) -> None:
    answer = arrive(client, "/procedure/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/procedure/")
    assert is_in(client)
    assert Link.objects.get().account == person and Link.objects.get().subject == "s-1"


def test_the_request_asks_for_what_makes_the_answer_safe(client: Client, provider: Provider, person: Account) -> None:
    arrive(client)
    asked = provider.asked[0]
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert len(asked["nonce"]) >= 20 and len(asked["state"]) >= 20
    assert asked["max_age"] == "900" and asked["scope"] == "openid email" and asked["response_type"] == "code"
    assert asked["redirect_uri"] == "http://testserver/account/with/north-vale/back/"


def test_the_sign_in_page_offers_it(client: Client, organisation: Organisation) -> None:
    page = client.get("/account/login/?next=/procedure/").content.decode()
    assert 'href="/account/with/north-vale/?next=%2Fprocedure%2F"' in page or "next=/procedure/" in page
    assert "Sign in with North Vale Council" in page


def test_the_next_time_the_link_counts_though_the_address_changed_there(
    client: Client, provider: Provider, person: Account
) -> None:
    arrive(client)
    provider.person |= {"email": "married.name@safekept.example"}
    again = Client()
    arrive(again)
    assert is_in(again)


def test_an_address_that_passed_to_somebody_else_does_not_pass_the_account(
    client: Client, provider: Provider, person: Account
) -> None:
    arrive(client)
    provider.person |= {"sub": "s-2"}
    newcomer = Client()
    assert refused(newcomer, arrive(newcomer))


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "nobody@safekept.example"},
        {"email": ["person1@safekept.example"]},
        {"email": ""},
    ],
)
def test_nobody_is_matched_by_an_address_that_is_not_verified_or_not_known(
    client: Client, provider: Provider, person: Account, claims: dict[str, Any]
) -> None:
    provider.person |= claims
    before = Account.objects.count()
    assert refused(client, arrive(client))
    assert Account.objects.count() == before and not Link.objects.exists()


def test_every_refusal_reads_alike(client: Client, provider: Provider, person: Account) -> None:
    provider.person |= {"email": "nobody@safekept.example"}
    unknown = text_of(arrive(client))
    provider.person |= {"email": person.email, "email_verified": False}
    assert text_of(arrive(client)) == unknown


def test_a_provider_that_is_said_to_verify_addresses_need_not_say_so_each_time(
    client: Client, provider: Provider, person: Account, organisation: Organisation, settings: Any
) -> None:
    del provider.person["email_verified"]
    assert refused(client, arrive(client))
    settings.ORGANISATIONS = (replace(organisation, verifies_email=True),)
    arrive(client)
    assert is_in(client)


@pytest.mark.parametrize(
    "narrower",
    [{"domains": ("elsewhere.example",)}, {"agency": "Another agency"}, {"area": "camden"}],
)
def test_an_organisation_signs_in_its_own_people_alone(
    client: Client, person: Account, organisation: Organisation, settings: Any, narrower: dict[str, Any]
) -> None:
    settings.ORGANISATIONS = (replace(organisation, **narrower),)
    assert refused(client, arrive(client))


def test_its_own_people_are_those_of_its_agency_and_area(
    client: Client, person: Account, organisation: Organisation, settings: Any
) -> None:
    agency = person.team.agency
    settings.ORGANISATIONS = (replace(organisation, agency=agency.name, area=agency.area_id),)
    arrive(client)
    assert is_in(client)


def test_whoever_is_switched_off_and_the_loader_stay_out(client: Client, provider: Provider, person: Account) -> None:
    person.is_active = False
    person.save()
    assert refused(client, arrive(client))
    loader = factories.account(role="loader")
    provider.person |= {"email": loader.email}
    assert refused(client, arrive(client))


FALSE: dict[str, Any] = {
    "another nonce": lambda c: {**c, "nonce": "another"},
    "no nonce": lambda c: {k: v for k, v in c.items() if k != "nonce"},
    "another audience": lambda c: {**c, "aud": "somebody-else"},
    "an audience of two, issued to the other": lambda c: {**c, "aud": ["safekept", "other"], "azp": "other"},
    "another issuer": lambda c: {**c, "iss": "https://evil.example"},
    "expired": lambda c: {**c, "exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
    "no expiry": lambda c: {k: v for k, v in c.items() if k != "exp"},
    "issued in the future": lambda c: {**c, "iat": int(time.time()) + 3600},
    "no subject": lambda c: {k: v for k, v in c.items() if k != "sub"},
    "no issuer": lambda c: {k: v for k, v in c.items() if k != "iss"},
    "a method that is no list": lambda c: {**c, "amr": "mfa"},
    "no audience": lambda c: {k: v for k, v in c.items() if k != "aud"},
}


@pytest.mark.parametrize("how", FALSE)
def test_a_token_with_false_claims_is_refused(client: Client, provider: Provider, person: Account, how: str) -> None:
    provider.alter = FALSE[how]
    assert refused(client, arrive(client))


@pytest.mark.parametrize(
    "how", ["unsigned", "with_shared_secret", "with_public_key_as_secret", "another key", "cut short", "no token"]
)
def test_a_token_with_a_false_signature_is_refused(
    client: Client, provider: Provider, person: Account, how: str
) -> None:
    from joserfc.jwk import RSAKey

    other = RSAKey.generate_key(2048, {"kid": "one"})
    ways: dict[str, Any] = {
        "another key": lambda claims: provider.signed(claims, other),
        "cut short": lambda claims: provider.signed(claims)[:-20],
        "no token": lambda claims: "",
    }
    provider.sign = ways.get(how) or getattr(provider, how)
    provider.algorithms = ["RS256", "HS256", "none"]  # though the provider itself says that it may
    assert refused(client, arrive(client))


def test_an_answer_to_nothing_that_was_asked_is_refused(client: Client, person: Account) -> None:
    back = leave(client)
    parts = urlsplit(back)
    query = dict(parse_qsl(parts.query))
    for changed in ({"state": "another"}, {"code": "another"}, {"iss": "https://evil.example"}):
        forged = Client()
        forged.cookies = client.cookies
        assert refused(forged, forged.get(f"{parts.path}?{urlencode(query | changed)}"))


def test_an_answer_in_another_browser_is_refused(client: Client, person: Account) -> None:
    back, victim = leave(client), Client()
    assert refused(victim, victim.get(back))


def test_an_answer_is_good_once(client: Client, person: Account) -> None:
    back = leave(client)
    assert client.get(back).status_code == 302
    client.post("/account/logout/")
    assert refused(client, client.get(back))


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?state=&code=", "?state=%00&code=%00"])
def test_what_comes_back_without_an_answer_is_refused(client: Client, person: Account, query: str) -> None:
    leave(client)
    assert refused(client, client.get(f"/account/with/north-vale/back/{query}"))


def test_a_provider_that_does_not_answer_is_a_sentence_and_no_error(
    client: Client, provider: Provider, person: Account
) -> None:
    provider.close()
    answer = client.get("/account/with/north-vale/")
    assert refused(client, answer)


def test_the_address_may_come_from_userinfo_but_only_about_the_same_person(
    client: Client, provider: Provider, person: Account
) -> None:
    email = provider.person.pop("email")
    provider.userinfo = {"sub": "somebody-else", "email": email, "email_verified": True}
    assert refused(client, arrive(client))
    provider.userinfo["sub"] = "s-1"
    arrive(client)
    assert is_in(client)


@pytest.mark.parametrize("said", [{"amr": ["pwd"]}, {"amr": []}, {"amr": None}, {"acr": "0"}])
def test_without_a_second_step_there_ours_is_asked(
    client: Client, provider: Provider, person: Account, said: dict[str, Any]
) -> None:
    TOTP.activate(person, SECRET)
    provider.person |= {"amr": None, **said}
    answer = arrive(client, "/procedure/")
    assert answer.headers["Location"].startswith("/account/codes/authenticate/")
    assert not is_in(client)
    typed = format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/account/codes/authenticate/", {"code": typed}).headers["Location"] == "/procedure/"
    assert is_in(client)


def test_without_a_second_step_anywhere_one_is_set_up_first(
    client: Client, provider: Provider, person: Account
) -> None:
    provider.person |= {"amr": ["pwd"]}
    arrive(client)
    assert client.get("/work").headers["Location"] == "/account/codes/set-up/"
    assert client.get("/account/codes/set-up/").status_code == 200


def test_a_second_step_there_counts_by_acr_too(
    client: Client, provider: Provider, person: Account, organisation: Organisation, settings: Any
) -> None:
    settings.ORGANISATIONS = (replace(organisation, second_step=("urn:two-steps",)),)
    TOTP.activate(person, SECRET)
    provider.person |= {"acr": "urn:two-steps"}
    arrive(client)
    assert is_in(client)


@pytest.mark.parametrize(("ago", "asked"), [(60, False), (1000, True), (None, True)])
def test_when_they_last_showed_there_who_they_are_is_when_they_last_showed_it(
    client: Client, provider: Provider, person: Account, ago: int | None, asked: bool
) -> None:
    """A sign-in that the provider made of an old session of its own is no fresh proof."""
    if ago is None:
        del provider.person["auth_time"]
    else:
        provider.person |= {"auth_time": int(time.time()) - ago}
    arrive(client)
    assert is_in(client)
    assert ("Show again that it is you" in text_of(client.get("/account/passkeys/add/"))) is asked
    assert client.session[PROVEN] <= time.time()


def test_who_has_neither_password_nor_passkey_shows_it_there_again_and_loses_nothing(
    client: Client, provider: Provider, person: Account
) -> None:
    from safekept.access.models import Bar
    from safekept.access.viewer import viewer_for, viewing
    from tests.pages import a_child

    factories.coordinator()
    factories.police()
    person.team = Account.objects.get(pk=factories.viewer("children-services", role="manager").account_id).team
    person.save()
    viewer = viewer_for(person)
    child = a_child(viewer)
    other = Account.objects.get(pk=factories.viewer("school", name="Ash School").account_id)
    arrive(client)
    session = client.session
    session[PROVEN] = 0
    session.save()
    page = client.post(f"/children/{child}/who/deny", {"email": other.email, "reason": "A relative is concerned."})
    onward = re.findall(r'href="/account/with/north-vale/\?next=([^"]*)"', page.content.decode())[0]
    assert "Show it to North Vale Council" in text_of(page)
    answer = arrive(client, onward)
    kept = client.get(answer.headers["Location"])
    assert "A relative is concerned." in text_of(kept)
    client.post(answer.headers["Location"], {"email": other.email, "reason": "A relative is concerned."}, follow=True)
    with viewing(viewer):
        assert Bar.objects.get().account_id == other.pk


def test_starting_again_takes_the_link_off(client: Client, provider: Provider, person: Account) -> None:
    from safekept.entrance.accounts import start_again

    arrive(client)
    start_again(person.email, "four loud orange trains")
    assert not Link.objects.exists()


def test_nothing_leads_to_another_site_afterwards(client: Client, person: Account) -> None:
    answer = arrive(client, "https://evil.example/")
    assert answer.headers["Location"] == "/work"


def test_an_organisation_that_is_not_listed_is_not_there(client: Client, organisation: Organisation) -> None:
    for path in ("south-vale/", "south-vale/back/", "north-vale/metadata/"):
        assert client.get(f"/account/with/{path}").status_code == 404
    assert client.post("/account/with/north-vale/saml/finish/").status_code == 404
