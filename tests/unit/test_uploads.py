"""A zip file is read in memory and within bounds; what is not a plain procedure is refused in a sentence."""

from __future__ import annotations

import io
import re
import stat
import struct
import warnings
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekept.handbook import uploads

PACK = ("pack.yaml", b"id: here\n")


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of files, name and content."""
    data = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(data, "w", method) as made:
        warnings.simplefilter("ignore")
        for name, content in files:
            made.writestr(name, content)
    return data.getvalue()


def with_mode(name: str, mode: int, content: bytes = b"/etc/passwd") -> bytes:
    """A zip whose one odd file claims to be a link or a device."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        made.writestr(*PACK)
        info = zipfile.ZipInfo(name)
        info.external_attr = (mode | 0o777) << 16
        made.writestr(info, content)
    return data.getvalue()


@pytest.mark.parametrize(("around", "folder"), [("", "procedure"), ("north-vale/", "north-vale")])
def test_a_folder_or_its_content_may_be_zipped(around: str, folder: str) -> None:
    sent = zipped((f"{around}pack.yaml", "id: über\n".encode()), (f"{around}rules/first.yaml", b"[]\n"))
    read = uploads.read_zip(sent)
    assert (read.files, read.folder) == ({"pack.yaml": "id: über\n", "rules/first.yaml": "[]\n"}, folder)


def test_what_computers_add_is_passed_over() -> None:
    sent = zipped(PACK, ("__MACOSX/._pack.yaml", b"x"), (".DS_Store", b"x"), ("rules/.DS_Store", b"x"))
    assert set(uploads.read_zip(sent).files) == {"pack.yaml"}


@pytest.mark.parametrize(
    "name",
    [
        "../pack.yaml", "rules/../../x.yaml", "/etc/x.yaml", "C:/x.yaml", "rules\\x.yaml", "rules/x.yml", "rules/x.exe",
        "README.md", "Rules/x.yaml", "rules/ x.yaml", "rules//x.yaml", "rules/.x.yaml", "./x.yaml", "a/b/c/d/e.yaml",
        "rüles/x.yaml", "rules/x.yaml\n", f"rules/{'x' * 200}.yaml", "rules/x.yaml/y.yaml/..yaml",
    ],
)  # fmt: skip
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    with pytest.raises(uploads.NotAProcedure, match=r"does not belong|cannot be read"):
        uploads.read_zip(zipped(PACK, (name, b"[]")))


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFBLK, stat.S_IFSOCK])
def test_a_link_or_a_device_is_refused(mode: int) -> None:
    with pytest.raises(uploads.NotAProcedure, match="is a link or a device"):
        uploads.read_zip(with_mode("rules/first.yaml", mode))


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(uploads.NotAProcedure, match="two files of the same name"):
        uploads.read_zip(zipped(PACK, PACK))


def test_as_many_files_as_are_allowed_and_no_more() -> None:
    files = [(f"rules/r{n}.yaml", b"[]") for n in range(199)]
    assert len(uploads.read_zip(zipped(PACK, *files)).files) == 200
    with pytest.raises(uploads.NotAProcedure, match="holds 201 files"):
        uploads.read_zip(zipped(PACK, *files, ("rules/more.yaml", b"[]")))


def test_a_bomb_is_not_unpacked() -> None:
    """A gigabyte of zeros is a megabyte of zip, too large already; some of it is stopped as it is read."""
    fits, over = b"0" * (5_000_000 - len(PACK[1])), b"0" * (5_000_000 - len(PACK[1]) + 1)
    assert len(uploads.read_zip(zipped(PACK, ("rules/a.yaml", fits))).files) == 2
    with pytest.raises(uploads.NotAProcedure, match="larger than 5 MB together"):
        uploads.read_zip(zipped(PACK, ("rules/a.yaml", over)))
    with pytest.raises(uploads.NotAProcedure, match="larger than 1 MB"):
        uploads.read_zip(b"PK" + bytes(1_000_000))


def test_a_zip_that_lies_of_its_sizes_gains_nothing() -> None:
    """The directory says ten bytes; the file holds six million."""
    sent = bytearray(zipped(PACK, ("rules/a.yaml", b"0" * 6_000_000)))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = sent.rindex(mark)
        sent[place + at : place + at + 4] = struct.pack("<I", 10)
    with pytest.raises(uploads.NotAProcedure):
        uploads.read_zip(bytes(sent))


def test_a_locked_or_oddly_packed_file_is_refused() -> None:
    locked = bytearray(zipped(PACK))
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        locked[locked.rindex(mark) + at] |= 1
    with pytest.raises(uploads.NotAProcedure, match="password"):
        uploads.read_zip(bytes(locked))
    with pytest.raises(uploads.NotAProcedure, match="packed in a way"):
        uploads.read_zip(zipped(PACK, method=zipfile.ZIP_BZIP2))


@pytest.mark.parametrize(
    "sent",
    [b"", b"PK", b"no zip at all", zipped(PACK)[:-30], b"id: here\n"],
    ids=["nothing", "its beginning", "words", "cut short", "a pack"],
)
def test_what_is_no_zip_is_refused(sent: bytes) -> None:
    with pytest.raises(uploads.NotAProcedure, match="not a zip file"):
        uploads.read_zip(sent)


@pytest.mark.parametrize("files", [(("rules/a.yaml", b"[]"),), (("a/pack.yaml", b""), ("b/rules/a.yaml", b"")), ()])
def test_a_zip_without_its_pack_is_refused(files: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(uploads.NotAProcedure, match=r"no pack\.yaml"):
        uploads.read_zip(zipped(*files))


def test_bytes_that_are_not_text_are_refused_with_their_place() -> None:
    with pytest.raises(uploads.NotAProcedure, match=r"rules/a\.yaml: byte 3 is not UTF-8"):
        uploads.read_zip(zipped(PACK, ("rules/a.yaml", b"abc\xff")))


@given(st.integers(0, 400), st.integers(0, 255), st.integers(0, 400))
def test_damage_is_refused_or_read_and_never_more(at: int, byte: int, cut: int) -> None:
    sent = bytearray(zipped(PACK, ("rules/first.yaml", b"- id: a\n" * 20)))
    sent[at % len(sent)] = byte
    try:
        read = uploads.read_zip(bytes(sent[: len(sent) - cut // 100]))
    except uploads.NotAProcedure:
        return
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9./-]*\.yaml", name) and ".." not in name.split("/") for name in read.files)
    assert sum(map(len, read.files.values())) <= 500
