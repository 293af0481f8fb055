"""Coverage-guided fuzzing of the pack loader: ``make fuzz``. A finding stops the run and leaves its input behind."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["safekept.procedures"]):
    from tests.packs.mutations import FILES, ODD, REAL, damaged, loads_or_says_why

NAMES = sorted(FILES)
FOLDER = Path(tempfile.mkdtemp(prefix="safekept-fuzz-"))


def one(data: bytes) -> None:
    """Damage one file of a real pack as the fuzzer says, and load it."""
    given = atheris.FuzzedDataProvider(data)
    name = NAMES[given.ConsumeIntInRange(0, len(NAMES) - 1)]
    places = []
    for _ in range(given.ConsumeIntInRange(1, 4)):
        odd = given.ConsumeBool()
        instead = ODD[given.ConsumeIntInRange(0, len(ODD) - 1)] if odd else given.ConsumeBytes(12)
        places.append((given.ConsumeIntInRange(0, 100_000), given.ConsumeIntInRange(0, 40), instead))
    loads_or_says_why(FOLDER, name, damaged(FILES[name], places))


def main() -> None:
    """Fuzz until stopped, or as libFuzzer's options say (``-max_total_time=60``)."""
    shutil.copytree(REAL, FOLDER / "regional")
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
