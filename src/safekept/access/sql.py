"""The policy's rules in the database's words: as the text of a row-level-security policy, and as a queryset's filter.

Both come from the same rule objects as ``policy.decide``, so that the two walls cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from safekept.access.policy import AllOf, Asker, Condition, Rule


@dataclass(frozen=True)
class Columns:
    """Which columns of a table the conditions ask about. ORM paths may reach through a join (``entry__audience``)."""

    subject: str = "subject_id"
    audience: str = "audience"
    agency: str = "agency_id"
    author: str = "account_id"
    kind: str = "kind"
    thing: str = "id"
    entry: str = "id"
    side: str = "sealed_side"
    answers: str = "answers"


REACHES = ("kept", "hidden", "opened", "shut", "part")
"""What has been decided about the viewer and particular records (``policy.Reach``), as arrays of ids."""

ASKED_BY_FUNCTION = {
    "answers-us": ("access_answers_us", ("subject", "answers")),
    "nobody-around": ("access_nobody_around", ("subject",)),
}
"""Conditions that a function of the database answers, and by which columns: most statements never come to ask it, and
so do not carry the plan of it."""
SHARED = "SELECT access_shared_entries()"
"""What was shared with the viewer’s agency: a set made once for a statement, where it comes to that at all."""
HEARD = (
    'EXISTS (SELECT 1 FROM "record_heard" AS heard WHERE heard."thing_id" = {thing} '
    'AND heard."holder" IN ({account}, {agency}) OFFSET 0)'
)
OPENED_MENTIONS = "SELECT record_opened_mentions()"
MENTION_SEEN = f"(({HEARD} OR {{thing}} IN ({OPENED_MENTIONS})) AND record_mention_seen({{thing}}))"
"""Whether the viewer sees a mention of a thing is asked of the record, where they can have heard of it at all: that
costs a hundred times as much as looking it up. ``OFFSET``: the planner is not to read all that an agency has heard."""
ELSEWHERE = {"in-circle", "shared", "mention-seen", *ASKED_BY_FUNCTION}

SETTINGS = {
    "account": "(SELECT NULLIF(current_setting('safekept.account', true), '')::uuid)",
    "agency": "(SELECT NULLIF(current_setting('safekept.agency', true), '')::uuid)",
    "agency_kind": "(SELECT current_setting('safekept.agency_kind', true))",
    "role": "(SELECT current_setting('safekept.role', true))",
    **{
        name: "(SELECT unnest(coalesce("
        f"NULLIF(current_setting('safekept.{name}', true), '')::uuid[], ARRAY[NULL]::uuid[])))"
        for name in REACHES
    },
}
"""The viewer as the transaction knows it; NULL or empty, and so never equal to anything, when there is none.

An array that is not there counts as one unknown id: then nothing is known to be open, and no row shows. The arrays
are asked as sets of rows, which the database hashes once for a statement, however long they are.
"""

ASKED = {
    "account": "%(asker_account)s::uuid",
    "agency": "%(asker_agency)s::uuid",
    "agency_kind": "%(asker_agency_kind)s",
    "role": "%(asker_role)s",
    **{name: f"(SELECT unnest(%(asker_{name})s::uuid[]))" for name in REACHES},
}
"""The viewer as a plain statement is told of them (``asking``): the first wall, where no queryset is made."""


def _listed(values: frozenset[str]) -> str:
    quoted = (value.replace("'", "''") for value in sorted(values))
    return ", ".join(f"'{value}'" for value in quoted)


def predicate(
    rule: Rule,
    table: str,
    columns: Columns | None = None,
    circle_function: bool = False,
    viewer: Mapping[str, str] = MappingProxyType(SETTINGS),
) -> str:
    """The rule as SQL text over a table's rows, for ``rls.Wall``.

    ``circle_function`` asks the circle through a function: only the circle's own policy needs it, which would
    otherwise ask itself. ``viewer``: where the statement finds who asks.
    """
    columns = columns or Columns()
    if isinstance(rule, Condition):
        return _condition(rule, table, columns, circle_function, viewer)
    word = " AND " if isinstance(rule, AllOf) else " OR "
    return "(" + word.join(predicate(part, table, columns, circle_function, viewer) for part in rule.parts) + ")"


AMONG = {
    "not-kept": ("kept", "subject"),
    "not-hidden": ("hidden", "subject"),
    "thing-not-hidden": ("hidden", "thing"),
    "not-shut": ("shut", "entry"),
    "opened": ("opened", "subject"),
}
"""Conditions that look a row up among what was decided about the viewer: in which array, and by which column."""


def first_wall(rule: Rule, table: str, columns: Columns | None = None) -> str:
    """The rule as SQL text for a plain statement, which takes ``asking(asker)`` among its values.

    Row-level security asks the same again: the two walls stand one behind the other, as they do for querysets.
    """
    return predicate(rule, table, columns, viewer=ASKED)


def asking(asker: Asker) -> dict[str, Any]:
    """Who asks, as values of a statement with a ``first_wall``."""
    return {
        "asker_account": asker.account_id,
        "asker_agency": asker.agency_id,
        "asker_agency_kind": asker.agency_kind,
        "asker_role": asker.role,
        **{f"asker_{name}": list(getattr(asker.reach, name)) for name in REACHES},
    }


def _condition(rule: Condition, table: str, columns: Columns, circle_function: bool, viewer: Mapping[str, str]) -> str:
    def column(name: str) -> str:
        return f'"{table}"."{name}"'

    match rule.name:
        case "role":
            return f"{viewer['role']} IN ({_listed(rule.values)})"
        case "agency-kind":
            return f"{viewer['agency_kind']} IN ({_listed(rule.values)})"
        case name if name in AMONG:
            array, of = AMONG[name]
            word = "IN" if name == "opened" else "NOT IN"
            return f"({column(getattr(columns, of))} {word} {viewer[array]})"
        case name if name in ELSEWHERE:
            return _asked_elsewhere(name, column, columns, circle_function, viewer)
        case "sealed-side":
            side, part = column(columns.side), f"{column(columns.subject)} IN {viewer['part']}"
            return f"({side} = '' OR {side} = CASE WHEN {part} THEN 'without' ELSE 'with' END)"
        case "audience-open":
            return f"cardinality({column(columns.audience)}) = 0"
        case "audience-names":
            return f"{viewer['agency_kind']} = ANY ({column(columns.audience)})"
        case "own-agency":
            return f"{column(columns.agency)} = {viewer['agency']}"
        case "own" | "not-own":
            return f"{column(columns.author)} {'=' if rule.name == 'own' else '<>'} {viewer['account']}"
        case "kind":
            return f"{column(columns.kind)} IN ({_listed(rule.values)})"
    raise ValueError(f"access.sql has no words for the condition {rule.name!r}: add them beside the others.")


def _asked_elsewhere(
    name: str, column: Callable[[str], str], columns: Columns, circle_function: bool, viewer: Mapping[str, str]
) -> str:
    """Conditions that another table answers."""
    if name in ASKED_BY_FUNCTION:
        function, of = ASKED_BY_FUNCTION[name]
        return f"{function}({', '.join(column(getattr(columns, name)) for name in of)})"
    if name == "shared":
        return f"({column(columns.entry)} IN ({SHARED}))"
    if name == "mention-seen":
        return MENTION_SEEN.format(thing=column(columns.thing), account=viewer["account"], agency=viewer["agency"])
    if circle_function:
        return f"access_in_circle({column(columns.subject)})"
    return (
        f'EXISTS (SELECT 1 FROM "access_circle" AS ring WHERE ring."subject_id" = {column(columns.subject)} '  # noqa: S608
        f'AND ring."agency_id" = {viewer["agency"]})'
    )


def visible(rule: Rule, asker: Asker, columns: Columns | None = None) -> Q | bool:
    """The rule as a queryset's filter for this asker; True or False where the asker alone decides it."""
    columns = columns or Columns()
    if isinstance(rule, Condition):
        return _filter(rule, asker, columns)
    found = [visible(part, asker, columns) for part in rule.parts]
    if isinstance(rule, AllOf):
        return _all(found)
    return _any(found)


def _all(found: list[Q | bool]) -> Q | bool:
    if any(part is False for part in found):
        return False
    filters = [part for part in found if isinstance(part, Q)]
    return reduce(and_, filters) if filters else True


def _any(found: list[Q | bool]) -> Q | bool:
    if any(part is True for part in found):
        return True
    filters = [part for part in found if isinstance(part, Q)]
    return reduce(or_, filters) if filters else False


class AskedOfEach(Exists):
    """EXISTS that is asked of each row that the rest of a query leaves, as the database's own wall asks.

    Without ``OFFSET`` the planner would turn it round, and begin from everything that the asker's agency may see.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


def _filter(rule: Condition, asker: Asker, columns: Columns) -> Q | bool:
    match rule.name:
        case "role":
            return asker.role in rule.values
        case "agency-kind":
            return asker.agency_kind in rule.values
        case name if name in AMONG:
            array, of = AMONG[name]
            return _among(getattr(columns, of), getattr(asker.reach, array), name == "opened")
        case name if name in ELSEWHERE:
            return _found_elsewhere(name, asker, columns)
        case "sealed-side":
            within = Q(**{f"{columns.subject}__in": asker.reach.part})
            with_it, without = Q(**{columns.side: "with"}), Q(**{columns.side: "without"})
            return Q(**{columns.side: ""}) | (within & without) | (~within & with_it)
        case "audience-open":
            return Q(**{f"{columns.audience}__len": 0})
        case "audience-names":
            return Q(**{f"{columns.audience}__contains": [asker.agency_kind]})
        case "own-agency":
            return Q(**{columns.agency: asker.agency_id})
        case "own" | "not-own":
            mine = Q(**{columns.author: asker.account_id})
            return mine if rule.name == "own" else ~mine
        case "kind":
            return Q(**{f"{columns.kind}__in": sorted(rule.values)})
    raise ValueError(f"access.sql has no filter for the condition {rule.name!r}: add one beside the others.")


def _found_elsewhere(name: str, asker: Asker, columns: Columns) -> Q:
    """Conditions that another table answers."""
    match name:
        case "in-circle":
            ring = _every("access", "Circle").filter(subject_id=OuterRef(columns.subject), agency_id=asker.agency_id)
            return Q(AskedOfEach(ring))
        case "shared":
            return Q(**{f"{columns.entry}__in": RawSQL(SHARED, [])})  # noqa: S611  (nothing of a user's is in it)
        case "answers-us":
            asked = _every("access", "Share").filter(subject_id=OuterRef(columns.subject), asked_by__isnull=False)
            those = asked.filter(_among_those("entry_id", columns.answers), agency_id=asker.agency_id)
            return Q(AskedOfEach(those))
        case "mention-seen":
            return Q(Exists(_every("record", "Mention").filter(thing_id=OuterRef(columns.thing))))
    raise ValueError(f"Only the database itself asks {name!r}, of a row that is added.")


def _among_those(path: str, outer_array: str) -> Func:
    """Whether a column's value is in an array of the outer query's row."""
    written = "(%(expressions)s))"
    return Func(F(path), OuterRef(outer_array), template=written, arg_joiner=" = ANY (", output_field=BooleanField())


def _every(app: str, model: str) -> QuerySet[Any]:
    """A table's rows as the database's own wall leaves them."""
    return QuerySet(apps.get_model(app, model))


def _among(path: str, ids: frozenset[UUID], inside: bool) -> Q | bool:
    """Whether a column's value is among these ids, or is not."""
    if not ids:
        return not inside
    among = Q(**{f"{path}__in": sorted(ids)})
    return among if inside else ~among
