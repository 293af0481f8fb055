"""Adding accounts."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from safekept.directory.models import Account, Agency, Area, Team
from safekept.kinds.vocabularies import AGENCIES


class CannotAdd(ValueError):
    """The account cannot be added or changed; the message says what is wrong and what to do."""


def add_account(
    email: str, name: str, role: str, area: str, agency: str, kind: str, team: str, password: str
) -> Account:
    """Add a person, with agency and team if they are new. Raises CannotAdd."""
    if kind not in AGENCIES:
        raise CannotAdd(f"{kind} is not a kind of agency. Kinds are {', '.join(AGENCIES)}.")
    if not Area.objects.filter(pk=area).exists():
        raise CannotAdd(f"{area} is not an area. Areas are names in lower case with hyphens, such as tower-hamlets.")
    try:
        validate_email(email)
        account = Account(email=email.lower(), name=name, role=role)
        validate_password(password, account)
    except ValidationError as error:
        raise CannotAdd(" ".join(error.messages)) from error
    if Account.objects.filter(email=email.lower()).exists():
        raise CannotAdd(f"{email} has an account already. To help the person in again: safekept account reset {email}")
    with transaction.atomic():
        place, _ = Agency.objects.get_or_create(area_id=area, name=agency, defaults={"kind": kind})
        first = not place.teams.filter(is_default=True).exists()
        account.team, _ = Team.objects.get_or_create(agency=place, name=team, defaults={"is_default": first})
        account.set_password(password)
        account.save()
    return account


def set_password(email: str, password: str) -> Account:
    """Give an account a new password. Raises CannotAdd."""
    account = Account.objects.filter(email=email.lower()).first()
    if account is None:
        raise CannotAdd(f"There is no account for {email}. To add one: safekept account add {email}")
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise CannotAdd(" ".join(error.messages)) from error
    account.set_password(password)
    account.save(update_fields=["password"])
    return account
