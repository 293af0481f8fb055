"""How accounts come to be and how signing in answers."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from safekept.directory.roles import Role


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
