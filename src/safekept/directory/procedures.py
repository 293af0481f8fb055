"""The procedures in force: what Safekept ships, and the later versions that areas have adopted."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from safekept.calendars import LONDON, UTC, london_date
from safekept.directory.models import Adoption, ProposedPack, PublishedPack
from safekept.problems import OperatingProblem
from safekept.procedures import Library, Pack, load_library, load_pack
from safekept.procedures.library import Adoption as Following
from safekept.procedures.loader import data_files
from safekept.procedures.ready import faults

LOOKED_AT_EVERY = 60.0
"""Seconds between looks for new adoptions: none speaks before the day after it was made."""


@dataclass(slots=True)
class _Held:
    """The library as last put together, and when (seconds of the process's clock)."""

    library: Library | None = None
    at: float = 0.0


_held = _Held()


class NotAdopted(OperatingProblem):
    """A version cannot be adopted; the message says why, and what to do."""


def library() -> Library:
    """Return every procedure, and which version each area follows from when."""
    if _held.library is None or time.monotonic() - _held.at > LOOKED_AT_EVERY:
        _held.library, _held.at = _put_together(), time.monotonic()
    return _held.library


def look_again() -> None:
    """Forget the library that is held, so that the next to ask gets the adoptions made meanwhile."""
    _held.library = None


def pack_of(area: str | None, at: dt.datetime | None = None) -> Pack | None:
    """Return the version of the procedure that an area follows at a moment (now), or None where none speaks for it."""
    return library().find_pack(area, at or timezone.now())


def _put_together() -> Library:
    rows = Adoption.objects.select_related("pack").order_by("number")
    return load_library().adopting(Following(row.area_id, _midnight(row.starts), unpacked(row.pack)) for row in rows)


def _midnight(day: dt.date) -> dt.datetime:
    """The moment at which a day begins in London, in UTC."""
    return dt.datetime.combine(day, dt.time(), LONDON).astimezone(UTC)


@dataclass(frozen=True)
class _Files:
    """The files of a version, known by their hash."""

    hash: str
    texts: Mapping[str, str]

    def __hash__(self) -> int:
        return hash(self.hash)


def unpacked(kept: PublishedPack | ProposedPack) -> Pack:
    """Return the procedure that kept files hold."""
    return _loaded(_Files(kept.hash, kept.files))


@lru_cache(maxsize=64)
def _loaded(files: _Files) -> Pack:
    with in_folder(files.texts) as folder:
        return load_pack(folder)


@contextmanager
def in_folder(files: Mapping[str, str], name: str = "procedure") -> Iterator[Path]:
    """Lay files out in a folder of this name for as long as they are needed; messages about them begin with it."""
    with tempfile.TemporaryDirectory(prefix="safekept-pack-") as around:
        for path, text in files.items():
            place = Path(around) / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        yield Path(around) / name


def adopt(folder: Path, area: str, starts: dt.date, by: str) -> Adoption:
    """Publish the pack in ``folder`` and let an area follow it from a day on; who decided is ``by``.

    Raises PackError where it does not load, and NotAdopted where it has faults, where a scenario of its own does not
    come out, where its version was published with another text, or where the day is not in the future.
    """
    pack = load_pack(folder)
    known = library()
    if area not in known.areas:
        raise NotAdopted(f"There is no area ‘{area}’ here. The areas are {', '.join(sorted(known.areas))}.")
    today = london_date(timezone.now())
    if starts <= today:
        raise NotAdopted(
            f"A version can be followed from tomorrow on at the earliest, not from {starts:%-d %B %Y}: what arose "
            "before keeps the procedure of its own day."
        )
    _refuse_faults(folder, pack, known)
    with transaction.atomic():
        published = _published(folder, pack)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('directory_adoption'))")
            cursor.execute("SELECT coalesce(max(number), 0) + 1 FROM directory_adoption")
            (number,) = cursor.fetchone()
        made = Adoption.objects.create(number=number, area_id=area, pack=published, starts=starts, adopted_by=by)
    look_again()
    return made


def _refuse_faults(folder: Path, pack: Pack, known: Library) -> None:
    found = faults(folder, pack, known)
    if found:
        listed = "\n  ".join(f"{fault.where}: {fault.says}" for fault in found)
        raise NotAdopted(f"{pack.title} {pack.version} is not ready. Put right, and try again:\n  {listed}")


def published_before(pack: Pack) -> PublishedPack | None:
    """Return this version as it was published; raise NotAdopted where it was published with another text."""
    other = PublishedPack.objects.filter(pack_id=pack.id, version=pack.version).first()
    shipped = load_library().packs.get(pack.id)
    if shipped is not None and shipped.version == pack.version and shipped.hash != pack.hash:
        raise NotAdopted(_SAME_VERSION.format(pack=pack, hash=shipped.hash))
    if other is not None and other.hash != pack.hash:
        raise NotAdopted(_SAME_VERSION.format(pack=pack, hash=other.hash))
    return other


def _published(folder: Path, pack: Pack) -> PublishedPack:
    other = published_before(pack)
    if other is not None:
        return other
    files = {name: path.read_text("utf-8") for name, path in data_files(folder).items()}
    return PublishedPack.objects.create(hash=pack.hash, pack_id=pack.id, version=pack.version, files=files)


_SAME_VERSION = (
    "Version {pack.version} of {pack.title} is published already, with another text ({hash}). A published version "
    "never changes: give this one a new version in pack.yaml."
)
