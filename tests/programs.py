"""Programs that ask with a key, as tests use them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.test import Client

from safekept.access.viewer import Viewer
from safekept.directory.models import Account
from safekept.entrance.programs import give

PURPOSE = "To keep the school’s own records in step"


class Program:
    """A program with a key of its own, which acts for somebody."""

    def __init__(self, viewer: Viewer, may_record: bool = True, **given: Any) -> None:
        email = Account.objects.get(pk=viewer.account_id).email
        self.key, self.secret = give(email, "School records", PURPOSE, "A. Operator", 30, may_record, **given)
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **more: Any) -> Any:
        """Ask for something."""
        return self.client.get(f"/api/v1{path}", headers=self._headers(), **more)

    def post(self, path: str, body: Any, key: Any = None) -> Any:
        """Send something, as JSON; ``key``: what makes it one, however often it is sent."""
        headers = self._headers() | {"Idempotency-Key": str(key or uuid4())}
        sent = body if isinstance(body, bytes) else json.dumps(body)
        return self.client.post(f"/api/v1{path}", sent, content_type="application/json", headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}
