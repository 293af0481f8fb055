"""The walls around what was decided about whose record, the circle and the reading log."""

from __future__ import annotations

from safekept.access import policy
from safekept.access.rls import OWNER_ROLE, Wall, asked_by_function, each, kept_by_function
from safekept.access.sql import SETTINGS, Columns, predicate

ME = SETTINGS["account"]
BY_ENTRY = Columns(entry="entry_id")
GIVEN = Columns(author="given_by")


def _circle(rule: policy.Rule) -> str:
    """The circle asks itself through a function, which does not go through this wall again."""
    return predicate(rule, "access_circle", circle_function=True)


def _own_emergency() -> str:
    """Breaking the glass: for oneself, for a day at most."""
    mine = predicate(policy.ASKING, "access_grant")
    return (
        f"({mine} AND basis = 'break-glass' AND entry_id IS NULL AND given_by = {ME} "
        f"AND until <= at + interval '24 hours')"
    )


def _own_conflict() -> str:
    return f"({predicate(policy.ASKING, 'access_bar')} AND kind = 'conflict' AND given_by = {ME})"


def _alert(rule: policy.Rule, about_no_child: policy.Rule) -> str:
    """An alert may be about no child in particular, and then none is hidden."""
    of_none = predicate(about_no_child, "access_alert")
    return f"({predicate(rule, 'access_alert')} OR (subject_id IS NULL AND {of_none}))"


WATCHED = _alert(policy.WATCHED, policy.AnyOf((policy.LOADER, policy.GUARDIAN)))
REVIEWING = _alert(policy.REVIEWING, policy.AllOf((policy.GUARDIAN, policy.NOT_OWN)))


WALLS = (
    Wall("access_circle", _circle(policy.CIRCLE), command="SELECT", name="read"),
    Wall("access_circle", check=_circle(policy.JOINING), command="INSERT", name="add"),
    Wall("access_circle", _circle(policy.LEAVING), command="DELETE", name="leave"),
    *each(
        "access_readevent",
        predicate(policy.READ_EVENT, "access_readevent"),
        predicate(policy.OWN, "access_readevent"),
    ),
    *each(
        "access_joinrequest",
        predicate(policy.REQUEST, "access_joinrequest"),
        predicate(policy.ASKING_TO_JOIN, "access_joinrequest"),
        predicate(policy.DECIDES, "access_joinrequest"),
    ),
    *each(
        "access_share",
        predicate(policy.SHARES, "access_share", BY_ENTRY),
        predicate(policy.SHARING, "access_share", BY_ENTRY),
    ),
    *each(
        "access_standing",
        predicate(policy.REASONS, "access_standing"),
        predicate(policy.RELEASING, "access_standing"),
    ),
    Wall("access_closed", predicate(policy.STUB, "access_closed"), command="SELECT", name="read"),
    Wall("access_departure", predicate(policy.REASONS, "access_departure"), command="SELECT", name="read"),
    kept_by_function("access_closed"),
    kept_by_function("access_departure"),
    *each(
        "access_proposal",
        predicate(policy.REASONS, "access_proposal", BY_ENTRY),
        predicate(policy.RELEASING, "access_proposal"),
    ),
    *each(
        "access_grant",
        predicate(policy.OWN_OR_REASONS, "access_grant"),
        f"({_own_emergency()} OR {predicate(policy.RELEASING, 'access_grant', GIVEN)})",
        predicate(policy.ENDING, "access_grant"),
    ),
    *each(
        "access_bar",
        predicate(policy.OWN_OR_REASONS, "access_bar"),
        f"({_own_conflict()} OR {predicate(policy.RELEASING, 'access_bar', GIVEN)})",
        predicate(policy.REVIEWS, "access_bar"),
    ),
    *each(
        "access_sealedentry",
        predicate(policy.REASONS, "access_sealedentry", BY_ENTRY),
        predicate(policy.DECIDING, "access_sealedentry"),
        predicate(policy.UNSEALING, "access_sealedentry", BY_ENTRY),
    ),
    *each(
        "access_cover",
        predicate(policy.COVERED, "access_cover"),
        predicate(policy.COVERING, "access_cover"),
        predicate(policy.COVERING, "access_cover"),
    ),
    Wall("access_concealed", predicate(policy.LOADER, "access_concealed")),
    Wall("access_hiddenlink", predicate(policy.LOADER, "access_hiddenlink")),
    Wall("access_alert", WATCHED, command="SELECT", name="read"),
    Wall("access_alert", check=predicate(policy.TELLING, "access_alert"), command="INSERT", name="add"),
    Wall("access_alert", check="true", command="INSERT", name="told_by_function", role=OWNER_ROLE),
    Wall("access_alert", REVIEWING, f"({REVIEWING} AND reviewed_by = {ME})", command="UPDATE", name="settle"),
    *(
        asked_by_function(f"access_{name}")
        for name in (
            "circle",
            "share",
            "grant",
            "bar",
            "concealed",
            "cover",
            "hiddenlink",
            "sealedentry",
            "proposal",
            "readevent",
            "alert",
        )
    ),
)
