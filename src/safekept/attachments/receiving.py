"""How sent files are taken: in memory, so that none is ever put on a disk, and as large as their page allows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.urls import Resolver404, resolve

from .looking.bounds import MOST_BYTES

PAGE = "attach"
"""The page that takes larger files than the others do."""
AROUND = 200_000
"""Bytes of a form around its file."""


class InMemory(MemoryFileUploadHandler):
    """Takes nothing from whoever is not signed in, and nothing that is larger than the page takes."""

    def handle_raw_input(self, *args: Any, **more: Any) -> None:
        """Whether a file is taken at all, before any of it is read: the third of what it is told is how much comes."""
        content_length = args[2]
        request = self.request
        most = MOST_BYTES + AROUND if request is not None and _page(request) == PAGE else _elsewhere()
        self.activated = _is_signed_in(request) and content_length <= most


def is_too_large(request: Any) -> bool:
    """Whether a form was sent with more than the page takes, so that its file was not read."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES + AROUND


def _elsewhere() -> int:
    return int(settings.FILE_UPLOAD_MAX_MEMORY_SIZE)


def _is_signed_in(request: Any) -> bool:
    return bool(getattr(getattr(request, "user", None), "is_authenticated", False))


def _page(request: Any) -> str | None:
    try:
        return resolve(request.path_info).url_name
    except Resolver404:
        return None
