"""Codes as the second step: from an authenticator app, or for recovery."""

from __future__ import annotations

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from django.forms import ValidationError

from safekept.entrance import throttling


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A code after the password; wrong ones are slowed down."""

    def clean_code(self) -> str:
        try:
            tried = throttling.Try(context.request, self.user.email, "code")
        except throttling.TooMany as wait:
            raise ValidationError(str(wait)) from None
        code: str = super().clean_code()
        tried.was_right()
        return code
