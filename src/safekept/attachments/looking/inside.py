"""The process in which a file is looked at: bounded before it reads anything, and told the file on its input.

Answers on its output: a line of JSON, then the pages one behind the other.
"""

from __future__ import annotations

import json
import resource
import sys

from .bounds import MOST_BYTES, NotTaken, Seen
from .content import look

MOST_MEMORY = 1_500_000_000
"""Bytes of addresses, what the libraries take up among them."""
MOST_SECONDS = 20
"""Of the processor's time."""


def main() -> None:
    """Look at what stands on the input."""
    bound()
    try:
        seen = look(sys.stdin.buffer.read(MOST_BYTES + 1))
    except NotTaken as refused:
        _answer({"refused": str(refused)})
    else:
        _answer(_told(seen), *(page.content for page in seen.pages))


def bound() -> None:
    """Give up everything that looking does not need: memory, time, writing files, other processes, a core dump."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def _told(seen: Seen) -> dict[str, object]:
    pages = [{"bytes": len(one.content), "width": one.width, "height": one.height} for one in seen.pages]
    return {"media_type": seen.media_type, "pages": pages, "under": seen.under}


def _answer(told: dict[str, object], *contents: bytes) -> None:
    out = sys.stdout.buffer
    out.write(json.dumps(told).encode() + b"\n")
    for content in contents:
        out.write(content)
    out.flush()


if __name__ == "__main__":
    main()
