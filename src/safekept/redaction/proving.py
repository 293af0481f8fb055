"""Reading a finished PDF back, in every way in which it can hold a text, to find what must not be in it."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pypdfium2

from .canaries import Secret, read, sought

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]{4,})>")
_READING = threading.Lock()
"""The library that reads PDFs takes one thread at a time."""


class Unreadable(ValueError):
    """The bytes are no PDF that can be read back, and so nothing is proved."""


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that must not be in a document was found in it. ``where``: text, metadata or bytes."""

    secret: str
    where: str


def prove(document: bytes, secrets: Iterable[Secret]) -> list[Leak]:
    """Whatever of the secrets is found in the document; nothing found gives an empty list. Raises Unreadable."""
    places = [(where, read(text)) for where, text in _texts(document)]
    looked_for = [sought(secret) for secret in secrets]
    return [
        Leak(one.secret.id, where) for one in looked_for for where, text in places if one.is_in(text, in_parts=False)
    ]


def _texts(document: bytes) -> Iterator[tuple[str, str]]:
    """What a reader sees, what the file says of itself, and its bytes as they lie there and unpacked."""
    with _READING:
        try:
            pdf = pypdfium2.PdfDocument(document)
        except pypdfium2.PdfiumError:
            raise Unreadable("The document could not be read back. Make it again.") from None
        pages = [page.get_textpage().get_text_bounded() for page in pdf]
        told = pdf.get_metadata_dict()
        pdf.close()
    yield "text", "\n".join(pages)
    yield "metadata", "\n".join(told.values())
    for raw in (_STREAM.sub(b" ", document), *_unpacked(document)):
        yield from (("bytes", text) for text in _decoded(raw))


def _unpacked(document: bytes) -> Iterator[bytes]:
    for found in _STREAM.finditer(document):
        try:
            yield zlib.decompressobj().decompress(found[1])
        except zlib.error:
            continue


def _decoded(raw: bytes) -> Iterator[str]:
    """Bytes as the texts that they may be: one byte a letter, two bytes a letter, or hexadecimal digits of either."""
    hexadecimal = b" ".join(_from_hex(one[1]) for one in _HEX.finditer(raw))
    for some in (raw, hexadecimal):
        yield some.decode("utf-8", "replace")
        yield some.replace(b"\x00", b"").decode("latin-1")


def _from_hex(digits: bytes) -> bytes:
    packed = b"".join(digits.split())
    return bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode("ascii"))
