"""Erasing by law, as the database holds it: steps for migrations.

Everything that must be so stands here, in triggers: two people, the notice that retention gives, no legal hold, one
answer to each question. The application inserts an act; the database refuses it in a sentence, or carries it out as
the tables' owner, who sees the rows that an erasure names, and no others.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

CHECK_ACT = """
CREATE FUNCTION proof_check_act() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    before public.proof_act;
BEGIN
    PERFORM pg_advisory_xact_lock(5824114);
    NEW.at := clock_timestamp();
    IF btrim(NEW.reason) = '' THEN
        RAISE EXCEPTION 'Say why.';
    END IF;
    IF NOT (NEW.kind = 'asked' AND NEW.basis = 'retention' AND NEW.account_id = '00000000-0000-0000-0000-000000000000')
       AND NOT EXISTS (SELECT 1 FROM public.directory_account AS a WHERE a.id = NEW.account_id AND a.is_active
                       AND a.role IN ('guardian', 'administrator')) THEN
        RAISE EXCEPTION 'An information guardian or an administrator decides this, in their own name.';
    END IF;
    SELECT * INTO before FROM public.proof_act AS act WHERE act.id = NEW.follows;
    IF NEW.kind = 'lift' AND before.kind IS DISTINCT FROM 'hold' THEN
        RAISE EXCEPTION 'There is no such legal hold.';
    ELSIF NEW.kind IN ('erasure', 'refused') AND before.kind IS DISTINCT FROM 'asked' THEN
        RAISE EXCEPTION 'Nobody has asked for this.';
    ELSIF NEW.kind IN ('hold', 'asked') AND NEW.follows IS NOT NULL THEN
        RAISE EXCEPTION 'This answers nothing.';
    ELSIF EXISTS (SELECT 1 FROM public.proof_act AS act WHERE act.follows = NEW.follows) THEN
        RAISE EXCEPTION 'It has been answered already.';
    END IF;
    IF NEW.kind = 'erasure' THEN
        PERFORM public.proof_check_erasure(NEW, before);
    END IF;
    RETURN NEW;
END
$$
"""
CHECK_ERASURE = """
CREATE FUNCTION proof_check_erasure(new public.proof_act, asked public.proof_act) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF (new.entry_ids, new.subject_ids, new.basis, new.reference)
       IS DISTINCT FROM (asked.entry_ids, asked.subject_ids, asked.basis, asked.reference)
       OR cardinality(new.left) <> cardinality(new.entry_ids) OR new.says = '' THEN
        RAISE EXCEPTION 'It is not what was asked for.';
    ELSIF new.basis <> 'retention' AND new.account_id = asked.account_id THEN
        RAISE EXCEPTION 'Two people erase: somebody else must agree than who asked.';
    ELSIF new.basis = 'retention' AND asked.at > clock_timestamp() - interval '28 days' THEN
        RAISE EXCEPTION 'It was announced less than 28 days ago. Agree when it has been to be seen for so long.';
    ELSIF EXISTS (SELECT 1 FROM public.proof_act AS hold
                  WHERE hold.kind = 'hold' AND hold.subject_ids && new.subject_ids AND NOT EXISTS (
                      SELECT 1 FROM public.proof_act AS lift WHERE lift.kind = 'lift' AND lift.follows = hold.id)) THEN
        RAISE EXCEPTION 'A legal hold is on the record: nothing of it is erased until the hold is lifted.';
    END IF;
END
$$
"""
ERASE = """
CREATE FUNCTION proof_erase() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    gone integer;
    told uuid[];
BEGIN
    DELETE FROM public.entrance_keptform AS k USING public.record_entry AS e
     WHERE e.id = ANY (NEW.entry_ids)
       AND (strpos(k.path || k.data::text, e.id::text) > 0
            OR strpos(k.path || k.data::text, e.subject_id::text) > 0 AND strpos(k.path, e.kind) > 0
            OR length(e.text) > 20 AND EXISTS (
                SELECT 1 FROM jsonb_path_query(k.data, 'strict $.** ? (@.type() == "string")') AS written
                 WHERE strpos(written #>> '{}', e.text) > 0));
    DELETE FROM public.record_draft AS d USING public.record_entry AS e
     WHERE e.id = ANY (NEW.entry_ids)
       AND (d.subject_id = e.subject_id AND d.form LIKE '%' || e.kind || '%'
            OR strpos(d.form || d.data::text, e.id::text) > 0
            OR length(e.text) > 20 AND EXISTS (
                SELECT 1 FROM jsonb_path_query(d.data, 'strict $.** ? (@.type() == "string")') AS written
                 WHERE strpos(written #>> '{}', e.text) > 0));
    DELETE FROM public.attachments_original AS f WHERE f.entry_id = ANY (NEW.entry_ids);
    DELETE FROM public.attachments_page AS f WHERE f.entry_id = ANY (NEW.entry_ids);
    SELECT array_agg(DISTINCT m.thing_id) INTO told
      FROM public.record_mention AS m WHERE m.entry_id = ANY (NEW.entry_ids);
    DELETE FROM public.record_mention AS m WHERE m.entry_id = ANY (NEW.entry_ids);
    UPDATE public.record_entry AS e SET text = NEW.says, fields = '{}', basis = '', salt = ''
     WHERE e.id = ANY (NEW.entry_ids) AND e.subject_id = ANY (NEW.subject_ids);
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone <> cardinality(NEW.entry_ids) THEN
        RAISE EXCEPTION 'It names an entry that is not on the record it is for.';
    END IF;
    PERFORM public.proof_forget(one) FROM unnest(NEW.subject_ids || told) AS one WHERE public.proof_forgets(one);
    RETURN NULL;
END
$$
"""
REFUSE_UNLESS_ERASED = """
CREATE FUNCTION proof_refuse_unless_erased() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'record_entry' AND current_user = 'safekept_owner' THEN
        IF OLD.salt <> '' AND NEW.salt = '' AND NEW.fields = '{}' AND NEW.basis = ''
           AND to_jsonb(NEW) - ARRAY['text', 'fields', 'basis', 'salt']
             = to_jsonb(OLD) - ARRAY['text', 'fields', 'basis', 'salt']
           AND EXISTS (SELECT 1 FROM public.proof_act AS act WHERE act.kind = 'erasure' AND act.says = NEW.text
                       AND OLD.id = ANY (act.entry_ids)) THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' AND TG_TABLE_NAME IN ('record_mention', 'attachments_original', 'attachments_page')
          AND current_user = 'safekept_owner' THEN
        IF EXISTS (SELECT 1 FROM public.proof_act AS act WHERE act.kind = 'erasure'
                   AND OLD.entry_id = ANY (act.entry_ids)) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'Rows of % are never changed or deleted: add a correction instead.', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$
"""
FUNCTIONS = {
    "proof_check_erasure(public.proof_act, public.proof_act)": CHECK_ERASURE,
    "proof_check_act()": CHECK_ACT,
    "proof_erase()": ERASE,
    "proof_refuse_unless_erased()": REFUSE_UNLESS_ERASED,
}


def rules() -> list[RunSQL]:
    """Functions and triggers; what the owner sees for them stands in ``walls``."""
    return [
        RunSQL(list(FUNCTIONS.values()), [f"DROP FUNCTION {name}" for name in reversed(FUNCTIONS)]),
        RunSQL([f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC" for name in FUNCTIONS], RunSQL.noop),
        _instead_of_refusing("record_entry"),
        _instead_of_refusing("record_mention"),
        RunSQL(
            [
                "CREATE TRIGGER check_act BEFORE INSERT ON proof_act FOR EACH ROW EXECUTE FUNCTION proof_check_act()",
                "CREATE TRIGGER erase AFTER INSERT ON proof_act FOR EACH ROW WHEN (NEW.kind = 'erasure') "
                "EXECUTE FUNCTION proof_erase()",
            ],
            ["DROP TRIGGER erase ON proof_act", "DROP TRIGGER check_act ON proof_act"],
        ),
    ]


def functions_again() -> list[RunSQL]:
    """The functions as they are now, for databases that hold older ones."""
    return [RunSQL(text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1), "") for text in FUNCTIONS.values()]


def files_too() -> list[RunSQL]:
    """The functions as they are now, for databases made before files were kept, and the files' own triggers."""
    return [
        *functions_again(),
        _instead_of_refusing("attachments_original"),
        _instead_of_refusing("attachments_page"),
    ]


def _instead_of_refusing(table: str) -> RunSQL:
    """The trigger that refuses every change now lets through what an erasure names, done by its own function."""
    make = f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION "
    drop = f"DROP TRIGGER refuse_change ON {table}"
    return RunSQL([drop, f"{make} proof_refuse_unless_erased()"], [drop, f"{make} access_refuse_change()"])
