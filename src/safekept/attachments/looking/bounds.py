"""What is taken and how much of it, and what comes of looking at a file."""

from __future__ import annotations

from dataclasses import dataclass

MOST_BYTES = 20_000_000
"""Of a file as it is sent."""
MOST_PAGES = 60
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 20_000
"""Pixels of a picture, either way."""
MOST_WORDS = 1_000_000
"""Characters of a text, or of the words in a document."""
SHOWN_WIDTH, SHOWN_HEIGHT = 1200, 1700
"""Pixels within which a picture of a page is made."""
PDF, JPEG, PNG, TEXT = "application/pdf", "image/jpeg", "image/png", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JPEG_STARTS = b"\xff\xd8\xff"
TAKEN = "A PDF, a photo (JPEG or PNG), plain text, or a Word document (.docx)"
INSTEAD = f"{TAKEN} is taken. If you can, print or save it as a PDF and choose that."
TOO_BIG = f"This file is larger than {MOST_BYTES // 1_000_000} MB. Save it smaller, or divide it, and choose that."
EMPTY = "This file is empty. Choose another."
UNREADABLE = f"This file is damaged, or cannot be shown here, and what cannot be shown is not kept. {INSTEAD}"


class NotTaken(Exception):
    """A file that is not taken; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One page as it is shown: a JPEG made here from pixels, or plain words."""

    content: bytes
    width: int = 0
    height: int = 0

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture; words otherwise."""
        return self.width > 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file is, by its content, and its pages.

    ``under``: the words that a file holds under its pictures, such as those of a PDF; they are looked through and
    never shown.
    """

    media_type: str
    pages: tuple[Shown, ...]
    under: str = ""

    @property
    def words(self) -> list[str]:
        """Everything that can be read in it."""
        return [*(page.content.decode() for page in self.pages if not page.is_picture), self.under]
