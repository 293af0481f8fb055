"""Adding, removing and signing in with passkeys."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views
from allauth.mfa.webauthn.internal import auth
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from safekept.entrance import passkeys

LAST = "This is your only second step. Set up an authenticator app or another passkey first, then remove this one."


class Add(views.AddWebAuthnView):  # type: ignore[misc]
    """Adding a passkey to one's account."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        options = auth.begin_registration(self.request.user, passwordless=True)
        return {**FormView.get_context_data(self, **kwargs), "options": options}


class Remove(views.RemoveWebAuthnView):  # type: ignore[misc]
    """Taking a passkey off one's account, unless nothing else would be left to show who one is."""

    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Form) -> HttpResponse:
        if passkeys.is_last_second_step(self.get_object()):
            context = self.get_context_data(form=form) | {"errors": [{"anchor": "", "text": LAST}]}
            return render(self.request, self.template_name, context, status=422)
        answer: HttpResponse = super().form_valid(form)
        return answer


@method_decorator(never_cache, name="dispatch")
class SignIn(views.LoginWebAuthnView):  # type: ignore[misc]
    """Signing in with a passkey alone: the options for the browser, then what the passkey signed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("Accept") != "application/json":
            return HttpResponseRedirect(reverse("account_login"))
        return JsonResponse(auth.begin_authentication(user=None))

    def form_valid(self, form: Form) -> HttpResponse:
        used: Authenticator = form.cleaned_data["credential"]
        post_authentication(self.request, used, passwordless=True)
        login = Login(user=used.user, redirect_url=get_next_redirect_url(self.request))
        answer: HttpResponse = perform_login(self.request, login)
        return answer

    def form_invalid(self, form: Form) -> HttpResponse:
        onward = get_next_redirect_url(self.request)
        query = {"passkey": "no"} | ({"next": onward} if onward else {})
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode(query)}")


class SecondStep(AuthenticateView):  # type: ignore[misc]
    """After the password: a code, or a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.stage.login.user
        types = set(Authenticator.objects.filter(user=account).values_list("type", flat=True))
        context = {**super().get_context_data(**kwargs), "options": None}
        has_codes = types & {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}
        if Authenticator.Type.WEBAUTHN in types:
            context["options"] = context["js_data"]["request_options"]
        return context | {"has_codes": bool(has_codes), "has_app": Authenticator.Type.TOTP in types}
