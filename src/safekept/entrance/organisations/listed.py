"""The organisations whose people may sign in through them, as one TOML file lists them. Knows no Django."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from safekept.problems import OperatingProblem

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
BOTH = frozenset({"name", "protocol", "domains", "agency", "area", "second_step", "verifies_email"})
OIDC = frozenset({"issuer", "client_id", "secret_file"})
SAML = frozenset({"entity_id", "sso_url", "certificate_file", "email_attributes"})
EMAIL_ATTRIBUTES = (
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "mail",
    "email",
)
"""What identity providers commonly call somebody's email address."""


@dataclass(frozen=True)
class Organisation:
    """One organisation. ``second_step``: the ``amr`` or ``acr`` values, or SAML contexts, that say it took one.

    ``agency`` and ``area``, where given, narrow whose accounts it may sign in; ``domains`` always do.
    """

    id: str
    name: str
    protocol: str
    domains: tuple[str, ...]
    agency: str = ""
    area: str = ""
    second_step: tuple[str, ...] = ()
    verifies_email: bool = False
    issuer: str = ""
    client_id: str = ""
    secret: str = ""
    entity_id: str = ""
    sso_url: str = ""
    certificate: str = ""
    email_attributes: tuple[str, ...] = EMAIL_ATTRIBUTES


def load(path: Path) -> tuple[Organisation, ...]:
    """Read the file. Raises OperatingProblem, which says what is wrong and where."""
    try:
        listed = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OperatingProblem(f"{path} lists who may sign in through their organisation, but: {error}.") from error
    found = []
    for name, given in listed.items():
        reader = _Reader(path, name, given)
        found.append(reader.organisation())
    return tuple(found)


class _Reader:
    """Reads one organisation's table."""

    def __init__(self, path: Path, name: str, given: Any) -> None:
        self.path, self.name, self.given = path, name, given

    def organisation(self) -> Organisation:
        if not ID.fullmatch(self.name) or not isinstance(self.given, Mapping):
            self.wrong("is not a table with a name in lower-case letters, digits and hyphens, such as [north-vale]")
        protocol = self.text("protocol")
        if protocol not in ("oidc", "saml"):
            self.wrong('needs protocol = "oidc" or "saml"')
        own = OIDC if protocol == "oidc" else SAML
        unknown = sorted(set(self.given) - BOTH - own)
        if unknown:
            self.wrong(f"has {', '.join(unknown)}, which {protocol} does not know")
        domains = tuple(one.lower() for one in self.texts("domains"))
        if not domains or not all(DOMAIN.fullmatch(one) for one in domains):
            self.wrong('needs domains, the ends of its people’s email addresses, such as ["northvale.example"]')
        return Organisation(
            id=self.name,
            name=self.text("name"),
            protocol=protocol,
            domains=domains,
            agency=self.text("agency", ""),
            area=self.text("area", ""),
            second_step=self.texts("second_step"),
            verifies_email=self.yes("verifies_email"),
            **(self.oidc() if protocol == "oidc" else self.saml()),
        )

    def oidc(self) -> dict[str, Any]:
        return {
            "issuer": self.address("issuer").rstrip("/"),
            "client_id": self.text("client_id"),
            "secret": self.file("secret_file"),
        }

    def saml(self) -> dict[str, Any]:
        return {
            "entity_id": self.text("entity_id"),
            "sso_url": self.address("sso_url"),
            "certificate": self.file("certificate_file"),
            "email_attributes": self.texts("email_attributes") or EMAIL_ATTRIBUTES,
        }

    def text(self, key: str, default: str | None = None) -> str:
        found = self.given.get(key, default)
        if not isinstance(found, str) or (not found and default is None):
            self.wrong(f"needs {key}, a text")
        return str(found)

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.given.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
            self.wrong(f"needs {key} to be a list of texts")
        return tuple(found)

    def yes(self, key: str) -> bool:
        found = self.given.get(key, False)
        if not isinstance(found, bool):
            self.wrong(f"needs {key} to be true or false")
        return bool(found)

    def address(self, key: str) -> str:
        """An address that nobody on the way can change: https, or this machine itself."""
        found = self.text(key)
        parts = urlsplit(found)
        if not parts.hostname or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
            self.wrong(f"needs {key} to begin with https://")
        return found

    def file(self, key: str) -> str:
        place = self.path.parent / self.text(key)
        try:
            found = place.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.wrong(f"names {place} as {key}, but: {error}")
        if not found:
            self.wrong(f"names {place} as {key}, which is empty")
        return found

    def wrong(self, what: str) -> Any:
        raise OperatingProblem(f"{self.path}: [{self.name}] {what}.")
