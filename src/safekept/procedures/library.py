"""All packs and areas that are installed, and which pack speaks for which area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import resources
from operator import attrgetter
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


@dataclass(frozen=True, slots=True)
class Adoption:
    """From ``start`` (UTC) on, an area follows this version of a procedure."""

    area: str
    start: dt.datetime
    pack: Pack


@dataclass(frozen=True)
class Library:
    """Packs by id, areas by slug, and the later versions that areas have adopted, earliest first.

    ``packs`` holds the version that Safekept ships: an area follows it until it adopts another.
    """

    packs: Mapping[str, Pack]
    areas: Mapping[str, Area]
    adopted: Mapping[str, tuple[Adoption, ...]] = field(default_factory=dict)

    def find_pack(self, slug: str | None, moment: dt.datetime) -> Pack | None:
        """Return the pack that an area follows at a moment, or None where no installed pack speaks for it."""
        area = self.areas.get(slug or "")
        if area is None:
            return None
        begun = [a.pack for a in self.adopted.get(area.slug, ()) if a.start <= moment]
        return begun[-1] if begun else self.packs.get(area.pack)

    def changes(self, slug: str | None) -> bool:
        """Tell whether an area has adopted another version at some time, so that the moment matters."""
        return any(a.start > _EVER for a in self.adopted.get(slug or "", ()))

    @property
    def versions(self) -> tuple[Pack, ...]:
        """Every version of every procedure, each once: those that Safekept ships first, then the adopted."""
        found = {(p.id, p.version): p for p in self.packs.values()}
        for adoption in (a for rows in self.adopted.values() for a in rows):
            found.setdefault((adoption.pack.id, adoption.pack.version), adoption.pack)
        return tuple(found.values())

    @cached_property
    def urgent(self) -> frozenset[tuple[str, str]]:
        """Procedure and id of each rule about a child in danger now, in any version."""
        return frozenset((p.id, rule.id) for p in self.versions for rule in p.rules if rule.urgent)

    def version(self, pack_id: str, version: str) -> Pack | None:
        """Return one version of a procedure, shipped or adopted."""
        return next((p for p in self.versions if (p.id, p.version) == (pack_id, version)), None)

    def adopting(self, adoptions: Iterable[Adoption]) -> Library:
        """Return a library in which areas also follow these; of two from the same moment the later given holds."""
        found = {slug: list(rows) for slug, rows in self.adopted.items()}
        for adoption in adoptions:
            found.setdefault(adoption.area, []).append(adoption)
        packs = {a.pack.id: a.pack for rows in found.values() for a in rows} | dict(self.packs)
        return replace(self, packs=packs, adopted={s: tuple(sorted(rows, key=_START)) for s, rows in found.items()})

    def followed_always(self, pack: Pack, areas: Iterable[str] | None = None) -> Library:
        """Return a library in which areas (those of the pack’s procedure) follow this version and never another."""
        slugs = [a.slug for a in self.areas.values() if a.pack == pack.id] if areas is None else list(areas)
        others = {slug: rows for slug, rows in self.adopted.items() if slug not in slugs}
        following = {slug: (Adoption(slug, _EVER, pack),) for slug in slugs}
        packs = {**self.packs, pack.id: pack} if areas is None or pack.id not in self.packs else self.packs
        return replace(self, packs=packs, adopted={**others, **following})

    def pack_for_area(self, slug: str | None, moment: dt.datetime) -> Pack:
        """Return the pack that an area follows at a moment; raise :class:`UnknownArea` where there is none."""
        pack = self.find_pack(slug, moment)
        if pack is None:
            given = f"area '{slug}' has no procedure here" if slug else "missing"
            raise UnknownArea(
                f"the subject, field 'area': {given}; expected one of {', '.join(sorted(self.areas))}, "
                "or name the pack with --pack"
            )
        return pack


PACKS = "safekept.packs"
_START = attrgetter("start")
_EVER = dt.datetime.min.replace(tzinfo=dt.UTC)


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
