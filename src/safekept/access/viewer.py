"""The viewer: who asks, in which role, for what purpose. Nothing about a child is read without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connections, transaction
from django.utils import timezone

from safekept.access import statements
from safekept.access.policy import CASE_ROLES, NOTHING_DECIDED, Asker, Reach
from safekept.access.sql import REACHES
from safekept.directory.roles import Role

if TYPE_CHECKING:
    from safekept.directory.models import Account

NOBODY = UUID(int=0)
EVERYDAY_PURPOSE = "Safeguarding work"
TOLD = ("account", "agency", "agency_kind", "role", "area")
SET = ", ".join(f"set_config('safekept.{name}', %({name})s::text, true)" for name in TOLD)
ANNOUNCE = (
    f"SELECT {', '.join(f'r.{name}' for name in REACHES)}, {SET}, "
    + ", ".join(f"set_config('safekept.{name}', r.{name}::text, true)" for name in REACHES)
    + ", set_config('plan_cache_mode', 'force_generic_plan', true) "
    "FROM access_reach(%(account)s::text::uuid, %(role)s::text, %(now)s) AS r"
)
"""Tells the database who asks, and has it work out, once, what was decided about them and particular records.

Also from here to the end of the transaction: prepared statements are planned once for each connection.
"""
HUSH = "SELECT " + ", ".join(f"set_config('safekept.{name}', '', true)" for name in (*TOLD, *REACHES))
"""Nobody asks any more."""


class ViewerRequired(RuntimeError):
    """Case data was asked for outside ``viewing(viewer)``. This is a mistake in the program, never the user's."""


@dataclass(frozen=True)
class Viewer:
    """Somebody asking. ``area`` is the slug of their agency's area; ``purpose`` is what they say it is for."""

    account_id: UUID
    name: str
    role: str
    agency_id: UUID
    agency_kind: str
    team_id: UUID
    area: str
    purpose: str = EVERYDAY_PURPOSE

    @property
    def works_cases(self) -> bool:
        """Whether the role sees children's records at all."""
        return self.role in CASE_ROLES

    @property
    def is_loader(self) -> bool:
        return self.role == Role.LOADER

    @property
    def asker(self) -> Asker:
        """What the policy looks at; inside ``viewing`` also what was decided about them and particular records."""
        sight = _sight.get()
        reach = sight.reach if sight is not None and sight.viewer == self else NOTHING_DECIDED
        return Asker(self.account_id, self.agency_id, self.agency_kind, self.role, reach)


@dataclass
class Sight:
    """One stretch of viewing: the viewer, what was decided about them, and the ids of the case rows read so far.

    ``about``: whose record it is that the page shows, where it shows one.
    """

    viewer: Viewer
    reach: Reach = NOTHING_DECIDED
    seen: dict[str, set[UUID]] = field(default_factory=dict)
    logged: set[UUID] = field(default_factory=set)
    about: UUID | None = None

    def note(self, kind: str, row_id: UUID) -> None:
        """Remember that a row was read, for the reading log."""
        self.seen.setdefault(kind, set()).add(row_id)


_sight: ContextVar[Sight | None] = ContextVar("safekept_sight", default=None)


def viewer_for(account: Account, purpose: str = EVERYDAY_PURPOSE) -> Viewer:
    """The viewer that a signed-in account is. Reads its team and agency."""
    team = account.team
    return Viewer(
        account_id=account.pk,
        name=account.name,
        role=account.role,
        agency_id=team.agency_id,
        agency_kind=team.agency.kind,
        team_id=team.pk,
        area=team.agency.area_id,
        purpose=purpose,
    )


def loader(purpose: str) -> Viewer:
    """The bulk loader: sees and writes all. For imports, rebuilding and verifying; never for a signed-in person."""
    return Viewer(
        account_id=NOBODY,
        name="Bulk loader",
        role=Role.LOADER.value,
        agency_id=NOBODY,
        agency_kind="other",
        team_id=NOBODY,
        area="",
        purpose=purpose,
    )


def current_sight() -> Sight | None:
    """The stretch of viewing that is going on, if one is."""
    return _sight.get()


def current_viewer() -> Viewer:
    """Who is viewing now. Raises ViewerRequired when nobody is."""
    sight = _sight.get()
    if sight is None:
        raise ViewerRequired(
            "Case data was asked for without a viewer. Wrap the call in `with viewing(viewer):` "
            "(access.viewer), so that the policy and the reading log know who asks."
        )
    return sight.viewer


@contextmanager
def viewing(viewer: Viewer, using: str = "default") -> Iterator[Sight]:
    """A transaction in which this viewer sees what the policy lets them see, and nothing else.

    The viewer is told to the database for this transaction alone, so that a pooled connection carries nobody over.
    Inside another ``viewing`` the inner viewer counts until the inner block ends.
    """
    sight, outer = Sight(viewer), _sight.get()
    nested = connections[using].in_atomic_block
    token = _sight.set(sight)
    try:
        with transaction.atomic(using=using):
            sight.reach = _announce(viewer, using)
            yield sight
            if nested and not connections[using].needs_rollback:
                _announce(outer.viewer if outer else None, using)
    finally:
        _sight.reset(token)


def _announce(viewer: Viewer | None, using: str) -> Reach:
    """Tell the database who asks, until the transaction ends; None: nobody. What it finds decided about them."""
    if viewer is None:
        statements.run(HUSH, using=using)
        return NOTHING_DECIDED
    values = {
        "account": str(viewer.account_id),
        "agency": str(viewer.agency_id),
        "agency_kind": viewer.agency_kind,
        "role": viewer.role,
        "area": viewer.area,
        "now": timezone.now(),
    }
    found = statements.run(ANNOUNCE, values, using).fetchone()
    return Reach(*map(frozenset, found[: len(REACHES)])) if found else NOTHING_DECIDED
