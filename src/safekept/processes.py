"""A program of Safekept's own in a process of its own: it is told no secrets, and given little time.

Whatever it is made to do, or does wrong, brings down that process alone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_SOURCE = str(Path(__file__).resolve().parent.parent)


def run(program: Sequence[str], told: bytes, seconds: float) -> tuple[int, bytes]:
    """Run ``python PROGRAM`` with these bytes as its input: how it ended, and what it answered.

    Raises subprocess.TimeoutExpired after so many seconds by the clock on the wall.
    """
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-P", "-s", *program],
        input=told, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", timeout=seconds, check=False,
        env={"PYTHONPATH": _SOURCE, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return done.returncode, done.stdout
