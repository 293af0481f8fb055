"""The page that asks again who somebody is, in the place of what they were about to do, and loses nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, overload
from urllib.parse import urlencode

from allauth.mfa.webauthn.internal import auth
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from safekept.directory.models import Account
from safekept.entrance import again, kept, passkeys, proof
from safekept.entrance.models import Link

OURS = (again.PREFIX, *(f"{again.PREFIX}-{name}" for name in ("password", "code", "credential")))
"""The inputs of this page; everything else that is sent belongs to what is about to be done."""
View = Callable[..., HttpResponseBase]


def always(*args: Any, **kwargs: Any) -> bool:
    """A page that asks whatever it is sent."""
    return True


@overload
def asks_again(view: View) -> View: ...
@overload
def asks_again(*, when: Callable[..., bool]) -> Callable[[View], View]: ...
def asks_again(view: View | None = None, *, when: Callable[..., bool] = always) -> View | Callable[[View], View]:
    """Have a page ask who somebody is when they last showed it too long ago.

    ``when`` is asked with the request and the address's parts whether this page does; without it, it always does.
    What was sent is carried along as hidden inputs and done as soon as the answer is right. Sent files are not.
    """
    return _asking(view, when) if view is not None else lambda later: _asking(later, when)


def _asking(view: View, when: Callable[..., bool]) -> View:
    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if proof.is_recent(request) or not when(request, *args, **kwargs):
            return view(request, *args, **kwargs)
        if again.PREFIX not in request.POST:
            return _page(request)
        shown = _sent(request)
        if not shown.is_valid():
            return _page(request, shown)
        proof.given(request)
        if request.POST[again.PREFIX] == "GET":
            return HttpResponseRedirect(request.get_full_path())
        _without_ours(request)
        return view(request, *args, **kwargs)

    return asking


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user


def _sent(request: HttpRequest) -> again.PasswordAndCode | again.Passkey:
    kind = again.Passkey if f"{again.PREFIX}-credential" in request.POST else again.PasswordAndCode
    return kind(_account(request), data=request.POST)


def _without_ours(request: HttpRequest) -> None:
    """Leave in the request what belongs to the page that asked."""
    rest = request.POST.copy()
    for name in OURS:
        rest.pop(name, None)
    rest._mutable = False
    request.POST = rest  # type: ignore[assignment]


def _page(request: HttpRequest, sent: forms.Form | None = None) -> HttpResponse:
    account = _account(request)
    hidden = [(name, text) for name, texts in request.POST.lists() for text in texts if name not in OURS]
    by_passkey, by_code = bool(passkeys.of(account)), again.has_code(account)
    context = {
        "form": sent if isinstance(sent, again.PasswordAndCode) else again.PasswordAndCode(account),
        "problems_of": sent or again.PasswordAndCode(account),
        "hidden": [one for one in hidden if one[0] != "csrfmiddlewaretoken"],
        "files": bool(request.FILES),
        "method": request.POST.get(again.PREFIX, request.method),
        "by_code": by_code,
        "theirs": None if by_passkey or by_code else _with_organisation(request, account),
        "options": auth.begin_authentication(account) if by_passkey else None,
    }
    return render(request, "entrance/again.html", context, status=422 if sent is not None else 200)


def _with_organisation(request: HttpRequest, account: Account) -> dict[str, str] | None:
    """Where somebody who has neither password nor passkey shows it: their organisation. What they sent is kept."""
    linked = set(Link.objects.filter(account=account).values_list("organisation", flat=True))
    one = next((one for one in settings.ORGANISATIONS if one.id in linked), None)
    if one is None:
        return None
    onward = request.get_full_path()
    if request.method == "POST" and (form_id := kept.keep(request, account)):
        onward = reverse("kept-form", kwargs={"form_id": form_id})
    address = reverse("organisation", kwargs={"organisation": one.id})
    return {"name": one.name, "address": f"{address}?{urlencode({'next': onward})}"}
