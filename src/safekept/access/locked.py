"""Content that the database holds locked: a copy of the database shows nothing of it without the key file.

AES-256-GCM, each content under a key of its own, derived from a key in a file that is never in the database or in a
backup. What is locked opens in its own place alone: a row copied to another row stays shut.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safekept.config import database
from safekept.problems import OperatingProblem

FORM = b"\x01"
NAME_BYTES, SALT_BYTES, NONCE_BYTES, KEY_BYTES = 8, 16, 12, 32
HEAD_BYTES = len(FORM) + NAME_BYTES + SALT_BYTES + NONCE_BYTES


class KeysProblem(OperatingProblem):
    """The file of keys is not there or not right; the message says what to do."""


class NotOpened(Exception):
    """Locked content does not open: it was changed, stands in another place, or its key is not in the file."""


@dataclass(frozen=True)
class Place:
    """Where locked content stands; it opens nowhere else."""

    table: str
    row: str
    column: str

    def told(self) -> bytes:
        """The place as it is bound to the content."""
        return json.dumps([self.table, self.row, self.column]).encode()


def path() -> Path:
    """Where the keys are kept: ``SAFEKEPT_CONTENT_KEYS``, or a file in SAFEKEPT_HOME."""
    return Path(os.environ.get("SAFEKEPT_CONTENT_KEYS") or database.home() / "content.key")


def lock(content: bytes, place: Place) -> bytes:
    """The content, to be kept in that place: ``HEAD_BYTES`` and 16 bytes longer. Raises KeysProblem."""
    keys = _keys() or _first_key()
    key = keys[-1]
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    head = FORM + _name(key) + salt + nonce
    return head + _cipher(key, salt).encrypt(nonce, content, head + place.told())


def unlock(locked: bytes, place: Place) -> bytes:
    """What ``lock`` was given. Raises NotOpened, KeysProblem."""
    head, named, rest = locked[:HEAD_BYTES], locked[1 : 1 + NAME_BYTES], locked[1 + NAME_BYTES : HEAD_BYTES]
    key = next((one for one in _keys() if _name(one) == named), None)
    if key is None or locked[:1] != FORM:
        raise NotOpened(f"{path()} does not hold the key to this. Restore that file from where it is kept apart.")
    salt, nonce = rest[:SALT_BYTES], rest[SALT_BYTES:]
    try:
        return _cipher(key, salt).decrypt(nonce, locked[HEAD_BYTES:], head + place.told())
    except InvalidTag:
        raise NotOpened("This was changed since it was kept, or stands in another place.") from None


def add_key() -> Path:
    """Add a key with which everything is locked from now on; what was locked before still opens."""
    if not (before := _keys()):
        _first_key()
        return path()
    _written([*before, secrets.token_bytes(KEY_BYTES)]).replace(path())
    return path()


def _keys() -> list[bytes]:
    """The keys in the order in which they came; none where there is no file yet."""
    try:
        found = json.loads(path().read_bytes())
        keys = [base64.b64decode(one, validate=True) for one in found["keys"]]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise KeysProblem(f"{path()} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeysProblem(f"{path()} is not a file of keys. Restore it from where it is kept apart.") from error
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise KeysProblem(f"{path()} is not a file of keys. Restore it from where it is kept apart.")
    return keys


def _first_key() -> list[bytes]:
    """Make the file; where another process made it meanwhile, theirs counts."""
    path().parent.mkdir(parents=True, exist_ok=True)
    made = _written([secrets.token_bytes(KEY_BYTES)])
    try:
        os.link(made, path())
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return _keys()


def _written(keys: list[bytes]) -> Path:
    """A file beside the keys' own that holds these, written to the disk, and its owner's alone to read."""
    told = json.dumps({"keys": [base64.b64encode(key).decode() for key in keys]})
    handle, name = tempfile.mkstemp(prefix=path().name, dir=path().parent)
    with os.fdopen(handle, "w") as file:
        file.write(told)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _name(key: bytes) -> bytes:
    return sha256(b"safekept content key" + key).digest()[:NAME_BYTES]


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt, b"safekept content").derive(key))
