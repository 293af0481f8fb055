"""The policy three ways: decided in Python, as a queryset's filter and as row-level security, against a slow reference.

Worlds are made at random: agencies, viewers of every role, circles, and rows with audiences. All four must agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from safekept.access import policy
from safekept.access.models import Circle
from safekept.access.policy import Asker, Facts, Rule, decide
from safekept.access.sql import predicate, visible
from safekept.access.viewer import Viewer, loader, viewing
from safekept.directory.models import Agency, Area
from safekept.directory.roles import Role

KINDS = ("police", "children-services", "school", "health")
AGENCIES = [UUID(int=number) for number in range(1, 5)]
ACCOUNTS = [UUID(int=number) for number in range(11, 14)]
CHILDREN = [UUID(int=number) for number in range(101, 104)]


@dataclass(frozen=True)
class Row:
    """A row of the stand-in table, which has every column that a condition may ask about."""

    id: UUID
    subject: UUID
    audience: tuple[str, ...]
    agency: int
    account: UUID
    kind: str


@dataclass(frozen=True)
class World:
    agency: int
    account: UUID
    role: Role
    circle: frozenset[tuple[UUID, int]]
    rows: tuple[Row, ...]

    @property
    def asker(self) -> Asker:
        return Asker(self.account, AGENCIES[self.agency], KINDS[self.agency], self.role.value)


rows = st.builds(
    Row,
    st.uuids(version=4),
    st.sampled_from(CHILDREN),
    st.lists(st.sampled_from(KINDS), max_size=2, unique=True).map(tuple),
    st.integers(0, 3),
    st.sampled_from(ACCOUNTS),
    st.sampled_from(["child", "adult", "phone"]),
)
worlds = st.builds(
    World,
    st.integers(0, 3),
    st.sampled_from(ACCOUNTS),
    st.sampled_from(list(Role)),
    st.frozensets(st.tuples(st.sampled_from(CHILDREN), st.integers(0, 3)), max_size=8),
    st.lists(rows, min_size=1, max_size=8, unique_by=lambda row: row.id).map(tuple),
)


def reference(rule_name: str, world: World, row: Row) -> bool:
    """The policy once more, in plain steps written apart from the rules."""
    if rule_name in {"RECORD", "ENTRY", "RECORDING", "ADDING", "JOINING"} and world.role is Role.LOADER:
        return True
    if rule_name == "READ_EVENT":
        return world.role is Role.GUARDIAN or row.account == world.account
    if world.role not in {Role.PRACTITIONER, Role.MANAGER, Role.COORDINATOR}:
        return False
    inside = (row.subject, world.agency) in world.circle
    own_agency, own = row.agency == world.agency, row.account == world.account
    match rule_name:
        case "RECORD":
            return inside
        case "ENTRY":
            return inside and (row.audience == () or KINDS[world.agency] in row.audience or own_agency)
        case "RECORDING":
            return inside and own_agency and own
        case "JOINING":
            return inside or own_agency
        case "ADDING" | "DRAFT":
            return own
    raise AssertionError(rule_name)


RULES: dict[str, Rule] = {
    name: getattr(policy, name) for name in ("RECORD", "ENTRY", "RECORDING", "JOINING", "ADDING", "DRAFT", "READ_EVENT")
}


class Probe(models.Model):
    """A stand-in for every case table: it has all the columns that a condition may ask about."""

    id = models.UUIDField(primary_key=True)
    subject_id = models.UUIDField()
    audience = ArrayField(models.TextField())
    agency_id = models.UUIDField()
    account_id = models.UUIDField()
    kind = models.TextField()

    class Meta:
        app_label = "contenttypes"
        db_table = "policy_probe"
        managed = False


def make_tables() -> None:
    """One open table for the application's filter, and one behind each rule, for this transaction alone."""
    columns = "(id uuid PRIMARY KEY, subject_id uuid, audience text[], agency_id uuid, account_id uuid, kind text)"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE policy_probe {columns}")
        for name, rule in RULES.items():
            table = f"probe_{name.lower()}"
            cursor.execute(f"CREATE TEMPORARY TABLE {table} {columns}")
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
            cursor.execute(f"CREATE POLICY wall ON {table} FOR SELECT USING ({predicate(rule, table)})")
            cursor.execute(f"CREATE POLICY fill ON {table} FOR INSERT WITH CHECK (true)")


def make_agencies() -> None:
    Agency.objects.bulk_create(
        Agency(id=key, name=f"Agency {key.int}", kind=kind, area=Area.objects.get(slug="birmingham"))
        for key, kind in zip(AGENCIES, KINDS, strict=True)
    )


def fill(world: World) -> None:
    found = [(r.id, r.subject, list(r.audience), AGENCIES[r.agency], r.account, r.kind) for r in world.rows]
    with viewing(loader("test")), connection.cursor() as cursor:
        Circle.objects.bulk_create(
            Circle(subject_id=child, agency_id=AGENCIES[number], basis="concern") for child, number in world.circle
        )
        for table in ("policy_probe", *(f"probe_{name.lower()}" for name in RULES)):
            cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s, %s, %s, %s, %s)", found)


def viewer_of(world: World) -> Viewer:
    asker = world.asker
    return Viewer(asker.account_id, "", asker.role, asker.agency_id, asker.agency_kind, asker.agency_id, "birmingham")


def decided(name: str, world: World) -> set[UUID]:
    def facts(row: Row) -> Facts:
        circle = frozenset(AGENCIES[number] for child, number in world.circle if child == row.subject)
        return Facts(circle, frozenset(row.audience), AGENCIES[row.agency], row.account, row.kind)

    return {row.id for row in world.rows if decide(RULES[name], world.asker, facts(row))}


def filtered(name: str, world: World) -> set[UUID]:
    found = visible(RULES[name], world.asker)
    if isinstance(found, bool):
        return {row.id for row in world.rows} if found else set()
    return set(Probe.objects.filter(found).values_list("id", flat=True))


def behind_the_wall(name: str) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM probe_{name.lower()}")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db
def test_three_ways_of_asking_agree_with_the_reference() -> None:
    make_tables()
    make_agencies()

    @settings(max_examples=60, deadline=None, database=None)
    @given(worlds)
    def agree(world: World) -> None:
        point = transaction.savepoint()
        try:
            fill(world)
            assert all(not behind_the_wall(name) for name in RULES)
            with viewing(viewer_of(world)):
                for name in RULES:
                    expected = {row.id for row in world.rows if reference(name, world, row)}
                    assert decided(name, world) == expected, name
                    assert filtered(name, world) == expected, name
                    assert behind_the_wall(name) == expected, name
        finally:
            transaction.savepoint_rollback(point)

    agree()


@given(worlds)
@settings(max_examples=200, deadline=None)
def test_every_decision_gives_its_reason(world: World) -> None:
    for rule in (*RULES.values(), policy.THING):
        found = decide(rule, world.asker, Facts(kind=world.rows[0].kind))
        assert found.reason.endswith(".")


@pytest.mark.parametrize(
    ("kind", "agency", "mention_seen", "allowed"),
    [
        ("child", 2, False, True),
        ("adult", 2, False, False),
        ("adult", 2, True, True),
        ("phone", 0, False, True),
        ("phone", 1, False, True),
        ("phone", 3, False, False),
    ],
)
def test_a_school_finds_children_and_what_it_can_read_about(
    kind: str, agency: int, mention_seen: bool, allowed: bool
) -> None:
    asker = Asker(ACCOUNTS[0], AGENCIES[agency], KINDS[agency], Role.PRACTITIONER.value)
    facts = Facts(kind=kind, author=ACCOUNTS[1], mention_seen=mention_seen)
    assert decide(policy.THING, asker, facts).allowed is allowed
