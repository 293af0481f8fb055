"""What a file is, by its content and never by its name, and whether it is taken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from . import office, pdf, pictures, plain
from .bounds import EMPTY, INSTEAD, JPEG_STARTS, MOST_BYTES, TOO_BIG, UNREADABLE, NotTaken, Seen

TWO_IN_ONE = "This file is two kinds of file at once, and one of them is hidden. It is not taken."
KINDS: tuple[tuple[bytes, Callable[[bytes], Seen]], ...] = (
    (pdf.STARTS, pdf.pdf),
    (JPEG_STARTS, pictures.jpeg),
    (pictures.PNG_STARTS, pictures.png),
    (office.STARTS, office.docx),
)
OTHERS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf",
    b"\x1f\x8b", b"BZh", b"GIF8", b"RIFF", b"{\\rtf", b"#!",
)  # fmt: skip
"""With which programs, old Office files, archives, moving pictures and scripts begin."""


def look(data: bytes) -> Seen:
    """What a file is and how it is shown. Whatever it holds, nothing but NotTaken is raised."""
    try:
        return _looked(data)
    except NotTaken:
        raise
    except (Exception, MemoryError, RecursionError) as error:
        raise NotTaken(UNREADABLE) from error


def _looked(data: bytes) -> Seen:
    if not data:
        raise NotTaken(EMPTY)
    if len(data) > MOST_BYTES:
        raise NotTaken(TOO_BIG)
    if data.startswith(OTHERS):
        raise NotTaken(f"{plain.NOT_TEXT} {INSTEAD}")
    reads = next((read for start, read in KINDS if data.startswith(start)), plain.text)
    if reads is not office.docx and zipfile.is_zipfile(io.BytesIO(data)):
        raise NotTaken(TWO_IN_ONE)
    return reads(data)
