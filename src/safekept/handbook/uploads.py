"""A procedure that arrives as a zip file: read in memory, within strict bounds, and refused in sentences.

Nothing is unpacked to a name that the file chose before that name was looked at; what is not a plain ``.yaml`` file is
never read.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass

MOST_BYTES = 1_000_000
"""Of the zip file itself."""
MOST_FILES = 200
MOST_UNPACKED = 5_000_000
"""Bytes of all files together, counted as they are read: what the zip says of their size is not believed."""
LONGEST_NAME = 120
NONE_SENT = f"Choose a zip file of the procedure’s folder, of at most {MOST_BYTES // 1_000_000} MB."
UNREADABLE = "This is not a zip file that can be read. Zip the folder again, and choose that."
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9-]*/){0,3}[a-z0-9][a-z0-9.-]*\.yaml")
_FOLDER = re.compile(r"[a-z0-9][a-z0-9-]*")
_ADDED_BY_COMPUTERS = re.compile(r"(?:__MACOSX/.*|(?:.*/)?(?:\.DS_Store|Thumbs\.db|desktop\.ini))", re.DOTALL)
"""What some computers put into every zip: passed over, never read."""
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error,
    EOFError, IndexError, NotImplementedError, OSError, RuntimeError, ValueError,
)  # fmt: skip
"""What the standard library raises at a damaged zip file."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class NotAProcedure(Exception):
    """A file that is not a folder of a procedure; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The files of a procedure, path to text, and the name of the folder they were in."""

    files: dict[str, str]
    folder: str


def read_zip(data: bytes) -> Uploaded:
    """Read the procedure in a zip file. Raises NotAProcedure."""
    if len(data) > MOST_BYTES:
        raise NotAProcedure(f"The zip file is larger than {MOST_BYTES // 1_000_000} MB. A procedure is far smaller.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return _read(opened)
    except _BROKEN as broken:
        raise NotAProcedure(UNREADABLE) from broken


def _read(opened: zipfile.ZipFile) -> Uploaded:
    wanted = [
        one
        for one in opened.infolist()
        if not _ADDED_BY_COMPUTERS.fullmatch(one.filename) and not one.filename.endswith("/")
    ]
    if len(wanted) > MOST_FILES:
        raise NotAProcedure(f"The zip file holds {len(wanted):,} files. A procedure has at most {MOST_FILES}.")
    for one in wanted:
        _refuse_odd(one)
    names = [one.filename for one in wanted]
    if len(set(names)) < len(names):
        raise NotAProcedure("The zip file holds two files of the same name. Zip the folder again.")
    folder = _folder(names)
    texts: dict[str, str] = {}
    left = MOST_UNPACKED
    for one in wanted:
        raw = _bytes(opened, one, left)
        left -= len(raw)
        texts[one.filename.removeprefix(f"{folder}/") if folder else one.filename] = _text(raw, one.filename)
    return Uploaded(texts, folder or "procedure")


def _refuse_odd(one: zipfile.ZipInfo) -> None:
    """Refuse what is not a plain file with a plain name, before it is read."""
    shown = one.filename[:60].encode("ascii", "replace").decode()
    if len(one.filename) > LONGEST_NAME or not _NAME.fullmatch(one.filename):
        raise NotAProcedure(
            f"‘{shown}’ does not belong in a procedure. It holds .yaml files alone, in folders such as rules and "
            "lists, named with small letters, digits and hyphens. Take out everything else, and zip it again."
        )
    mode = one.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise NotAProcedure(
            f"‘{shown}’ is a link or a device, not a file. Put the file itself there, and zip it again."
        )
    if one.flag_bits & 0x1:
        raise NotAProcedure(f"‘{shown}’ is locked with a password. Zip the folder again without one.")
    if one.compress_type not in _METHODS:
        raise NotAProcedure(f"‘{shown}’ is packed in a way that is not read here. Zip the folder again as usual.")


def _folder(names: list[str]) -> str:
    """The folder that all files are in, where the folder itself was zipped; empty where its content was."""
    if "pack.yaml" in names:
        return ""
    first = {name.partition("/")[0] for name in names}
    only = first.pop() if len(first) == 1 else ""
    if not only or not _FOLDER.fullmatch(only) or f"{only}/pack.yaml" not in names:
        raise NotAProcedure("There is no pack.yaml in the zip file. Zip the folder that holds it.")
    return only


def _bytes(opened: zipfile.ZipFile, one: zipfile.ZipInfo, left: int) -> bytes:
    with opened.open(one) as file:
        raw = file.read(left + 1)
    if len(raw) > left:
        raise NotAProcedure(f"Unpacked, the files are larger than {MOST_UNPACKED // 1_000_000} MB together.")
    return raw


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise NotAProcedure(f"{name}: byte {wrong.start} is not UTF-8. Save the file as UTF-8.") from None
