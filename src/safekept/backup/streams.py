"""A file of a backup, written and read as a stream: hashed always, encrypted where a key is given.

Encrypted means AES-256-GCM in pieces of 1 MiB. Each file has a key of its own, made of the backup's key, a random salt
and the file's name; each piece is numbered and the last one marked, so that a file that is cut, put together
differently or given another's name is refused like one that was changed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safekept.problems import OperatingProblem

PIECE = 1 << 20
"""Bytes that are held at once."""
TAG, SALT, KEY = 16, 32, 32
MAGIC = b"SAFEKEPT-AES-1\n"
SEALED = ".aes"
"""What the name of an encrypted file ends with."""


class BackupProblem(OperatingProblem):
    """A backup cannot be made or brought back; the message says why, where and what to do."""


@dataclass(frozen=True)
class Written:
    """How long a file is, in bytes, and the SHA-256 of what stands on the disk."""

    size: int
    sha256: str


def write(path: Path, pieces: Iterable[bytes], key: bytes | None) -> Written:
    """Write a new file that its owner alone can read, and wait until the disk has it."""
    digest, size = hashlib.sha256(), 0
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in _sealed(pieces, key, path.name) if key else pieces:
            digest.update(piece)
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return Written(size, digest.hexdigest())


def read(path: Path, key: bytes | None) -> Iterator[bytes]:
    """What was written, piece by piece. Raises BackupProblem where an encrypted file is not as it was written."""
    with path.open("rb") as file:
        if key is None:
            yield from pieces_of(file, PIECE)
        else:
            yield from _opened(file, key, path.name)


def hash_of(path: Path) -> Written:
    """The size and SHA-256 of a file as it stands on the disk."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for piece in pieces_of(file, PIECE):
            digest.update(piece)
            size += len(piece)
    return Written(size, digest.hexdigest())


def pieces_of(file: IO[bytes], size: int) -> Iterator[bytes]:
    """A file in pieces of this many bytes, the last one shorter."""
    while piece := file.read(size):
        yield piece


def read_key(path: Path, make: bool = False) -> bytes:
    """The key that a file holds (64 hexadecimal digits); made at random where there is none and ``make`` says so."""
    if make and not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{secrets.token_hex(KEY)}\n")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise BackupProblem(
            f"{path} cannot be read as a key: {error}. Name the file that the backup was made with."
        ) from error
    if len(key) != KEY:
        raise BackupProblem(f"{path} does not hold a key: it must be {2 * KEY} hexadecimal digits.")
    return key


def _cipher(key: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY, salt, b"safekept backup|" + name.encode()).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _sealed(pieces: Iterable[bytes], key: bytes, name: str) -> Iterator[bytes]:
    salt = secrets.token_bytes(SALT)
    cipher = _cipher(key, salt, name)
    yield MAGIC + salt
    number, held = 0, b""
    for piece in _even(pieces):
        if held:
            yield cipher.encrypt(_nonce(number, False), held, None)
            number += 1
        held = piece
    yield cipher.encrypt(_nonce(number, True), held, None)


def _even(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size, the last one shorter."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


def _opened(file: IO[bytes], key: bytes, name: str) -> Iterator[bytes]:
    head = file.read(len(MAGIC) + SALT)
    if not head.startswith(MAGIC):
        raise BackupProblem(f"{name} is not a file that was encrypted for a backup.")
    cipher, number, piece = _cipher(key, head[len(MAGIC) :], name), 0, file.read(PIECE + TAG)
    while True:
        following = file.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), piece, None)
        except InvalidTag as error:
            raise BackupProblem(
                f"{name} cannot be opened with this key: it is another key, or the file was changed or cut."
            ) from error
        if not following:
            return
        number, piece = number + 1, following
