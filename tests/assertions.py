"""A SAML identity provider that signs assertions, and that a test can have answer falsely."""

from __future__ import annotations

import base64
import datetime as dt
import re
import zlib
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils

ENTITY = "https://login.northvale.example/saml"
CONTEXT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
TWO_STEPS = "https://refeds.org/profile/mfa"
NAMES = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'


@cache
def keys(name: str) -> tuple[str, str]:
    """A private key and its certificate."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain).decode()
    return private, certificate.public_bytes(pem).decode()


def asked(address: str) -> ElementTree.Element:
    """What the service asked, as it stands in the address to which it sent the browser."""
    packed = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
    return ElementTree.fromstring(zlib.decompress(base64.b64decode(packed), -15))


def assertion(asked_by: str, email: str, **more: Any) -> str:
    """An assertion that answers a request; ``more`` says otherwise what is to be false in it."""
    said = {
        "id": "_assertion", "issuer": ENTITY, "name": "s-1", "format": Saml.NAMEID_PERSISTENT, "context": TWO_STEPS,
        "audience": "http://testserver/account/with/north-vale/metadata/",
        "recipient": "http://testserver/account/with/north-vale/saml/", "minutes": 5, "request": asked_by,
    } | more  # fmt: skip
    now = dt.datetime.now(dt.UTC)
    at, until = (moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (now, now + dt.timedelta(minutes=said["minutes"])))
    before = (min(now, now + dt.timedelta(minutes=said["minutes"])) - dt.timedelta(minutes=1)).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )
    return (
        f'<saml:Assertion {NAMES} ID="{said["id"]}" Version="2.0" IssueInstant="{at}">'
        f"<saml:Issuer>{said['issuer']}</saml:Issuer><saml:Subject>"
        f'<saml:NameID Format="{said["format"]}">{said["name"]}</saml:NameID>'
        f'<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData '
        f'NotOnOrAfter="{until}" Recipient="{said["recipient"]}" InResponseTo="{said["request"]}"/>'
        f"</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{before}" NotOnOrAfter="{until}"><saml:AudienceRestriction>'
        f"<saml:Audience>{said['audience']}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{at}" SessionIndex="_session"><saml:AuthnContext>'
        f"<saml:AuthnContextClassRef>{said['context']}</saml:AuthnContextClassRef></saml:AuthnContext>"
        f"</saml:AuthnStatement><saml:AttributeStatement>"
        f'<saml:Attribute Name="mail"><saml:AttributeValue>{email}</saml:AttributeValue></saml:Attribute>'
        f"</saml:AttributeStatement></saml:Assertion>"
    )


def signed(xml: str, by: str = "provider") -> str:
    """The same with the signature of its outermost element."""
    private, certificate = keys(by)
    found = Utils.add_sign(xml, private, certificate, sign_algorithm=Saml.RSA_SHA256, digest_algorithm=Saml.SHA256)
    text = found.decode() if isinstance(found, bytes) else str(found)
    return re.sub(r"^<\?xml[^>]*\?>\s*", "", text)


def response(request: str, *inside: str, **more: str) -> str:
    """A response around some assertions, as a browser sends it."""
    at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {"destination": "http://testserver/account/with/north-vale/saml/", "status": "Success"} | more
    xml = (
        f'<samlp:Response {NAMES} ID="_response" Version="2.0" IssueInstant="{at}" '
        f'Destination="{said["destination"]}" InResponseTo="{request}"><saml:Issuer>{ENTITY}</saml:Issuer>'
        f'<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{said["status"]}"/>'
        f"</samlp:Status>{''.join(inside)}</samlp:Response>"
    )
    return packed(xml)


def packed(xml: str) -> str:
    """As a browser sends it."""
    return base64.b64encode(xml.encode()).decode()
