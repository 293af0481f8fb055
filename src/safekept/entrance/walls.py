"""The wall around what somebody typed and could not send."""

from __future__ import annotations

from safekept.access import policy
from safekept.access.rls import Wall
from safekept.access.sql import predicate

TOO_OLD = f"({predicate(policy.LOADER, 'entrance_keptform')} AND at < now() - interval '7 days')"
"""What is kept no longer is seen for throwing it away, and by nobody else than its author before."""
WALLS = (
    Wall("entrance_keptform", predicate(policy.OWN, "entrance_keptform")),
    Wall("entrance_keptform", TOO_OLD, command="SELECT", name="too_old"),
    Wall("entrance_keptform", TOO_OLD, command="DELETE", name="swept"),
)
