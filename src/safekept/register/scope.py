"""Being seen as a viewer: joins the stretch of viewing that is going on, or begins one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from safekept.access.viewer import Viewer, current_sight, viewing


@contextmanager
def seen_as(viewer: Viewer) -> Iterator[None]:
    """Run as this viewer, at no cost where the viewer is viewing already."""
    sight = current_sight()
    if sight is not None and sight.viewer == viewer:
        yield
        return
    with viewing(viewer):
        yield


@contextmanager
def all_or_nothing(viewer: Viewer) -> Iterator[None]:
    """Run as this viewer, so that an error inside leaves nothing behind: in a transaction, or a savepoint of it."""
    sight = current_sight()
    if sight is not None and sight.viewer == viewer:
        with transaction.atomic():
            yield
        return
    with viewing(viewer):
        yield
