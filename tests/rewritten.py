"""Later versions of the West Midlands procedure for tests: a copy of it with a few texts replaced."""

from __future__ import annotations

import shutil
from pathlib import Path

from safekept import packs

SHIPPED = Path(packs.__file__).parent / "west-midlands" / "regional"
SHORTER = ("rules/referral.yaml", "within: 3 working days", "within: 2 working days")
"""The discussion within 2 working days; in the shipped version it is 3."""


def rewritten(folder: Path, version: str, *edits: tuple[str, str, str], scenarios: bool = False) -> Path:
    """A copy in ``folder`` as this version; each edit is a file, what stands there and what shall. With its scenarios
    only where they still come out."""
    copy = folder / "regional"
    shutil.copytree(SHIPPED, copy)
    if not scenarios:
        shutil.rmtree(copy / "scenarios")
    for name, old, new in (("pack.yaml", '"2015.1"', f'"{version}"'), *edits):
        text = (copy / name).read_text("utf-8")
        assert old in text
        (copy / name).write_text(text.replace(old, new, 1), "utf-8")
    return copy
