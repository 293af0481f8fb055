"""The published areas, as data. Imports no Django."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def published_areas() -> tuple[dict[str, str], ...]:
    """The areas as the packs list them: slug, name, gss, region, pack."""
    text = files("safekept").joinpath("packs/areas.yaml").read_text(encoding="utf-8")
    areas: list[dict[str, Any]] = yaml.safe_load(text)["areas"]
    return tuple({key: str(value) for key, value in area.items()} for area in areas)
