"""SAML: to an organisation's identity provider and back, with signed assertions that answer our own request alone."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from lxml.etree import LxmlError
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Saml
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from safekept.entrance.organisations.arriving import Arrival, NotLetIn
from safekept.entrance.organisations.listed import Organisation

ASKED = "safekept_saml"
MOST_ASKED = 5
"""Requests of one browser that may wait for their answer at the same time."""
LONGEST = 600
"""Seconds that somebody may take at their provider."""
LARGEST = 200_000
"""Letters of an answer."""


def begin(request: HttpRequest, organisation: Organisation, onward: str | None) -> str:
    """The address at the provider to go to. What was asked is remembered: only its answer is taken, and once."""
    try:
        auth = OneLogin_Saml2_Auth(_as_asked(request, organisation), _settings(request, organisation))
    except OneLogin_Saml2_Error as error:
        raise NotLetIn(f"what the file says of the organisation does not hold: {error}") from error
    address: str = auth.login(return_to="", force_authn=True, set_nameid_policy=False)
    asked = dict(list(request.session.get(ASKED, {}).items())[-MOST_ASKED + 1 :])
    asked[auth.get_last_request_id()] = [organisation.id, onward, time.time()]
    request.session[ASKED] = asked
    return address


def arrived(request: HttpRequest, organisation: Organisation) -> tuple[Arrival, str | None]:
    """Who came back, and where they were going. Raises NotLetIn for whatever does not hold."""
    sent = request.POST.get("SAMLResponse", "")
    if not sent or len(sent) > LARGEST:
        raise NotLetIn("there is no answer, or one that is too long")
    config = _settings(request, organisation)
    auth = OneLogin_Saml2_Auth(_as_asked(request, organisation), config)
    try:
        asked = OneLogin_Saml2_Response(OneLogin_Saml2_Settings(config), sent).get_in_response_to() or ""
        onward = _taken(request, organisation, asked)
        auth.process_response(request_id=asked)
    except (OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, LxmlError) as error:
        raise NotLetIn(f"the answer cannot be read: {error}") from error
    except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise NotLetIn(f"the answer cannot be read: {type(error).__name__}") from error
    if auth.get_errors() or not auth.is_authenticated():
        raise NotLetIn(f"the answer does not hold: {auth.get_last_error_reason()}")
    return _arrival(organisation, auth), onward


def metadata(request: HttpRequest, organisation: Organisation) -> bytes:
    """What the organisation's provider has to know of this service."""
    found = OneLogin_Saml2_Settings(_settings(request, organisation), sp_validation_only=True).get_sp_metadata()
    return found.encode() if isinstance(found, str) else bytes(found)


def _taken(request: HttpRequest, organisation: Organisation, asked: str) -> str | None:
    """Cross the request off the list, so that an answer is taken once."""
    waiting = dict(request.session.get(ASKED, {}))
    who, onward, at = waiting.pop(asked, ("", None, 0.0))
    request.session[ASKED] = waiting
    if who != organisation.id or not 0 <= time.time() - at <= LONGEST:
        raise NotLetIn("the answer is to nothing that was asked from this browser, or was asked too long ago")
    return str(onward) if onward else None


def _address(request: HttpRequest, name: str, organisation: Organisation) -> str:
    return request.build_absolute_uri(reverse(name, kwargs={"organisation": organisation.id}))


def _as_asked(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    """The request as the library takes it: at the address that the provider was given."""
    return {
        "https": "on" if request.is_secure() else "off",
        "http_host": request.get_host(),
        "script_name": reverse("organisation-saml", kwargs={"organisation": organisation.id}),
        "get_data": {},
        "post_data": {"SAMLResponse": request.POST.get("SAMLResponse", "")},
    }


def _settings(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    return {
        "strict": True,
        "sp": {
            "entityId": _address(request, "organisation-metadata", organisation),
            "assertionConsumerService": {
                "url": _address(request, "organisation-saml", organisation),
                "binding": Saml.BINDING_HTTP_POST,
            },
            "NameIDFormat": Saml.NAMEID_UNSPECIFIED,
        },
        "idp": {
            "entityId": organisation.entity_id,
            "singleSignOnService": {"url": organisation.sso_url, "binding": Saml.BINDING_HTTP_REDIRECT},
            "x509cert": organisation.certificate,
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantNameId": True,
            "wantAttributeStatement": False,
            "requestedAuthnContext": False,
            "rejectDeprecatedAlgorithm": True,
            "rejectUnsolicitedResponsesWithInResponseTo": True,
            "allowRepeatAttributeName": True,
            "allowSingleLabelDomains": True,
        },
    }


def _arrival(organisation: Organisation, auth: OneLogin_Saml2_Auth) -> Arrival:
    told = auth.get_attributes()
    emails = [value for name in organisation.email_attributes for value in told.get(name, [])]
    if auth.get_nameid_format() == Saml.NAMEID_EMAIL_ADDRESS:
        emails.append(auth.get_nameid())
    lasting = auth.get_nameid_format() != Saml.NAMEID_TRANSIENT
    return Arrival(
        organisation=organisation,
        subject=auth.get_nameid() if lasting else "",
        email=str(emails[0]) if emails and emails[0] and organisation.verifies_email else "",
        took_second_step=bool(set(auth.get_last_authn_contexts()) & set(organisation.second_step)),
        proven_at=time.time(),  # the provider was told to have them show it now
    )
