"""A plain reading (``objects.read``) gives each person the very rows that the queryset gives them, value by value."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from safekept.access.gateway import CaseModel
from safekept.access.viewer import viewing
from safekept.register.models import SafeContact, Thing
from safekept.vault.models import KeptApart
from tests.security.world import World

pytestmark = pytest.mark.django_db

MODELS = [
    model
    for model in apps.get_models()
    if issubclass(model, CaseModel) and not any("__" in one for one in vars(model.wall_columns).values())
]
"""Those whose wall asks of their own columns alone: a plain statement joins nothing."""


def told(rows: Any) -> dict[Any, dict[str, Any]]:
    return {row.pk: {field.attname: plain(getattr(row, field.attname)) for field in fields(row)} for row in rows}


def fields(row: CaseModel) -> list[Any]:
    return list(type(row)._meta.concrete_fields)


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def test_a_plain_reading_gives_what_a_queryset_gives() -> None:
    world = World()
    seen: dict[str, set[int]] = {}
    for viewer in filter(None, world.people.values()):
        with viewing(viewer):
            for model in MODELS:
                rows = told(model.objects.read("true"))
                assert rows == told(model.objects.all()), (viewer.name, viewer.role, model.__name__)
                seen.setdefault(model.__name__, set()).add(len(rows))
    assert len([name for name, sizes in seen.items() if len(sizes) > 1]) > 8, seen


def test_each_row_that_was_read_is_noted_for_the_log() -> None:
    world = World()
    with viewing(world.who("social worker")) as sight:
        (found,) = Thing.objects.read("t.id = %(id)s", id=world.child)
    assert sight.seen == {"thing": {found.pk}}


def test_what_is_left_out_is_read_when_it_is_asked_for() -> None:
    world = World()
    with viewing(world.who("social worker")):
        (found,) = KeptApart.objects.read("true", without=frozenset({"locked"}))
        assert "locked" in found.get_deferred_fields()
        assert bytes(found.locked)
        assert not SafeContact.objects.read("t.text = %(text)s", text="nothing of the kind")
