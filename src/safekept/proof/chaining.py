"""Linking the rows of a log into chains, as steps for migrations.

A row is linked at the end of its transaction by a deferred trigger, whoever inserts it, so that no other lock is
taken while the end of a chain is held. The trigger answers as the owner: the application can neither write a link nor
move the end of a chain. What is digested is the row as JSON without what is empty, so that a column that is added
later, empty in the older rows, leaves their digests as they were.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

from safekept.access import rls

AS_TOLD = "jsonb_strip_nulls(to_jsonb({row}))::text"
"""A row as the text that its digest is made of. The session's time zone must be UTC."""

APPEND = """
CREATE FUNCTION proof_append(to_chain text, to_shard integer, added uuid, told text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    content bytea := sha256(convert_to(told, 'UTF8'));
    place bigint;
    link bytea;
BEGIN
    UPDATE public.proof_head AS head
       SET seq = head.seq + 1,
           hash = sha256(head.hash || uuid_send(added)
                         || convert_to(concat('|', to_shard, '|', head.seq + 1, '|'), 'UTF8') || content)
     WHERE head.chain = to_chain AND head.shard = to_shard
    RETURNING head.seq, head.hash INTO place, link;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The end of chain % % is not recorded any more: nothing can be added.', to_chain, to_shard;
    END IF;
    INSERT INTO public.proof_link (chain, shard, seq, row_id, digest, hash)
    VALUES (to_chain, to_shard, place, added, content, link);
END
$$
"""
"""The end of a chain moves on, and the link is kept; as ``record.chain.link`` reckons it."""

LINK = f"""
CREATE FUNCTION proof_link_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' AS $$
BEGIN
    PERFORM public.proof_append(
        TG_ARGV[0], pg_backend_pid() % TG_ARGV[1]::integer, NEW.id, {AS_TOLD.format(row="NEW")});
    RETURN NULL;
END
$$
"""
"""Connections write to chains side by side, each to one, so that they seldom wait for one another."""


def functions() -> RunSQL:
    """The functions that link a row; nobody may call them but the triggers."""
    return RunSQL(
        [
            APPEND,
            LINK,
            "REVOKE ALL ON FUNCTION proof_append(text, integer, uuid, text) FROM PUBLIC",
            "REVOKE ALL ON FUNCTION proof_link_row() FROM PUBLIC",
        ],
        ["DROP FUNCTION proof_link_row()", "DROP FUNCTION proof_append(text, integer, uuid, text)"],
    )


def keep_by_owner(table: str) -> list[RunSQL]:
    """Only the owner's functions write the table, from the migration on that links what is there already."""
    return [
        rls.close(table),
        RunSQL(
            [
                rls.kept_by_function(table).statement(),
                f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {rls.APP_ROLE}",
            ],
            f"DROP POLICY kept_by_function ON {table}",
        ),
    ]


def link_rows(table: str, chain: str, shards: int) -> RunSQL:
    """Link every row of an append-only table from now on, and those that are there already, oldest first.

    The table needs ``id`` (uuid) and ``at``. The owner sees its rows for this once.
    """
    told = AS_TOLD.format(row="old")
    return RunSQL(
        [
            "INSERT INTO proof_head (chain, shard, seq, hash) "  # noqa: S608
            f"SELECT '{chain}', shard, 0, decode(repeat('00', 32), 'hex') FROM generate_series(0, {shards - 1}) shard",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            "SET LOCAL timezone = 'UTC'",
            f"DO $$ DECLARE old record; BEGIN FOR old IN SELECT * FROM {table} ORDER BY at, id "  # noqa: S608
            f"LOOP PERFORM proof_append('{chain}', 0, old.id, {told}); END LOOP; END $$",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE CONSTRAINT TRIGGER link_row AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
            f"FOR EACH ROW EXECUTE FUNCTION proof_link_row('{chain}', {shards})",
        ],
        [
            f"DROP TRIGGER link_row ON {table}",
            "ALTER TABLE proof_link DISABLE TRIGGER refuse_change",
            f"DELETE FROM proof_link WHERE chain = '{chain}'",  # noqa: S608
            "ALTER TABLE proof_link ENABLE TRIGGER refuse_change",
            f"DELETE FROM proof_head WHERE chain = '{chain}'",  # noqa: S608
        ],
    )
