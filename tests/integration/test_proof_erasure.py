"""Erasing by law: what an entry says is gone, that it was recorded stays, and the chain holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from safekept.access.viewer import NOBODY, Viewer, loader, viewing
from safekept.attachments import actions
from safekept.attachments.looking import content
from safekept.cli import law
from safekept.directory.models import Account
from safekept.directory.roles import Role
from safekept.kinds import KINDS
from safekept.problems import OperatingProblem
from safekept.proof import acts, checkpoints
from safekept.proof.acts import ActRefused
from safekept.proof.verifying import verify_everything
from safekept.record import chain, drafts, queries
from safekept.record.actions import NewEntry, append, rebuild_duties
from safekept.record.models import Draft, Entry, Mention, Obligation
from safekept.register.actions import NewThing, add_thing
from tests import factories, tampering
from tests.pages import signed_in, text_of
from tests.tampering import Superuser

SECRET = "What nobody may read after it is erased"
COURT = ("court-order", "BM26P00012", "The court ordered it.")


@pytest.fixture
def worker(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    monkeypatch.setenv("SAFEKEPT_CHECKPOINT_KEY", str(tmp_path / "checkpoint-key.pem"))
    factories.coordinator()
    factories.police()
    return factories.children_services()


@pytest.fixture
def child(worker: Viewer) -> UUID:
    return add_thing(worker, NewThing("child", [("Tia Robinson", "name")], born="2011-05-04", area="birmingham")).pk


@pytest.fixture
def guardian(worker: Viewer) -> Viewer:
    return factories.viewer("other", role=Role.GUARDIAN, name="Information governance")


@pytest.fixture
def administrator(worker: Viewer) -> Viewer:
    return factories.viewer("other", role=Role.ADMINISTRATOR, name="Information governance")


@pytest.fixture
def superuser(worker: Viewer, fresh_database: str) -> Iterator[Superuser]:
    with tampering.superuser(fresh_database) as made:
        yield made


def note(child: UUID, text: str = SECRET, **more: Any) -> NewEntry:
    return NewEntry("note", child, timezone.now() - dt.timedelta(hours=1), {}, text, "fact", **more)


def erased(guardian: Viewer, administrator: Viewer, *entries: UUID) -> UUID:
    return acts.agree(administrator, acts.ask(guardian, entries, *COURT), "Agreed.")


def entry(worker: Viewer, one: UUID) -> Entry:
    with viewing(worker):
        return Entry.objects.get(pk=one)


def everything(superuser: Superuser) -> str:
    names = [name for (name,) in superuser.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    return " ".join(text for rows in tampering.tables(superuser, *names).values() for text in rows)


def test_what_it_says_is_gone_from_every_table_and_the_chain_holds(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer, superuser: Superuser
) -> None:
    other = add_thing(worker, NewThing("child", [("Sam Alder", "name")], area="birmingham")).pk
    kept = append(worker, note(child, "Kept."))
    gone = append(worker, note(child, mentions=((other, "friend"),)))
    drafts.save(worker, "note", child, {"text": f"As I wrote: {SECRET}, and more."})
    drafts.save(worker, "other-form", child, {"answers": [str(gone.pk)]})
    drafts.save(worker, "concern", None, {"text": "Another matter."})
    checkpoints.make()
    assert SECRET in everything(superuser)
    before = superuser.execute("SELECT salt FROM record_entry WHERE id = %s", [gone.pk]).fetchone()
    assert before is not None
    erased(guardian, administrator, gone.pk)
    row = entry(worker, gone.pk)
    today = timezone.localdate()
    by = f"{guardian.name} and {administrator.name}, Administrator"
    assert row.text == (
        f"Erased by law on {today.day} {today:%B %Y} by {by}. Order of a court, BM26P00012. "
        "The court ordered it. Agreed."
    )
    assert (row.fields, row.basis, bytes(row.salt)) == ({}, "", b"")
    assert (row.kind, bytes(row.digest), bytes(row.hash)) == ("note", gone.digest, gone.hash)
    left = everything(superuser)
    assert SECRET not in left
    assert before[0].hex() not in left
    with viewing(worker):
        assert not Mention.objects.filter(entry_id=gone.pk).exists()
        assert [draft.form for draft in Draft.objects.all()] == ["concern"]
    assert entry(worker, kept.pk).text == "Kept."
    verdict = verify_everything()
    assert (verdict.faults, verdict.checked["acts"]) == ((), 2)
    assert checkpoints.make()["chains"]["acts"]["count"] == 2


def test_the_files_of_an_entry_go_with_it_and_a_file_goes_alone(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer, superuser: Superuser
) -> None:
    kept, gone = append(worker, note(child, "Kept.")), append(worker, note(child))

    def file(of: UUID, shows: str) -> Entry:
        new = NewEntry("file", child, timezone.now() - dt.timedelta(hours=1), {"shows": shows}, answers=[of])
        words = b"Words of the file."
        with viewing(worker):
            return actions.attach(worker, new, actions.Sent("letter.txt", words, content.look(words)))

    with_it, alone, stays = file(gone.pk, SECRET), file(kept.pk, SECRET), file(kept.pk, "Stays.")
    tables = ("attachments_original", "attachments_page")

    def held() -> list[set[UUID]]:
        return [{one for (one,) in superuser.execute(f"SELECT entry_id FROM {table}")} for table in tables]

    assert held() == [{with_it.pk, alone.pk, stays.pk}] * 2
    erased(guardian, administrator, gone.pk)
    assert held() == [{alone.pk, stays.pk}] * 2
    assert entry(worker, with_it.pk).fields == {} and entry(worker, kept.pk).text == "Kept."
    erased(guardian, administrator, alone.pk)
    assert held() == [{stays.pk}] * 2
    assert entry(worker, kept.pk).text == "Kept."
    assert SECRET not in everything(superuser)
    assert signed_in(worker).get(f"/entries/{alone.pk}/file").status_code == 200
    assert "not kept here" in text_of(signed_in(worker).get(f"/entries/{alone.pk}/file"))
    for table in tables:
        with viewing(loader("test")), pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
        with pytest.raises(DatabaseError), connections["owner"].cursor() as cursor:
            cursor.execute("SET row_security = on")
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"DELETE FROM {table}")
    assert verify_everything().faults == ()


def test_what_corrects_an_entry_says_the_same_and_goes_with_it(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer
) -> None:
    first = append(worker, note(child))
    second = append(worker, note(child, f"{SECRET}!", supersedes=first.pk))
    third = append(worker, note(child, f"{SECRET}?", supersedes=second.pk))
    apart = append(worker, note(child, "Apart."))
    erased(guardian, administrator, second.pk)
    assert all(entry(worker, one.pk).text.startswith("Erased by law") for one in (first, second, third))
    assert entry(worker, apart.pk).text == "Apart."
    with pytest.raises(ActRefused, match="erased already"):
        acts.ask(guardian, [first.pk], *COURT)
    assert verify_everything().holds


def test_what_an_erased_entry_made_owed_is_worked_out_afresh(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer
) -> None:
    referral = append(worker, NewEntry("referral", child, timezone.now(), {"to": "children-services"}, SECRET))
    with viewing(worker):
        assert Obligation.objects.filter(because=str(referral.pk)).exists()
    erased(guardian, administrator, referral.pk)
    queries.position_of(worker, child)
    with viewing(worker):
        assert not Obligation.objects.filter(because=str(referral.pk), owes="discussion").exists()


def test_entries_of_every_kind_are_read_when_nothing_is_left_of_them(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer, superuser: Superuser
) -> None:
    """Every kind about a child, as it stands after an erasure: pages, history and evaluation take it as it is."""
    row = append(worker, note(child))
    police = factories.police()
    made = {}
    for number, (name, kind) in enumerate(sorted(KINDS.items()), 1):
        if "child" in kind.subjects and name != "note":
            made[name] = uuid4()
            superuser.execute(
                "INSERT INTO record_entry SELECT (jsonb_populate_record(e, %s::text::jsonb)).* FROM record_entry AS e "
                "WHERE id = %s",
                [
                    f'{{"id": "{made[name]}", "kind": "{name}", "client_key": "{uuid4()}", "seq": {1000 + number}, '
                    f'"text": "{SECRET}"}}',
                    row.pk,
                ],
            )
    superuser.execute("SET session_replication_role = origin")
    erased(guardian, administrator, row.pk, *made.values())
    rebuild_duties(loader("Rebuilding"), [child])
    assert SECRET not in everything(superuser)
    for viewer in (worker, police):
        browser = signed_in(viewer)
        page = browser.get(f"/children/{child}", follow=True)
        assert page.status_code == 200
        for path in ("/work", "/children", f"/children/{child}/record/", f"/children/{child}/screening"):
            assert browser.get(path, follow=True).status_code in {200, 404}, path
        for name, one in made.items():
            answer = browser.get(f"/entries/{one}", follow=True)
            assert answer.status_code == 200, name
            assert "Erased by law on" in text_of(answer), name
    assert len(queries.history_of(worker, child)["entries"]) == len(made) + 1


def test_two_people_a_reason_and_a_basis(worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer) -> None:
    row = append(worker, note(child))
    asked = acts.ask(guardian, [row.pk], *COURT)
    assert [one.id for one in acts.waiting(administrator)] == [asked]
    with pytest.raises(ActRefused, match="Two people erase"):
        acts.agree(guardian, asked, "Agreed.")
    with pytest.raises(ActRefused, match="Say why"):
        acts.agree(administrator, asked, "  ")
    for basis in ("", "because", "retention"):
        with pytest.raises(ActRefused, match="on what basis"):
            acts.ask(guardian, [row.pk], basis, "", "Why.")
    with pytest.raises(ActRefused, match="not there"):
        acts.ask(guardian, [row.pk, uuid4()], *COURT)
    with pytest.raises(ActRefused, match="no such act"):
        acts.agree(administrator, uuid4(), "Agreed.")
    assert entry(worker, row.pk).text == SECRET
    acts.agree(administrator, asked, "Agreed.")
    with pytest.raises(ActRefused, match="answered already"):
        acts.agree(administrator, asked, "Again.")
    assert acts.waiting(guardian) == []


def test_a_question_that_was_refused_is_closed(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer
) -> None:
    row = append(worker, note(child))
    asked = acts.ask(guardian, [row.pk], *COURT)
    refused = acts.refuse(administrator, asked, "The order is about another child.")
    with pytest.raises(ActRefused, match="answered already"):
        acts.agree(administrator, asked, "Agreed.")
    with pytest.raises(ActRefused, match="Nobody has asked"):
        acts.agree(administrator, refused, "Agreed.")
    assert entry(worker, row.pk).text == SECRET


def test_who_works_with_children_or_has_left_erases_nothing(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer
) -> None:
    row = append(worker, note(child))
    with pytest.raises(ActRefused, match="in their own name"):
        acts.ask(worker, [row.pk], *COURT)
    asked = acts.ask(guardian, [row.pk], *COURT)
    with pytest.raises(ActRefused, match="no such act"):
        acts.agree(worker, asked, "Agreed.")
    Account.objects.filter(pk=administrator.account_id).update(is_active=False)
    with pytest.raises(ActRefused, match="in their own name"):
        acts.agree(administrator, asked, "Agreed.")
    assert entry(worker, row.pk).text == SECRET


def test_a_legal_hold_beats_an_erasure_until_it_is_lifted(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer
) -> None:
    row = append(worker, note(child))
    held = acts.hold(guardian, child, "A claim is being brought.", "KB-2026-1")
    assert [one.subject_ids for one in acts.holds(administrator)] == [[child]]
    asked = acts.ask(guardian, [row.pk], *COURT)
    with pytest.raises(ActRefused, match="legal hold is on the record"):
        acts.agree(administrator, asked, "Agreed.")
    assert entry(worker, row.pk).text == SECRET
    with pytest.raises(ActRefused, match="no such legal hold"):
        acts.lift(guardian, asked, "Over.")
    acts.lift(guardian, held, "The claim is settled.")
    with pytest.raises(ActRefused, match="answered already"):
        acts.lift(guardian, held, "Again.")
    assert acts.holds(guardian) == []
    acts.agree(administrator, asked, "Agreed.")
    assert verify_everything().holds


def asked_in_sql(superuser: Superuser, of: UUID, entries: list[UUID], basis: str, days: int, by: UUID) -> UUID:
    """An announcement of some days ago, which the database’s own clock would not give."""
    made = uuid4()
    superuser.execute(
        "INSERT INTO proof_act (id, kind, at, account_id, subject_ids, entry_ids, basis, reference, reason, says, "
        "\"left\") VALUES (%s, 'asked', now() - make_interval(days => %s), %s, %s, %s, %s, '', 'Over.', '', '{}')",
        [made, days, by, [of], entries, basis],
    )
    return made


@pytest.mark.parametrize(("days", "allowed"), [(27, False), (29, True)])
def test_what_the_time_is_over_for_is_announced_for_four_weeks_and_one_person_agrees(
    worker: Viewer, child: UUID, administrator: Viewer, superuser: Superuser, days: int, allowed: bool
) -> None:
    row = append(worker, note(child))
    asked = asked_in_sql(superuser, child, [row.pk], "retention", days, NOBODY)
    if allowed:
        acts.agree(administrator, asked, "Agreed.")
        assert "The time for keeping it is over" in entry(worker, row.pk).text
    else:
        with pytest.raises(ActRefused, match="less than 28 days"):
            acts.agree(administrator, asked, "Agreed.")
        assert entry(worker, row.pk).text == SECRET


def test_an_act_cannot_name_entries_of_another_record(
    worker: Viewer, child: UUID, administrator: Viewer, guardian: Viewer, superuser: Superuser
) -> None:
    other = add_thing(worker, NewThing("child", [("Sam Alder", "name")], area="birmingham")).pk
    row = append(worker, note(child))
    asked = asked_in_sql(superuser, other, [row.pk], "court-order", 0, guardian.account_id)
    with pytest.raises(ActRefused, match="not on the record it is for"):
        acts.agree(administrator, asked, "Agreed.")
    assert entry(worker, row.pk).text == SECRET


ACT = (
    'INSERT INTO proof_act (id, kind, at, account_id, subject_ids, entry_ids, basis, reason, reference, says, "left", '
    "follows) SELECT gen_random_uuid(), 'erasure', now(), %(by)s, subject_ids, {entries}, {basis}, 'Why.', reference, "
    "{says}, {left}, id FROM proof_act WHERE id = %(asked)s"
)


@pytest.mark.parametrize(
    "odd",
    [
        {"entries": "entry_ids || gen_random_uuid()", "left": "ARRAY['x', 'x']"},
        {"basis": "'retention'"},
        {"says": "''"},
        {"left": "ARRAY[]::text[]"},
    ],
)
def test_the_database_erases_only_what_was_asked_for(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer, odd: dict[str, str]
) -> None:
    row = append(worker, note(child))
    asked = acts.ask(guardian, [row.pk], *COURT)
    parts = {"entries": "entry_ids", "basis": "basis", "says": "'Erased.'", "left": "ARRAY['x']"} | odd
    with (
        viewing(administrator),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="not what was asked"),
    ):
        cursor.execute(ACT.format(**parts), {"by": administrator.account_id, "asked": asked})
    assert entry(worker, row.pk).text == SECRET


def test_an_act_is_in_ones_own_name(guardian: Viewer, administrator: Viewer, child: UUID) -> None:
    with (
        viewing(administrator),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="row-level security"),
    ):
        cursor.execute(
            "INSERT INTO proof_act (id, kind, at, account_id, subject_ids, entry_ids, basis, reason, reference, says, "
            "\"left\") VALUES (gen_random_uuid(), 'hold', now(), %s, %s, '{}', '', 'Why.', '', '', '{}')",
            [guardian.account_id, [child]],
        )


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE record_entry SET text = '' WHERE id = '{entry}'",
        "UPDATE record_entry SET text = act.says, fields = '{{}}', basis = '', salt = '' FROM proof_act AS act",
        "UPDATE record_entry SET salt = 'x' WHERE id = '{erased}'",
        "UPDATE record_entry SET kind = 'concern' WHERE id = '{erased}'",
        "DELETE FROM record_entry WHERE id = '{erased}'",
        "DELETE FROM record_mention WHERE entry_id = '{entry}'",
    ],
)
def test_the_owner_erases_nothing_that_no_act_names_and_changes_nothing_else(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer, superuser: Superuser, command: str
) -> None:
    other = add_thing(worker, NewThing("child", [("Sam Alder", "name")], area="birmingham")).pk
    row, gone = (append(worker, note(child, mentions=((other, "friend"),))) for _ in range(2))
    erased(guardian, administrator, gone.pk)
    kept = tampering.tables(superuser, "record_entry", "record_mention")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT id FROM record_entry")
        assert cursor.fetchall() == [(gone.pk,)]
        try:
            cursor.execute(command.format(entry=row.pk, erased=gone.pk))
        except DatabaseError as error:
            assert "never changed or deleted" in str(error)
    assert tampering.tables(superuser, "record_entry", "record_mention") == kept


LEFT = {
    "text": "text || '.'",
    "fields": """'{"about": "x"}'""",
    "basis": "'opinion'",
    "kind": "'concern'",
    "at": "at - interval '1 day'",
    "at_latest": "at",
    "recorded_at": "recorded_at - interval '1 day'",
    "agency_kind": "'school'",
    "agency_id": "gen_random_uuid()",
    "account_id": "gen_random_uuid()",
    "answers": "ARRAY[gen_random_uuid()]",
    "supersedes": "gen_random_uuid()",
    "audience": "ARRAY['police']",
    "client_key": "gen_random_uuid()",
    "salt": "'x'",
}


def test_a_change_of_what_is_left_and_a_false_erasure_are_found(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer, superuser: Superuser
) -> None:
    row, gone = append(worker, note(child)), append(worker, note(child))
    act = erased(guardian, administrator, gone.pk)
    tables = ("record_entry", "record_mention", "proof_act", "proof_link", "proof_head")
    kept, place = tampering.tables(superuser, *tables), (chain.shard_of(child), 2)

    def places() -> set[tuple[int, int]]:
        return {(fault.shard, fault.seq) for fault in verify_everything().faults if fault.chain == "entries"}

    for column, value in LEFT.items():
        superuser.execute(f"UPDATE record_entry SET {column} = {value} WHERE id = %s", [gone.pk])
        assert place in places(), column
        tampering.put_back(superuser, kept)
    superuser.execute("UPDATE record_entry SET text = 'Erased.', fields = '{}', salt = '' WHERE id = %s", [row.pk])
    assert (place[0], 1) in places()
    tampering.put_back(superuser, kept)
    for change in (
        "entry_ids = ARRAY[gen_random_uuid()]", "kind = 'hold'", "reason = 'Other.'", "at = at + interval '1 day'",
        "account_id = gen_random_uuid()", "says = ''", "follows = NULL", "\"left\" = ARRAY['x']", "basis = 'retention'",
        "subject_ids = '{}'", "reference = 'x'", "id = gen_random_uuid()",
    ):  # fmt: skip
        superuser.execute(f"UPDATE proof_act SET {change} WHERE id = %s", [act])
        assert any(fault.chain == "acts" for fault in verify_everything().faults), change
        tampering.put_back(superuser, kept)
    superuser.execute("UPDATE proof_act SET entry_ids = ARRAY[%s::uuid] WHERE id = %s", [row.pk, act])
    assert "An act says that this entry was erased, and it was not." in {f.says for f in verify_everything().faults}
    tampering.put_back(superuser, kept)
    assert verify_everything().holds


def test_another_mistake_of_the_database_is_not_taken_for_a_rule(
    guardian: Viewer, child: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "INSERT", acts.INSERT.replace("proof_act", "proof_nothing"))
    with pytest.raises(DatabaseError, match="does not exist"):
        acts.hold(guardian, child, "A claim.")


def test_the_commands_ask_each_person_for_their_own_password(
    worker: Viewer, child: UUID, guardian: Viewer, administrator: Viewer, superuser: Superuser
) -> None:
    row = append(worker, note(child))
    people = {}
    for viewer in (guardian, administrator):
        account = Account.objects.get(pk=viewer.account_id)
        account.set_password(f"password of {account.email}")
        account.save()
        people[viewer.role] = ["--as", account.email, "--password", f"password of {account.email}"]

    def run(group: Any, *arguments: Any) -> Any:
        return CliRunner().invoke(group, [str(one) for one in arguments])

    why, them = ["--reason", "The court ordered it."], people[Role.GUARDIAN]
    wrong = run(law.hold, "place", child, *why, *them[:3], "not the password")
    assert isinstance(wrong.exception, OperatingProblem)
    nobody = run(law.hold, "place", child, *why, "--as", "nobody@safekept.example", *them[2:])
    assert str(nobody.exception) == str(wrong.exception)
    held = run(law.hold, "place", child, *why, *them).stdout.split()[-1]
    assert held in run(law.hold, "show", *them).stdout
    asked = run(law.erase, "ask", row.pk, "--basis", "court-order", *why, *them).stdout.split()[-1]
    assert "1 entries  court-order" in run(law.erase, "waiting", *them).stdout
    agreeing = ["agree", asked, *why, *people[Role.ADMINISTRATOR]]
    assert "legal hold" in str(run(law.erase, *agreeing).exception)
    assert "Lifted" in run(law.hold, "lift", held, *why, *them).stdout
    assert "no legal hold" in run(law.hold, "show", *them).stdout
    assert "Erased." in run(law.erase, *agreeing).stdout
    assert SECRET not in everything(superuser)
    assert "Nothing is waiting" in run(law.erase, "waiting", *them).stdout
    other = run(law.erase, "ask", append(worker, note(child)).pk, "--basis", "court-order", *why, *them)
    assert "Refused" in run(law.erase, "refuse", other.stdout.split()[-1], *why, *them).stdout
