"""Whatever stands in a pack's files, loading ends soon: it loads, or says in which file and line it cannot."""

from __future__ import annotations

import re
import shutil
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.packs.mutations import FILES, ODD, REAL, damaged, loads_or_says_why

NAMES = sorted(FILES)
places = st.lists(
    st.tuples(st.integers(0, 100_000), st.integers(0, 40), st.one_of(st.sampled_from(ODD), st.binary(max_size=6))),
    min_size=1,
    max_size=4,
)
lines = st.lists(st.tuples(st.sampled_from(["drop", "double", "swap", "deeper"]), st.integers(0, 5000)), max_size=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of a real pack, one file of which each example damages and puts back."""
    made = tmp_path_factory.mktemp("fuzz")
    shutil.copytree(REAL, made / "regional")
    yield made


def with_lines(data: bytes, changes: list[tuple[str, int]]) -> bytes:
    rows = data.split(b"\n")
    for what, number in changes:
        at = number % len(rows)
        if what == "drop":
            del rows[at]
        elif what == "double":
            rows.insert(at, rows[at])
        elif what == "swap":
            rows[at], rows[-1] = rows[-1], rows[at]
        else:
            rows[at] = b"  " + rows[at]
        rows = rows or [b""]
    return b"\n".join(rows)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(NAMES), places, lines)
def test_a_damaged_file_loads_or_is_refused_with_its_place(
    folder: Path, name: str, where: list[tuple[int, int, bytes]], moved: list[tuple[str, int]]
) -> None:
    started = time.monotonic()
    said = loads_or_says_why(folder, name, with_lines(damaged(FILES[name], where), moved))
    assert time.monotonic() - started < 5
    assert not said or re.search(r"\.yaml(, line \d+)?: ", said), said


BOMB = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n" % (n + 1, n + 1, *[n] * 8) for n in range(97, 115)
)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("rules/mase.yaml", BOMB, "anchors, aliases and tags are not allowed"),
        ("rules/mase.yaml", b"- !!python/object/apply:os.system ['true']\n", "anchors, aliases and tags"),
        ("rules/mase.yaml", b"- {a: 1, a: 2}\n", "stands twice"),
        ("rules/mase.yaml", b"[" * 100_000, "regional/rules/mase.yaml"),
        ("rules/mase.yaml", b"x" * 1_000_001, "expected at most 1,000,000"),
        ("rules/mase.yaml", "- id: café\n".encode("utf-16"), "not UTF-8"),
        ("rules/mase.yaml", b"- id: \x07\n", "this is not YAML"),
        ("rules/mase.yaml", b"--- 1\n--- 2\n", "regional/rules/mase.yaml"),
        ("pack.yaml", b"id: 1\n", "regional/pack.yaml"),
        ("pack.yaml", b"- 1\n", "a pack is a mapping"),
        ("source-defects.yaml", b"1\n", "regional/source-defects.yaml"),
    ],
)
def test_what_has_broken_readers_before_is_refused_in_little_memory(
    folder: Path, name: str, data: bytes, says: str
) -> None:
    tracemalloc.start()
    try:
        said = loads_or_says_why(folder, name, data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert says in said
    assert peak < 60_000_000
