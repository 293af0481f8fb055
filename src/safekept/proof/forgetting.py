"""What the register knows of somebody goes with the last entry of their record, as the database holds it.

A record all of whose entries were erased keeps nobody's name: with the act that erases the last, the register and what
is kept apart lose everything but a row called ``LABEL``, so that the chain and what others mention still hold. Whoever
is no child stays while any other entry mentions them: other records rest on that.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

LABEL = "Erased by law"
BY_THING = (
    "register_thingname",
    "register_identifier",
    "register_safecontact",
    "register_token",
    "register_correction",
)
FORGETS = """
CREATE OR REPLACE FUNCTION proof_forgets(subject uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.proof_act AS act WHERE act.kind = 'erasure' AND subject = ANY (act.subject_ids))
       AND NOT EXISTS (SELECT 1 FROM public.record_entry AS e WHERE e.subject_id = subject AND e.salt <> '')
       AND (EXISTS (SELECT 1 FROM public.register_thing AS t WHERE t.id = subject AND t.kind = 'child')
            OR NOT EXISTS (SELECT 1 FROM public.record_mention AS m WHERE m.thing_id = subject));
END
$$
"""
"""Whether nothing is left for which the register must know somebody. Answers for those whom an erasure names."""
FORGET = f"""
CREATE OR REPLACE FUNCTION proof_forget(subject uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    parts text[];
BEGIN
    SELECT array_agg(substr(t.token, 3)) INTO parts
      FROM public.register_token AS t WHERE t.thing_id = subject AND t.token LIKE 'n:%';
    {" ".join(f"DELETE FROM public.{table} AS gone WHERE gone.thing_id = subject;" for table in BY_THING)}
    DELETE FROM public.vault_keptapart AS gone WHERE gone.subject_id = subject;
    DELETE FROM public.record_draft AS gone WHERE gone.subject_id = subject;
    DELETE FROM public.register_namekey AS gone
     WHERE gone.part = ANY (parts)
       AND NOT EXISTS (SELECT 1 FROM public.register_token AS t WHERE t.token = 'n:' || gone.part);
    UPDATE public.register_thing AS t
       SET label = '{LABEL}', born = NULL, born_precision = '', sex = '', description = '' WHERE t.id = subject;
END
$$
"""  # noqa: S608
REFUSE_UNLESS_FORGOTTEN = """
CREATE OR REPLACE FUNCTION proof_refuse_unless_forgotten() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = 'safekept_owner' THEN
        IF TG_TABLE_NAME = 'register_namekey' THEN
            IF NOT EXISTS (SELECT 1 FROM public.register_token AS t WHERE t.token = 'n:' || OLD.part) THEN
                RETURN OLD;
            END IF;
        ELSIF public.proof_forgets(coalesce(to_jsonb(OLD) ->> 'thing_id', to_jsonb(OLD) ->> 'subject_id')::uuid) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'Rows of % are never changed or deleted: add a correction instead.', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$
"""
ONLY_FORGETS = f"""
CREATE OR REPLACE FUNCTION proof_only_forgets() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF public.proof_forgets(OLD.id)
       AND (NEW.label, NEW.born_precision, NEW.sex, NEW.description) = ('{LABEL}', '', '', '') AND NEW.born IS NULL
       AND to_jsonb(NEW) - ARRAY['label', 'born', 'born_precision', 'sex', 'description']
         = to_jsonb(OLD) - ARRAY['label', 'born', 'born_precision', 'sex', 'description'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Of a thing only its birth date, sex and area are ever put right.'
        USING ERRCODE = 'insufficient_privilege';
END
$$
"""
FUNCTIONS = {
    "proof_forgets(uuid)": FORGETS,
    "proof_forget(uuid)": FORGET,
    "proof_refuse_unless_forgotten()": REFUSE_UNLESS_FORGOTTEN,
    "proof_only_forgets()": ONLY_FORGETS,
}
PUT_RIGHT = "CREATE TRIGGER put_right BEFORE UPDATE ON register_thing FOR EACH ROW "


def rules() -> list[RunSQL]:
    """Functions, and the triggers that let through what they do and nothing else."""
    return [
        RunSQL(list(FUNCTIONS.values()), [f"DROP FUNCTION {name}" for name in reversed(FUNCTIONS)]),
        RunSQL([f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC" for name in FUNCTIONS], RunSQL.noop),
        *(_let_go(table) for table in (*BY_THING, "register_namekey")),
        RunSQL(
            [
                "DROP TRIGGER settled_once ON vault_keptapart",
                _settled_once("UPDATE"),
                "CREATE TRIGGER refuse_change BEFORE DELETE ON vault_keptapart "
                "FOR EACH ROW EXECUTE FUNCTION proof_refuse_unless_forgotten()",
                "DROP TRIGGER put_right ON register_thing",
                f"{PUT_RIGHT} WHEN (current_user <> 'safekept_owner') EXECUTE FUNCTION register_put_right()",
                "CREATE TRIGGER forget BEFORE UPDATE ON register_thing FOR EACH ROW "
                "WHEN (current_user = 'safekept_owner') EXECUTE FUNCTION proof_only_forgets()",
            ],
            [
                "DROP TRIGGER forget ON register_thing",
                "DROP TRIGGER put_right ON register_thing",
                f"{PUT_RIGHT} EXECUTE FUNCTION register_put_right()",
                "DROP TRIGGER refuse_change ON vault_keptapart",
                "DROP TRIGGER settled_once ON vault_keptapart",
                _settled_once("UPDATE OR DELETE"),
            ],
        ),
    ]


def _settled_once(changes: str) -> str:
    return (
        f"CREATE TRIGGER settled_once BEFORE {changes} ON vault_keptapart FOR EACH ROW "
        "EXECUTE FUNCTION access_settled_once('{ended_at, ended_by, ended_why}')"
    )


def _let_go(table: str) -> RunSQL:
    make = f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION "
    drop = f"DROP TRIGGER refuse_change ON {table}"
    return RunSQL([drop, f"{make} proof_refuse_unless_forgotten()"], [drop, f"{make} access_refuse_change()"])
