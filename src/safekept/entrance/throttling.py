"""Slows guessing down without locking anybody out.

A wrong try counts against the network address, against the account from that address, and, far more loosely, against
the account from anywhere. A device on which this person signed in before is counted by itself, so that whatever
others try elsewhere never keeps the rightful person out; a passkey is not counted at all, since it cannot be guessed.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass

from allauth.core.internal.ratelimit import get_ip
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from safekept.entrance import devices
from safekept.entrance.models import Tries

TOO_MANY = (
    "Too many wrong tries. Wait a minute, then try again. "
    "On a device where you signed in before, or with a passkey, you get in at once."
)
ONE_IN = 200
"""How rarely a try sweeps away what is over."""


@dataclass(frozen=True)
class Limit:
    """So many wrong tries at once, then one every so many seconds."""

    at_once: int
    seconds: float


DEVICE = Limit(10, 60)
ADDRESS = Limit(60, 2)
ACCOUNT_THERE = Limit(5, 60)
ACCOUNT = {"password": Limit(30, 2), "code": Limit(10, 60)}
"""From anywhere. A code has a million values and whoever guesses it has the password: hence one a minute."""

TAKE = """
INSERT INTO entrance_tries AS t (key, free_at) VALUES (%(key)s, %(now)s + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE SET free_at = greatest(t.free_at, %(now)s) + make_interval(secs => %(seconds)s)
WHERE greatest(t.free_at, %(now)s) <= %(now)s + make_interval(secs => %(seconds)s * (%(at_once)s - 1))
RETURNING key
"""
"""One statement, so that tries sent at the same moment are all counted."""

GIVE_BACK = "UPDATE entrance_tries SET free_at = free_at - make_interval(secs => %s) WHERE key = %s"


class TooMany(Exception):
    """No further try is taken just now."""


class Try:
    """One try at a password or a code; counted at once, and given back when it was right. Raises TooMany."""

    def __init__(self, request: HttpRequest, email: str, what: str) -> None:
        if random.randrange(ONE_IN) == 0:  # noqa: S311 (not a secret)
            sweep()
        self.taken: list[tuple[str, Limit]] = []
        for key, limit in _counted(request, email.lower(), what):
            if not _take(key, limit):
                self.was_right()
                raise TooMany(TOO_MANY)
            self.taken.append((key, limit))

    def was_right(self) -> None:
        """Give back what was counted."""
        for key, limit in self.taken:
            with connection.cursor() as cursor:
                cursor.execute(GIVE_BACK, [limit.seconds, key])
        self.taken = []


def count_wrong_key(address: str) -> None:
    """Count a program's wrong key against where it came from. Raises TooMany; a right key is never slowed down."""
    if random.randrange(ONE_IN) == 0:  # noqa: S311 (not a secret)
        sweep()
    if not _take(_key("program", address), ADDRESS):
        raise TooMany(TOO_MANY)


def sweep() -> None:
    """Forget what no longer counts."""
    Tries.objects.filter(free_at__lt=timezone.now()).delete()


def _counted(request: HttpRequest, email: str, what: str) -> list[tuple[str, Limit]]:
    device = devices.known(request, email)
    if device is not None:
        return [(_key("device", what, device, email), DEVICE)]
    address = get_ip(request)
    return [
        (_key("address", address), ADDRESS),
        (_key("there", what, address, email), ACCOUNT_THERE),
        (_key("account", what, email), ACCOUNT[what]),
    ]


def _key(*parts: str) -> str:
    return salted_hmac("safekept.tries", "\n".join(parts), algorithm="sha256").hexdigest()


def _take(key: str, limit: Limit) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"key": key, "now": timezone.now(), **asdict(limit)})
        return cursor.fetchone() is not None
