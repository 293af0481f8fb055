"""What the database holds locked opens in its own place alone, with the key file, unchanged."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekept.access import locked
from safekept.access.locked import KeysProblem, NotOpened, Place, lock, unlock

HERE = Place("vault_address", "1", "text")


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "kept" / "content.key"
    monkeypatch.setenv("SAFEKEPT_CONTENT_KEYS", str(place))
    return place


def test_it_opens_again_and_shows_nothing(keys: Path) -> None:
    kept = lock(b"12 Alder Walk", HERE)
    assert unlock(kept, HERE) == b"12 Alder Walk"
    assert b"Alder" not in kept
    assert len(kept) == locked.HEAD_BYTES + len(b"12 Alder Walk") + 16
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert [one.name for one in keys.parent.iterdir()] == [keys.name]


def test_the_same_content_is_locked_differently_each_time() -> None:
    assert lock(b"same", HERE) != lock(b"same", HERE)


@pytest.mark.parametrize("other", [Place("x", "1", "text"), Place("vault_address", "2", "text"),
                                   Place("vault_address", "1", "why")])  # fmt: skip
def test_it_opens_in_no_other_place(other: Place) -> None:
    with pytest.raises(NotOpened, match="another place"):
        unlock(lock(b"12 Alder Walk", HERE), other)


@given(st.data())
def test_every_changed_byte_is_found(data: st.DataObject) -> None:
    kept = bytearray(lock(b"12 Alder Walk", HERE))
    at = data.draw(st.integers(0, len(kept) - 1))
    kept[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NotOpened):
        unlock(bytes(kept), HERE)


@given(st.binary(max_size=80))
def test_what_was_never_locked_does_not_open(made_up: bytes) -> None:
    lock(b"so that there is a key", HERE)
    with pytest.raises(NotOpened):
        unlock(made_up, HERE)


def test_with_another_key_what_was_locked_before_still_opens(keys: Path) -> None:
    before = lock(b"before", HERE)
    assert locked.add_key() == keys
    after = lock(b"after", HERE)
    assert (unlock(before, HERE), unlock(after, HERE)) == (b"before", b"after")
    assert before[1:9] != after[1:9]
    first, second = json.loads(keys.read_text())["keys"]
    keys.write_text(json.dumps({"keys": [second]}))
    with pytest.raises(NotOpened, match="does not hold the key"):
        unlock(before, HERE)
    assert first != second
    assert unlock(after, HERE) == b"after"


def test_the_first_key_is_made_once_however_many_ask(keys: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda _: lock(b"one", HERE), range(24)))
    assert {unlock(one, HERE) for one in kept} == {b"one"}
    assert len({one[1:9] for one in kept}) == 1
    assert len(json.loads(keys.read_text())["keys"]) == 1


def test_adding_to_no_keys_makes_the_first(keys: Path) -> None:
    locked.add_key()
    assert len(json.loads(keys.read_text())["keys"]) == 1


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"keys": []}', '{"keys": 3}', '{"keys": ["YQ=="]}', '{"keys": ["?"]}']
)
def test_a_damaged_file_is_said_and_never_replaced(keys: Path, text: str) -> None:
    keys.parent.mkdir()
    keys.write_text(text)
    with pytest.raises(KeysProblem, match="not a file of keys"):
        lock(b"x", HERE)
    assert keys.read_text() == text


def test_a_file_that_cannot_be_read_is_said(keys: Path) -> None:
    keys.mkdir(parents=True)
    with pytest.raises(KeysProblem, match="cannot be read"):
        unlock(lock(b"x", HERE), HERE)
