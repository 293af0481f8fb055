"""Whatever an import hands in, one entry or many: it is recorded, or refused in sentences that say which and why."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from safekept.access.viewer import Viewer, loader, viewing
from safekept.kinds import KINDS
from safekept.record.actions import Author, NewEntry, Refused, append, append_many
from tests import factories
from tests.pages import NOW, a_child, recorded

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("ANY_IMPORT_EXAMPLES", "100"))
"""Imports of one to three entries: some in every run, many more in ``make security``."""
LOADER = loader("Trying what an import can hand in")
EXTREMES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 0.5, float("nan"), "", "x", "\ud800", "a\x00b", "x" * 60_000, [], [[]], ["x"] * 300,
    [None], {}, {"a": "\ud800"}, {"a": {"b": [1]}}, "2026-02-30", "2026-03-01", dt.date(2026, 3, 1), b"x", ("x",),
    {"x"},
)  # fmt: skip
WHENS = (
    NOW, NOW - dt.timedelta(days=3), NOW.replace(tzinfo=None), NOW + dt.timedelta(days=900),
    dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC),
    dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14))),
)  # fmt: skip


@st.composite
def fields(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """Some answers of a kind, each one that fits or anything; now and then a question that it does not have."""
    asked = KINDS[kind].fields if kind in KINDS else {}
    found: dict[str, Any] = {}
    for name in draw(st.sets(st.sampled_from([*sorted(asked), "no-such"]), max_size=5)):
        fits = sorted(asked[name].of or ()) if name in asked else []
        found[name] = draw(st.sampled_from([*fits, *([fits] if fits else []), *EXTREMES]))
    return found


@st.composite
def entries(draw: st.DrawFn, child: UUID, known: UUID, author: Author) -> NewEntry:
    """An entry that is well made, save for what is drawn to be odd in it."""
    odd = draw(st.sets(st.sampled_from(["kind", "subject", "at", "fields", "text", "refers", "told", "same", "when"])))

    def either(what: str, usual: Any, *others: Any) -> Any:
        return draw(st.sampled_from(others)) if what in odd else usual

    kind = either("kind", "note", *sorted(KINDS), "no-such", "")
    ids = (known, child, UUID(int=0), UUID(int=5), UUID(int=21))
    return NewEntry(
        kind=kind,
        subject_id=either("subject", child, UUID(int=0), known),
        at=either("at", NOW, *WHENS),
        fields=draw(fields(kind)) if "fields" in odd else {},
        text=either("text", "Words", "\ud800", "a\x00b", "x" * 60_000),
        basis=either("text", "fact", "", "no-such"),
        answers=[either("refers", known, *ids)] if "refers" in odd else [],
        supersedes=either("refers", None, None, *ids),
        at_latest=either("when", None, *WHENS),
        mentions=[(either("told", child, *ids), either("told", "", "person", "x" * 50, "\ud800"))]
        if "told" in odd
        else [],
        client_key=either("same", uuid4(), UUID(int=9), UUID(int=10)),
        id=either("same", None, known, UUID(int=21), UUID(int=22)),
        recorded_at=either("when", None, *WHENS),
        author=author,
    )


def hand_in(who: Viewer, some: list[NewEntry], one: bool) -> None:
    point = transaction.savepoint()
    try:
        with viewing(who):
            assert append(who, some[0]) if one else len(append_many(who, some)) == len(some)
    except Refused as refused:
        assert refused.errors and all(says.rstrip().endswith((".", "?")) for _, says in refused.errors), refused.errors
    finally:
        transaction.savepoint_rollback(point)


def test_whatever_is_handed_in_is_recorded_or_refused_in_sentences() -> None:
    worker = factories.children_services()
    child = a_child(worker)
    known = recorded(worker, child, "note", NOW - dt.timedelta(days=5), text="Known")
    author = Author(worker.account_id, worker.agency_id, worker.agency_kind)

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES <= 100,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(entries(child, known, author), min_size=1, max_size=3), st.sampled_from(["loader", "one", "many"]))
    def handed_in(some: list[NewEntry], how: str) -> None:
        hand_in(LOADER if how == "loader" else worker, some, one=how == "one")

    handed_in()
