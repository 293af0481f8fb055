"""Who may see a duty of a child, and the walls around the record."""

from safekept.access import policy
from safekept.access.policy import ADMITTED, FOR_AGENCY, LOADER, SEALED_SIDE, AllOf, AnyOf, Rule
from safekept.access.rls import Wall, through
from safekept.access.sql import SETTINGS, Columns, predicate

OBLIGATION: Rule = AnyOf((LOADER, AllOf((ADMITTED, FOR_AGENCY, SEALED_SIDE))))
"""A duty: those admitted to the record who may see every entry that it rests on."""

ANY_VIEWER = f"{SETTINGS['role']} <> ''"
TOLD = predicate(AnyOf((LOADER, policy.THING_NOT_HIDDEN)), "record_mention", Columns(thing="thing_id"))
THROUGH_ENTRY = f"({predicate(LOADER, 'record_mention')} OR {through('record_mention', 'entry_id', 'record_entry')})"
LOADS = predicate(LOADER, "record_heard")
HEARD_OF = f"({LOADS} OR holder IN ({SETTINGS['account']}, {SETTINGS['agency']}))"
WALLS = (
    Wall("record_entry", predicate(policy.ENTRY, "record_entry"), predicate(policy.RECORDING, "record_entry")),
    Wall("record_mention", f"{THROUGH_ENTRY} AND {TOLD}"),
    Wall("record_heard", HEARD_OF, command="SELECT", name="read"),
    Wall("record_heard", check=LOADS, command="INSERT", name="add"),
    Wall("record_heard", LOADS, command="DELETE", name="forget"),
    Wall(
        "record_obligation",
        predicate(OBLIGATION, "record_obligation", Columns(audience="seen_by")),
        predicate(LOADER, "record_obligation"),
    ),
    Wall("record_draft", predicate(policy.DRAFT, "record_draft")),
    Wall("record_look", predicate(policy.LOOK, "record_look")),
    Wall("record_chainhead", ANY_VIEWER),
)
