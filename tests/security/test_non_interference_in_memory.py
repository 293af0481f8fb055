"""Positions and cached duties of worlds with and without what is sealed, without pages: many more worlds, in memory."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safekept.access.policy import ENTRY, Asker, Facts, Reach, decide
from safekept.kinds import KINDS
from safekept.record import duties, histories
from safekept.record.duties import Sealed, Standing, TeamRow
from safekept.record.histories import Subject
from safekept.record.rows import ToldRow
from tests.pages import NOW

pytestmark = pytest.mark.django_db
PAIRS = int(os.environ.get("NON_INTERFERENCE_WORLDS", "300"))
"""Worlds made in memory: 10,000 in ``make security``."""
CHILD, SEALED_CHILD, OPEN_CHILD = (UUID(int=n) for n in (1, 2, 3))
AGENCY, TEAM, ME, OTHER = (UUID(int=n) for n in (11, 12, 13, 14))
SUBJECT = Subject(CHILD, "child", dt.date(2011, 5, 4), "birmingham", True)
LINKED = {
    one: Subject(one, "child", dt.date(2010, 1, 1), area)
    for one, area in ((SEALED_CHILD, "newham"), (OPEN_CHILD, "walsall"))
}
TEAMS = [TeamRow(TEAM, AGENCY, "children-services", "birmingham", True, True)]
FIELDS: dict[str, list[dict[str, Any]]] = {
    "concern": [{"signs": ["missing-from-home"]}, {"immediate_danger": True}],
    "referral": [{"to": "children-services"}],
    "discussion": [{"attended": ["police", "children-services"], "decision": ["assessment"]}],
    "missing": [{"category": "missing"}, {"category": "absent"}],
    "found": [{}],
    "screening": [{"category": 1, "rationale": "x"}, {"category": 3, "rationale": "x"}],
    "meeting": [{"type": "mase", "attended": ["police"]}],
    "categorised": [{"category": 2}],
    "note": [{}],
}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[ToldRow], frozenset[UUID]]:
    """The entries of a child in order, some linked to other children, and which of them are sealed."""
    rows: list[ToldRow] = []
    sealed: set[UUID] = set()
    for number in range(draw(st.integers(1, 9))):
        kind = draw(st.sampled_from(sorted(FIELDS)))
        fields = dict(draw(st.sampled_from(FIELDS[kind])))
        links = draw(st.sets(st.sampled_from([SEALED_CHILD, OPEN_CHILD]), max_size=2))
        if kind == "concern" and links:
            fields["linked_children"] = sorted(str(one) for one in links)
        at = NOW - dt.timedelta(hours=draw(st.integers(1, 24 * 60)))
        earlier = draw(st.sampled_from(rows)).id if rows and draw(st.booleans()) else None
        corrects = draw(st.booleans()) and earlier is not None and earlier in {r.id for r in rows if r.kind == kind}
        row = ToldRow(
            UUID(int=1000 + number), CHILD, kind, at, None, at, "children-services", AGENCY, OTHER, "fact", "", fields,
            [earlier] if earlier and not corrects else [], earlier if corrects else None,
            list(KINDS[kind].audience),
        )  # fmt: skip
        rows.append(row)
        if draw(st.integers(0, 2)) == 0 or (corrects and earlier in sealed):
            sealed.add(row.id)
    return sorted(rows, key=lambda one: (one.at, one.recorded_at, one.id)), frozenset(sealed)


def without(rows: list[ToldRow], sealed: frozenset[UUID]) -> list[ToldRow]:
    """The world in which what is sealed never was: no such entry, and no link to the sealed child."""
    return [replace(one, fields=histories.without(one.fields, {SEALED_CHILD})) for one in rows if one.id not in sealed]


def seen(asker: Asker, rows: list[ToldRow]) -> list[ToldRow]:
    """What the policy shows of them to somebody in the circle."""
    return [
        row
        for row in rows
        if decide(
            ENTRY,
            asker,
            Facts(
                frozenset({asker.agency_id}), frozenset(row.audience), row.agency_id, row.account_id, row.kind,
                subject=row.subject_id, entry=row.id,
            ),
        )
    ]  # fmt: skip


def cached(rows: list[ToldRow], sealed: Sealed) -> dict[tuple[str, str, str], dict[str, Any]]:
    """What lists hold for somebody who does not see what is sealed."""
    whole = histories.position(SUBJECT, rows, NOW, related=LINKED)
    known = {CHILD: SUBJECT, **LINKED}
    fresh = duties._fresh(known, Standing(SUBJECT, rows, whole), TEAMS, NOW, sealed)
    return {
        key[:3]: {name: row[name] for name in duties.COLUMNS if name != "sealed_side"}
        for key, row in fresh.items()
        if key[3] != "with"
    }


@settings(max_examples=PAIRS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(worlds(), st.sampled_from(["police", "children-services", "school"]))
def test_a_position_and_what_lists_hold_are_the_same_in_both_worlds(
    world: tuple[list[ToldRow], frozenset[UUID]], kind: str
) -> None:
    rows, sealed = world
    hidden = frozenset({SEALED_CHILD})
    reach = Reach(kept=hidden, hidden=hidden, shut=sealed, part=frozenset({CHILD}))
    bare = without(rows, sealed)
    agency = AGENCY if kind == "children-services" else UUID(int=15)
    with_it, without_it = Asker(ME, agency, kind, "practitioner", reach), Asker(ME, agency, kind, "practitioner")
    shown, plain = seen(with_it, rows), seen(without_it, bare)
    assert [one.id for one in shown] == [one.id for one in plain]
    one = histories.position(SUBJECT, shown, NOW, related=LINKED, unknown=hidden)
    other = histories.position(SUBJECT, plain, NOW, related=LINKED)
    assert one.as_dict() == other.as_dict()
    assert cached(rows, Sealed(sealed, hidden)) == cached(bare, Sealed(frozenset(), frozenset()))
