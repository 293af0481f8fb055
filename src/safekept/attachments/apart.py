"""Has a file looked at in a process of its own, which is told no secrets and given little time.

However a file is made, the worst that it brings down is that process; then the file is not taken.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator

from safekept import processes

from .looking.bounds import (
    DOCX,
    EMPTY,
    JPEG,
    JPEG_STARTS,
    MOST_BYTES,
    MOST_PAGES,
    MOST_WORDS,
    PDF,
    PNG,
    TEXT,
    TOO_BIG,
    UNREADABLE,
    NotTaken,
    Seen,
    Shown,
)

MOST_SECONDS = 40
"""By the clock on the wall; the process bounds the processor's time itself."""
AT_ONCE = 2
WAITS = 60
"""Seconds for one's turn."""
PROGRAM = ("-m", "safekept.attachments.looking.inside")
BUSY = "Too many files are being looked at now. Choose it again in a minute."
_turns = threading.BoundedSemaphore(AT_ONCE)


def look(data: bytes) -> Seen:
    """What a file is and how it is shown. Raises NotTaken."""
    if not data:
        raise NotTaken(EMPTY)
    if len(data) > MOST_BYTES:
        raise NotTaken(TOO_BIG)
    if not _turns.acquire(timeout=WAITS):
        raise NotTaken(BUSY)
    try:
        return _answered(_run(data))
    finally:
        _turns.release()


def _run(data: bytes) -> bytes:
    try:
        ended, answered = processes.run(PROGRAM, data, MOST_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotTaken(UNREADABLE) from None
    if ended != 0:
        raise NotTaken(UNREADABLE)
    return answered


def _answered(out: bytes) -> Seen:
    """What the process said. It may have been made to say anything: what is not as it should be is not taken."""
    head, _, rest = out.partition(b"\n")
    try:
        told = json.loads(head)
        if "refused" in told:
            raise NotTaken(str(told["refused"]))
        pages = tuple(_pages(told["pages"], rest))
    except (ValueError, KeyError, TypeError):
        raise NotTaken(UNREADABLE) from None
    if told.get("media_type") not in (PDF, JPEG, PNG, TEXT, DOCX) or not 0 < len(pages) <= MOST_PAGES:
        raise NotTaken(UNREADABLE)
    return Seen(told["media_type"], pages, str(told.get("under", ""))[:MOST_WORDS])


def _pages(told: list[dict[str, int]], rest: bytes) -> Iterator[Shown]:
    for one in told:
        content, rest = rest[: one["bytes"]], rest[one["bytes"] :]
        page = Shown(content, one["width"], one["height"])
        if page.is_picture and not content.startswith(JPEG_STARTS):
            raise ValueError("a picture that is none")
        if not page.is_picture:
            content.decode()
        yield page
