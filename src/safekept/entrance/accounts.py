"""How accounts come to be and how signing in answers."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from safekept.directory.accounts import set_password
from safekept.directory.models import Account
from safekept.directory.roles import Role
from safekept.entrance import devices, kept, programs, proof, throttling
from safekept.entrance.models import Link
from safekept.entrance.sessions import SECOND_STEP


def start_again(email: str, password: str) -> None:
    """Give an account a new password; take off its codes, its passkeys, its programs' keys and what links it to an
    organisation.

    Raises directory.accounts.CannotAdd.
    """
    with transaction.atomic():
        account = set_password(email, password)
        Authenticator.objects.filter(user_id=account.pk).delete()
        Link.objects.filter(account=account).delete()
        programs.end(programs.of(account))


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: an administrator adds accounts. No message says whether an account exists."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page that follows shows what happened."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted here instead of by allauth: see ``throttling``."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Refuse the bulk loader as if its password were wrong, and whoever tries too often."""
        try:
            tried = throttling.Try(request, credentials.get("email", ""), "password")
        except throttling.TooMany as wait:
            raise ValidationError(str(wait)) from None
        account = super().authenticate(request, **credentials)
        if account is None or account.role == Role.LOADER:
            return None
        tried.was_right()
        return account

    def pre_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse | None:
        """However somebody shows who they are: the bulk loader never signs in."""
        if user.role == Role.LOADER:
            refused: HttpResponse = self.respond_user_inactive(request, user)
            return refused
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Note when it was; and know the device from now on, if both steps were taken on it."""
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        records = get_authentication_records(request, user)
        last = records[-1] if records else {}
        theirs = last.get("proven_at")
        proof.given(request, theirs)
        if theirs is not None:
            request.session[SECOND_STEP] = True
        if theirs is not None or last.get("method") == "mfa":
            devices.remember(request, answer, user.email)
        return answer

    def get_login_stages(self) -> list[str]:
        """Our second step in the place of allauth's."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "safekept.entrance.stages.SecondStepStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Back to what was sent too late, if something is kept; else to one's work."""
        form_id = kept.latest(request.user) if isinstance(request.user, Account) else None
        return reverse("kept-form", kwargs={"form_id": form_id}) if form_id else str(settings.LOGIN_REDIRECT_URL)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """As for everything else that asks again: see ``proof``."""
        return not proof.is_recent(self.request)

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """None of allauth's: pages that ask again do so themselves."""
        return []
