"""To one's organisation and back."""

from __future__ import annotations

import logging

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from safekept.entrance.organisations.arriving import NotLetIn, sign_in
from safekept.entrance.organisations.listed import Organisation

ONWARD = "safekept_organisation_onward"
logger = logging.getLogger(__name__)


def _found(organisation_id: str, protocol: str = "") -> Organisation:
    for one in settings.ORGANISATIONS:
        if one.id == organisation_id and protocol in ("", one.protocol):
            return one
    raise Http404


@login_not_required
@never_cache
@require_GET
def begin(request: HttpRequest, organisation: str) -> HttpResponse:
    """Send somebody to their organisation. A link, since browsers stop forms that lead to another site."""
    one = _found(organisation)
    onward = get_next_redirect_url(request)
    try:
        if one.protocol == "saml":
            from safekept.entrance.organisations import saml

            return HttpResponseRedirect(saml.begin(request, one, onward))
        from safekept.entrance.organisations import oidc

        request.session[ONWARD] = onward
        return oidc.begin(request, one, _back(request, one))
    except NotLetIn as why:
        return _refused(request, one, why)


@login_not_required
@never_cache
@require_GET
def oidc_back(request: HttpRequest, organisation: str) -> HttpResponse:
    """Back from an OpenID Connect provider."""
    from safekept.entrance.organisations import oidc

    one = _found(organisation, "oidc")
    try:
        arrival = oidc.arrived(request, one)
        return sign_in(request, arrival, request.session.pop(ONWARD, None))
    except NotLetIn as why:
        return _refused(request, one, why)


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def saml_back(request: HttpRequest, organisation: str) -> HttpResponse:
    """Back from a SAML provider. Its page sends a form from another site, with which browsers send no session: the
    answer is therefore sent once more from here, by a button that scripts press."""
    one = _found(organisation, "saml")
    context = {"organisation": one, "sent": request.POST.get("SAMLResponse", "")}
    return render(request, "entrance/saml.html", context)


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def saml_finish(request: HttpRequest, organisation: str) -> HttpResponse:
    """The answer, now with the session. It needs no token of ours: it answers a request of this very session."""
    from safekept.entrance.organisations import saml

    one = _found(organisation, "saml")
    try:
        arrival, onward = saml.arrived(request, one)
        return sign_in(request, arrival, onward)
    except NotLetIn as why:
        return _refused(request, one, why)


@login_not_required
@require_GET
def saml_metadata(request: HttpRequest, organisation: str) -> HttpResponse:
    """What an organisation's administrator gives to their provider."""
    from safekept.entrance.organisations import saml

    found = saml.metadata(request, _found(organisation, "saml"))
    return HttpResponse(found, content_type="application/samlmetadata+xml")


def _back(request: HttpRequest, organisation: Organisation) -> str:
    return request.build_absolute_uri(reverse("organisation-back", kwargs={"organisation": organisation.id}))


def _refused(request: HttpRequest, organisation: Organisation, why: NotLetIn) -> HttpResponse:
    logger.warning("Nobody was signed in through %s: %s.", organisation.id, " ".join(str(why).split())[:300])
    return render(request, "entrance/not_let_in.html", {"organisation": organisation}, status=403)
