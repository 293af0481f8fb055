"""Who sees the proof, and what the owner's functions see when something is erased by law."""

from __future__ import annotations

from safekept.access.policy import GUARDIAN, LOADER, AnyOf, Rule, role_in
from safekept.access.rls import OWNER_ROLE, Wall, asked_by_function, kept_by_function
from safekept.access.sql import SETTINGS, predicate
from safekept.directory.roles import Role

ADMINISTERS = role_in(
    frozenset({Role.ADMINISTRATOR.value}), "Your role administers Safekept.", "Your role does not administer Safekept."
)
LOOKS_AFTER: Rule = AnyOf((GUARDIAN, LOADER))
"""Those who look after the proof: the information guardian, and what checks it."""
ACTING: Rule = AnyOf((GUARDIAN, LOADER, ADMINISTERS))
"""Those who erase by law, and hold: in their own name."""
DECIDES = predicate(ACTING, "proof_act")
NAMED = "EXISTS (SELECT 1 FROM public.proof_act AS act WHERE act.kind = 'erasure' AND {about})"
"""An erasure names the row: the owner sees such rows, and no others of the record."""


SUBJECT = "{column} = ANY (act.subject_ids)"


def _forgotten(table: str, column: str) -> list[Wall]:
    """The register's rows about whom an erasure names: seen, and removed with the last entry (see ``forgetting``)."""
    walls = _by_law(table, "DELETE", SUBJECT.format(column=f"{table}.{column}"))
    return walls[1:] if table == "register_token" else walls  # which functions see already


def _by_law(table: str, change: str, about: str) -> list[Wall]:
    using = NAMED.format(about=about)
    return [
        Wall(table, using, command="SELECT", name="seen_by_law", role=OWNER_ROLE),
        Wall(table, using, command=change, name="changed_by_law", role=OWNER_ROLE),  # type: ignore[arg-type]
    ]


def _still_there(table: str, column: str) -> Wall:
    """Whether anything is left of a record, or mentions it, once an erasure names it: within that erasure alone."""
    about = NAMED.format(about=SUBJECT.format(column=f"{table}.{column}"))
    return Wall(table, f"pg_trigger_depth() > 0 AND {about}", command="SELECT", name="seen_if_left", role=OWNER_ROLE)


WALLS = (
    *(
        Wall(f"proof_{name}", predicate(LOOKS_AFTER, f"proof_{name}"))
        for name in ("head", "link", "key", "checkpoint", "countersignature")
    ),
    kept_by_function("proof_head"),
    kept_by_function("proof_link"),
    Wall("proof_act", DECIDES, f"({DECIDES} AND account_id = {SETTINGS['account']})"),
    asked_by_function("proof_act"),
    *_by_law("record_entry", "UPDATE", "record_entry.id = ANY (act.entry_ids)"),
    _still_there("record_entry", "subject_id"),
    *_by_law("record_mention", "DELETE", "record_mention.entry_id = ANY (act.entry_ids)"),
    _still_there("record_mention", "thing_id"),
    *(
        wall
        for name in ("thingname", "identifier", "safecontact", "token", "correction")
        for wall in _forgotten(f"register_{name}", "thing_id")
    ),
    *_forgotten("vault_keptapart", "subject_id"),
    *_by_law("register_thing", "UPDATE", SUBJECT.format(column="register_thing.id")),
    Wall("register_namekey", "true", command="SELECT", name="seen_by_law", role=OWNER_ROLE),
    Wall("register_namekey", "true", command="DELETE", name="changed_by_law", role=OWNER_ROLE),
    *_by_law("entrance_keptform", "DELETE", "true"),
    *_by_law("attachments_original", "DELETE", "attachments_original.entry_id = ANY (act.entry_ids)"),
    *_by_law("attachments_page", "DELETE", "attachments_page.entry_id = ANY (act.entry_ids)"),
    *_by_law(
        "record_draft", "DELETE", "(record_draft.subject_id IS NULL OR record_draft.subject_id = ANY (act.subject_ids))"
    ),
)
