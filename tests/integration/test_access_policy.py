"""The policy three ways: decided in Python, as a queryset's filter and as row-level security, against a slow reference.

Worlds are made at random: agencies, viewers of every role, circles, and rows with audiences. All four must agree.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from safekept.access import policy
from safekept.access.models import Bar, Circle, Cover, Grant, SealedEntry, Share, Standing
from safekept.access.policy import Asker, Facts, Rule, decide
from safekept.access.sql import predicate, visible
from safekept.access.viewer import Viewer, loader, viewing
from safekept.directory.models import Agency, Area
from safekept.directory.roles import Role
from safekept.record.walls import OBLIGATION

KINDS = ("police", "children-services", "school", "health")
AGENCIES = [UUID(int=number) for number in range(1, 5)]
ACCOUNTS = [UUID(int=number) for number in range(11, 14)]
CHILDREN = [UUID(int=number) for number in range(101, 104)]
REQUESTS = [UUID(int=number) for number in range(201, 203)]
"""Entries that some agencies asked others to answer."""
AWAY = ACCOUNTS[2]
"""Whom the asker stands in for, where they do."""


@dataclass(frozen=True)
class Row:
    """A row of the stand-in table, which has every column that a condition may ask about."""

    id: UUID
    subject: UUID
    audience: tuple[str, ...]
    agency: int
    account: UUID
    kind: str
    side: str
    answers: tuple[UUID, ...]


@dataclass(frozen=True)
class Asked:
    """An entry that was shown to an agency, so that it answers or to be read alone."""

    child: UUID
    asks: bool


@dataclass(frozen=True)
class World:
    """Who asks, who is around whom, and what was decided: closed records, grants, bars, sealed entries, shares."""

    agency: int
    account: UUID
    role: Role
    circle: frozenset[tuple[UUID, int]]
    rows: tuple[Row, ...]
    closed: dict[UUID, str]
    granted: frozenset[tuple[UUID, UUID, str]]
    barred: frozenset[tuple[UUID, UUID, str]]
    covering: bool
    sealed: frozenset[int]
    sealed_granted: frozenset[int]
    shared: frozenset[tuple[int, int]]
    asked: dict[tuple[UUID, int], Asked]
    asked_sealed: dict[UUID, UUID]

    @property
    def me(self) -> set[UUID]:
        """The asker, and whom they stand in for."""
        return {self.account} | ({AWAY} if self.covering else set())

    def numbered(self, numbers: frozenset[int]) -> list[Row]:
        return [row for number, row in enumerate(self.rows) if number in numbers]


rows = st.builds(
    Row,
    st.uuids(version=4),
    st.sampled_from(CHILDREN),
    st.lists(st.sampled_from(KINDS), max_size=2, unique=True).map(tuple),
    st.integers(0, 3),
    st.sampled_from(ACCOUNTS),
    st.sampled_from(["child", "adult", "phone", "concern", "sharing", "sharing"]),
    st.sampled_from(["", "with", "without"]),
    st.lists(st.sampled_from(REQUESTS), max_size=2).map(tuple),
)
numbers = st.frozensets(st.integers(0, 7), max_size=3)
worlds = st.builds(
    World,
    st.integers(0, 3),
    st.sampled_from(ACCOUNTS[:2]),
    st.sampled_from([*Role, Role.PRACTITIONER, Role.MANAGER, Role.COORDINATOR]),
    st.frozensets(st.tuples(st.sampled_from(CHILDREN), st.integers(0, 3)), max_size=8),
    st.lists(rows, min_size=1, max_size=8, unique_by=lambda row: row.id).map(tuple),
    st.dictionaries(st.sampled_from(CHILDREN), st.sampled_from(["restricted", "sealed"]), max_size=2),
    st.frozensets(
        st.tuples(
            st.sampled_from(CHILDREN), st.sampled_from(ACCOUNTS), st.sampled_from(["named", "lapsed", "ended", "glass"])
        ),
        max_size=3,
    ),
    st.frozensets(
        st.tuples(
            st.sampled_from(CHILDREN), st.sampled_from(ACCOUNTS), st.sampled_from(["denied", "conflict", "ended"])
        ),
        max_size=2,
    ),
    st.booleans(),
    numbers,
    numbers,
    st.frozensets(st.tuples(st.integers(0, 7), st.integers(0, 3)), max_size=3),
    st.dictionaries(
        st.tuples(st.sampled_from(REQUESTS), st.integers(0, 3)),
        st.builds(Asked, st.sampled_from(CHILDREN), st.booleans()),
        max_size=4,
    ),
    st.dictionaries(st.sampled_from(REQUESTS), st.sampled_from(CHILDREN), max_size=1),
)


def bars(world: World, child: UUID) -> set[str]:
    """In what ways this child's record is kept from the asker by name."""
    return {kind for of, who, kind in world.barred if of == child and who == world.account and kind != "ended"}


def opened(world: World, child: UUID) -> bool:
    """Named, or standing in for somebody who was; an emergency of theirs is theirs alone; a bar beats all of it."""
    if bars(world, child):
        return False
    return any(
        of == child and (who == world.account or (who in world.me and how == "named")) and how in ("named", "glass")
        for of, who, how in world.granted
    )


def kept(world: World, child: UUID) -> bool:
    closed = world.role in CASE_WORKERS and child in world.closed and not opened(world, child)
    return bool(bars(world, child)) or closed


def hidden(world: World, child: UUID) -> bool:
    sealed = world.role in CASE_WORKERS and world.closed.get(child) == "sealed" and not opened(world, child)
    return "denied" in bars(world, child) or sealed


def shut(world: World, row: Row) -> bool:
    """A sealed entry of somebody else's, not opened to the asker by name."""
    return (
        world.role in CASE_WORKERS
        and row in world.numbered(world.sealed)
        and row not in world.numbered(world.sealed_granted)
        and row.account not in world.me
    )


def request_shut(world: World, request: UUID) -> bool:
    """A sealed request, which somebody wrote who is away."""
    return world.role in CASE_WORKERS and request in world.asked_sealed and AWAY not in world.me


def asked_of(world: World, row: Row) -> bool:
    """Whether the row answers an entry that asks the asker's agency about the same child, and that they may see."""
    return any(
        of == request
        and number == world.agency
        and told.asks
        and told.child == row.subject
        and not request_shut(world, request)
        and not (world.role in CASE_WORKERS and kept(world, row.subject))
        for of in row.answers
        for (request, number), told in world.asked.items()
    )


CASE_WORKERS = {Role.PRACTITIONER, Role.MANAGER, Role.COORDINATOR}


def for_the_guardian(rule_name: str, hidden_from_them: bool, own: bool) -> bool:
    """Who is around whom, which records are closed, and what was read; reviewing is for somebody else than oneself."""
    if rule_name == "REVIEWING":
        return not hidden_from_them and not own
    return rule_name == "READ_EVENT" or (rule_name in {"STUB", "CIRCLE"} and not hidden_from_them)


def reference(rule_name: str, world: World, row: Row) -> bool:
    """The policy once more, in plain steps written apart from the rules."""
    if world.role is Role.LOADER:
        return rule_name not in {"DRAFT", "REVIEWING"}
    if world.role is Role.GUARDIAN:
        return for_the_guardian(rule_name, hidden(world, row.subject), row.account == world.account)
    if world.role not in CASE_WORKERS:
        return rule_name == "READ_EVENT" and row.account == world.account
    return rule_name != "REVIEWING" and for_case_workers(rule_name, world, row)


def for_case_workers(rule_name: str, world: World, row: Row) -> bool:
    """Practitioners, managers and co-ordinators."""
    own_agency, own = row.agency == world.agency, row.account == world.account
    admitted = not kept(world, row.subject) and (
        opened(world, row.subject) or (row.subject, world.agency) in world.circle
    )
    audience = row.audience == () or KINDS[world.agency] in row.audience
    match rule_name:
        case "RECORD":
            return admitted
        case "ENTRY":
            if hidden(world, row.subject) or shut(world, row):
                return False
            told = any(row in world.numbered(frozenset({n})) and a == world.agency for n, a in world.shared)
            return own or (not kept(world, row.subject) and ((admitted and audience) or own_agency or told))
        case "RECORDING":
            reports = row.kind == "concern" and not hidden(world, row.subject)
            answers = row.kind == "sharing" and asked_of(world, row)
            return own_agency and own and (admitted or reports or answers)
        case "STUB":
            return not hidden(world, row.subject)
        case "CIRCLE":
            return admitted or (own_agency and not kept(world, row.subject))
        case "DUTY":
            part = any(one.subject == row.subject and shut(world, one) for one in world.rows)
            part |= any(of == row.subject and request_shut(world, one) for one, of in world.asked_sealed.items())
            return admitted and audience and row.side != ("with" if part else "without")
        case "ADDING" | "DRAFT" | "READ_EVENT":
            return own
    raise AssertionError(rule_name)


RULES: dict[str, Rule] = {
    name: getattr(policy, name)
    for name in ("RECORD", "ENTRY", "RECORDING", "CIRCLE", "ADDING", "DRAFT", "READ_EVENT", "REVIEWING", "STUB")
} | {"DUTY": OBLIGATION}


class Probe(models.Model):
    """A stand-in for every case table: it has all the columns that a condition may ask about."""

    id = models.UUIDField(primary_key=True)
    subject_id = models.UUIDField()
    audience = ArrayField(models.TextField())
    agency_id = models.UUIDField()
    account_id = models.UUIDField()
    kind = models.TextField()
    sealed_side = models.TextField()
    answers = ArrayField(models.UUIDField())

    class Meta:
        app_label = "contenttypes"
        db_table = "policy_probe"
        managed = False


def make_tables() -> None:
    """One open table for the application's filter, and one behind each rule, for this transaction alone."""
    columns = "(id uuid PRIMARY KEY, subject_id uuid, audience text[], agency_id uuid, account_id uuid, kind text, "
    columns += "sealed_side text, answers uuid[])"
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
    found = [
        (r.id, r.subject, list(r.audience), AGENCIES[r.agency], r.account, r.kind, r.side, list(r.answers))
        for r in world.rows
    ]
    with viewing(loader("test")), connection.cursor() as cursor:
        Circle.objects.bulk_create(
            Circle(subject_id=child, agency_id=AGENCIES[number], basis="concern") for child, number in world.circle
        )
        for table in ("policy_probe", *(f"probe_{name.lower()}" for name in RULES)):
            cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", found)
        decide_things(world)


def decide_things(world: World) -> None:
    """What was decided about records and entries, as an import would bring it."""
    now = timezone.now()
    ago, ahead = now - dt.timedelta(hours=1), now + dt.timedelta(hours=1)
    Standing.objects.bulk_create(
        Standing(subject_id=child, level=level, reason="x", account_id=ACCOUNTS[0])
        for child, level in world.closed.items()
    )
    Grant.objects.bulk_create(
        Grant(
            subject_id=child, account_id=who, basis="break-glass" if how == "glass" else "named", reason="x",
            given_by=who, until=ago if how == "lapsed" else ahead, ended_at=ago if how == "ended" else None,
        )
        for child, who, how in world.granted
    )  # fmt: skip
    Grant.objects.bulk_create(
        Grant(subject_id=row.subject, entry_id=row.id, account_id=world.account, basis="named", reason="x",
              given_by=AWAY)
        for row in world.numbered(world.sealed_granted)
    )  # fmt: skip
    Bar.objects.bulk_create(
        Bar(subject_id=child, account_id=who, kind="denied" if kind == "ended" else kind, reason="x", given_by=who,
            ended_at=ago if kind == "ended" else None)
        for child, who, kind in world.barred
    )  # fmt: skip
    SealedEntry.objects.bulk_create(
        SealedEntry(entry_id=row.id, subject_id=row.subject, author_id=row.account, reason="x", account_id=AWAY)
        for row in world.numbered(world.sealed)
    )
    told = {(row.id, row.subject, agency) for n, agency in world.shared for row in world.numbered(frozenset({n}))}
    Share.objects.bulk_create(
        Share(entry_id=entry, subject_id=child, agency_id=AGENCIES[agency], reason="x", basis="consent",
              account_id=AWAY)
        for entry, child, agency in told
    )  # fmt: skip
    Share.objects.bulk_create(
        Share(entry_id=request, subject_id=told.child, agency_id=AGENCIES[agency], reason="x", basis="consent",
              account_id=AWAY, asked_by=AGENCIES[0] if told.asks else None)
        for (request, agency), told in world.asked.items()
    )  # fmt: skip
    SealedEntry.objects.bulk_create(
        SealedEntry(entry_id=request, subject_id=child, author_id=AWAY, reason="x", account_id=AWAY)
        for request, child in world.asked_sealed.items()
    )
    if world.covering:
        Cover.objects.create(
            account_id=AWAY, covered_by=world.account, agency_id=AGENCIES[world.agency], reason="x", given_by=AWAY,
            starts=ago, until=ahead,
        )  # fmt: skip


def viewer_of(world: World) -> Viewer:
    agency = AGENCIES[world.agency]
    return Viewer(world.account, "", world.role.value, agency, KINDS[world.agency], agency, "birmingham")


def decided(name: str, world: World, asker: Asker) -> set[UUID]:
    def facts(row: Row) -> Facts:
        circle = frozenset(AGENCIES[number] for child, number in world.circle if child == row.subject)
        told = any(row in world.numbered(frozenset({n})) and a == world.agency for n, a in world.shared)
        return Facts(
            circle, frozenset(row.audience), AGENCIES[row.agency], row.account, row.kind,
            subject=row.subject, entry=row.id, sealed_side=row.side, shared=told, asked=asked_of(world, row),
        )  # fmt: skip

    return {row.id for row in world.rows if decide(RULES[name], asker, facts(row))}


def filtered(name: str, world: World, asker: Asker) -> set[UUID]:
    found = visible(RULES[name], asker)
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
                    assert decided(name, world, viewer_of(world).asker) == expected, name
                    assert filtered(name, world, viewer_of(world).asker) == expected, name
                    assert behind_the_wall(name) == expected, name
        finally:
            transaction.savepoint_rollback(point)

    agree()


@given(worlds)
@settings(max_examples=200, deadline=None)
def test_every_decision_gives_its_reason(world: World) -> None:
    for rule in (*RULES.values(), policy.THING):
        found = decide(rule, viewer_of(world).asker, Facts(kind=world.rows[0].kind))
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
