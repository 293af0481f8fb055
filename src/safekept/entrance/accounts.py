"""How accounts come to be and how signing in answers."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from safekept.directory.accounts import set_password
from safekept.directory.roles import Role


def start_again(email: str, password: str) -> None:
    """Give an account a new password and take its one-time codes off. Raises directory.accounts.CannotAdd."""
    with transaction.atomic():
        account = set_password(email, password)
        Authenticator.objects.filter(user_id=account.pk).delete()


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: an administrator adds accounts. No message says whether an account exists."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page that follows shows what happened."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Refuse the bulk loader, as if its password were wrong."""
        account = super().authenticate(request, **credentials)
        return None if account is not None and account.role == Role.LOADER else account

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Signing in counts as proving who one is, for as long as proving it again would."""
        records = get_authentication_records(self.request, self.request.user)
        recent = bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not recent and bool(super().is_reauthentication_required(app=app))
