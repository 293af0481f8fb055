"""Word documents: the parts of a .docx looked at one by one; its words alone are shown.

Nothing is unpacked to a disk, and what the zip file says of a part's size is not believed.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from .bounds import DOCX, INSTEAD, NotTaken, Seen
from .plain import as_words

STARTS = b"PK\x03\x04"
MOST_PARTS = 2_000
MOST_UNPACKED = 80_000_000
MOST_XML = 20_000_000
"""Bytes of one part that is read as XML."""
LONGEST_NAME = 200
ZIPS = f"A zip file, or what is built like one, is not taken. {INSTEAD}"
BOMB = f"Unpacked, this document is larger than {MOST_UNPACKED // 1_000_000} MB. Save it as a PDF, and choose that."
ODD_NAME = "A part of this document has a name that leads out of it. It is not taken."
MACROS = (
    "This document holds macros, which are programs. Save it as a document without macros (.docx) or as a PDF, and "
    "choose that."
)
EMBEDDED = "Something is embedded in this document: another file, or a control. Save it as a PDF, and choose that."
OUTWARD = "This document fetches something from elsewhere when it is opened. Save it as a PDF, and choose that."
LOCKED = "This document is locked with a password. Save it without one, and choose that."
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PLAIN_PARTS = frozenset(
    {"xml", "rels", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "odttf", "ttf"}
)
WORDS = re.compile(r"word/(?:(document)|(footnotes|endnotes|comments)|(?:header|footer)\d*)\.xml")
TYPES_OF_OTHERS = ("activex", "oleobject", "officedocument.package", "svg", "html", "rtf")
FOLDERS_OF_OTHERS = ("word/embeddings/", "word/activex/", "customui/")
LINK = "hyperlink"
MAY_BE_LINKED = ("http://", "https://", "mailto:", "tel:", "#")
FORBIDDEN = re.compile(
    "vba|ole|activex|^(?:package|control|afchunk|attachedtemplate|frame|subdocument|mailmerge|recipientdata)|"
    "extensibility|customization"
)
"""In the last part of a relation's name: what brings in programs, other files or templates."""
FETCHES = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|MACROBUTTON|AUTOTEXTLIST)\b", re.I)
"""Fields that fetch, or do, something."""
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"


def docx(data: bytes) -> Seen:
    """A Word document. Raises NotTaken."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        parts = _parts(opened, data)
        if "[Content_Types].xml" not in parts or "word/document.xml" not in parts:
            raise NotTaken(ZIPS)
        _refuse_by_name(parts)
        read = _unpacked(opened)
    _refuse_types(fromstring(read["[Content_Types].xml"], forbid_dtd=True))
    trees = {name: fromstring(xml, forbid_dtd=True) for name, xml in read.items()}
    for name, tree in trees.items():
        if name.endswith(".rels"):
            _refuse_relations(tree)
    _refuse_fields(trees)
    return Seen(DOCX, (as_words("\n\n".join(_words(trees))),))


def _parts(opened: zipfile.ZipFile, data: bytes) -> list[str]:
    """The names of the parts, where they and the zip file around them are as a word processor makes them."""
    infos = opened.infolist()
    names = [one.filename for one in infos]
    if len(infos) > MOST_PARTS or len({name.lower() for name in names}) < len(names):
        raise NotTaken(ZIPS)
    if opened.comment or data[-22:-18] != b"PK\x05\x06" or min((one.header_offset for one in infos), default=1) != 0:
        raise NotTaken(ZIPS)
    for one in infos:
        if _leads_out(one.filename) or one.orig_filename != one.filename:
            raise NotTaken(ODD_NAME)
        if one.flag_bits & 0x1:
            raise NotTaken(LOCKED)
        if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotTaken(ZIPS)
    return names


def _leads_out(name: str) -> bool:
    plain = posixpath.normpath(name.rstrip("/"))
    return (
        len(name) > LONGEST_NAME
        or name.startswith("/")
        or any(one in name for one in ("\\", ":", "\x00"))
        or plain != name.rstrip("/")
        or plain.split("/")[0] == ".."
    )


def _refuse_by_name(names: list[str]) -> None:
    small = [name.lower() for name in names]
    if any("vbaproject" in name or "vbadata" in name for name in small):
        raise NotTaken(MACROS)
    if any(name.startswith(FOLDERS_OF_OTHERS) for name in small):
        raise NotTaken(EMBEDDED)
    if any(name.rpartition(".")[2] not in PLAIN_PARTS for name in small if not name.endswith("/")):
        raise NotTaken(EMBEDDED)


def _unpacked(opened: zipfile.ZipFile) -> dict[str, bytes]:
    """The parts that are XML; all are unpacked, a piece at a time, to count what they come to."""
    left, read = MOST_UNPACKED, {}
    for one in opened.infolist():
        is_xml = one.filename.endswith((".xml", ".rels"))
        pieces = []
        with opened.open(one) as part:
            most = min(left, MOST_XML) if is_xml else left
            got = 0
            while piece := part.read(1_000_000):
                got += len(piece)
                if got > most:
                    raise NotTaken(BOMB)
                if is_xml:
                    pieces.append(piece)
        left -= got
        if is_xml:
            read[one.filename] = b"".join(pieces)
    return read


def _refuse_types(tree: Element) -> None:
    told = {one.get("PartName", ""): one.get("ContentType", "") for one in tree}
    types = [one.get("ContentType", "").lower() for one in tree]
    if any("macro" in one or "vba" in one for one in types):
        raise NotTaken(MACROS)
    if any(
        word in one
        for one in types
        for word in ("activex", "oleobject", "officedocument.package", "svg", "html", "rtf")
    ):
        raise NotTaken(EMBEDDED)
    if told.get("/word/document.xml") != MAIN:
        raise NotTaken(ZIPS)


def _refuse_relations(tree: Element) -> None:
    for one in tree:
        kind, target = one.get("Type", "").lower().rpartition("/")[2], one.get("Target", "").strip().lower()
        if FORBIDDEN.search(kind):
            raise NotTaken(MACROS if "vba" in kind else EMBEDDED)
        outside = one.get("TargetMode", "").lower() == "external" or "://" in target or target.startswith("\\\\")
        if outside and not (kind == LINK and target.startswith(MAY_BE_LINKED)):
            raise NotTaken(OUTWARD)


def _refuse_fields(trees: dict[str, Element]) -> None:
    for tree in trees.values():
        told = [
            *("".join(one.itertext()) for one in tree.iter() if one.tag in (f"{W}instrText", f"{STRICT}instrText")),
            *(one.get(f"{space}instr", "") for one in tree.iter() for space in (W, STRICT)),
        ]
        if FETCHES.search("".join(told)):
            raise NotTaken(OUTWARD)


def _words(trees: dict[str, Element]) -> Iterator[str]:
    """The words of the document, then those of its notes, comments, headers and footers."""
    yield _paragraphs(trees["word/document.xml"])
    for name in sorted(trees):
        found = WORDS.fullmatch(name)
        if found and not found.group(1) and (words := _paragraphs(trees[name]).strip()):
            yield f"{(found.group(2) or 'Head and foot').capitalize()}:\n{words}"


def _paragraphs(tree: Element) -> str:
    lines: list[str] = []
    for one in tree.iter():
        name = one.tag.removeprefix(W).removeprefix(STRICT) if isinstance(one.tag, str) else ""
        if name == "p":
            lines.append("")
        elif not lines:
            continue
        elif name in ("t", "delText"):
            lines[-1] += one.text or ""
        elif name == "tab":
            lines[-1] += "\t"
        elif name in ("br", "cr"):
            lines[-1] += "\n"
    return "\n".join(lines)
