"""The people and the child that the tests of pages about one child begin with."""

import os
from uuid import UUID

import pytest

from safekept.access.viewer import Viewer
from tests import factories
from tests.pages import a_child


@pytest.fixture
def worker() -> Viewer:
    """A social worker in an area that has police and a co-ordinator."""
    factories.coordinator()
    factories.police()
    return factories.children_services()


@pytest.fixture
def child(worker: Viewer) -> UUID:
    """A child whom the social worker added."""
    return a_child(worker)


@pytest.fixture
def environment(fresh_database: str) -> dict[str, str]:
    """The environment of a command that uses this test's own database on the run's server."""
    from safekept.config import database

    server = database.server()
    assert server is not None
    password = server.password or database.credentials().admin
    host = f"?host={server.host}" if server.host.startswith("/") else ""
    place = "" if host else f"{server.host}:{server.port}"
    url = f"postgresql://{server.user}:{password}@{place}/{fresh_database}{host}"
    return {**os.environ, "DATABASE_URL": url, "SAFEKEPT_WORKERS": "1"}
