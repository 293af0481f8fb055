"""What agencies asked one another about some made-up children: one request waits, one is late, one was refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import uuid4

from safekept.access.viewer import Viewer, viewing
from safekept.record import requests
from safekept.record.actions import NewEntry, append
from safekept.record.models import Entry
from safekept.register.models import Thing

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
BASIS = "safeguarding"
FEWEST = 3


def ask_one_another(people: Mapping[tuple[str, str], Viewer], children: Sequence[Thing], now: dt.datetime) -> int:
    """One request of each sort, about three children whose records are open; how many, none where people lack."""
    worker = people.get(("children-services", "practitioner"))
    asked = [people.get((kind, "practitioner")) for kind in ("health", "school", "housing")]
    if worker is None or None in asked or len(children) < FEWEST:
        return 0
    health, school, housing = (one for one in asked if one is not None)
    _ask(
        worker, health, children[0], now - HOUR, "When was the child last seen by you, and with what injury?",
        "The child came back on Sunday with bruises and says nothing of where they are from.", hours="4",
    )  # fmt: skip
    _ask(
        worker, school, children[1], now - 6 * DAY, "On which days was the child away, and who fetched them early?",
        "We plan the next meeting and need to see whether the days match those on which the child was missing.",
        day=(now - 2 * DAY).date(),
    )  # fmt: skip
    made = _ask(
        worker, housing, children[2], now - 4 * DAY, "Who else has a tenancy at the address where the child was found?",
        "The child was found there twice, and nobody says who lives there.", day=(now - DAY).date(),
    )  # fmt: skip
    _refuse(worker, housing, made, now)
    return FEWEST


def _ask(
    by: Viewer, of: Viewer, child: Thing, at: dt.datetime, what: str, why: str, hours: str = "",
    day: dt.date | None = None,
) -> Entry:  # fmt: skip
    with viewing(by):
        asking = requests.Asking(of.agency_id, what, why, BASIS, uuid4(), hours, day, at)
        return requests.ask(by, child.pk, asking)


def _refuse(by: Viewer, of: Viewer, made: Entry, now: dt.datetime) -> None:
    """The agency refuses, and whoever asked takes it to a manager."""
    why = "The tenants have not agreed, and our rules allow it with a court's order alone."
    with viewing(of):
        found = requests.request_of(made)
        if found is None:
            return
        given = requests.Answer("refused", "", "", "", why, "", uuid4(), now - 3 * DAY)
        refusal = requests.answer(of, found, given)
    with viewing(by):
        told = {
            "step": "escalated",
            "other_agency": of.agency_kind,
            "reason": "To the head of housing, by our manager.",
        }
        append(by, NewEntry("sharing", made.subject_id, now - 2 * DAY, told, answers=[refusal.pk]))
