"""Photos: walked through to their end, so that nothing else hides behind them, and painted anew without their data."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageOps

from .bounds import JPEG, JPEG_STARTS, LONGEST_SIDE, MOST_PIXELS, PNG, SHOWN_HEIGHT, SHOWN_WIDTH, NotTaken, Seen, Shown

PNG_STARTS = b"\x89PNG\r\n\x1a\n"
BEHIND = (
    "Something else stands behind the picture in this file. Open the picture, save a copy of it or take a screenshot, "
    "and choose that."
)
CUT_SHORT = "This picture is damaged or was cut short. Send it to yourself again, and choose the new copy."
TOO_MANY_PIXELS = (
    f"This picture is too large: {MOST_PIXELS // 1_000_000} million pixels at most. Save it smaller, and choose that."
)
MOVES = "This picture moves. Save one still picture of it, and choose that."
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG markers that nothing belongs to."""
START, END, SCAN = 0xD8, 0xD9, 0xDA
LARGEST_PNG_CHUNK = 2**31 - 1
Image.MAX_IMAGE_PIXELS = None  # how many there are is looked at here, before any is unpacked


def jpeg(data: bytes) -> Seen:
    """A photo. Raises NotTaken."""
    place = 0
    while place < len(data):  # phones put further pictures, of the same moment, behind the first
        place = _end_of_jpeg(data, place)
        rest = data[place:].lstrip(b"\x00")
        place = len(data) - len(rest)
        if rest and not rest.startswith(JPEG_STARTS):
            raise NotTaken(BEHIND)
    return Seen(JPEG, (_painted(data, "JPEG"),))


def png(data: bytes) -> Seen:
    """A picture. Raises NotTaken."""
    place = len(PNG_STARTS)
    while True:
        if place + 12 > len(data):
            raise NotTaken(CUT_SHORT)
        length, name = struct.unpack(">I4s", data[place : place + 8])
        end = place + 12 + length
        if length > LARGEST_PNG_CHUNK or end > len(data):
            raise NotTaken(CUT_SHORT)
        if zlib.crc32(data[place + 4 : end - 4]) != struct.unpack(">I", data[end - 4 : end])[0]:
            raise NotTaken(CUT_SHORT)
        if name == b"acTL":
            raise NotTaken(MOVES)
        place = end
        if name == b"IEND":
            break
    if place != len(data):
        raise NotTaken(BEHIND)
    return Seen(PNG, (_painted(data, "PNG"),))


def as_shown(picture: Image.Image) -> Shown:
    """A picture as a page shows it: pixels alone, on white, no wider and higher than needed."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        behind = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(behind, picture)
    picture = picture.convert("RGB")
    picture.thumbnail((SHOWN_WIDTH, SHOWN_HEIGHT))
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    made = io.BytesIO()
    clean.save(made, "JPEG", quality=82)
    return Shown(made.getvalue(), *clean.size)


def fits(width: int, height: int) -> bool:
    """Whether so many pixels are painted here."""
    return 0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE and width * height <= MOST_PIXELS


def _painted(data: bytes, form: str) -> Shown:
    with Image.open(io.BytesIO(data), formats=[form]) as picture:
        if not fits(*picture.size):
            raise NotTaken(TOO_MANY_PIXELS)
        picture.draft("RGB", (SHOWN_WIDTH * 2, SHOWN_HEIGHT * 2))
        return as_shown(ImageOps.exif_transpose(picture))


def _end_of_jpeg(data: bytes, place: int) -> int:
    """Where the JPEG that begins at a place ends. Raises NotTaken."""
    place += 2
    while place + 2 <= len(data):
        if data[place] != 0xFF:
            raise NotTaken(CUT_SHORT)
        marker = data[place + 1]
        if marker == END:
            return place + 2
        if marker == 0xFF:
            place += 1
        elif marker in ALONE:
            place += 2
        elif marker in (0, START) or place + 4 > len(data):
            raise NotTaken(CUT_SHORT)
        else:
            length = struct.unpack(">H", data[place + 2 : place + 4])[0]
            if length < 2:
                raise NotTaken(CUT_SHORT)
            place += 2 + length
            if marker == SCAN:
                place = _end_of_scan(data, place)
    raise NotTaken(CUT_SHORT)


def _end_of_scan(data: bytes, place: int) -> int:
    """Where the pixels of a scan end: at the next marker that is not part of them."""
    while True:
        place = data.find(b"\xff", place)
        if place < 0 or place + 1 >= len(data):
            raise NotTaken(CUT_SHORT)
        if data[place + 1] != 0 and data[place + 1] not in ALONE:
            return place
        place += 2
