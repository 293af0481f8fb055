"""PDFs: every object walked through for what would act, fetch or hide; then each page painted from its pixels."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
import pypdfium2

from .bounds import MOST_PAGES, MOST_WORDS, PDF, SHOWN_HEIGHT, SHOWN_WIDTH, NotTaken, Seen, Shown
from .pictures import as_shown

STARTS = b"%PDF-"
ENDS = b"%%EOF"
MOST_OBJECTS = 200_000
MOST_VALUES = 2_000_000
DEEPEST = 60
PRINT_IT = "Open it, print it as a PDF, and choose that."
ACTS = f"This PDF holds a program, or something that starts one or reaches elsewhere when it is opened. {PRINT_IT}"
HOLDS = f"Another file, a film or a sound is embedded in this PDF. {PRINT_IT}"
XFA = f"This PDF is a form that is filled in by a program (XFA). {PRINT_IT}"
LOCKED = f"This PDF is locked. {PRINT_IT}"
BEHIND = f"Something else stands before or behind the PDF in this file. {PRINT_IT}"
PAGES = f"This PDF has more than {MOST_PAGES} pages. Divide it, and attach each part."
TOO_MUCH = f"This PDF is built of too many parts. {PRINT_IT}"
FORBIDDEN_KEYS = {
    "/JS": ACTS, "/JavaScript": ACTS, "/AA": ACTS, "/EF": HOLDS, "/EmbeddedFiles": HOLDS, "/XFA": XFA,
    "/RichMediaContent": HOLDS, "/RichMediaSettings": HOLDS, "/Collection": HOLDS,
}  # fmt: skip
FORBIDDEN_ACTIONS = {
    "/JavaScript": ACTS, "/Launch": ACTS, "/SubmitForm": ACTS, "/ImportData": ACTS, "/GoToR": ACTS, "/GoToE": HOLDS,
    "/Rendition": HOLDS, "/Movie": HOLDS, "/Sound": HOLDS, "/RichMediaExecute": HOLDS, "/GoTo3DView": HOLDS,
}  # fmt: skip
FORBIDDEN_TYPES = {
    "/FileAttachment": HOLDS, "/RichMedia": HOLDS, "/Movie": HOLDS, "/Sound": HOLDS, "/Screen": HOLDS, "/3D": HOLDS,
    "/EmbeddedFile": HOLDS,
}  # fmt: skip


def pdf(data: bytes) -> Seen:
    """A PDF. Raises NotTaken."""
    after = data.rfind(ENDS)
    if after < 0 or data[after + len(ENDS) :].strip(b"\r\n\t \x00"):
        raise NotTaken(BEHIND)
    if any(mark in data[:1024].lower() for mark in (b"<html", b"<script", b"<svg", b"<?xml", b"#!")):
        raise NotTaken(BEHIND)
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True, attempt_recovery=False) as opened:
            if opened.is_encrypted:
                raise NotTaken(LOCKED)
            if len(opened.pages) > MOST_PAGES:
                raise NotTaken(PAGES)
            _refuse_what_acts(opened)
    except pikepdf.PasswordError:
        raise NotTaken(LOCKED) from None
    pages, words = [], []
    for picture, text in _painted(data):
        pages.append(picture)
        words.append(text)
    if not pages:
        raise NotTaken("There are no pages in this PDF.")
    return Seen(PDF, tuple(pages), "\n".join(words)[:MOST_WORDS])


def _refuse_what_acts(opened: pikepdf.Pdf) -> None:
    """Walk through every value of every object. What an object only refers to is an object of its own."""
    every = list(opened.objects)
    if len(every) > MOST_OBJECTS:
        raise NotTaken(TOO_MUCH)
    waiting: list[tuple[pikepdf.Object, int]] = [(one, 0) for one in [*every, opened.trailer]]
    left = MOST_VALUES
    while waiting:
        value, depth = waiting.pop()
        left -= 1
        if left < 0 or depth > DEEPEST:
            raise NotTaken(TOO_MUCH)
        if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            _refuse_dictionary(value)
            inside = list(value.values()) if isinstance(value, pikepdf.Dictionary) else list(value.stream_dict.values())
        elif isinstance(value, pikepdf.Array):
            inside = list(value)
        else:
            continue
        waiting += [(one, depth + 1) for one in inside if isinstance(one, pikepdf.Object) and not one.is_indirect]


def _refuse_dictionary(value: pikepdf.Object) -> None:
    keys = set(value.keys())
    for key in sorted(keys & FORBIDDEN_KEYS.keys()):
        raise NotTaken(FORBIDDEN_KEYS[key])
    for key, forbidden in (("/S", FORBIDDEN_ACTIONS), ("/Subtype", FORBIDDEN_TYPES), ("/Type", FORBIDDEN_TYPES)):
        named = value.get(key) if key in keys else None
        if isinstance(named, pikepdf.Name) and str(named) in forbidden:
            raise NotTaken(forbidden[str(named)])
    begins = value.get("/OpenAction") if "/OpenAction" in keys else None
    if isinstance(begins, pikepdf.Dictionary) and begins.get("/S") != pikepdf.Name("/GoTo"):
        raise NotTaken(ACTS)


def _painted(data: bytes) -> Iterator[tuple[Shown, str]]:
    """Each page as a picture, and the words that stand in it for a reader of its text."""
    opened = pypdfium2.PdfDocument(data)
    try:
        for number in range(len(opened)):
            page = opened[number]
            width, height = page.get_size()
            scale = min(SHOWN_WIDTH / max(width, 1), SHOWN_HEIGHT / max(height, 1), 4)
            picture = as_shown(page.render(scale=scale, may_draw_forms=False).to_pil())
            yield picture, page.get_textpage().get_text_bounded()
            page.close()
    finally:
        opened.close()
