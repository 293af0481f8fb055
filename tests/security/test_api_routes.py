"""Every operation of the interface for programs, for everybody: what each answers, and what it never tells."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests import Request
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from safekept.access.models import ReadEvent
from safekept.access.viewer import viewing
from safekept.api.contract import contract
from tests.programs import Program
from tests.security.test_routes import IN, NO_CASES, OUT, everything, names_of_the_child_only, strict
from tests.security.world import NAME, World

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("ANY_API_EXAMPLES", "8"))
"""Requests for each operation and person: few in every run, hundreds in ``make security``."""
AT = "2026-03-02T10:00:00Z"
NOTE = {"kind": "note", "at": AT, "text": "HOSTILE"}
HISTORY = {"subject": {"kind": "child", "id": "c1", "area": "birmingham"}}
PARTS = ("method", "url", "headers", "params", "json", "data")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
Ask = Callable[[Program, World], Any]
TABLE: dict[str, tuple[Ask, int, int]] = {
    "me": (lambda p, w: p.get("/me"), 200, 200),
    "work": (lambda p, w: p.get("/work"), 200, 200),
    "kinds": (lambda p, w: p.get("/kinds"), 200, 200),
    "history": (lambda p, w: p.get(f"/records/{w.child}/history"), 200, 403),
    "position": (lambda p, w: p.get(f"/records/{w.child}/position"), 200, 403),
    "record-entry": (lambda p, w: p.post(f"/records/{w.child}/entries", NOTE), 201, 403),
    "read-entry": (lambda p, w: p.get(f"/entries/{w.entry}"), 200, 404),
    "search": (lambda p, w: p.post("/search", {"text": NAME}), 200, 200),
    "add-thing": (lambda p, w: p.post("/things", {"kind": "adult", "label": "man with grey car"}), 201, 201),
    "read-thing": (lambda p, w: p.get(f"/things/{w.adult}"), 200, 404),
    "evaluate": (lambda p, w: p.post("/evaluate", {"history": HISTORY}), 200, 200),
    "api-root": (lambda p, w: p.get("/"), 404, 404),
}
"""Each operation, and what those inside the circle and those outside it are answered with."""
EXCEPTIONS = {
    # Those who make enquiries, and co-ordinators, may look up any person; the entries about them stay hidden.
    ("read-thing", "social worker elsewhere"): 200,
    ("read-thing", "co-ordinator elsewhere"): 200,
}


@pytest.fixture
def world() -> World:
    cache.clear()
    return World()


def operations() -> set[str]:
    ours = [one for one in get_resolver().url_patterns if isinstance(one, URLResolver)]
    inside = [
        two for one in ours for two in one.url_patterns if isinstance(two, URLResolver) and two.namespace == "api"
    ]
    return {str(pattern.name) for one in inside for pattern in one.url_patterns}


def test_the_table_holds_every_operation_and_no_other() -> None:
    assert operations() == set(TABLE)


@pytest.mark.parametrize("who", [*IN, *OUT])
def test_every_operation_answers_everybody_as_the_table_says(world: World, who: str) -> None:
    world.police_records()
    program, wrong = world.program(who), {}
    for name, (ask, inside, outside) in TABLE.items():
        answer = ask(program, world)
        expected = EXCEPTIONS.get((name, who), inside if who in IN else outside)
        if answer.status_code != expected:
            wrong[name] = (answer.status_code, answer.content[:200])
        told = answer.content.decode()
        assert json.loads(told) is not None
        assert who in IN or names_of_the_child_only(told), name
        assert "CANARYPOLICE" not in told or who in ("police", "social worker", "manager in the circle"), name
        assert "CANARYDRAFT" not in told and "CANARYAPART" not in told and "CANARYWHY" not in told, name
        assert not answer.cookies
        strict(answer, name)
    assert wrong == {}


@pytest.mark.parametrize("who", NO_CASES)
def test_nobody_who_sees_no_case_has_a_key(world: World, who: str) -> None:
    with pytest.raises(ValueError, match="could see nothing"):
        world.program(who)


def test_a_browser_that_is_signed_in_gets_nothing_here(world: World) -> None:
    browser = world.browser("social worker")
    for path in contract()["paths"]:
        for method in contract()["paths"][path]:
            answer = browser.generic(method.upper(), path.replace("{subject_id}", str(world.child)))
            assert answer.status_code == 401, path
            strict(answer, path)


@pytest.mark.parametrize("who", OUT)
def test_no_program_from_outside_writes_to_the_record(world: World, who: str) -> None:
    before, program = everything(), world.program(who)
    for entry in (NOTE, {"kind": "withdrawn", "at": AT, "reason": "HOSTILE", "answers": [str(world.entry)]}):
        assert program.post(f"/records/{world.child}/entries", entry).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("name", ["history", "position", "read-entry", "search", "read-thing", "work", "record-entry"])
def test_without_the_log_a_program_is_told_nothing(world: World, name: str) -> None:
    program, before = world.program("social worker"), everything()

    def broken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "access_readevent" in sql and sql.startswith("INSERT"):
            return execute("SELECT 1/0", (), many, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(broken):
        answer = TABLE[name][0](program, world)
    assert answer.status_code == 500
    assert answer.json()["says"].startswith("Something went wrong here and nothing was saved.")
    assert NAME not in answer.content.decode() and names_of_the_child_only(answer.content.decode())
    assert everything() == before


@pytest.mark.parametrize("name", ["history", "read-entry", "search", "read-thing"])
def test_every_id_that_a_program_is_told_is_written_down(world: World, name: str) -> None:
    program = world.program("social worker")
    with viewing(world.who("social worker")):
        earlier = set(ReadEvent.objects.values_list("pk", flat=True))
    told = TABLE[name][0](program, world).json()
    with viewing(world.who("social worker")):
        rows = ReadEvent.objects.exclude(pk__in=earlier).values_list("ids", flat=True)
        logged = {str(one) for ids in rows for one in ids}
    listed = told if isinstance(told, list) else told.get("entries", [told])
    shown = {one["thing"]["id"] if "thing" in one else one["id"] for one in listed}
    assert shown and shown <= logged


class Conversation:
    """Programs of several people, and requests as the contract describes them, or nearly."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.programs = {who: world.program(who) for who in ("social worker", "police", "health outside")}
        self.ids = [str(one) for one in vars(world).values() if isinstance(one, UUID)]
        told = schemathesis.openapi.from_dict(contract())
        self.operations = [one.ok() for one in told.get_all_operations()]

    def request(self, case: Any, who: str, mine: str | None) -> tuple[Any, Response]:
        """Send a case as the program, about somebody of the world where ``mine`` says whom; undone afterwards."""
        if mine is not None and case.path_parameters:
            case.path_parameters = dict.fromkeys(case.path_parameters, mine)
        sent = case.as_transport_kwargs(base_url="http://testserver")
        prepared = Request(
            **{key: sent[key] for key in ("method", "url", "headers", "params", "json", "data") if key in sent}
        )
        prepared.headers = {**(sent.get("headers") or {}), "Authorization": f"Bearer {self.programs[who].secret}"}
        ready = prepared.prepare()
        point = transaction.savepoint()
        body = ready.body.encode() if isinstance(ready.body, str) else ready.body or b""
        answer = Client(raise_request_exception=True).generic(
            ready.method, ready.url.removeprefix("http://testserver"), body,
            content_type=ready.headers.pop("Content-Type", "application/json"), headers=dict(ready.headers),
        )  # fmt: skip
        transaction.savepoint_rollback(point)
        return ready, as_checked(answer, ready)


def as_checked(answer: Any, asked: Any) -> Response:
    """The answer as the checks of the contract read it."""
    headers = {name.lower(): [value] for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, answer.content, asked, elapsed=0.0, verify=True)


def test_whatever_a_program_sends_the_answer_is_one_of_the_contract() -> None:
    cache.clear()
    talk = Conversation(World())
    statuses: set[int] = set()

    for operation in talk.operations:
        cases = st.one_of(
            operation.as_strategy(), operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
        )

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES <= 20,
            phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(cases, st.sampled_from(sorted(talk.programs)), st.one_of(st.none(), st.sampled_from(talk.ids)))
        def answered(case: Any, who: str, mine: str | None) -> None:
            asked, answer = talk.request(case, who, mine)
            assert answer.status_code < 500, (asked.method, asked.url, asked.body)
            statuses.add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        answered()
    assert {200, 422} <= statuses
