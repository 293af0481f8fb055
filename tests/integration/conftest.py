"""The people and the child that the tests of pages about one child begin with."""

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
