"""Files for the tests of attachments, good and hostile, every one of them made here: nothing comes from elsewhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import pikepdf
from PIL import Image, ImageDraw

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>{more}</Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{rows}</Relationships>"
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def picture(width: int = 320, height: int = 200) -> Image.Image:
    """A plain drawing of a car."""
    made = Image.new("RGB", (width, height), "#dde6ee")
    drawn = ImageDraw.Draw(made)
    drawn.rectangle((40, 90, width - 40, height - 60), fill="#23467a")
    for x in (80, width - 110):
        drawn.ellipse((x, height - 80, x + 40, height - 40), fill="#222222")
    return made


def jpeg(**more: Any) -> bytes:
    out = io.BytesIO()
    picture().save(out, "JPEG", **more)
    return out.getvalue()


def jpeg_with_place(latitude: float = 52.0) -> bytes:
    """A photo that says by EXIF where and with what it was taken, and how it is turned."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRETCAMERA"
    exif[0x8825] = {1: "N", 2: (latitude, 28.0, 0.0), 3: "W", 4: (1.0, 54.0, 0.0)}
    return jpeg(exif=exif.tobytes(), comment=b"SECRETCOMMENT")


def png(**more: Any) -> bytes:
    out = io.BytesIO()
    picture().save(out, "PNG", **more)
    return out.getvalue()


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int) -> bytes:
    """A PNG that says that it is so large: black, and small as a file."""
    rows = zlib.compressobj(9)
    line = bytes(1 + (width + 7) // 8)
    packed = b"".join(rows.compress(line) for _ in range(height)) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")


def moving_png() -> bytes:
    out = io.BytesIO()
    picture().save(out, "PNG", save_all=True, append_images=[Image.new("RGB", (320, 200), "red")])
    return out.getvalue()


def svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'


def pdf(pages: int = 2) -> bytes:
    out = io.BytesIO()
    first, *rest = [picture() for _ in range(pages)]
    first.save(out, "PDF", save_all=True, append_images=rest)
    return out.getvalue()


def written_pdf(words: str) -> bytes:
    """A PDF whose page is words, as a letter is printed to one."""
    import typst

    made = typst.compile(f"#set page(width: 12cm, height: 6cm)\n{words}".encode())
    assert isinstance(made, bytes)
    return made


def changed_pdf(change: Any, **saving: Any) -> bytes:
    """A PDF after ``change`` was done to it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as opened:
        change(opened)
        opened.save(out, **saving)
    return out.getvalue()


def pdf_with(key: str, value: Any) -> bytes:
    """A PDF whose catalogue has this besides."""

    def change(opened: pikepdf.Pdf) -> None:
        opened.Root[key] = opened.make_indirect(value) if isinstance(value, pikepdf.Object) else value

    return changed_pdf(change)


def action(**told: Any) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(Type=pikepdf.Name.Action, **told)


def pdf_with_annotation(**told: Any) -> bytes:
    """A PDF on whose first page something can be clicked."""

    def change(opened: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[0, 0, 10, 10], **told)
        opened.pages[0].obj.Annots = pikepdf.Array([opened.make_indirect(note)])

    return changed_pdf(change)


def pdf_with_attachment() -> bytes:
    def change(opened: pikepdf.Pdf) -> None:
        opened.attachments["letter.exe"] = b"MZ" + bytes(100)

    return changed_pdf(change)


def locked_pdf(user: str) -> bytes:
    return changed_pdf(lambda opened: None, encryption=pikepdf.Encryption(owner="owner", user=user))


def zipped(files: Mapping[str, bytes | str], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
        made.comment = comment
    return out.getvalue()


def relation(kind: str, target: str, outside: bool = False) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'


def docx(
    words: str = "<w:p><w:r><w:t>Letter from the school</w:t></w:r></w:p>",
    relations: str = "",
    types: str = "",
    more: Mapping[str, bytes | str] | None = None,
    comment: bytes = b"",
) -> bytes:
    """A Word document of these paragraphs."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": CONTENT_TYPES.format(more=types),
        "_rels/.rels": RELATIONS.format(rows=relation("officeDocument", "word/document.xml")),
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{words}</w:body></w:document>',
        "word/_rels/document.xml.rels": RELATIONS.format(rows=relations),
    }
    return zipped({**parts, **(more or {})}, comment)
