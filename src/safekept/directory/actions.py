"""Filling the directory."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from safekept.directory.models import Area


@cache
def published_areas() -> tuple[dict[str, str], ...]:
    """The areas as the packs list them: slug, name, gss, region, pack."""
    text = files("safekept").joinpath("packs/areas.yaml").read_text(encoding="utf-8")
    areas: list[dict[str, Any]] = yaml.safe_load(text)["areas"]
    return tuple({key: str(value) for key, value in area.items()} for area in areas)


def ensure_areas() -> int:
    """Put every published area into the directory, and bring names and packs up to date; how many there are."""
    rows = [
        Area(slug=area["slug"], name=area["name"], gss=area["gss"], region=area["region"], pack_id=area["pack"])
        for area in published_areas()
    ]
    Area.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["slug"], update_fields=["name", "gss", "region", "pack_id"]
    )
    return len(rows)
