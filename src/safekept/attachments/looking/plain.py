"""Plain text: words alone, in UTF-8, and nothing that a browser or a computer would carry out."""

from __future__ import annotations

import re
import unicodedata

from .bounds import MOST_WORDS, TEXT, NotTaken, Seen, Shown

NOT_TEXT = "This kind of file is not taken."
NOT_UTF8 = "This text is not in UTF-8. Save it again as UTF-8, or as a PDF, and choose that."
ACTIVE = (
    "This file holds marks of a web page, a drawing or a program (HTML, SVG, XML, a script), and those can be made to "
    "do harm. Take a picture of what it shows, or print it as a PDF, and choose that."
)
TOO_LONG = f"This text is too long: {MOST_WORDS:,} characters at most. Divide it, and attach each part."
MARKUP = re.compile(
    r"<\s*(?:!doctype|\?xml|html|head|body|script|svg|iframe|object|embed|img|meta|link|style|xsl|math|form)\b", re.I
)
STARTS_ACTIVE = ("<", "#!", "%!", "{\\rtf", "mime-version:", "[internetshortcut]", "windows registry editor")
"""With which web pages, scripts, PostScript, RTF, web archives and settings begin."""
WHITE = frozenset("\t\n\r\f")


def text(data: bytes) -> Seen:
    """Plain text. Raises NotTaken."""
    if b"\x00" in data[:4096]:
        raise NotTaken(NOT_TEXT)
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotTaken(NOT_TEXT if _looks_binary(data) else NOT_UTF8) from None
    if any(unicodedata.category(one) == "Cc" and one not in WHITE for one in set(words)):
        raise NotTaken(NOT_TEXT)
    if words.lstrip().lower().startswith(STARTS_ACTIVE) or MARKUP.search(words):
        raise NotTaken(ACTIVE)
    return Seen(TEXT, (as_words(words),))


def as_words(words: str) -> Shown:
    """Words as a page shows them. Raises NotTaken."""
    if not words.strip():
        raise NotTaken("There are no words in this file.")
    if len(words) > MOST_WORDS:
        raise NotTaken(TOO_LONG)
    return Shown("\n".join(words.splitlines()).encode())


def _looks_binary(data: bytes) -> bool:
    start = data[:4096]
    odd = sum(1 for one in start if one < 32 and one not in (9, 10, 12, 13))
    return odd * 50 > len(start)
