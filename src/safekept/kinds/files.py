"""Letters, photos and other files: what an entry says of one. The file itself is kept beside the record, locked."""

from .base import Kind, ask

MEDIA_TYPES = {
    "application/pdf": "PDF",
    "image/jpeg": "Photo (JPEG)",
    "image/png": "Picture (PNG)",
    "text/plain": "Plain text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word document",
}
"""What is taken, by its content."""


class File(Kind):
    """A letter, a photo or another file that belongs to the record."""

    title = "Letter, photo or other file"
    group = "Letters and photos"
    subjects = ("child", "adult", "place", "group", "area", "agency", "worker")
    shows: str = ask(
        "What does it show, or say?",
        hint="In a sentence or two, so that others know whether they need to open it",
        narrative=True,
    )
    name_: str = ask("Name of the file", given=True, in_line=True)
    media_type: str = ask("What it is", of=MEDIA_TYPES, given=True)
    size: int = ask("Size", given=True, unit="bytes")
    sha256: str = ask("SHA-256, by which it is known to be unchanged", given=True)
