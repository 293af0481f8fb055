"""A small world for the security tests: one child with canary texts, and somebody of every role and relation."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from safekept import packs
from safekept.access.models import Alert
from safekept.access.viewer import Viewer, viewing
from safekept.attachments.actions import Sent, attach
from safekept.attachments.looking.content import look
from safekept.casework import queries
from safekept.directory.models import ProposedPack
from safekept.documents import actions as documents
from safekept.record import drafts, requests
from safekept.record.actions import NewEntry
from safekept.register.actions import NewThing, add_identifier, add_thing
from safekept.vault import actions as vault
from tests import factories
from tests.corpus import jpeg
from tests.pages import a_child, let_in, recorded, signed_in
from tests.programs import Program

DAY = dt.timedelta(days=1)
SHIPPED = Path(packs.__file__).parent / "west-midlands" / "regional"
NAME = "Tia Rowan"
APART = vault.New("home", "14 Canaryapart Row, B1 1AA", "CANARYWHY: kept apart")
CANARIES = (
    "CANARYTEXT",
    "CANARYFIELD",
    "CANARYSAFE",
    "07700 900456",
    "07700900456",
    "CANARYPOLICE",
    "CANARYDRAFT",
    "CANARYAPART",
    "CANARYWHY",
)
"""What nobody outside the child's circle may read anywhere."""
POLICE_ONLY = ("CANARYPOLICE", "Police category", "Crime record", "CP-77")
"""What a school never reads anywhere, though it works with the child."""


class World:
    """The child, what is recorded, and who asks; ``browser`` gives a signed-in browser of each."""

    def __init__(self) -> None:
        coordinator = factories.coordinator()
        self.people: dict[str, Viewer | None] = {
            "social worker": factories.children_services(),
            "police": factories.police(),
            "school in the circle": factories.viewer("school", name="Circle School"),
            "manager in the circle": factories.viewer("children-services", role="manager"),
            "co-ordinator": coordinator,
            "social worker elsewhere": factories.children_services("camden"),
            "health outside": factories.viewer("health"),
            "manager elsewhere": factories.viewer("school", "camden", role="manager"),
            "co-ordinator elsewhere": factories.coordinator("camden"),
            "board": factories.viewer("other", name="Board", role="board"),
            "guardian": factories.viewer("other", name="Board", role="guardian"),
            "administrator": factories.viewer("other", name="Board", role="administrator"),
            "signed out": None,
        }
        worker = self.who("social worker")
        self.child = a_child(worker, NAME, safe_contact="CANARYSAFE after 16:00")
        with viewing(worker):
            add_identifier(worker, self.child, "phone", "07700 900456")
            self.adult = UUID(str(add_thing(worker, NewThing("adult", names=[("Nobody Northcott", "name")])).pk))
        let_in(worker, self.who("school in the circle"), self.child)
        then = timezone.now() - 40 * DAY
        self.concern = recorded(
            self.who("school in the circle"), self.child, "concern", then, fields={"noticed": "CANARYFIELD"}
        )
        self.entry = recorded(
            worker, self.child, "note", then, text="CANARYTEXT", mentions=[(self.adult, "person-of-concern")]
        )
        with viewing(worker):
            self.kept_apart = UUID(str(vault.keep(worker, self.child, APART).pk))
            asking = requests.Asking(
                self.who("school in the circle").agency_id, "CANARYTEXT of a request", "CANARYTEXT as a reason",
                "safeguarding", uuid4(), "4",
            )  # fmt: skip
            self.asked = UUID(str(requests.ask(worker, self.child, asking).pk))
        new = NewEntry("file", self.child, then, {"shows": "CANARYFIELD"}, answers=[self.entry])
        with viewing(worker):
            picture = jpeg()
            self.file = UUID(str(attach(worker, new, Sent("CANARYTEXT.jpg", picture, look(picture))).pk))
        self.draft = uuid4()
        with viewing(worker):
            drafts.save(worker, f"concern:{self.draft}", None, {"noticed": ["CANARYDRAFT"], "child": [str(self.child)]})
            kept = drafts.save(worker, "record:note", self.child, {"text": ["CANARYDRAFT"]})
        self.kept_draft = kept.pk
        self.document = self.put_document_forward()
        self.proposal = put_forward("birmingham")
        self.colleague, self.alert = worker.account_id, uuid4()
        with viewing(worker):
            Alert(
                id=self.alert, kind="pattern", pattern="bulk", subject_id=self.child, account_id=worker.account_id,
                says="Opened many records.",
            ).save(force_insert=True)  # fmt: skip

    def put_document_forward(self) -> UUID:
        """A document that waits for a second person."""
        worker, raw = self.who("social worker"), {"form": ["order"], "court": ["Court"], "chosen": [str(self.entry)]}
        with viewing(worker):
            return UUID(str(documents.put_forward(worker, queries.subject(worker, self.child), raw, uuid4()).pk))

    def who(self, name: str) -> Viewer:
        """A person by what they are to the child."""
        found = self.people[name]
        assert found is not None
        return found

    def browser(self, name: str) -> Client:
        """Their browser, which shows errors as pages."""
        person = self.people[name]
        client = signed_in(person) if person is not None else Client()
        client.raise_request_exception = False
        return client

    def program(self, name: str) -> Program:
        """A program that acts for them, and may record."""
        return Program(self.who(name))

    def police_records(self, at: dt.datetime | None = None) -> list[UUID]:
        """What the police record for themselves and children's services alone."""
        police, then = self.who("police"), at or timezone.now() - 30 * DAY
        crime = recorded(
            police, self.child, "crime-record", then, text="CANARYPOLICE",
            fields={"type": "crime", "number": "CP-77", "flags": ["ES"], "contact": True},
        )  # fmt: skip
        car = police_thing(police, "vehicle", "vrm", "AB12 CDE")
        return [
            crime,
            recorded(police, self.child, "categorised", then, text="CANARYPOLICE", fields={"category": 3},
                     mentions=[(car, "used")]),
            recorded(police, self.child, "marker", then, text="CANARYPOLICE", fields={"type": "locate-trace"}),
            recorded(police, self.child, "notification-record", then, text="CANARYPOLICE", answers=[crime]),
            recorded(police, self.child, "enquiries-exhausted", then, text="CANARYPOLICE"),
            recorded(police, self.child, "outcome-code", then, text="CANARYPOLICE", answers=[crime]),
        ]  # fmt: skip


def put_forward(area: str, version: str = "2026.9") -> UUID:
    """The West Midlands procedure under another version, put forward in an area, word for word as it ships."""
    files = {path.relative_to(SHIPPED).as_posix(): path.read_text("utf-8") for path in SHIPPED.rglob("*.yaml")}
    files["pack.yaml"] = files["pack.yaml"].replace('"2015.1"', f'"{version}"')
    made = ProposedPack.objects.create(
        area_id=area, hash=f"sha256:{version}", pack_id="west-midlands", version=version, files=files,
        put_forward_by="The co-ordinator",
    )  # fmt: skip
    return UUID(str(made.pk))


def police_thing(viewer: Viewer, kind: str, scheme: str, text: str) -> UUID:
    """Something that only the police have named."""
    with viewing(viewer):
        return UUID(str(add_thing(viewer, NewThing(kind, identifiers=[(scheme, text)], label=text)).pk))


def form(**more: Any) -> dict[str, Any]:
    """What a form for any entry sends."""
    return {"client_key": str(uuid4()), "at-when": "now", "text": "", "basis": "fact", **more}
