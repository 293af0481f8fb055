"""What a file is called: as it was given, without what cannot be seen; and as it is safe to save. Pure."""

from __future__ import annotations

import re
import unicodedata

from .looking.bounds import DOCX, JPEG, PDF, PNG, TEXT

LONGEST = 120
NAMELESS = "File without a name"
ENDINGS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", TEXT: ".txt", DOCX: ".docx"}
ALSO = {".jpeg": ".jpg", ".jpe": ".jpg", ".text": ".txt"}


def tidy_name(name: str) -> str:
    """The last part of a path, its letters as they are seen, at most ``LONGEST`` of them."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(one for one in last if not unicodedata.category(one).startswith("C") and one not in "\u2028\u2029")
    tidy = " ".join(seen.split())
    if len(tidy) > LONGEST:
        stem, dot, ending = tidy.rpartition(".")
        tidy = f"{stem[: LONGEST - 8]}{dot}{ending[:7]}" if dot else tidy[:LONGEST]
    return tidy.strip(". ") or NAMELESS


def safe_name(name: str, media_type: str) -> str:
    """A name under which no computer takes a file for a program: plain letters, and the ending of what it is."""
    stem, dot, ending = name.rpartition(".")
    right = ENDINGS.get(media_type, ".bin")
    given = f".{ending.lower()}"
    whole = stem if dot and ALSO.get(given, given) == right else name
    plain = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode()
    return (re.sub(r"[^A-Za-z0-9-]+", "-", plain).strip("-")[:80] or "file") + right
