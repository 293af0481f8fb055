"""How one signs in, with the programs that act in one's name, which everybody can end for themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.base.views import IndexView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from safekept.directory.models import Account
from safekept.entrance import programs


class HowYouSignIn(IndexView):  # type: ignore[misc]
    """Password, codes, passkeys, and the programs."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "programs": programs.of(_account(self.request))}


@require_POST
def end(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """End one of one's own programs' keys: it opens nothing from the next request on."""
    if not programs.end(programs.of(_account(request)).filter(pk=key_id)):
        raise Http404("There is no such key in your name that opens anything.")
    return redirect("mfa_index")


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user
