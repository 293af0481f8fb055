"""Passkeys: both steps in one, since the device asks for a finger, a face or a PIN before it signs."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms
from django.forms import ValidationError

from safekept.directory.models import Account

NOT_THIS_PASSKEY = "That passkey was not taken. Try again, or use your password and code."
SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second step; recovery codes come with either."""
DAMAGED = (KeyError, ValueError, TypeError, AttributeError, IndexError)
"""What reading a made-up credential raises: it is as wrong as one that does not verify, and no more."""


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth says and calls things, in our words."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right. Codes change every half minute: type the one shown now.",
    }

    def generate_authenticator_name(self, user: Account, type: str) -> str:  # noqa: A002 (as it is called)
        return "Passkey"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Safekept"}


class AddForm(forms.AddWebAuthnForm):  # type: ignore[misc]
    """Adding a passkey; what cannot be read is refused in the same words as what does not verify."""

    def clean(self) -> Any:
        try:
            return super().clean()
        except (*DAMAGED, ValidationError):
            raise ValidationError("The passkey was not added. Try again.") from None


class _Checked:
    """Checking what a passkey signed."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (*DAMAGED, ValidationError):
            raise ValidationError(NOT_THIS_PASSKEY) from None


class SignInForm(_Checked, forms.LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone."""


class SecondStepForm(_Checked, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


def of(account: Account) -> list[Authenticator]:
    """An account's passkeys, the oldest first."""
    return list(Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).order_by("created_at"))


def has_second_step(account: Account) -> bool:
    """Whether an account has codes or a passkey set up."""
    return bool(Authenticator.objects.filter(user=account, type__in=SECOND_STEPS).exists())


def is_last_second_step(passkey: Authenticator) -> bool:
    """Whether the account would have no second step without this passkey."""
    return not Authenticator.objects.filter(user=passkey.user, type__in=SECOND_STEPS).exclude(pk=passkey.pk).exists()
