"""Files of a backup: what is written is what is read, what was changed is refused, and little is held at once."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from safekept.backup import streams
from safekept.backup.streams import MAGIC, PIECE, SALT, TAG, BackupProblem

KEY, OTHER = bytes(range(32)), bytes(32)
SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17]


def _written(place: Path, content: bytes, key: bytes | None = KEY) -> Path:
    streams.write(place, [content[:10], content[10:]], key)
    return place


def _read(place: Path, key: bytes | None = KEY) -> bytes:
    return b"".join(streams.read(place, key))


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
@pytest.mark.parametrize("size", SIZES)
def test_what_is_written_is_what_is_read(tmp_path: Path, size: int, key: bytes | None) -> None:
    content = os.urandom(size)
    assert _read(_written(tmp_path / "a", content, key), key) == content


def test_an_encrypted_file_says_nothing_of_what_is_in_it_and_never_the_same_twice(tmp_path: Path) -> None:
    one = _written(tmp_path / "one", b"a quiet green boat" * 50).read_bytes()
    (tmp_path / "again").mkdir()
    two = _written(tmp_path / "again" / "one", b"a quiet green boat" * 50).read_bytes()
    assert b"quiet" not in one
    assert one[len(MAGIC) + SALT :] != two[len(MAGIC) + SALT :]


def test_only_its_owner_can_read_it_and_nothing_is_written_over(tmp_path: Path) -> None:
    place = _written(tmp_path / "a", b"x")
    assert place.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        _written(place, b"y")


@pytest.mark.parametrize("where", ["magic", "salt", "first piece", "a tag", "last piece"])
def test_one_flipped_bit_is_refused(tmp_path: Path, where: str) -> None:
    place = _written(tmp_path / "a", os.urandom(2 * PIECE + 5))
    head = len(MAGIC) + SALT
    at = {"magic": 3, "salt": head - 1, "first piece": head + 9, "a tag": head + PIECE + 2, "last piece": -1}[where]
    changed = bytearray(place.read_bytes())
    changed[at] ^= 1
    place.write_bytes(changed)
    with pytest.raises(BackupProblem, match=r"^a "):
        _read(place)


def test_pieces_cannot_be_cut_off_swapped_or_added(tmp_path: Path) -> None:
    place = _written(tmp_path / "a", os.urandom(3 * PIECE))
    whole, head, step = place.read_bytes(), len(MAGIC) + SALT, PIECE + TAG
    first, second, third = (whole[head + n * step : head + (n + 1) * step] for n in range(3))
    for pieces in ([first, second], [first], [second, first, third], [first, third], [first, second, third, third]):
        place.write_bytes(b"".join([whole[:head], *pieces]))
        with pytest.raises(BackupProblem, match="changed or cut"):
            _read(place)


def test_another_key_or_another_name_opens_nothing(tmp_path: Path) -> None:
    place = _written(tmp_path / "a", b"something")
    with pytest.raises(BackupProblem, match="another key"):
        _read(place, OTHER)
    with pytest.raises(BackupProblem):
        _read(place.rename(tmp_path / "b"))


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
def test_sixty_four_megabytes_pass_through_a_few(tmp_path: Path, key: bytes | None) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(64):
            yield bytes(PIECE)

    tracemalloc.start()
    streams.write(tmp_path / "a", pieces(), key)
    assert sum(map(len, streams.read(tmp_path / "a", key))) == 64 * PIECE
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * PIECE


def test_a_key_is_made_once_and_must_be_one(tmp_path: Path) -> None:
    place = tmp_path / "backup.key"
    with pytest.raises(BackupProblem, match="cannot be read as a key"):
        streams.read_key(place)
    made = streams.read_key(place, make=True)
    assert len(made) == 32
    assert place.stat().st_mode & 0o777 == 0o600
    assert streams.read_key(place, make=True) == made == streams.read_key(place)
    place.write_text("abcd")
    with pytest.raises(BackupProblem, match="64 hexadecimal digits"):
        streams.read_key(place)
