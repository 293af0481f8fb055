"""Telling the guardian, quietly, that somebody looked for a person of whom nothing shows to them.

The database's own function compares and tells, and answers nothing: whoever searches runs the same statements and
gets the same answer whether or not there is such a person. (Telling takes it a fraction of a millisecond longer.)
"""

from __future__ import annotations

from django.utils import timezone

from safekept.access import statements
from safekept.linking import Known, query_plan

SEARCHED, ADDED = "Searched for somebody.", "Added somebody."
OWN_SCHEMES = frozenset({"nhs", "upn", "police-id", "phone", "email", "handle"})
"""Identifiers that are one person's: a match of one is enough. Of a name, every part and the birth date must match."""
STRONG = 0.85
"""Weight of a token from which it stands for the name part itself: as spelt, as a nickname, or written as one."""
TELL = "SELECT register_sought(%s::text[], %s::text[], %s::text[], %s, %s, %s)"


def tell(asked: Known, did: str) -> None:
    """Tell the guardian where this is a strong match with somebody hidden from the viewer, once a day."""
    exact = [f"{scheme}:{value}" for scheme, value in asked.identifiers if scheme in OWN_SCHEMES]
    parts = [p for p in query_plan(asked, {}) if p.token[:2] in ("n:", "k:", "j:") and p.weight >= STRONG]
    whole = asked.born is not None and asked.born_precision == "day"
    birthday = f"b:{asked.born:%Y-%m-%d}" if whole else ""
    values = [exact, [p.slot for p in parts], [p.token for p in parts], birthday, did, timezone.now()]
    statements.run(TELL, values)
