"""All packs and areas that are installed, and which pack speaks for which area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from .loader import load_pack
from .pack import Pack
from .reading import PackError, read_yaml, refuse_unknown_keys


class UnknownArea(ValueError):
    """No pack speaks for this area."""


@dataclass(frozen=True, slots=True)
class Area:
    """A local authority; ``pack`` is the id of the procedure it has adopted."""

    slug: str
    name: str
    gss: str
    region: str
    pack: str


@dataclass(frozen=True)
class Library:
    """Packs by id and areas by slug."""

    packs: Mapping[str, Pack]
    areas: Mapping[str, Area]

    def find_pack(self, slug: str | None) -> Pack | None:
        """Return the pack of an area, or None where no installed pack speaks for it."""
        area = self.areas.get(slug or "")
        return self.packs.get(area.pack) if area is not None else None

    def pack_for_area(self, slug: str | None) -> Pack:
        """Return the pack of an area; raise :class:`UnknownArea` where there is none."""
        pack = self.find_pack(slug)
        if pack is None:
            given = f"area '{slug}' has no procedure here" if slug else "missing"
            raise UnknownArea(
                f"the subject, field 'area': {given}; expected one of {', '.join(sorted(self.areas))}, "
                "or name the pack with --pack"
            )
        return pack


PACKS = "safekept.packs"


@cache
def load_library() -> Library:
    """Load every pack that Safekept ships. Raises :class:`~.reading.PackError`."""
    return load_library_from(Path(str(resources.files(PACKS))))


def load_library_from(folder: Path) -> Library:
    """Load every pack below ``folder``: ``areas.yaml`` and ``<region>/<procedure>/pack.yaml``."""
    packs = {}
    for path in sorted(folder.glob("*/*/pack.yaml")):
        pack = load_pack(path.parent)
        packs[pack.id] = pack
    areas: dict[str, Area] = {}
    for row in read_yaml(folder / "areas.yaml", "areas.yaml")["areas"]:
        refuse_unknown_keys(row, {"slug", "name", "gss", "region", "pack"}, "an area")
        if row["slug"] in areas:
            raise PackError(row.place("slug"), f"area '{row['slug']}' stands twice; expected it once")
        if row["pack"] not in packs:
            raise PackError(row.place("pack"), f"there is no pack '{row['pack']}'; expected one of {', '.join(packs)}")
        areas[row["slug"]] = Area(row["slug"], row["name"], row["gss"], row["region"], row["pack"])
    return Library(packs, areas)
