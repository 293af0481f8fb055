"""The procedure reads as a handbook, and every rule has an address that stays."""

from __future__ import annotations

import pytest

from safekept.kinds.vocabularies import AGENCIES
from safekept.procedures import load_library
from tests import factories
from tests.pages import signed_in, text_of

pytestmark = pytest.mark.django_db
PACKS = load_library().packs


@pytest.fixture
def client():
    return signed_in(factories.children_services())


def test_the_viewers_own_procedure_comes_first(client):
    html = client.get("/procedure/").content.decode()
    assert html.index("Your area’s") < html.index("West Midlands")


@pytest.mark.parametrize("pack_id", PACKS)
def test_every_page_of_a_procedure_reads(client, pack_id):
    pack = PACKS[pack_id]
    addresses = ["", "rules/", "lists/", "reminders", "paragraphs", "coverage", "readings", "print", "versions"]
    addresses += ["moments/", "roles/", "questions/", "search", "search?q=child", "coverage?state=partly"]
    addresses += [f"rules/{rule.id}" for rule in pack.rules] + [f"lists/{name}" for name in pack.lists]
    addresses += [f"guards/{guard.id}" for guard in pack.guards]
    addresses += [f"moments/{kind}" for kind in {t.kind for rule in pack.rules for t in rule.triggers}]
    addresses += [f"roles/{kind}" for kind in AGENCIES] + [f"questions/q{n}" for n in range(1, 6)]
    addresses += [f"print/{part}" for part in ("rules", "lists", "paragraphs", "readings")]
    for address in addresses:
        assert client.get(f"/procedure/{pack_id}/{address}").status_code == 200, address


def test_a_rule_says_when_who_by_when_and_from_which_paragraph(client):
    page = text_of(client.get("/procedure/west-midlands/rules/discussion-after-referral"))
    for words in (
        "Children’s services receive a referral",
        "with Police",
        "Within 3 working days",
        "WM-14.2",
        "9 April",
    ):
        assert words in page


def test_everything_is_found_by_word_and_by_paragraph(client):
    found = text_of(client.get("/procedure/west-midlands/search?q=WM-14.2"))
    assert "Talk the referral over" in found and "What the discussion considers and records" in found
    nothing = text_of(client.get("/procedure/west-midlands/search?q=xyzzy+referral"))
    assert "Nothing holds all of these words" in nothing and "Not in this procedure at all: xyzzy" in nothing


@pytest.mark.parametrize(
    "address", ["nowhere/", "west-midlands/rules/none", "west-midlands/lists/none", "west-midlands/guards/none"]
)
def test_what_does_not_exist_is_not_found(client, address):
    assert client.get(f"/procedure/{address}").status_code == 404


@pytest.mark.requirement("WM-14.2")
def test_a_rule_leads_to_the_others_of_its_paragraph(client):
    talk = client.get("/procedure/west-midlands/rules/discussion-after-referral")
    assert "Also from WM-14.2" in text_of(talk) and "Within 24 hours" in text_of(talk)
    assert "rules/strategy-discussion-after-referral" in talk.content.decode()
    other = client.get("/procedure/west-midlands/rules/strategy-discussion-after-referral")
    assert "rules/discussion-after-referral" in other.content.decode() and "Within 3 working days" in text_of(other)
