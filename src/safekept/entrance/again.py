"""Asking again who somebody is: with password and code, or with a passkey."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from django import forms
from django.forms import ValidationError

from safekept.directory.models import Account
from safekept.entrance import codes, passkeys, throttling

NOT_RIGHT = "The password or the code is not right. Codes change every half minute: type the one shown now."
PREFIX = "again"


class PasswordAndCode(forms.Form):
    """Both together: which of the two was wrong is not said, and a code is used up only with the right password."""

    password = forms.CharField(error_messages={"required": "Type your password."}, strip=False)
    code = forms.CharField(error_messages={"required": "Type a code from your authenticator app, or a recovery code."})

    def __init__(self, account: Account, data: Any = None) -> None:
        super().__init__(data=data, prefix=PREFIX)
        self.account = account

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        try:
            tried = throttling.Try(context.request, self.account.email, "password")
        except throttling.TooMany as wait:
            raise ValidationError(str(wait)) from None
        if not self.account.check_password(self.cleaned_data["password"]):
            raise ValidationError(NOT_RIGHT)
        tried.was_right()
        code = codes.CodeForm(user=self.account, data={"code": self.cleaned_data["code"]})
        if not code.is_valid():
            too_many = throttling.TOO_MANY in code.errors.get("code", [])
            raise ValidationError(throttling.TOO_MANY if too_many else NOT_RIGHT)
        code.authenticator.record_usage()
        return self.cleaned_data


class Passkey(passkeys.SecondStepForm):
    """A passkey of the person who is signed in."""

    def __init__(self, account: Account, data: Any = None) -> None:
        super().__init__(user=account, data=data, prefix=PREFIX)

    def clean(self) -> dict[str, Any]:
        used = self.cleaned_data.get("credential")
        if isinstance(used, Authenticator):
            used.record_usage()
        return dict(self.cleaned_data)


def has_code(account: Account) -> bool:
    """Whether the account can show who it is with a password and a code."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    held = Authenticator.objects.filter(user=account, type__in=kinds).exists()
    return bool(held and account.has_usable_password())
