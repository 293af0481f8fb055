"""The wall around what somebody typed and could not send."""

from __future__ import annotations

from safekept.access import policy
from safekept.access.rls import Wall
from safekept.access.sql import predicate

WALLS = (Wall("entrance_keptform", predicate(policy.OWN, "entrance_keptform")),)
