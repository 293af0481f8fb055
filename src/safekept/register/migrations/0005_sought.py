"""The guardian is told quietly when somebody looks for a person of whom nothing shows to them."""

from django.db import migrations

from safekept.access import rls

SOUGHT = """
CREATE FUNCTION register_sought(
    exact text[], slots text[], tokens text[], birthday text, did text, moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    me uuid := NULLIF(current_setting('safekept.account', true), '')::uuid;
    unseen uuid[];
BEGIN
    SELECT coalesce(NULLIF(current_setting('safekept.hidden', true), '')::uuid[], '{}')
           || coalesce(array_agg(b.subject_id), '{}')
    INTO unseen FROM access_bar AS b WHERE b.account_id = me AND b.ended_at IS NULL;
    INSERT INTO access_alert (id, kind, subject_id, account_id, pattern, says, at, due, finding, review, key)
    SELECT gen_random_uuid(),
           CASE WHEN EXISTS (SELECT 1 FROM access_bar AS b WHERE b.account_id = me AND b.ended_at IS NULL
                                                             AND b.subject_id = found.thing_id)
                THEN 'barred-sought' ELSE 'sealed-sought' END,
           found.thing_id, me, '',
           did || CASE WHEN found.by_number THEN ' The number or address typed is theirs.'
                       ELSE ' The name and birth date typed are theirs.' END,
           moment, moment + interval '72 hours', '', '',
           format('sought:%s:%s:%s', me, found.thing_id, (moment AT TIME ZONE 'Europe/London')::date)
    FROM (
        SELECT k.thing_id, bool_or(k.token = ANY (exact)) AS by_number, bool_or(k.token = birthday) AS born_then,
               count(DISTINCT part.slot) AS met
        FROM register_token AS k LEFT JOIN unnest(slots, tokens) AS part(slot, token) ON part.token = k.token
        WHERE k.thing_id = ANY (unseen) AND k.token = ANY (exact || tokens || birthday)
        GROUP BY k.thing_id
    ) AS found
    WHERE found.by_number
       OR (found.born_then AND found.met > 0
           AND found.met = (SELECT count(DISTINCT part.slot) FROM unnest(slots) AS part(slot)))
    ON CONFLICT (key) DO NOTHING;
END
$$
"""
FUNCTION = "register_sought(text[], text[], text[], text, text, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("register", "0004_corrections"), ("access", "0006_watched")]

    operations = [
        migrations.RunSQL(
            [
                SOUGHT,
                f"REVOKE ALL ON FUNCTION {FUNCTION} FROM PUBLIC",
                f"GRANT EXECUTE ON FUNCTION {FUNCTION} TO {rls.APP_ROLE}",
            ],
            [f"DROP FUNCTION {FUNCTION}"],
        ),
    ]
