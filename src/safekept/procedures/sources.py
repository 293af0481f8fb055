"""Read what a pack says of its source: every paragraph, and where the source contradicts itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .pack import Defect, Paragraph
from .reading import PackError

if TYPE_CHECKING:
    from .loader import Reader

_CITE = re.compile(r"^[A-Z]{2,}-[\w.-]+$")


def read_paragraphs(reader: Reader) -> dict[str, Paragraph]:
    """Return the paragraphs of ``sources.yaml`` by the id that others cite. Raises PackError."""
    path = reader.folder / "sources.yaml"
    out: dict[str, Paragraph] = {}
    for row in reader.listed(path, "paragraphs"):
        reader.as_mapping(row, {"id", "heading", "says"}, "a paragraph", reader.shown(path))
        cite = row.get("id")
        if not isinstance(cite, str) or not _CITE.match(cite):
            raise PackError(row.place("id"), f"'{cite}' is not a paragraph's id; expected one like WM-14.2")
        if cite in out:
            raise PackError(row.place("id"), f"paragraph '{cite}' stands twice; expected it once")
        heading, says = (reader.text(row, key, "a paragraph") for key in ("heading", "says"))
        out[cite] = Paragraph(cite, heading, says)
    return out


def read_defects(reader: Reader) -> list[Defect]:
    """Return the contradictions that ``source-defects.yaml`` names, if it is there. Raises PackError."""
    path = reader.folder / "source-defects.yaml"
    if not path.exists():
        return []
    out = []
    for row in reader.listed(path, "source defects"):
        what = "a source defect"
        reader.as_mapping(row, {"cites", "says", "reading"}, what, reader.shown(path))
        out.append(Defect(reader.cites(row, what), reader.text(row, "says", what), reader.text(row, "reading", what)))
    return out
