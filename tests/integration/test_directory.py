"""Areas, teams and who holds a duty."""

from __future__ import annotations

import pytest

from safekept.directory.accounts import CannotAdd, add_account, set_password
from safekept.directory.actions import ensure_areas
from safekept.directory.models import Account, Area
from safekept.directory.queries import NoTeam, areas, team_for
from safekept.directory.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


def test_all_forty_areas_are_there_after_migrating_and_stay_forty() -> None:
    assert Area.objects.count() == 40
    assert ensure_areas() == 40
    assert Area.objects.count() == 40
    assert {area.pack_id for area in areas()} == {"west-midlands", "london"}
    assert Area.objects.get(slug="tower-hamlets").gss == "E09000030"


def test_a_duty_goes_to_the_default_team_of_its_kind() -> None:
    police = factories.team(factories.agency("police"))
    factories.team(factories.agency("police"), "Other team", is_default=False)
    held = team_for("birmingham", "police")
    assert (held.team, held.is_fallback) == (police, False)


def test_a_duty_without_a_team_goes_visibly_to_the_co_ordinator() -> None:
    factories.coordinator()
    held = team_for("birmingham", "housing")
    assert held.team.is_coordination
    assert held.is_fallback


def test_an_area_with_nobody_says_what_to_add() -> None:
    with pytest.raises(NoTeam, match="Add a team in the directory"):
        team_for("solihull", "police")


def test_adding_an_account_makes_its_agency_and_team() -> None:
    made = add_account(
        "A.Khan@Safekept.example",
        "A. Khan",
        Role.MANAGER,
        "newham",
        "Newham CSC",
        "children-services",
        "MASH",
        "three quiet green boats",
    )
    assert made.email == "a.khan@safekept.example"
    assert made.team.is_default
    assert made.check_password("three quiet green boats")
    assert made.password.startswith("argon2")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"area": "atlantis"}, "atlantis is not an area"),
        ({"kind": "circus"}, "circus is not a kind of agency"),
        ({"password": "short"}, "too short"),
        ({"email": "not an address"}, "valid email address"),
    ],
)
def test_what_cannot_be_added_says_why(change: dict[str, str], message: str) -> None:
    given = {
        "email": "b@safekept.example",
        "name": "B.",
        "role": Role.MANAGER,
        "area": "newham",
        "agency": "X",
        "kind": "police",
        "team": "Y",
        "password": "three quiet green boats",
    }
    with pytest.raises(CannotAdd, match=message):
        add_account(**{**given, **change})
    assert not Account.objects.exists()


def test_a_second_account_for_one_address_is_refused() -> None:
    person = factories.account()
    with pytest.raises(CannotAdd, match="has an account already"):
        add_account(person.email.upper(), "C.", Role.MANAGER, "newham", "X", "police", "Y", "three quiet green boats")


def test_a_password_for_nobody_is_refused() -> None:
    with pytest.raises(CannotAdd, match="There is no account"):
        set_password("nobody@safekept.example", "three quiet green boats")
