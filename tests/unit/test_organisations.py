"""The file that lists whose people sign in through their organisation."""

from __future__ import annotations

from pathlib import Path

import pytest

from safekept.entrance.organisations.listed import Organisation, load
from safekept.problems import OperatingProblem

OIDC = """
[north-vale]
name = "North Vale Council"
protocol = "oidc"
domains = ["NorthVale.example"]
issuer = "https://login.northvale.example/"
client_id = "safekept"
secret_file = "secret"
second_step = ["mfa"]
agency = "Children’s services"
area = "birmingham"
"""
SAML = """
[south-vale]
name = "South Vale Trust"
protocol = "saml"
domains = ["southvale.example", "trust.southvale.example"]
verifies_email = true
entity_id = "https://login.southvale.example/saml"
sso_url = "https://login.southvale.example/sso"
certificate_file = "secret"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "secret").write_text("  what only both know \n")
    (folder / "empty").write_text("\n")
    path = folder / "sign-in.toml"
    path.write_text(text, "utf-8")
    return path


def test_both_kinds_are_read(tmp_path: Path) -> None:
    north, south = load(written(tmp_path, OIDC + SAML))
    assert north == Organisation(
        "north-vale", "North Vale Council", "oidc", ("northvale.example",), "Children’s services", "birmingham",
        ("mfa",), False, "https://login.northvale.example", "safekept", "what only both know",
    )  # fmt: skip
    assert (south.protocol, south.verifies_email, south.certificate) == ("saml", True, "what only both know")
    assert south.domains == ("southvale.example", "trust.southvale.example") and "mail" in south.email_attributes


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('name = "North Vale Council"', "", "needs name"),
        ('protocol = "oidc"', 'protocol = "ldap"', 'needs protocol = "oidc" or "saml"'),
        ('domains = ["NorthVale.example"]', "domains = []", "needs domains"),
        ('domains = ["NorthVale.example"]', 'domains = "northvale.example"', "needs domains to be a list"),
        ('domains = ["NorthVale.example"]', 'domains = ["@northvale.example"]', "needs domains"),
        ('domains = ["NorthVale.example"]', 'domains = ["*"]', "needs domains"),
        ("https://login", "http://login", "needs issuer to begin with https://"),
        ('client_id = "safekept"', "client_id = 7", "needs client_id"),
        ('secret_file = "secret"', 'secret_file = "nowhere"', "names "),
        ('secret_file = "secret"', 'secret_file = "empty"', "is empty"),
        ('second_step = ["mfa"]', 'second_step = "mfa"', "needs second_step to be a list"),
        ('second_step = ["mfa"]', 'second_steps = ["mfa"]', "has second_steps, which oidc does not know"),
        ('second_step = ["mfa"]', 'verifies_email = "yes"', "needs verifies_email to be true or false"),
        ("[north-vale]", "[North_Vale]", "is not a table with a name in lower-case letters"),
        ("[north-vale]", "[north-vale", "but: "),
    ],
)
def test_what_is_wrong_is_a_sentence_that_says_where(tmp_path: Path, was: str, becomes: str, says: str) -> None:
    assert was in OIDC
    path = written(tmp_path, OIDC.replace(was, becomes))
    with pytest.raises(OperatingProblem) as wrong:
        load(path)
    assert says in str(wrong.value) and str(path) in str(wrong.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(OperatingProblem, match="lists who may sign in"):
        load(tmp_path / "nowhere.toml")


def test_a_secret_is_not_told_by_an_error(tmp_path: Path) -> None:
    with pytest.raises(OperatingProblem) as wrong:
        load(written(tmp_path, OIDC.replace('client_id = "safekept"', "")))
    assert "what only both know" not in str(wrong.value)
