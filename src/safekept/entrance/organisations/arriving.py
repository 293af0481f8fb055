"""Whoever an organisation says has arrived: which account that is, and whether our second step is still to come.

Nobody gets an account by arriving. Whatever stands in the way, the answer is the same, so that it tells nobody who has
an account here; the reason is logged for the administrator.
"""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from safekept.directory.models import Account
from safekept.directory.roles import Role
from safekept.entrance.models import Link
from safekept.entrance.organisations.listed import Organisation

SECOND_STEP_TAKEN = "safekept_organisation_second_step"


class NotLetIn(Exception):
    """Somebody who arrived is not signed in; the message is for the log."""


@dataclass(frozen=True)
class Arrival:
    """What an identity provider vouches for. ``subject``: its own lasting name for the person, "" if it has none.

    ``email``: only if it is verified. ``proven_at``: when they last showed there who they are, seconds since 1970.
    """

    organisation: Organisation
    subject: str
    email: str
    took_second_step: bool
    proven_at: float


def sign_in(request: HttpRequest, arrival: Arrival, onward: str | None) -> HttpResponse:
    """Sign the person in, by way of our own second step unless theirs counts. Raises NotLetIn."""
    account = account_of(arrival)
    at = arrival.proven_at if arrival.took_second_step else None
    record_authentication(request, account, "organisation", organisation=arrival.organisation.id, proven_at=at)
    login = Login(user=account, redirect_url=onward, state={SECOND_STEP_TAKEN: arrival.took_second_step})
    answer: HttpResponse = perform_login(request, login)
    return answer


def account_of(arrival: Arrival) -> Account:
    """The account that arrived: by the link made when it first came, else by its verified email. Raises NotLetIn."""
    organisation = arrival.organisation
    linked = Link.objects.filter(organisation=organisation.id, subject=arrival.subject).select_related("account")
    link = linked.first() if arrival.subject else None
    account = link.account if link else _by_email(arrival)
    if not account.is_active or account.role == Role.LOADER:
        raise NotLetIn("the account is switched off")
    if not _is_theirs(organisation, account):
        raise NotLetIn("the account belongs to another agency or domain than the file lists")
    if link is None and arrival.subject:
        _link(arrival, account)
    return account


def _by_email(arrival: Arrival) -> Account:
    if not arrival.email:
        raise NotLetIn("the person is not known, and the organisation vouches for no email address")
    account = Account.objects.filter(email=arrival.email.lower()).first()
    if account is None:
        raise NotLetIn("nobody has an account with that email address")
    return account


def _is_theirs(organisation: Organisation, account: Account) -> bool:
    agency = account.team.agency
    return (
        account.email.rpartition("@")[2] in organisation.domains
        and organisation.agency in ("", agency.name)
        and organisation.area in ("", agency.area_id)
    )


def _link(arrival: Arrival, account: Account) -> None:
    """Remember the organisation's name for them. An address that passed to somebody else does not pass the account."""
    try:
        with transaction.atomic():
            Link.objects.create(organisation=arrival.organisation.id, subject=arrival.subject, account=account)
    except IntegrityError:
        raise NotLetIn("the account is linked to another person of that organisation") from None
