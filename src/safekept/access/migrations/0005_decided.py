"""What is decided about whose record: tables that are appended to, and what the database itself holds of them."""

from django.db import migrations

from safekept.access import rls

REACH = """
CREATE FUNCTION access_reach(account uuid, role text, moment timestamptz,
    OUT kept uuid[], OUT hidden uuid[], OUT opened uuid[], OUT shut uuid[], OUT part uuid[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    denied uuid[];
    people uuid[];
BEGIN
    kept := '{}'; hidden := '{}'; opened := '{}'; shut := '{}'; part := '{}';
    IF role IN ('', 'loader') THEN
        RETURN;
    END IF;
    SELECT coalesce(array_agg(b.subject_id) FILTER (WHERE b.kind = 'denied'), '{}'),
           coalesce(array_agg(DISTINCT b.subject_id), '{}')
    INTO denied, kept FROM access_bar AS b WHERE b.account_id = account AND b.ended_at IS NULL;
    hidden := denied;
    IF role NOT IN ('practitioner', 'manager', 'co-ordinator') THEN
        RETURN;
    END IF;
    SELECT account || coalesce(array_agg(c.account_id), '{}') INTO people FROM access_cover AS c
    WHERE c.covered_by = account AND c.ended_at IS NULL AND moment >= c.starts AND moment < c.until;
    SELECT coalesce(array_agg(DISTINCT g.subject_id), '{}') INTO opened FROM access_grant AS g
    WHERE g.account_id = ANY (people) AND g.ended_at IS NULL AND g.entry_id IS NULL
      AND (g.until IS NULL OR moment < g.until) AND g.subject_id <> ALL (kept)
      AND (g.account_id = account OR g.basis <> 'break-glass');
    SELECT kept || coalesce(array_agg(c.subject_id), '{}'),
           hidden || coalesce(array_agg(c.subject_id) FILTER (WHERE c.level = 'sealed'), '{}')
    INTO kept, hidden FROM access_closed AS c WHERE c.subject_id <> ALL (opened);
    SELECT coalesce(array_agg(e.entry_id), '{}'), coalesce(array_agg(DISTINCT e.subject_id), '{}')
    INTO shut, part FROM access_sealedentry AS e
    WHERE e.ended_at IS NULL AND e.author_id <> ALL (people)
      AND NOT EXISTS (
        SELECT 1 FROM access_grant AS g
        WHERE g.account_id = ANY (people) AND g.entry_id = e.entry_id AND g.ended_at IS NULL
          AND (g.until IS NULL OR moment < g.until));
END
$$
"""
NOBODY_AROUND = """
CREATE FUNCTION access_nobody_around(subject uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT NOT EXISTS (SELECT 1 FROM access_circle AS ring WHERE ring.subject_id = subject)
$$
"""
SHARED = """
CREATE FUNCTION access_shared(entry uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (
        SELECT 1 FROM access_share AS told
        WHERE told.entry_id = entry AND told.agency_id = NULLIF(current_setting('safekept.agency', true), '')::uuid
    )
$$
"""
KEEP_CLOSED = """
CREATE FUNCTION access_keep_closed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    stood text := coalesce((SELECT c.level FROM access_closed AS c WHERE c.subject_id = NEW.subject_id), 'open');
BEGIN
    IF stood = 'sealed' AND NEW.level <> 'sealed' AND NOT EXISTS (
        SELECT 1 FROM access_proposal AS p WHERE p.id = NEW.proposal_id AND p.subject_id = NEW.subject_id
          AND p.entry_id IS NULL AND p.level = NEW.level AND p.account_id <> NEW.account_id) THEN
        RAISE EXCEPTION 'Opening what is sealed takes two people: one proposes it, another carries it out.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.level = 'open' THEN
        DELETE FROM access_closed WHERE subject_id = NEW.subject_id;
    ELSE
        INSERT INTO access_closed (subject_id, level, desk_id, since)
        VALUES (NEW.subject_id, NEW.level, NEW.desk_id, NEW.at)
        ON CONFLICT (subject_id) DO UPDATE SET level = NEW.level, desk_id = NEW.desk_id, since = NEW.at;
    END IF;
    RETURN NULL;
END
$$
"""
TWO_UNSEAL = """
CREATE FUNCTION access_two_unseal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM access_proposal AS p
        WHERE p.id = NEW.proposal_id AND p.entry_id = NEW.entry_id AND p.account_id <> NEW.ended_by) THEN
        RAISE EXCEPTION 'Opening what is sealed takes two people: one proposes it, another carries it out.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$
"""
DEPART = """
CREATE FUNCTION access_depart() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO access_departure (id, subject_id, agency_id, basis, since, at, account_id, why)
    VALUES (gen_random_uuid(), OLD.subject_id, OLD.agency_id, OLD.basis, OLD.since, clock_timestamp(),
            current_setting('safekept.account')::uuid, current_setting('safekept.why'));
    RETURN NULL;
END
$$
"""
FUNCTIONS = (
    "access_reach(uuid, text, timestamptz)",
    "access_nobody_around(uuid)",
    "access_shared(uuid)",
)
CLOSED = (
    "departure",
    "joinrequest",
    "share",
    "standing",
    "closed",
    "proposal",
    "grant",
    "bar",
    "sealedentry",
    "cover",
    "alert",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0004_tables")]

    operations = [
        migrations.RunSQL(
            [
                REACH,
                NOBODY_AROUND,
                SHARED,
                *(f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC" for one in FUNCTIONS),
                *(f"GRANT EXECUTE ON FUNCTION {one} TO {rls.APP_ROLE}" for one in FUNCTIONS),
            ],
            [f"DROP FUNCTION {one}" for one in FUNCTIONS],
        ),
        *(rls.close(f"access_{name}") for name in CLOSED),
        migrations.RunSQL(
            [
                KEEP_CLOSED,
                "CREATE TRIGGER keep_closed AFTER INSERT ON access_standing "
                "FOR EACH ROW EXECUTE FUNCTION access_keep_closed()",
                f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON access_closed FROM {rls.APP_ROLE}",
                DEPART,
                "CREATE TRIGGER depart AFTER DELETE ON access_circle FOR EACH ROW EXECUTE FUNCTION access_depart()",
                f"REVOKE UPDATE, TRUNCATE ON access_circle FROM {rls.APP_ROLE}",
                f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON access_departure FROM {rls.APP_ROLE}",
                TWO_UNSEAL,
                "CREATE TRIGGER two_unseal BEFORE UPDATE ON access_sealedentry "
                "FOR EACH ROW EXECUTE FUNCTION access_two_unseal()",
            ],
            [
                "DROP TRIGGER two_unseal ON access_sealedentry",
                "DROP FUNCTION access_two_unseal()",
                "DROP TRIGGER depart ON access_circle",
                "DROP FUNCTION access_depart()",
                "DROP TRIGGER keep_closed ON access_standing",
                "DROP FUNCTION access_keep_closed()",
            ],
        ),
        *(rls.append_only(f"access_{name}") for name in ("share", "standing", "proposal")),
        rls.settled_once("access_joinrequest", "answered_at", "answered_by", "accepted", "answer"),
        rls.settled_once("access_grant", "ended_at", "ended_by", "ended_why"),
        rls.settled_once("access_bar", "ended_at", "ended_by", "ended_why"),
        rls.settled_once("access_sealedentry", "ended_at", "ended_by", "proposal_id"),
        rls.settled_once("access_cover", "ended_at", "ended_by"),
        rls.settled_once("access_alert", "reviewed_at", "reviewed_by", "finding", "review"),
    ]
