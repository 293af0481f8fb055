"""Where the database is and how it is kept shut."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psycopg
import pytest

from safekept.config import database
from safekept.config.database import DatabaseProblem


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAFEKEPT_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def test_passwords_are_made_once_and_only_their_owner_reads_them(home: Path) -> None:
    made = database.credentials()
    assert database.credentials() == made
    assert len({made.admin, made.owner, made.app, made.secret_key}) == 4
    assert stat.S_IMODE((home / "credentials.json").stat().st_mode) == 0o600
    assert [child.name for child in home.iterdir()] == ["credentials.json"]


def test_a_spoilt_password_file_is_not_replaced(home: Path) -> None:
    (home / "credentials.json").write_text("{}")
    with pytest.raises(DatabaseProblem, match="Restore it from a backup"):
        database.credentials()


def test_settings_can_be_read_before_anything_runs(home: Path) -> None:
    found = database.django_databases()
    assert found["default"]["USER"] == "safekept_app"
    assert found["owner"]["USER"] == "safekept_owner"
    assert database.server() is None
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://boss:p%40ss@db.example:6543/kept", ("db.example", 6543, "boss", "p@ss", "kept")),
        ("postgres://boss@db.example", ("db.example", 5432, "boss", "", "safekept")),
        ("postgresql:///postgres?host=/run/pg", ("/run/pg", 5432, "postgres", "", "safekept")),
    ],
)
def test_database_url(monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[str, int, str, str, str]) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    found = database.server()
    assert found is not None
    assert (found.host, found.port, found.user, found.password, found.name) == expected


def test_another_kind_of_address_is_refused_with_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    with pytest.raises(DatabaseProblem, match="must look like postgresql://"):
        database.server()


def test_a_server_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://boss:x@127.0.0.1:9/kept")
    with pytest.raises(DatabaseProblem, match=r"127\.0\.0\.1:9 cannot be reached as boss"):
        database.start()


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="about the embedded server")
def test_the_embedded_server_lets_nobody_in_without_a_password(django_db_setup: None) -> None:
    server = database.server()
    assert server is not None
    for role in ("postgres", "safekept_owner", "safekept_app"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=server.host, port=server.port, user=role, dbname="postgres")


def test_preparing_again_changes_nothing(fresh_database: str) -> None:
    server = database.server()
    assert server is not None
    database.prepare(server, fresh_database)
    database.prepare(server, fresh_database)


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE mine ()", "INSERT INTO django_migrations VALUES (0, 'a', 'b', now())"]
)
def test_the_application_changes_no_tables(fresh_database: str, statement: str) -> None:
    from django.db import DatabaseError, connection

    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
        cursor.execute(statement)
