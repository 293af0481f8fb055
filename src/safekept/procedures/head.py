"""Read the head of a pack: its version, and what it says of which authority leads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pack import Leads
from .reading import Lines, PackError

if TYPE_CHECKING:
    from .loader import Reader

_VERSION = re.compile(r"[0-9][0-9A-Za-z.-]{0,39}")


def read_version(reader: Reader, head: Lines) -> str:
    """Return the version, which stands in the address of its pages. Raises PackError for one that cannot."""
    version = reader.text(head, "version", "a pack")
    if not _VERSION.fullmatch(version):
        raise PackError(
            head.place("version"),
            f"'{version}' cannot be a version: it stands in the address of its pages. Begin with a digit, and use "
            "digits, letters, dots and hyphens, at most 40; expected one like 2026.1",
        )
    return version


def read_leads(reader: Reader, head: Lines) -> Leads | None:
    """Return what the pack says of the authority that leads, if it speaks of it. Raises PackError."""
    if "leads" not in head:
        return None
    row = reader.as_mapping(head["leads"], {"cites", "placed", "linked", "home"}, "'leads'", head.place("leads"))
    texts = reader.optional(row, "placed"), reader.optional(row, "linked")
    return Leads(reader.cites(row, "'leads'"), *texts, reader.flag(row, "home"))
