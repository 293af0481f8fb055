"""The contract of the interface, as OpenAPI: generated from the operations, and kept in the reference."""

from __future__ import annotations

from typing import Any

from safekept.api import procedure, records, things, work
from safekept.api.service import service

PLACE = "/api/v1/"
OPERATIONS = (procedure, records, things, work)
"""Importing these is what makes the operations known."""


def contract() -> dict[str, Any]:
    """Every operation with what it takes and answers."""
    return dict(service.get_openapi_schema(path_prefix=PLACE))
