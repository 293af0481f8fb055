"""Packs with something wrong in them, for the fuzz tests: real files in which a few places were damaged."""

from __future__ import annotations

from pathlib import Path

import safekept.packs
from safekept.procedures import PackError, load_pack

REAL = Path(safekept.packs.__path__[0]) / "west-midlands" / "regional"
FILES = {
    path.relative_to(REAL).as_posix(): path.read_bytes()
    for path in sorted(REAL.rglob("*.yaml"))
    if "scenarios" not in path.parts
}
ODD = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"&a ", b"*a", b"!!python/object:os.system ", b"!x ", b"<<: ", b"? ",
    b"- ", b": ", b"{", b"}", b"[", b"]", b"|\n", b">\n", b"'", b'"', b"#", b"\t", b"\n", b"---\n", b"...\n", b"\r",
    b"%YAML 9.9\n", b"99999999999999999999999999", b"-1", b"0x10", b"1e999", b".inf", b".nan", b"2026-02-30", b"true",
    b"0000-00-00", b"null", b"~", b"[" * 30, b"a: {a: {a: {a: 1}}}", b"\xc3\x28", b"\xf0\x9f\xa6\x89", b"x" * 5000,
    b"{not: {not: {not: {not: {not: 1}}}}}", b"kind: concern", b"within: 9999999999 years", b"cites: []", b"id: id",
)  # fmt: skip
"""Bytes that have broken readers of YAML before, or that mean something in a pack."""


def loads_or_says_why(folder: Path, name: str, data: bytes) -> str:
    """Load a small pack in which one file holds ``data``; the complaint, or nothing where it loads.

    Anything but a :class:`PackError` that names the file goes through: that is what the tests look for.
    """
    path = folder / "regional" / name
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        load_pack(folder / "regional")
    except PackError as error:
        assert str(error).startswith(("regional/", "--")), f"names no file: {error}"
        return str(error)
    finally:
        path.write_bytes(before)
    return ""


def damaged(data: bytes, places: list[tuple[int, int, bytes]]) -> bytes:
    """The bytes with pieces replaced; each place is (start, length, what stands there instead)."""
    for start, length, instead in places:
        at = start % (len(data) + 1)
        data = data[:at] + instead + data[at + length :]
    return data
