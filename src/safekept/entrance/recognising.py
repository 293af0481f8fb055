"""Who asks for a page: their session and their account, which every page reads before anything else.

Each is read by a prepared statement: making the same queryset again for every page costs several times what that does.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as StoredSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from safekept.access import statements
from safekept.directory.models import Account, Agency, Team

SESSION = (
    "SELECT s.session_key, s.session_data, s.expire_date FROM django_session AS s "
    "WHERE s.session_key = %s AND s.expire_date > %s"
)
FROM = (
    "FROM directory_account AS a JOIN directory_team AS t ON t.id = a.team_id "
    "JOIN directory_agency AS g ON g.id = t.agency_id WHERE a.id = %s"
)
BEFORE = "allauth.account.auth_backends.AuthenticationBackend"
"""What sessions of versions before this module name as what signed them in."""
READ: dict[str, Any] = {"a": Account, "t": Team, "g": Agency}


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Signing in as allauth does it; whoever is signed in is read with their team and agency."""

    def get_user(self, user_id: UUID) -> Account | None:
        """The account of a session, as long as it is active."""
        account = _account(user_id)
        return account if account is not None and self.user_can_authenticate(account) else None


class SessionStore(StoredSessions):
    """Sessions in the database, as Django keeps them."""

    def load(self) -> dict[str, Any]:
        """What is kept of a session; one that began before there was ``Backend`` goes on."""
        found: dict[str, Any] = super().load()
        if found.get(BACKEND_SESSION_KEY) == BEFORE:
            found[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        return found

    def _get_session_from_db(self) -> Session | None:
        found = statements.rows(SESSION, [self.session_key, timezone.now()])
        if found:
            return Session.from_db("default", ["session_key", "session_data", "expire_date"], found[0])
        self._session_key = None
        return None


def _account(account_id: UUID) -> Account | None:
    found = statements.rows(_reading(), [account_id])
    if not found:
        return None
    values = iter(found[0])
    account, team, agency = (
        model.from_db("default", [field.attname for field in fields], list(islice(values, len(fields))))
        for model, fields in ((model, model._meta.concrete_fields) for model in READ.values())
    )
    account.team, team.agency = team, agency
    return account  # type: ignore[no-any-return]


@cache
def _reading() -> str:
    columns = (f'{short}."{field.column}"' for short, model in READ.items() for field in model._meta.concrete_fields)
    return f"SELECT {', '.join(columns)} {FROM}"
