"""The way in for programs: a key with every request, no cookie, and an answer that is JSON whatever happens."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_ip
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse

from safekept.entrance import programs, throttling
from safekept.entrance.models import ProgramKey

PLACE = "/api/"
NO_KEY = "Send your program’s key with every request: ‘Authorization: Bearer’ and the key."
NOT_THIS_KEY = (
    "This key opens nothing: it is not known, has ended, or is used from elsewhere. "
    "Ask whoever runs Safekept for a new one."
)
NO_ADDRESS = "It cannot be told where this request comes from."
TOO_MANY = "Too many wrong keys from here. Wait a minute, then try again with the right one."
SAYS = {
    400: "The request cannot be read. Send JSON in UTF-8.",
    404: "There is nothing here that you can see.",
    405: "That cannot be done here. ‘Allow’ says what can.",
    413: "That is too long. Send less at once.",
}
BROKE = "Something went wrong here and nothing was saved. Send it again, with the same Idempotency-Key."


class Refusal(Exception):
    """A request is not let in."""

    def __init__(self, status: int, says: str, headers: dict[str, str]) -> None:
        super().__init__(says)
        self.status, self.says, self.headers = status, says, headers


class ProgramGate:
    """Lets programs in where the interface is, and nobody else; a cookie counts for nothing there.

    Sets ``request.program`` to the key, and None on every other page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.program = None  # type: ignore[attr-defined]
        if not request.path_info.startswith(PLACE):
            return self.get_response(request)
        request.user = AnonymousUser()
        try:
            key = _key(request)
        except Refusal as refusal:
            return JsonResponse({"says": str(refusal)}, status=refusal.status, headers=refusal.headers)
        request.program = key  # type: ignore[attr-defined]
        request.user = key.account
        request.purpose = f"{key.program}: {key.purpose}"  # type: ignore[attr-defined]
        return _as_json(self.get_response(request))


def _key(request: HttpRequest) -> ProgramKey:
    """The key of a request. Raises Refusal; wrong ones are counted against where they come from."""
    challenge = {"WWW-Authenticate": 'Bearer realm="Safekept"'}
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Refusal(401, NO_KEY, challenge)
    try:
        found = programs.opened_by(secret.strip(), get_adapter().get_client_ip(request))
        if found is not None:
            return found
        throttling.count_wrong_key(get_ip(request))
    except PermissionDenied:
        raise Refusal(403, NO_ADDRESS, {}) from None
    except throttling.TooMany:
        raise Refusal(429, TOO_MANY, {"Retry-After": "60"}) from None
    raise Refusal(401, NOT_THIS_KEY, challenge)


def _as_json(response: HttpResponse) -> HttpResponse:
    """What went wrong further in, on a page for people, as a sentence for a program."""
    if response.status_code < 400 or "json" in response.headers.get("Content-Type", ""):
        return response
    status = response.status_code
    kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    return JsonResponse({"says": SAYS.get(status, BROKE)}, status=status, headers=kept)
