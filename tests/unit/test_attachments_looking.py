"""Which files are taken, by their content: good ones are shown from pixels and words, hostile ones are refused."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from safekept.attachments import apart
from safekept.attachments.looking import bounds, content, office, pdf, pictures, plain
from safekept.attachments.looking.bounds import NotTaken, Seen
from tests import corpus

NAME = pikepdf.Name
TAKEN = {
    "jpeg": (corpus.jpeg(), bounds.JPEG, 1),
    "progressive": (corpus.jpeg(progressive=True), bounds.JPEG, 1),
    "two of the same moment": (corpus.jpeg() + bytes(3) + corpus.jpeg(), bounds.JPEG, 1),
    "png": (corpus.png(), bounds.PNG, 1),
    "pdf": (corpus.pdf(3), bounds.PDF, 3),
    "pdf with a link": (
        corpus.pdf_with_annotation(Subtype=NAME.Link, A=corpus.action(S=NAME.URI, URI="https://example.org")),
        bounds.PDF,
        2,
    ),
    "text": ("Rang at 16:00.\n3 < 5, and Zoë agrees & signs.\n".encode(), bounds.TEXT, 1),
    "text with a mark": (b"\xef\xbb\xbfRang at 16:00.", bounds.TEXT, 1),
    "docx": (corpus.docx(), bounds.DOCX, 1),
    "docx with a link": (
        corpus.docx(relations=corpus.relation("hyperlink", "mailto:desk@example.org", outside=True)),
        bounds.DOCX,
        1,
    ),
}


def javascript() -> pikepdf.Dictionary:
    return corpus.action(S=NAME.JavaScript, JS="app.alert(1)")


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", bounds.EMPTY),
    "too big": (bytes(bounds.MOST_BYTES + 1), bounds.TOO_BIG),
    "svg": (corpus.svg(), plain.ACTIVE),
    "svg after a comment": (b"<!-- x -->" + corpus.svg(), plain.ACTIVE),
    "xml": (b'\n<?xml version="1.0"?><a/>', plain.ACTIVE),
    "html": (b"<!DOCTYPE html><p>Hello", plain.ACTIVE),
    "html further down": (b"Dear all,\n< SCRIPT >alert(1)</script>", plain.ACTIVE),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", plain.NOT_TEXT),
    "postscript": (b"%!PS-Adobe\n", plain.ACTIVE),
    "rtf": (b"{\\rtf1 hello}", plain.NOT_TEXT),
    "web archive": (b"MIME-Version: 1.0\nContent-Type: multipart/related\n", plain.ACTIVE),
    "utf-16": ("Rang".encode("utf-16"), plain.NOT_TEXT),
    "latin-1": ("Häuser und Höfe".encode("latin-1"), plain.NOT_UTF8),
    "controls": (b"Rang \x1b[2J at four", plain.NOT_TEXT),
    "white space": (b" \n\t", "There are no words in this file."),
    "long text": (b"a " * (bounds.MOST_WORDS // 2 + 1), plain.TOO_LONG),
    "program": (b"MZ\x90\x00" + bytes(200), plain.NOT_TEXT),
    "elf": (b"\x7fELF\x02" + bytes(200), plain.NOT_TEXT),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), plain.NOT_TEXT),
    "gif and jar": (b"GIF89a" + bytes(20) + corpus.zipped({"A.class": b"\xca\xfe\xba\xbe"}), plain.NOT_TEXT),
    "gzip": (b"\x1f\x8b\x08" + bytes(20), plain.NOT_TEXT),
    "jpeg and zip": (corpus.jpeg() + corpus.zipped({"a.exe": b"MZ"}), content.TWO_IN_ONE),
    "jpeg and rar": (corpus.jpeg() + b"Rar!\x1a\x07\x00" + bytes(50), pictures.BEHIND),
    "jpeg and script": (corpus.jpeg() + b"<script>alert(1)</script>", pictures.BEHIND),
    "jpeg cut short": (corpus.jpeg()[:-300], pictures.CUT_SHORT),
    "jpeg of nothing": (b"\xff\xd8\xff\xd9", bounds.UNREADABLE),
    "png and zip": (corpus.png() + corpus.zipped({"a.exe": b"MZ"}), content.TWO_IN_ONE),
    "png and program": (corpus.png() + b"MZ" + bytes(80), pictures.BEHIND),
    "png cut short": (corpus.png()[:-40], pictures.CUT_SHORT),
    "png damaged": (corpus.png().replace(b"IDAT", b"IDAX"), pictures.CUT_SHORT),
    "moving png": (corpus.moving_png(), pictures.MOVES),
    "pixel flood": (corpus.png_of(19_000, 19_000), pictures.TOO_MANY_PIXELS),
    "a line of pixels": (corpus.png_of(900_000, 1), pictures.TOO_MANY_PIXELS),
    "pdf that runs a program": (corpus.pdf_with("/OpenAction", javascript()), pdf.ACTS),
    "pdf with named programs": (
        corpus.pdf_with("/Names", pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=[]))),
        pdf.ACTS,
    ),
    "pdf that opens a program": (
        corpus.pdf_with_annotation(Subtype=NAME.Link, A=corpus.action(S=NAME.Launch, F="cmd.exe")),
        pdf.ACTS,
    ),
    "pdf that sends": (
        corpus.pdf_with_annotation(Subtype=NAME.Link, A=corpus.action(S=NAME.SubmitForm, F="http://example.org")),
        pdf.ACTS,
    ),
    "pdf that opens a page of the web": (
        corpus.pdf_with("/OpenAction", corpus.action(S=NAME.URI, URI="http://example.org")),
        pdf.ACTS,
    ),
    "pdf with more actions": (corpus.pdf_with("/AA", pikepdf.Dictionary(WC=javascript())), pdf.ACTS),
    "pdf with a file": (corpus.pdf_with_attachment(), pdf.HOLDS),
    "pdf with a film": (corpus.pdf_with_annotation(Subtype=NAME.RichMedia), pdf.HOLDS),
    "pdf with a file pinned on": (corpus.pdf_with_annotation(Subtype=NAME.FileAttachment), pdf.HOLDS),
    "pdf with xfa": (corpus.pdf_with("/AcroForm", pikepdf.Dictionary(XFA=pikepdf.String("x"))), pdf.XFA),
    "pdf with a password": (corpus.locked_pdf("secret"), pdf.LOCKED),
    "pdf locked for changes": (corpus.locked_pdf(""), pdf.LOCKED),
    "pdf and zip": (corpus.pdf() + corpus.zipped({"a.exe": b"MZ"}), content.TWO_IN_ONE),
    "pdf and more": (corpus.pdf() + b"\nMZ" + bytes(80), pdf.BEHIND),
    "pdf after a web page": (b"%PDF-1.7\n<html><script>alert(1)</script>\n" + corpus.pdf(), pdf.BEHIND),
    "pdf of many pages": (corpus.pdf(bounds.MOST_PAGES + 1), pdf.PAGES),
    "pdf cut short": (corpus.pdf()[:2000], pdf.BEHIND),
    "zip": (corpus.zipped({"a.txt": "a"}), office.ZIPS),
    "zip slip": (corpus.docx(more={"word/../../../etc/cron.d/x.xml": "<a/>"}), office.ODD_NAME),
    "zip slip, absolute": (corpus.docx(more={"/etc/x.xml": "<a/>"}), office.ODD_NAME),
    "zip slip, of another system": (corpus.docx(more={"word\\..\\..\\x.xml": "<a/>"}), office.ODD_NAME),
    "zip with a note": (corpus.docx(comment=b"#!/bin/sh"), office.ZIPS),
    "zip behind something": (b"PK\x03\x04" + bytes(60) + corpus.docx(), office.ZIPS),
    "bomb": (corpus.docx(more={"word/media/a.png": bytes(office.MOST_UNPACKED + 1)}), office.BOMB),
    "bomb of words": (corpus.docx(more={"word/notes.xml": b" " * (office.MOST_XML + 1)}), office.BOMB),
    "many parts": (corpus.docx(more={f"word/{n}.xml": "<a/>" for n in range(office.MOST_PARTS)}), office.ZIPS),
    "macros": (corpus.docx(more={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), office.MACROS),
    "macros by type": (
        corpus.docx(types='<Override PartName="/word/x.xml" ContentType="application/vnd.ms-word.vbaData+xml"/>'),
        office.MACROS,
    ),
    "macro-enabled": (
        corpus.zipped(
            {
                "[Content_Types].xml": corpus.CONTENT_TYPES.format(more="").replace(
                    "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    "vnd.ms-word.document.macroEnabled.main+xml",
                ),
                "word/document.xml": "<a/>",
            }
        ),
        office.MACROS,
    ),
    "embedded": (corpus.docx(more={"word/embeddings/oleObject1.bin": b"x"}), office.EMBEDDED),
    "embedded by relation": (corpus.docx(relations=corpus.relation("oleObject", "media/a.xml")), office.EMBEDDED),
    "another page within": (corpus.docx(relations=corpus.relation("aFChunk", "page.xml")), office.EMBEDDED),
    "a drawing that acts": (corpus.docx(more={"word/media/a.svg": corpus.svg()}), office.EMBEDDED),
    "a program as a part": (corpus.docx(more={"word/media/a.exe": b"MZ"}), office.EMBEDDED),
    "a template elsewhere": (
        corpus.docx(relations=corpus.relation("attachedTemplate", "http://example.org/a.dotm", outside=True)),
        office.EMBEDDED,
    ),
    "a picture elsewhere": (
        corpus.docx(relations=corpus.relation("image", "http://example.org/a.png", outside=True)),
        office.OUTWARD,
    ),
    "a link to a share": (
        corpus.docx(relations=corpus.relation("hyperlink", "file://server/share", outside=True)),
        office.OUTWARD,
    ),
    "a field that runs": (
        corpus.docx(
            "<w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\cmd</w:instrText></w:r></w:p>"
        ),
        office.OUTWARD,
    ),
    "billion laughs": (
        corpus.docx(more={"word/notes.xml": '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'}),
        bounds.UNREADABLE,
    ),
    "no words": (corpus.docx("<w:p/>"), "There are no words in this file."),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_taken(name: str) -> None:
    data, media_type, pages = TAKEN[name]
    seen = content.look(data)
    assert (seen.media_type, len(seen.pages)) == (media_type, pages)
    for page in seen.pages:
        if page.is_picture:
            with Image.open(io.BytesIO(page.content)) as shown:
                assert (shown.format, shown.size) == ("JPEG", (page.width, page.height))
                assert shown.width <= bounds.SHOWN_WIDTH and shown.height <= bounds.SHOWN_HEIGHT


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_sentence(name: str) -> None:
    data, says = REFUSED[name]
    with pytest.raises(NotTaken) as refused:
        content.look(data)
    assert str(refused.value).startswith(says)


def test_a_name_hidden_by_escapes_is_found() -> None:
    plain_pdf = corpus.pdf_with("/OpenAction", javascript())
    assert b"/JavaScript" in plain_pdf
    hidden = plain_pdf.replace(b"/JavaScript", b"/JavaSc#72ipt").replace(b"/JS", b"/#4aS")
    with pytest.raises(NotTaken):
        content.look(hidden)


def test_a_program_in_a_packed_object_is_found() -> None:
    def change(opened: pikepdf.Pdf) -> None:
        opened.Root.OpenAction = opened.make_indirect(corpus.action(S=NAME.JavaScript, JS="app.alert(1)"))

    packed = corpus.changed_pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in packed
    with pytest.raises(NotTaken, match="holds a program"):
        content.look(packed)


def test_where_and_with_what_a_photo_was_taken_is_not_shown() -> None:
    data = corpus.jpeg_with_place()
    assert b"SECRETCAMERA" in data and b"SECRETCOMMENT" in data
    shown = content.look(data).pages[0]
    assert b"SECRET" not in shown.content and b"Exif" not in shown.content
    with Image.open(io.BytesIO(shown.content)) as opened:
        assert dict(opened.getexif()) == {}
    assert (shown.width, shown.height) == (200, 320)  # turned as the camera said, which was 320 by 200 on its side


def test_the_words_of_a_document_come_in_their_order_with_what_stands_beside() -> None:
    note = f'<w:footnotes xmlns:w="{corpus.WORD}"><w:p><w:r><w:t>See below</w:t></w:r></w:p></w:footnotes>'
    words = (
        "<w:p><w:r><w:t>Dear</w:t><w:tab/><w:t>all,</w:t><w:br/><w:t>we</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>met &lt;script&gt; today.</w:t></w:r></w:p>"
    )
    seen = content.look(corpus.docx(words, more={"word/footnotes.xml": note}))
    assert seen.pages[0].content.decode() == "Dear\tall,\nwe\nmet <script> today.\n\nFootnotes:\nSee below"


GOOD = [corpus.jpeg(), corpus.png(), corpus.pdf(1), corpus.docx(), b"Plain words, and more of them.\n" * 20]


@settings(max_examples=300, deadline=10_000, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_damaged_file_is_taken_or_refused_and_nothing_else(data: Any) -> None:
    good = bytearray(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(good) - 1))
        change = data.draw(st.sampled_from(["set", "cut", "add", "drop"]))
        if change == "set":
            good[place] = data.draw(st.integers(0, 255))
        elif change == "cut" and place:
            del good[place:]
        elif change == "add":
            good[place:place] = data.draw(st.binary(max_size=40))
        else:
            del good[place : place + data.draw(st.integers(0, 400))]
        if not good:
            good = bytearray(b"x")
    began = time.monotonic()
    try:
        assert isinstance(content.look(bytes(good)), Seen)
    except NotTaken as refused:
        assert str(refused).endswith(".")
    assert time.monotonic() - began < 10


@settings(max_examples=100, deadline=10_000)
@given(
    st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"]),
    st.binary(max_size=2000),
)
def test_anything_at_all_is_taken_or_refused(start: bytes, rest: bytes) -> None:
    try:
        content.look(start + rest)
    except NotTaken as refused:
        assert str(refused).endswith(".")


def test_looked_at_apart_it_is_the_same() -> None:
    for data in GOOD:
        assert apart.look(data) == content.look(data)
    with pytest.raises(NotTaken, match="holds macros"):
        apart.look(corpus.docx(more={"word/vbaProject.bin": b"x"}))


@pytest.mark.parametrize(
    "does",
    [
        "bytearray(3_000_000_000)",
        "open('/tmp/' + str(os.getpid()), 'w').write('x')",
        "[None for _ in iter(int, 1)]",
        "os.kill(os.getpid(), 11)",
        "print('not an answer')",
        'print(\'{"media_type": "text/html", "pages": [{"bytes": 0, "width": 0, "height": 0}]}\')',
    ],
)
def test_whatever_the_process_does_the_file_is_refused(does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bounded = "from safekept.attachments.looking import inside; inside.MOST_SECONDS = 1; inside.bound()"
    program = f"import os; {bounded}; {does}"
    monkeypatch.setattr(apart, "PROGRAM", ("-c", program))
    monkeypatch.setattr(apart, "MOST_SECONDS", 15)
    with pytest.raises(NotTaken) as refused:
        apart.look(b"Plain words.")
    assert str(refused.value) == bounds.UNREADABLE


def test_the_process_is_told_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEKEPT_SECRET_KEY", "SECRET")
    told = 'import os, json; print(json.dumps({"refused": " ".join(sorted(os.environ))}))'
    monkeypatch.setattr(apart, "PROGRAM", ("-c", told))
    with pytest.raises(NotTaken) as refused:
        apart.look(b"Plain words.")
    assert set(str(refused.value).split()) <= {"LC_ALL", "LC_CTYPE", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"}


def test_a_bomb_that_says_it_is_small_is_found() -> None:
    """What the zip file says of a size is not believed."""
    data = bytearray(corpus.docx(more={"word/media/a.png": bytes(office.MOST_UNPACKED + 1)}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as opened:
        size = next(one.file_size for one in opened.infolist() if one.filename.endswith("a.png"))
    lied = bytes(data).replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    with pytest.raises(NotTaken):
        content.look(lied)
