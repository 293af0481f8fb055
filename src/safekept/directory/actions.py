"""Filling the directory."""

from __future__ import annotations

from safekept.directory.areas import published_areas
from safekept.directory.models import Area


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
