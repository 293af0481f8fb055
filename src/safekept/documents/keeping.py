"""What the database itself holds documents to: steps for migrations."""

from __future__ import annotations

from django.db.migrations import RunSQL

from safekept.access.rls import APP_ROLE

DECIDED_ONCE = """
CREATE OR REPLACE FUNCTION documents_decided_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    decided text[] := ARRAY['decision', 'decided_at', 'decided_by', 'decided_why'];
    content text[] := ARRAY['locked', 'plan', 'recipient', 'extended_why', 'decided_why'];
BEGIN
    IF TG_OP = 'UPDATE' AND current_user = 'safekept_owner' AND NEW.locked = '' AND NEW.plan = '{}'
       AND to_jsonb(NEW) - content = to_jsonb(OLD) - content
       AND EXISTS (SELECT 1 FROM public.proof_act AS act
                   WHERE act.kind = 'erasure'
                     AND (act.entry_ids && OLD.entry_ids OR OLD.subject_id = ANY (act.subject_ids))) THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL OR to_jsonb(NEW) - decided <> to_jsonb(OLD) - decided THEN
        RAISE EXCEPTION 'Of a document only the decision is ever written, and once.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$
"""
FORGET = """
CREATE OR REPLACE FUNCTION documents_forget() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE public.documents_document AS d SET locked = '', plan = '{}' WHERE d.entry_ids && NEW.entry_ids;
    UPDATE public.documents_document AS d
       SET locked = '', plan = '{}', recipient = 'Erased by law', extended_why = '', decided_why = ''
     WHERE d.subject_id = ANY (NEW.subject_ids) AND public.proof_forgets(d.subject_id);
    RETURN NULL;
END
$$
"""


def functions_again() -> RunSQL:
    """The functions as they are now, for databases that hold older ones."""
    return RunSQL([DECIDED_ONCE, FORGET], RunSQL.noop)


def decided_once() -> RunSQL:
    """Only the decision is written later, once; what a document held is emptied by an erasure alone."""
    return RunSQL(
        [
            DECIDED_ONCE,
            "REVOKE ALL ON FUNCTION documents_decided_once() FROM PUBLIC",
            "CREATE TRIGGER decided_once BEFORE UPDATE OR DELETE ON documents_document "
            "FOR EACH ROW EXECUTE FUNCTION documents_decided_once()",
            "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON documents_document "
            "FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_change()",
            f"REVOKE UPDATE, DELETE, TRUNCATE ON documents_document FROM {APP_ROLE}",
            f"GRANT UPDATE (decision, decided_at, decided_by, decided_why) ON documents_document TO {APP_ROLE}",
        ],
        [
            "DROP TRIGGER decided_once ON documents_document",
            "DROP TRIGGER refuse_truncate ON documents_document",
            "DROP FUNCTION documents_decided_once()",
        ],
    )


def erased_by_law() -> RunSQL:
    """Whatever holds what an erased entry said is emptied with it; with the last entry, every document."""
    return RunSQL(
        [
            FORGET,
            "REVOKE ALL ON FUNCTION documents_forget() FROM PUBLIC",
            "CREATE TRIGGER forget_documents AFTER INSERT ON proof_act FOR EACH ROW WHEN (NEW.kind = 'erasure') "
            "EXECUTE FUNCTION documents_forget()",
        ],
        ["DROP TRIGGER forget_documents ON proof_act", "DROP FUNCTION documents_forget()"],
    )
