"""Guessing is slowed down, and the rightful person still gets in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from safekept.entrance import devices, throttling
from safekept.entrance.models import Tries
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD, WRONG = "three quiet green boats", "three quiet green goats"
SECRET = "JBSWY3DPEHPK3PXP"
NIGHT = dt.datetime(2026, 3, 10, 3, 0, tzinfo=dt.UTC)
SLOW_DOWN = "Too many wrong tries"


@pytest.fixture
def quick_hashes(settings: Any) -> None:
    """A thousand tries need no slow hash; the one test of what a try costs has the real one."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(quick_hashes: None) -> Any:
    cache.clear()
    account = factories.account(role="manager", password=PASSWORD)
    TOTP.activate(account, SECRET)
    return account


def code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def browser(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def password(client: Client, email: str, typed: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": email, "password": typed})


def is_in(client: Client) -> bool:
    return bool(client.get("/account/codes/").status_code == 200)


def sign_in(client: Client, email: str) -> bool:
    password(client, email)
    client.post("/account/codes/authenticate/", {"code": code()})
    return is_in(client)


def elsewhere(number: int) -> str:
    return f"203.{number // 62_500}.{number // 250 % 250}.{number % 250}"


def wrong_tries(email: str, how_many: int = 40) -> None:
    """From as many addresses; 40 are more than an account takes from anywhere at once."""
    for number in range(how_many):
        password(browser(elsewhere(number)), email, WRONG)


def test_after_a_thousand_wrong_tries_from_elsewhere_the_right_person_gets_in(person: Any) -> None:
    """From a known device at once, a hundred days after it became one; from a new one within a minute."""
    with time_machine.travel(NIGHT, tick=False) as clock:
        known = browser("198.51.100.7")
        assert sign_in(known, person.email)
        known.post("/account/logout/")
        clock.shift(dt.timedelta(days=100))
        wrong_tries(person.email, 1000)
        assert SLOW_DOWN in password(browser("198.51.100.8"), person.email).content.decode()
        assert sign_in(known, person.email)
        clock.shift(dt.timedelta(seconds=59))
        assert sign_in(browser("198.51.100.8"), person.email)


def test_wrong_codes_from_elsewhere_keep_nobody_out_either(person: Any) -> None:
    """Whoever has the password too may try codes, slowly: ten at once, then one a minute, wherever they are."""
    with time_machine.travel(NIGHT, tick=False) as clock:
        known = browser("198.51.100.7")
        assert sign_in(known, person.email)
        known.post("/account/logout/")
        clock.shift(dt.timedelta(minutes=2))
        refused = 0
        for number in range(30):
            thief = browser(elsewhere(number))
            password(thief, person.email)
            refused += SLOW_DOWN in thief.post("/account/codes/authenticate/", {"code": "000000"}).content.decode()
        assert refused == 20
        assert sign_in(known, person.email)
        known.post("/account/logout/")
        clock.shift(dt.timedelta(seconds=60))
        assert sign_in(browser("198.51.100.8"), person.email)


def test_one_address_has_five_tries_at_an_account_and_then_one_a_minute(person: Any) -> None:
    with time_machine.travel(NIGHT, tick=False) as clock:
        guesser = browser("203.0.113.5")
        said = [SLOW_DOWN in password(guesser, person.email, WRONG).content.decode() for _ in range(7)]
        assert said == [False] * 5 + [True] * 2
        clock.shift(dt.timedelta(seconds=60))
        said = [SLOW_DOWN in password(guesser, person.email, WRONG).content.decode() for _ in range(2)]
        assert said == [False, True]


def test_one_address_cannot_walk_through_many_accounts(person: Any) -> None:
    with time_machine.travel(NIGHT, tick=False):
        guesser = browser("203.0.113.5")
        said = [SLOW_DOWN in password(guesser, f"p{n}@work.example", WRONG).content.decode() for n in range(70)]
        assert said == [False] * 60 + [True] * 10
        assert not sign_in(guesser, person.email)
        assert sign_in(browser("203.0.113.6"), person.email)


def test_addresses_of_one_network_of_version_six_are_one(person: Any) -> None:
    with time_machine.travel(NIGHT, tick=False):
        for number in range(5):
            password(browser(f"2001:db8:7:7::{number:x}"), person.email, WRONG)
        assert SLOW_DOWN in password(browser("2001:db8:7:7:8::1"), person.email, WRONG).content.decode()
        assert SLOW_DOWN not in password(browser("2001:db8:7:8::1"), person.email, WRONG).content.decode()


def test_a_whole_office_behind_one_address_signs_in_in_the_same_minute(person: Any) -> None:
    with time_machine.travel(NIGHT, tick=False):
        for _ in range(70):
            office = browser("198.51.100.9")
            assert password(office, person.email).status_code == 302


def test_a_known_device_is_known_for_the_person_who_signed_in_there_alone(person: Any) -> None:
    other = factories.account(role="manager", password=PASSWORD)
    with time_machine.travel(NIGHT, tick=False) as clock:
        shared = browser("198.51.100.7")
        assert sign_in(shared, person.email)
        shared.post("/account/logout/")
        clock.shift(dt.timedelta(minutes=1))
        wrong_tries(other.email)
        assert SLOW_DOWN in password(shared, other.email).content.decode()


def test_a_stolen_device_may_not_guess_without_end_either(person: Any) -> None:
    with time_machine.travel(NIGHT, tick=False):
        stolen = browser("198.51.100.7")
        assert sign_in(stolen, person.email)
        stolen.post("/account/logout/")
        said = [SLOW_DOWN in password(stolen, person.email, WRONG).content.decode() for _ in range(12)]
        assert said == [False] * 10 + [True] * 2


@pytest.mark.parametrize("cookie", ["", "nonsense", "e30:1abc:xyz", "x" * 5000])
def test_a_made_up_device_is_not_known(person: Any, cookie: str) -> None:
    with time_machine.travel(NIGHT, tick=False):
        wrong_tries(person.email)
        forged = browser("203.0.113.77")
        forged.cookies[devices.COOKIE] = cookie
        assert SLOW_DOWN in password(forged, person.email).content.decode()


def test_a_password_alone_makes_no_device_known(person: Any) -> None:
    halfway = browser("198.51.100.7")
    password(halfway, person.email)
    assert devices.COOKIE not in halfway.cookies


def test_what_the_browser_keeps_names_nobody(person: Any) -> None:
    known = browser("198.51.100.7")
    assert sign_in(known, person.email)
    cookie = known.cookies[devices.COOKIE]
    assert person.email not in cookie.value and str(person.pk) not in cookie.value
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 180 * 86400


def test_an_unknown_address_costs_and_says_what_a_known_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """One password is hashed in either case, so that the time taken tells nothing; then both are slowed down alike."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    person = factories.account(role="manager", password=PASSWORD)

    hashed: list[str] = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *a: hashed.append("hash") or encode(*a))
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *a: hashed.append("hash") or verify(*a))

    def said(email: str, address: str) -> list[tuple[str, int]]:
        guesser, answers = browser(address), []
        for _ in range(7):
            hashed.clear()
            page = password(guesser, email, WRONG).content.decode()
            text = "\n".join(line for line in page.splitlines() if "csrf" not in line).replace(email, "")
            answers.append((text, len(hashed)))
        return answers

    with time_machine.travel(NIGHT, tick=False):
        known, unknown = said(person.email, "203.0.113.5"), said("nobody@safekept.example", "203.0.113.6")
    assert known == unknown
    assert [times for _, times in known] == [1] * 5 + [0] * 2


def test_only_wrong_tries_count(person: Any) -> None:
    with time_machine.travel(NIGHT, tick=False):
        usual = browser("198.51.100.7")
        for _ in range(20):
            password(usual, person.email)
        assert not Tries.objects.filter(free_at__gt=NIGHT).exists()


def test_what_was_counted_long_ago_is_swept_away(person: Any) -> None:
    with time_machine.travel(NIGHT, tick=False) as clock:
        password(browser("203.0.113.5"), person.email, WRONG)
        assert Tries.objects.count() == 3  # the address, the account there, the account
        clock.shift(dt.timedelta(hours=2))
        throttling.sweep()
        assert Tries.objects.count() == 0


def test_the_table_names_neither_people_nor_addresses(person: Any) -> None:
    password(browser("203.0.113.5"), person.email, WRONG)
    kept = " ".join(Tries.objects.values_list("key", flat=True))
    assert person.email not in kept and "203.0.113" not in kept


def test_recovery_codes_are_guessed_no_faster(person: Any) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    RecoveryCodes.activate(person)
    assert Authenticator.objects.filter(user=person).count() == 2
    with time_machine.travel(NIGHT, tick=False):
        thief = browser("203.0.113.5")
        password(thief, person.email)
        said = [
            SLOW_DOWN in thief.post("/account/codes/authenticate/", {"code": f"{n:08}"}).content.decode()
            for n in range(7)
        ]
        assert said == [False] * 5 + [True] * 2


def test_behind_a_proxy_its_word_counts_for_the_address(person: Any, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    with time_machine.travel(NIGHT, tick=False):
        for number in range(5):
            through = Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": f"10.9.8.{number}, 203.0.113.5"})
            password(through, person.email, WRONG)
        again = Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": "203.0.113.5"})
        assert SLOW_DOWN in password(again, person.email, WRONG).content.decode()
        other = Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": "203.0.113.6"})
        assert SLOW_DOWN not in password(other, person.email, WRONG).content.decode()


def test_without_a_proxy_nobody_chooses_their_own_address(person: Any) -> None:
    with time_machine.travel(NIGHT, tick=False):
        for number in range(5):
            password(
                Client(REMOTE_ADDR="203.0.113.5", headers={"x-forwarded-for": f"1.2.3.{number}"}), person.email, WRONG
            )
        pretending = Client(REMOTE_ADDR="203.0.113.5", headers={"x-forwarded-for": "9.9.9.9"})
        assert SLOW_DOWN in password(pretending, person.email, WRONG).content.decode()
