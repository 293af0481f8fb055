"""How accounts come to be and how signing in answers."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from safekept.directory.accounts import set_password
from safekept.directory.roles import Role


def start_again(email: str, password: str) -> None:
    """Give an account a new password and take its one-time codes off. Raises directory.accounts.CannotAdd."""
    with transaction.atomic():
        account = set_password(email, password)
        Authenticator.objects.filter(user_id=account.pk).delete()


class Adapter(DefaultAccountAdapter):
    """Nobody signs up: an administrator adds accounts. No message says whether an account exists."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page that follows shows what happened."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Refuse the bulk loader, as if its password were wrong."""
        account = super().authenticate(request, **credentials)
        return None if account is not None and account.role == Role.LOADER else account
