"""The interface as a whole: how bodies are read, how refusals are said, what every answer may be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer

from safekept.access.middleware import NotAllowed
from safekept.api.shapes import Problem, Refusal
from safekept.procedures import json_text
from safekept.record.entries import HALF_CHARACTER, Refused
from safekept.record.queries import NoRecord
from safekept.register.facts import ThingRefused

ABOUT = """\
What a program may ask of Safekept and record in it, for the person whose key it holds: it sees what they see, and no
more. The names are those of the history file. What is read is written down before it is answered.
"""
NOT_YOURS = "You cannot do this."
NOT_KEPT = "holds a character that cannot be kept: NUL, or half of one"
OFTEN = (400, 401, 403, 404, 422, 429)
"""What any request can be refused with."""


class StrictParser(Parser):
    """Reads JSON in UTF-8 as the contract has it, and takes no text that the record could not keep."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        try:
            body = json_text.read(request.body.decode("utf-8"))
        except UnicodeDecodeError:
            raise HttpError(400, "The body is not UTF-8. Send JSON in UTF-8.") from None
        except json.JSONDecodeError as error:
            raise HttpError(400, f"The body is not JSON: {error.msg}.") from None
        if not isinstance(body, dict):
            raise HttpError(400, "The body is not a JSON object. Send one.")
        _all_can_be_kept(body)
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        found: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        _all_can_be_kept(found)
        return found


def _all_can_be_kept(value: Any) -> None:
    """Raises HttpError where a text holds NUL, which the database refuses, or half a character, which nothing holds."""
    if isinstance(value, str):
        if "\x00" in value or HALF_CHARACTER.search(value):
            raise HttpError(400, f"A text {NOT_KEPT}. Send it without.")
    elif isinstance(value, Mapping):
        for key, one in value.items():
            _all_can_be_kept(key)
            _all_can_be_kept(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _all_can_be_kept(one)


class Key(HttpBearer):
    """Says in the contract that a key is needed; the gate has looked at it before anything here runs."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "program", None)


service = NinjaAPI(
    title="Safekept",
    version="1",
    description=ABOUT,
    urls_namespace="api",
    auth=Key(),
    parser=StrictParser(),
    docs_url=None,
    openapi_url=None,
)


class Called(TypedDict):
    """The name of an operation, here and in the contract."""

    url_name: str
    operation_id: str


def named(name: str) -> Called:
    """The same name for both."""
    return {"url_name": name, "operation_id": name}


def answers(made: Any, status: int = 200) -> dict[int, Any]:
    """What an operation answers with, and how it is refused."""
    return {status: made, **dict.fromkeys(OFTEN, Refusal), 413: Refusal}


def refusal(request: HttpRequest, status: int, says: str, problems: Sequence[tuple[str, str]] = ()) -> HttpResponse:
    """A refusal as programs read it."""
    told = Refusal(says=says, problems=[Problem(field=name, says=one) for name, one in problems])
    answer: HttpResponse = service.create_response(request, told.model_dump(), status=status)
    return answer


@service.exception_handler(Refused)
@service.exception_handler(ThingRefused)
def refused(request: HttpRequest, error: Refused | ThingRefused) -> HttpResponse:
    """What the record or the register does not take."""
    return refusal(request, 422, str(error), error.errors)


@service.exception_handler(ValidationError)
def not_as_asked(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What is not sent in the shape that is asked for."""
    found = [(".".join(map(str, one["loc"][2:] or one["loc"][1:])), f"{one['msg']}.") for one in error.errors]
    return refusal(request, 422, " ".join(f"{name}: {says}" for name, says in found), found)


@service.exception_handler(NoRecord)
@service.exception_handler(Http404)
def nothing(request: HttpRequest, error: Exception) -> HttpResponse:
    """Not there, or not to be seen: the two are never told apart."""
    return refusal(request, 404, str(NoRecord()))


@service.exception_handler(PermissionDenied)
def not_allowed(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """What the policy refuses: its writes are undone, and the refusal is written down."""
    request.went_wrong = True  # type: ignore[attr-defined]
    if isinstance(error, NotAllowed):
        request.refused = error  # type: ignore[attr-defined]
    return refusal(request, 403, str(error) or NOT_YOURS)


@service.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What this interface says itself; of a body, what its parser said."""
    said = error.__cause__ if isinstance(error.__cause__, HttpError) else error
    return refusal(request, said.status_code, said.message)


@service.exception_handler(RequestDataTooBig)
def too_long(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """More than is read at once."""
    return refusal(request, 413, "That is too long. Send less at once.")
