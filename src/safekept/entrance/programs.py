"""Keys with which an agency's programs act for one of its people: given by whoever runs Safekept, for some weeks."""

from __future__ import annotations

import datetime as dt
import ipaddress
import secrets
from collections.abc import Collection, Sequence
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from safekept.access.models import Alert
from safekept.access.naming import tell_guardian
from safekept.access.policy import CASE_ROLES
from safekept.access.viewer import viewer_for, viewing
from safekept.directory.accounts import CannotAdd
from safekept.directory.models import Account
from safekept.entrance.models import ProgramKey

LONGEST_DAYS = 90
MARK = "safekept-"
"""How every key begins, so that one that was left lying about is known for what it is."""
FREQUENCY = dt.timedelta(minutes=1)
"""How often the time of last use is written."""
SHORTEST_PURPOSE = 10


def give(
    email: str, program: str, purpose: str, given_by: str, days: int, may_record: bool, networks: Sequence[str] = ()
) -> tuple[ProgramKey, str]:
    """A new key for a program that acts for this person; the key itself is told once, here. Raises CannotAdd.

    ``networks``: address ranges such as 192.0.2.0/24. The guardian is told, and reviews it.
    """
    account = Account.objects.filter(email=email.lower(), is_active=True).first()
    if account is None:
        raise CannotAdd(f"There is no account for {email} that may sign in.")
    if account.role not in CASE_ROLES:
        raise CannotAdd(f"{account.name} does not work with children’s records: a program could see nothing for them.")
    if not 1 <= days <= LONGEST_DAYS:
        raise CannotAdd(f"A key lasts for 1 to {LONGEST_DAYS} days. Give another when it ends.")
    if len(purpose.strip()) < SHORTEST_PURPOSE or not program.strip() or not given_by.strip():
        raise CannotAdd("Say what the program is called, what it is for, in a sentence, and who gives the key.")
    secret = MARK + secrets.token_urlsafe(32)
    now = timezone.now()
    key = ProgramKey(
        account=account, program=program.strip()[:60], purpose=purpose.strip()[:120], may_record=may_record,
        networks=[_network(one) for one in networks], hash=_hash(secret), given_by=given_by.strip()[:200],
        given_at=now, until=now + dt.timedelta(days=days),
    )  # fmt: skip
    does = "read and record" if may_record else "read"
    says = f"{key.program} was given a key to {does} for {account.name}, by {key.given_by}: {key.purpose}"
    with transaction.atomic(), viewing(viewer := viewer_for(account)):
        key.save(force_insert=True)
        tell_guardian(viewer, Alert.Kind.PROGRAM_KEY, None, says)
    return key, secret


def of(account: Account) -> QuerySet[ProgramKey]:
    """The keys that act for a person now."""
    return ProgramKey.objects.filter(account=account, ended_at=None, until__gt=timezone.now())


def end(keys: QuerySet[ProgramKey]) -> int:
    """End these keys at once; how many were live."""
    return keys.filter(ended_at=None).update(ended_at=timezone.now())


def opened_by(secret: str, address: str) -> ProgramKey | None:
    """The key that this secret is, where it opens something now for a request from this address."""
    found = ProgramKey.objects.select_related("account__team__agency").filter(hash=_hash(secret)).first()
    if found is None or not found.is_live or not _may_act(found.account) or not _from(found.networks, address):
        return None
    _note_use(found.pk)
    return found


def _may_act(account: Account) -> bool:
    return account.is_active and account.role in CASE_ROLES and (settings.DEMO or not account.is_demo)


def _note_use(key_id: UUID) -> None:
    now = timezone.now()
    lately = Q(used_at=None) | Q(used_at__lt=now - FREQUENCY)
    ProgramKey.objects.filter(lately, pk=key_id).update(used_at=now)


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="surrogateescape")).hexdigest()


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip()))
    except ValueError:
        raise CannotAdd(f"{text} is not a range of addresses. Write one like 192.0.2.0/24.") from None


def _from(networks: Collection[str], address: str) -> bool:
    if not networks:
        return True
    try:
        at = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(at, "ipv4_mapped", None)
    return any((mapped or at) in ipaddress.ip_network(one) for one in networks)
