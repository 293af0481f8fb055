"""Whether the service can answer."""

from __future__ import annotations

from django.db import connections
from django.db.migrations.executor import MigrationExecutor


def pending_migrations() -> bool:
    """Whether tables are behind the code. Raises a database error when the database does not answer."""
    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
