"""What comes between showing who one is and being signed in."""

from __future__ import annotations

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from safekept.entrance.organisations.arriving import SECOND_STEP_TAKEN


class SecondStepStage(AuthenticateStage):  # type: ignore[misc]
    """Our second step, unless the organisation through which somebody comes said that it took one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if self.login.state.get(SECOND_STEP_TAKEN):
            return False
        return bool(super()._should_handle(request))
