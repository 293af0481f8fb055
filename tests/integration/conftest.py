"""The people, the child and the hour that tests of pages begin with."""

import os
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.cache import cache

from safekept.access.viewer import Viewer
from tests import factories
from tests.pages import NOW, a_child


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
def clock() -> Iterator[Any]:
    """Noon on a day of March, until the test moves it; nothing counted before."""
    cache.clear()
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def manager(clock: Any) -> Viewer:
    """A manager of children's services, at that noon, in an area that has police and a co-ordinator."""
    factories.coordinator()
    factories.police()
    return factories.viewer("children-services", role="manager")


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
