"""A document as a tagged PDF (PDF/UA-1) that says nothing of who made it, where or when.

The same data gives the same bytes.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from typing import Any

import orjson

from safekept import processes

from .setting import CANNOT

PROGRAM = ("-m", "safekept.documents.setting")
MOST_SECONDS = 60
"""By the clock on the wall."""
NOT_SHOWN = re.compile(r'text `"([^\\"])')
NOT_NOW = "The document could not be set now. Put it forward again in a minute; nothing of it is lost."


class NotSet(ValueError):
    """The document cannot be set; the message says why and what to do."""


def typeset(document: Mapping[str, Any]) -> bytes:
    """The finished bytes, made in a process of their own. Raises NotSet."""
    try:
        ended, answered = processes.run(PROGRAM, orjson.dumps(document), MOST_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotSet(NOT_NOW) from None
    if ended == CANNOT:
        found = NOT_SHOWN.search(answered.decode("utf-8", "replace"))
        sign = f" ‘{found[1]}’" if found else ""
        raise NotSet(
            f"The document cannot show a character{sign}: it has Latin, Greek and Cyrillic letters. Leave that part "
            "out, and hand it over in another way."
        )
    if ended != 0:
        raise NotSet(NOT_NOW)
    return answered
