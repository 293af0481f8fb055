"""A sealed record, a sealed entry, a denied person: nothing that others get is different from a world without them.

Each example makes one world, asks every page of it as several people, adds what is sealed, and asks again: the same
bytes, after as many statements. Time stands still meanwhile, and what is random in a page is taken out.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from safekept.access import closing
from safekept.access.models.closing import Level
from safekept.access.viewer import Viewer, viewing
from safekept.attachments import actions
from safekept.attachments.looking import content
from safekept.documents import actions as documents
from safekept.record import drafts, requests, sealing
from safekept.record.actions import NewEntry, append
from safekept.register.actions import NewThing, add_identifier, add_thing
from safekept.vault import actions as vault
from tests import factories
from tests.pages import NOW, a_child, let_in, recorded, signed_in
from tests.programs import Program

pytestmark = pytest.mark.django_db
PAIRS = int(os.environ.get("NON_INTERFERENCE_PAIRS", "6"))
"""Worlds made over HTTP: few in every run, 300 in ``make security``."""
RANDOM = (
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(rb'name="client_key"[^>]*value="[^"]*"'),
    re.compile(rb'value="[^"]*"[^>]*name="client_key"'),
    re.compile(rb"nonce-[A-Za-z0-9+/=_-]+"),
    re.compile(rb'^{"id": "[^"]*", "kind": "note"'),
)
"""What is made anew for every page, and the id of what a program records."""
SAME_KEY = UUID(int=7)


@dataclass(frozen=True)
class Secret:
    """What is sealed. ``how``: a whole record, one entry of the open record, or a record denied to everybody asked.

    ``linked``: an open entry of the open record names that child.
    """

    how: str
    name: str
    born: str
    phone: str
    kinds: tuple[str, ...]
    mentions: bool
    links: bool
    before: bool
    file: bool
    linked: bool


secrets = st.builds(
    Secret,
    st.sampled_from(["record", "entry", "denied"]),
    st.sampled_from(["Tia Rowan", "Tea Rowen", "Zephyrine Quail", "Rowan"]),
    st.sampled_from(["2011-05-04", "2009-01-31"]),
    st.sampled_from(["07700 900456", "07700 900789"]),
    st.lists(
        st.sampled_from(["concern", "referral", "missing", "screening", "note", "meeting", "request"]),
        min_size=1,
        max_size=4,
    ).map(tuple),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
BY_THE_CLOCK = "directory_adoption"
"""Which version is followed is looked up anew every minute, whoever asks for whatever."""
FIELDS: dict[str, dict[str, Any]] = {
    "concern": {"signs": ["missing-from-home"], "immediate_danger": True},
    "referral": {"to": "children-services"},
    "missing": {"category": "missing"},
    "screening": {"category": 3, "signs": ["missing-from-home"], "rationale": "By the signs."},
    "note": {},
    "request": {},
    "meeting": {"type": "mase", "attended": ["police"]},
}


class World:
    """An open child with a record, and people who ask; the keepers see what is sealed."""

    def __init__(self) -> None:
        factories.coordinator()
        self.worker = factories.children_services()
        self.manager = factories.viewer("children-services", role="manager")
        self.child = a_child(self.worker)
        self.man = self._adult("Wendell Oxtoby")
        with viewing(self.worker):
            add_identifier(self.worker, self.child, "phone", "07700 900456")
        self.asking = {
            "police": factories.police(),
            "school": factories.viewer("school", name="Ash School"),
            "co-ordinator": factories.coordinator(),
            "colleague": factories.children_services(),
            "clinic outside": factories.viewer("health", name="Ash Clinic"),
            "elsewhere": factories.children_services("camden"),
        }
        let_in(self.worker, self.asking["school"], self.child)
        for days, kind in ((9, "concern"), (8, "referral"), (3, "missing")):
            self.note = recorded(
                self.worker, self.child, kind, NOW - dt.timedelta(days=days), fields=FIELDS[kind],
                mentions=[(self.man, "person-of-concern")],
            )  # fmt: skip
        self.request = self._request(self.worker, self.child, "Whom has she named?")
        with viewing(self.worker):
            vault.keep(self.worker, self.child, vault.New("home", "14 Alder Row, Brampton", "He looks for her."))
        colleague, self.draft = self.asking["colleague"], uuid4()
        chosen = {"form": ["order"], "court": ["Family Court"], "chosen": [str(self.note)]}
        drafts.save(colleague, documents.key(self.draft), self.child, chosen)

    def _adult(self, name: str) -> UUID:
        with viewing(self.worker):
            return UUID(str(add_thing(self.worker, NewThing("adult", [(name, "name")])).pk))

    def pages(self) -> list[str]:
        """What everybody asks for."""
        return [
            "/work", "/work?scope=agency", "/work?scope=area", "/children", "/children?whose=agency", "/numbers",
            "/children?q=Tia+Rowan&whose=agency", "/search?q=Tia+Rowan", "/search?q=Zephyrine+Quail", "/search?q=Rowan",
            "/search?q=07700+900456", "/search?q=07700+900789", "/search?q=31+January+2009", "/search?q=Oxtoby",
            "/search?q=Hidden+Person", "/search?q=ZephyrineQuail",
            "/search?q=rowanquail+tia", f"/children/{self.child}", f"/children/{self.child}?q=e",
            f"/children/{self.child}/who/", f"/children/{self.child}/screening", f"/children/{self.child}/record/",
            f"/children/{self.child}/record/meeting", f"/things/{self.man}", f"/entries/{self.note}", "/desk",
            f"/requests/{self.request}", f"/children/{self.child}/sharing/ask",
            f"/children/{self.child}/kept-apart/", f"/children/{self.child}/kept-apart/add",
            f"/children/{self.child}/documents/", f"/children/{self.child}/documents/new",
            f"/children/{self.child}/documents/{self.draft}/",
        ]  # fmt: skip

    def asked_by_programs(self) -> list[tuple[str, Any]]:
        """What everybody's program asks for: the address, and what is sent there."""
        names = ("Tia Rowan", "Zephyrine Quail", "07700 900456", "Hidden Person", "Oxtoby")
        note = {
            "kind": "note",
            "at": NOW.isoformat(),
            "text": "Spoke.",
            "mentions": [{"thing": str(self.man), "role": "x"}],
        }
        return [
            *((f"/records/{self.child}/{what}", None) for what in ("history", "position")),
            (f"/entries/{self.note}", None), (f"/things/{self.man}", None), ("/work?scope=area", None),
            *(("/search", {"text": name}) for name in names), ("/search", {"born": "2009-01-31"}),
            (f"/records/{self.child}/entries", note),
            ("/things", {"kind": "child", "names": [{"name": "Zephyrine Quail"}], "born": "2009-01-31"}),
        ]  # fmt: skip

    def link(self, *others: UUID) -> bytes:
        """Add an open entry that names these children; its id."""
        fields = FIELDS["concern"] | ({"linked_children": [str(one) for one in others]} if others else {})
        at = NOW - dt.timedelta(days=2)
        return str(recorded(self.worker, self.child, "concern", at, fields=fields)).encode()

    def hide(self, secret: Secret) -> UUID:
        """Add what is sealed; whose it is."""
        subject = self.child
        if secret.how != "entry":
            subject = a_child(self.worker, secret.name, born=secret.born)
            with viewing(self.worker):
                add_identifier(self.worker, subject, "phone", secret.phone)
        if secret.before and secret.how == "record":
            self._close(subject)
        named = any(not self._asks(kind, secret) for kind in secret.kinds)  # whom nothing mentions is no secret
        told = [self._adult("Hidden Person")] if secret.mentions and named and secret.how != "denied" else []
        told += [self.man] if secret.mentions else []
        made = [self._entry(subject, kind, number, told, secret) for number, kind in enumerate(secret.kinds)]
        if secret.file:
            self._attach(subject, made[0])
        if secret.how == "record" and not secret.before:
            self._close(subject)
        for entry in made if secret.how == "entry" else ():
            with viewing(self.manager):
                sealing.seal_entry(self.manager, entry, "Somebody at the school is related.")
        if secret.how == "denied":
            with viewing(self.manager):
                for one in self.asking.values():
                    sealing.deny(self.manager, subject, one.account_id, "Related to a person of concern.")
        return subject

    def _request(self, by: Viewer, subject: UUID, what: str) -> UUID:
        """What the clinic is asked, which works with nobody here."""
        with viewing(by):
            clinic = self.asking["clinic outside"].agency_id
            asking = requests.Asking(clinic, what, "She is often missing.", "safeguarding", uuid4(), "4")
            return UUID(str(requests.ask(by, subject, asking).pk))

    @staticmethod
    def _asks(kind: str, secret: Secret) -> bool:
        """Whether an entry is a request to the clinic, which mentions nobody; of a sealed record nobody is asked."""
        return kind == "request" and not (secret.how == "record" and secret.before)

    def _entry(self, subject: UUID, kind: str, number: int, told: list[UUID], secret: Secret) -> UUID:
        if self._asks(kind, secret):
            return self._request(self.manager, subject, "SECRET: where is she now?")
        at = NOW - dt.timedelta(days=6 - number)
        mentions = [(one, "person-of-concern") for one in told]
        fields = FIELDS[kind] | ({"linked_children": [str(self.child)]} if secret.links and kind == "concern" else {})
        with viewing(self.manager):
            new = NewEntry("note" if kind == "request" else kind, subject, at, fields, "SECRET", mentions=mentions)
            return UUID(str(append(self.manager, new).pk))

    def _attach(self, subject: UUID, entry: UUID) -> None:
        at = NOW - dt.timedelta(days=1)
        new = NewEntry("file", subject, at, {"shows": "SECRET"}, answers=[entry])
        words = b"SECRET words of a letter."
        with viewing(self.manager):
            actions.attach(self.manager, new, actions.Sent("SECRET.txt", words, content.look(words)))

    def _close(self, subject: UUID) -> None:
        with viewing(self.manager):
            how = closing.Closing(Level.SEALED, "A relative works in the police.", None, [self.worker.account_id])
            sealing.close(self.manager, subject, how)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that run inside, by their text."""
    ran: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if BY_THE_CLOCK not in sql:
            ran.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield ran


Got = tuple[int, bytes, str, list[str]]
"""Status, bytes, where it leads, and the statements that it took."""


Answers = dict[tuple[str, str], Got]


def answers(world: World, browsers: dict[str, Client], programs: dict[str, Program], linking: bytes = b"") -> Answers:
    """What each person gets from each page, and their program from each thing that it asks.

    ``linking``: the id of the entry that names other children, which is another one in each world.
    """
    got = {}
    for who, browser in browsers.items():
        for path in world.pages():
            got[who, path] = _answered(partial(browser.get, path), linking)
        for path, sent in world.asked_by_programs():
            program = programs[who]
            ask = partial(program.get, path) if sent is None else partial(program.post, path, sent, SAME_KEY)
            got[who, f"{path} {sent}"] = _answered(ask, linking)
    return got


def _answered(ask: Callable[[], Any], linking: bytes) -> Got:
    """Ask, and undo it."""
    point = transaction.savepoint()
    with counting() as ran:
        answer = ask()
    transaction.savepoint_rollback(point)
    body = answer.content
    for pattern in RANDOM:
        body = pattern.sub(b"", body)
    if linking:
        body = body.replace(linking, b"LINKING")
    return answer.status_code, body, answer.headers.get("Location", ""), ran


def test_nothing_that_is_sealed_shows_anywhere() -> None:
    with time_machine.travel(NOW, tick=False):
        cache.clear()
        world = World()
        browsers = {who: signed_in(viewer) for who, viewer in world.asking.items()}
        for browser in browsers.values():
            browser.raise_request_exception = True
            browser.get("/work")  # what a session keeps of its beginning is there before either world is asked
        programs = {who: Program(viewer) for who, viewer in world.asking.items()}
        before = {False: answers(world, browsers, programs)}
        point = transaction.savepoint()
        before[True] = answers(world, browsers, programs, world.link())
        transaction.savepoint_rollback(point)

        @settings(
            max_examples=PAIRS,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
        @given(secrets, st.sets(st.sampled_from(sorted(browsers)), min_size=2, max_size=2))
        def same(secret: Secret, asked: set[str]) -> None:
            point = transaction.savepoint()
            try:
                subject = world.hide(secret)
                linked = secret.linked and subject != world.child
                linking = world.link(subject) if linked else b""
                some = {who: browsers[who] for who in asked}
                for key, found in answers(world, some, programs, linking).items():
                    without = before[linked][key]
                    assert b"SECRET" not in found[1], key
                    assert found[1] == without[1], (key, _differs(without[1], found[1]))
                    assert (found[0], found[2]) == (without[0], without[2]), key
                    more, fewer = _beyond(found[3], without[3]), _beyond(without[3], found[3])
                    assert len(found[3]) == len(without[3]), (key, more, fewer)
            finally:
                transaction.savepoint_rollback(point)

        same()


def _beyond(some: list[str], others: list[str]) -> list[str]:
    """The beginnings of statements that ran oftener than in the other world."""
    return [f"{text[:300]}: {n}" for text, n in (Counter(some) - Counter(others)).items()]


def _differs(one: bytes, other: bytes) -> list[str]:
    """The first lines that differ, for whoever reads the failure."""
    first, second = one.decode().splitlines(), other.decode().splitlines()
    return [f"- {a.strip()[:200]}\n+ {b.strip()[:200]}" for a, b in zip(first, second, strict=False) if a != b][:3]
