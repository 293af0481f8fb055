"""Passkeys in a real browser, with the authenticator that Chromium itself offers for testing."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect

from tests import factories
from tests.journeys.conftest import no_barriers, picture, press

PASSWORD = "three quiet green boats"


@pytest.fixture
def person(site: str) -> Any:
    cache.clear()
    return factories.account(role="manager", password=PASSWORD)


class Authenticator:
    """A device with a built-in authenticator: it keeps passkeys, and knows its owner by finger or PIN."""

    def __init__(self, page: Page, knows_owner: bool = True) -> None:
        self.talk = page.context.new_cdp_session(page)
        self.talk.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": knows_owner, "automaticPresenceSimulation": True,
        }  # fmt: skip
        self.id = self.talk.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def passkeys(self) -> list[dict[str, Any]]:
        found = self.talk.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def owner_is_there(self, there: bool) -> None:
        self.talk.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": there})


def sign_in_with_password(page: Page, site: str, email: str) -> None:
    page.goto(f"{site}/account/login/")
    page.get_by_label("Work email address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def with_passkey(page: Page, site: str, person: Any) -> Authenticator:
    """Sign in for the first time, and add a passkey as the second step."""
    device = Authenticator(page)
    sign_in_with_password(page, site, person.email)
    expect(page.get_by_role("heading", name="Set up your second step")).to_be_visible()
    page.get_by_role("link", name="add a passkey").click()
    no_barriers(page)
    picture(page, "passkey-add")
    page.get_by_label("A name for it").fill("Work laptop")
    press(page, "Add the passkey")
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert len(device.passkeys()) == 1
    return device


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/account/logout/")
    press(page, "Sign out")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_signs_in_by_itself(wide: BrowserContext, site: str, person: Any) -> None:
    page = wide.new_page()
    device = with_passkey(page, site, person)
    page.goto(f"{site}/account/codes/")
    expect(page.get_by_text("Work laptop", exact=False).first).to_be_visible()
    no_barriers(page)
    picture(page, "how-you-sign-in")
    sign_out(page, site)
    page.goto(f"{site}/account/login/?next=/procedure/")
    no_barriers(page)
    picture(page, "sign-in")
    press(page, "Sign in with a passkey")
    expect(page).to_have_url(f"{site}/procedure/")
    assert device.passkeys()[0]["signCount"] >= 1


def test_a_device_that_does_not_know_its_owner_signs_nobody_in(wide: BrowserContext, site: str, person: Any) -> None:
    page = wide.new_page()
    device = with_passkey(page, site, person)
    sign_out(page, site)
    device.owner_is_there(False)
    press(page, "Sign in with a passkey")
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used.")
    no_barriers(page)
    expect(page).to_have_url(re.compile("/account/login/"))


def test_a_passkey_is_the_second_step_after_the_password(wide: BrowserContext, site: str, person: Any) -> None:
    page = wide.new_page()
    with_passkey(page, site, person)
    sign_out(page, site)
    sign_in_with_password(page, site, person.email)
    expect(page.get_by_role("heading", name="Show that it is you")).to_be_visible()
    no_barriers(page)
    picture(page, "second-step")
    press(page, "Use a passkey")
    expect(page).to_have_url(f"{site}/work")


def test_a_passkey_shows_again_who_one_is(wide: BrowserContext, site: str, person: Any) -> None:
    page = wide.new_page()
    with_passkey(page, site, person)
    shown_long_ago(wide)
    page.goto(f"{site}/account/codes/recovery/")
    expect(page.get_by_role("heading", name="Show again that it is you")).to_be_visible()
    no_barriers(page)
    picture(page, "again")
    press(page, "Use a passkey")
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()


def shown_long_ago(context: BrowserContext) -> None:
    """As if they had last shown more than a quarter of an hour ago who they are."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from safekept.entrance.proof import PROVEN

    key = next(one["value"] for one in context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    session = SessionStore(key)
    session[PROVEN] = int(time.time()) - settings.PROOF_SECONDS - 1
    session.save()


def test_a_recovery_code_works_where_the_device_is_not_at_hand(wide: BrowserContext, site: str, person: Any) -> None:
    page = wide.new_page()
    with_passkey(page, site, person)
    code = page.locator("main li").first.inner_text()
    sign_out(page, site)
    sign_in_with_password(page, site, person.email)
    page.get_by_label("Recovery code").fill(code)
    press(page, "Continue")
    expect(page).to_have_url(f"{site}/work")


def test_a_passkey_that_was_removed_signs_nobody_in(wide: BrowserContext, site: str, person: Any) -> None:
    from allauth.mfa.models import Authenticator as Kept
    from allauth.mfa.totp.internal.auth import TOTP

    page = wide.new_page()
    with_passkey(page, site, person)
    page.goto(f"{site}/account/codes/")
    page.get_by_role("link", name="Remove the passkey Work laptop").click()
    no_barriers(page)
    press(page, "Remove it")
    expect(page.get_by_text("This is your only second step.").first).to_be_visible()
    no_barriers(page)
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    press(page, "Remove it")
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()
    assert not Kept.objects.filter(user=person, type="webauthn").exists()
    sign_out(page, site)
    press(page, "Sign in with a passkey")
    expect(page.get_by_text("That passkey was not taken.").first).to_be_visible()
    no_barriers(page)


def test_without_scripts_pages_say_so_and_offer_the_code(scriptless: BrowserContext, site: str, person: Any) -> None:
    page = scriptless.new_page()
    page.goto(f"{site}/account/login/")
    expect(page.get_by_text("A passkey needs JavaScript, which is off in this browser.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    sign_in_with_password(page, site, person.email)
    page.goto(f"{site}/account/passkeys/add/")
    expect(page.get_by_text("A passkey needs JavaScript, which is off in this browser.")).to_be_visible()
    page.get_by_role("link", name="authenticator app").click()
    expect(page.get_by_role("heading", name="Set up your second step")).to_be_visible()
