"""Which version of a procedure somebody reads, how its pages are addressed, and what to say where it is not today's."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from safekept.access.viewer import Viewer
from safekept.calendars import london_date
from safekept.directory import procedures, proposals
from safekept.directory.models import ProposedPack
from safekept.govuk.addresses import address
from safekept.procedures import Library, Pack


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader must know of the version before its words, and where more is said."""

    says: str
    address: str = ""
    more: str = ""


@dataclass(frozen=True)
class Book:
    """A version of a procedure that somebody has open. ``where``: the parts of its pages' addresses."""

    pack: Pack
    where: Mapping[str, Any]
    notices: tuple[Notice, ...] = ()
    proposal: ProposedPack | None = None

    def link(self, name: str, **parts: str) -> str:
        """The address of a page of this same version."""
        return address(name, **self.where, **parts)


def viewer_of(request: HttpRequest) -> Viewer:
    """Who reads: whoever is signed in, in any role."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None:
        raise Http404("The procedures are read by those who have signed in.")
    return viewer


def opened(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page the book that its address names, in place of the parts that name it."""

    @wraps(view)
    def page(request: HttpRequest, **parts: Any) -> HttpResponse:
        where = {name: parts.pop(name) for name in ("pack_id", "version", "proposal_id") if name in parts}
        return view(request, open_book(viewer_of(request), **where), **parts)

    return page


def open_book(viewer: Viewer, pack_id: str = "", version: str = "", proposal_id: UUID | None = None) -> Book:
    """The book at an address: a version put forward, one named by its version, or today's. Raises 'not found'."""
    now = timezone.now()
    if proposal_id is not None:
        proposal = proposals.find(proposal_id, viewer.area)
        if proposal is None:
            raise Http404(proposals.GONE)
        says = f"This version is put forward for {proposal.area}. Nobody follows it yet."
        more = address("proposal", proposal_id=proposal_id)
        notices = (Notice(says, more, "What it changes, and what comes next"),)
        return Book(proposals.pack_of(proposal), {"proposal_id": proposal_id}, notices, proposal)
    library = procedures.library()
    if version:
        found = library.version(pack_id, version)
        if found is None:
            raise Http404(f"{pack_id} has no version {version} here.")
        return Book(found, {"pack_id": pack_id, "version": version}, tuple(_notices(library, found, viewer.area, now)))
    today = current(library, pack_id, viewer.area, now)
    if today is None:
        raise Http404(f"No procedure is called {pack_id}.")
    return Book(today, {"pack_id": pack_id}, tuple(_notices(library, today, viewer.area, now)))


def current(library: Library, pack_id: str, area: str, now: dt.datetime) -> Pack | None:
    """Today's version of a procedure: what the reader's own area follows, else what most areas do, else the shipped."""
    own = library.find_pack(area, now)
    if own is not None and own.id == pack_id:
        return own
    followed = (library.find_pack(slug, now) for slug in library.areas)
    counted = Counter((pack.id, pack.version) for pack in followed if pack is not None and pack.id == pack_id)
    most = counted.most_common(1)
    return library.version(*most[0][0]) if most else library.packs.get(pack_id)


def _notices(library: Library, pack: Pack, area: str, now: dt.datetime) -> list[Notice]:
    """Where the reader's area follows another version today, or will: which, and what differs."""
    own = library.find_pack(area, now)
    if own is None or own.id != pack.id:
        return []
    name = library.areas[area].name
    found = []
    if own.version != pack.version:
        says = f"You are reading version {pack.version}. {name} follows version {own.version} today."
        found.append(Notice(says, *_differs(pack, own)))
    later = [a for a in library.adopted.get(area, ()) if a.start > now and a.pack.version != pack.version]
    for adoption in later[:1] if own.version == pack.version else []:
        day = london_date(adoption.start)
        says = f"{name} follows version {adoption.pack.version} from {day:%-d %B %Y}."
        found.append(Notice(says, *_differs(pack, adoption.pack)))
    return found


def _differs(old: Pack, new: Pack) -> tuple[str, str]:
    if old.id != new.id:
        return address("procedure", pack_id=new.id), f"Read {new.title}"
    return f"{address('procedure-compare', pack_id=new.id)}?old={old.version}&new={new.version}", "What differs"
