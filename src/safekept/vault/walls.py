"""The wall around what is kept apart: those admitted to the record. The bulk loader is not among them."""

from __future__ import annotations

from safekept.access import policy
from safekept.access.rls import each
from safekept.access.sql import predicate

WALLS = (
    *each(
        "vault_keptapart",
        predicate(policy.KEPT_APART, "vault_keptapart"),
        predicate(policy.KEEPING_APART, "vault_keptapart"),
        predicate(policy.KEPT_APART, "vault_keptapart"),
    ),
)
