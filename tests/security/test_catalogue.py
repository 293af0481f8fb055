"""What the database itself says about its walls."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from safekept.access import rls
from safekept.access.gateway import CaseManager, CaseModel

pytestmark = pytest.mark.django_db

OPEN_APPS = {"directory", "account", "mfa", "auth", "contenttypes", "sessions"}
"""Apps that hold nothing about a child. Every other table is case data and must be behind the wall."""
SIGN_IN_TABLES = {
    "django_migrations", "django_session", "config_cache", "entrance_tries", "entrance_link", "entrance_programkey",
}  # fmt: skip
SQL_ONLY = {"Token", "NameKey", "ChainHead", "Heard"}
"""Case tables read by a few statements alone, behind row-level security and without the gateway's filter."""


def rows(statement: str, *parameters: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def case_tables() -> set[str]:
    found = {str(name) for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    opened = {model._meta.db_table for label in OPEN_APPS for model in apps.get_app_config(label).get_models(True)}
    return found - opened - SIGN_IN_TABLES


def test_there_are_case_tables_to_check() -> None:
    assert {"access_circle", "access_readevent"} <= case_tables()


def test_every_case_table_forces_row_level_security_and_has_a_policy() -> None:
    walled = {
        str(name)
        for (name,) in rows(
            "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND c.relforcerowsecurity "
            "AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)"
        )
    }
    assert case_tables() - walled == set()


def test_no_policy_lets_the_application_see_everything() -> None:
    loose = rows(
        "SELECT tablename, policyname FROM pg_policies WHERE 'safekept_app' = ANY(roles) AND qual IN ('true', '(true)')"
    )
    assert loose == []


def test_what_shows_itself_to_the_owner_is_known() -> None:
    """What functions ask for the policy; what they keep; the chains, which they alone write; what is erased by law."""
    kept = rows("SELECT tablename, cmd FROM pg_policies WHERE NOT 'safekept_app' = ANY(roles)")
    asked = ("alert", "bar", "circle", "concealed", "cover", "grant", "hiddenlink", "proposal", "readevent")
    asked += ("sealedentry", "share")
    written = ("access_closed", "access_departure", "proof_head", "proof_link")
    named = [("proof_act", "SELECT"), ("record_entry", "SELECT"), ("record_entry", "UPDATE")]
    named += [(f"record_{one}", command) for one in ("mention", "draft") for command in ("SELECT", "DELETE")]
    named += [(f"attachments_{one}", command) for one in ("original", "page") for command in ("SELECT", "DELETE")]
    named += [("record_entry", "SELECT"), ("record_mention", "SELECT"), ("register_token", "DELETE")]
    named += [("register_thing", "SELECT"), ("register_thing", "UPDATE")]
    gone = [f"register_{one}" for one in ("thingname", "identifier", "safecontact", "correction", "namekey")]
    gone += ["vault_keptapart", "entrance_keptform"]
    named += [(one, command) for one in gone for command in ("SELECT", "DELETE")]
    named += [("access_alert", "INSERT"), ("register_token", "SELECT")]
    named += [("documents_document", command) for command in ("SELECT", "UPDATE")]
    known = [(f"access_{one}", "SELECT") for one in asked] + [(one, "ALL") for one in written]
    assert sorted(kept) == sorted(known + named)


def test_of_the_record_the_owner_sees_what_an_erasure_names_alone() -> None:
    kept = rows(
        "SELECT qual FROM pg_policies WHERE (tablename LIKE 'record_%%' OR tablename LIKE 'attachments_%%') "
        "AND 'safekept_owner' = ANY(roles)"
    )
    assert len(kept) == 12
    assert all("act.kind" in str(using) and "'erasure'" in str(using) for (using,) in kept)


def test_the_roles_may_not_bypass_row_level_security() -> None:
    found = rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
        "WHERE rolname LIKE 'safekept%%' ORDER BY rolname"
    )
    assert found == [("safekept_app", False, False, False, False), ("safekept_owner", False, False, False, False)]


def test_the_application_owns_nothing_and_is_who_runs_the_tests() -> None:
    assert rows("SELECT current_user") == [("safekept_app",)]
    assert rows("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = 'safekept_app'") == []
    assert rows("SELECT pg_has_role('safekept_app', 'safekept_owner', 'MEMBER')") == [(False,)]


def test_views_ask_as_whoever_reads_them() -> None:
    definers = rows(
        "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace "
        "AND NOT COALESCE(reloptions::text LIKE '%%security_invoker=true%%', false)"
    )
    assert definers == []
    assert rows("SELECT relname FROM pg_class WHERE relkind = 'm'") == []


def test_functions_that_answer_as_the_owner_are_known() -> None:
    found = rows(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY proname"
    )
    assert {str(name) for (name,) in found} == {
        "access_decided",
        "access_depart",
        "access_in_circle",
        "access_keep_closed",
        "access_nobody_around",
        "access_reach",
        "access_reads_of",
        "access_shared_entries",
        "access_two_unseal",
        "documents_forget",
        "proof_check_act",
        "proof_erase",
        "proof_link_row",
        "register_sought",
    }


def test_the_database_holds_the_walls_of_the_program_and_no_others() -> None:
    held = rows("SELECT tablename, policyname, cmd FROM pg_policies WHERE schemaname = 'public'")
    listed = {(wall.table, wall.name, wall.command) for wall in rls.walls()}
    assert {(str(t), str(n), str(c)) for t, n, c in held} == listed


def models_of_cases() -> list[type]:
    found = [m for m in apps.get_models() if m._meta.app_label not in OPEN_APPS and m.__name__ not in SQL_ONLY]
    return [m for m in found if m._meta.db_table not in SIGN_IN_TABLES]


@pytest.mark.parametrize("model", models_of_cases())
def test_every_case_model_goes_through_the_gateway(model: type) -> None:
    assert issubclass(model, CaseModel)
    assert isinstance(model._default_manager, CaseManager)  # type: ignore[attr-defined]
    assert isinstance(model._base_manager, CaseManager)  # type: ignore[attr-defined]
