"""One database server for a test run, one database for each worker, and every test on the application's role.

The tables are made once, in a template that each worker copies. Tests run with row-level security on, as the
application does. ``DATABASE_URL`` uses a real server; otherwise an embedded one starts in a temporary folder when the
first test asks for a database.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

RUN, OWN_HOME = "SAFEKEPT_TEST_RUN", "SAFEKEPT_TEST_HOME"


def pytest_configure(config: pytest.Config) -> None:
    """Name the run and its folder once, in the process that starts the workers, which inherit both."""
    if not hasattr(config, "workerinput"):
        os.environ[RUN] = secrets.token_hex(4)
        os.environ[OWN_HOME] = os.environ["SAFEKEPT_HOME"] = tempfile.mkdtemp(prefix="safekept-tests-")
        os.environ["SAFEKEPT_MAY_LOSE"] = "yes"  # the run's server waits for no disk


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop the run's databases, stop the embedded server and remove its folder."""
    if hasattr(config, "workerinput") or OWN_HOME not in os.environ:
        return
    from safekept.config import database

    try:
        server = database.server()
        if server and os.environ.get("DATABASE_URL"):
            _drop_databases(server)
        database.stop_embedded()
    finally:
        shutil.rmtree(os.environ[OWN_HOME], ignore_errors=True)


def _drop_databases(server: Any) -> None:
    from safekept.config import database

    with server.connect() as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY datname",
            [f"safekept_test_{os.environ[RUN]}%"],
        ).fetchall()
    for (name,) in names:
        database.drop_database(server, name)


def _point_django_at(server: Any, name: str) -> None:
    from django.db import connections

    from safekept.config import database

    kept = database.credentials()
    for alias, password in (("default", kept.app), ("owner", kept.owner)):
        connections[alias].close()
        connections[alias].settings_dict.update(
            HOST=server.host, PORT=str(server.port), NAME=name, PASSWORD=password, CONN_MAX_AGE=0
        )


def _make_template(server: Any, template: str) -> None:
    """Make and migrate the run's template unless another worker has; the lock makes the others wait."""
    from django.db import connections

    from safekept.config import bootstrap, database

    with server.connect() as connection:
        connection.execute("SELECT pg_advisory_lock(5824077)")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            return
        database.prepare(server, f"{template}_new")
        _point_django_at(server, f"{template}_new")
        bootstrap.migrate()
        for alias in ("default", "owner"):
            connections[alias].close()
        connection.execute(f'ALTER DATABASE "{template}_new" RENAME TO "{template}"')


def _start_server() -> Any:
    from safekept.config import database

    database.credentials()
    if not os.environ.get("DATABASE_URL"):
        database._start_embedded(keep_running=True)
    server = database.server()
    assert server is not None
    if not os.environ.get("DATABASE_URL"):
        with server.connect() as connection:
            for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
    return server


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where a browser is promised (CI), journeys that were skipped are a failure, not a footnote."""
    if _skipped_journeys(session.config) and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say plainly when the journeys were not taken."""
    skipped = _skipped_journeys(terminalreporter.config)
    if skipped:
        must = "In CI that is a failure." if os.environ.get("CI") == "true" else "Install Chromium to run them."
        terminalreporter.section("journeys")
        terminalreporter.line(f"{skipped} journeys through the pages were SKIPPED: no browser. {must}")


def _skipped_journeys(config: pytest.Config) -> int:
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return sum("journey" in report.keywords for report in skipped)


def _worker_database() -> str:
    return f"safekept_test_{os.environ[RUN]}_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"


def _close() -> None:
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Replaces pytest-django's: this worker's own copy of the migrated template."""
    from safekept.config import database

    with django_db_blocker.unblock():
        server = _start_server()
        _make_template(server, f"safekept_test_{os.environ[RUN]}")
        database.copy_database(server, f"safekept_test_{os.environ[RUN]}", _worker_database())
        _point_django_at(server, _worker_database())
    yield
    with django_db_blocker.unblock():
        _close()


@pytest.fixture
def fresh_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A whole database for one test that commits, uses threads or starts a process; gives its name.

    What is appended cannot be removed again, so such a test gets a copy of its own instead of a clean-up.
    """
    from safekept.config import database

    server = database.server()
    assert server is not None
    name = f"{_worker_database()}_{secrets.token_hex(4)}"
    database.copy_database(server, f"safekept_test_{os.environ[RUN]}", name)
    with django_db_blocker.unblock():
        _point_django_at(server, name)
        try:
            yield name
        finally:
            _close()
            _point_django_at(server, _worker_database())
            database.drop_database(server, name)
