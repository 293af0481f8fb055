"""A document as a tagged PDF (PDF/UA-1) that says nothing of who made it, where or when.

The same data gives the same bytes.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

import safekept

from .setting import CANNOT

PROGRAM = ("-m", "safekept.documents.setting")
MOST_SECONDS = 60
"""By the clock on the wall."""
NOT_SHOWN = re.compile(r'text `"([^\\"])')
NOT_NOW = "The document could not be set now. Put it forward again in a minute; nothing of it is lost."
_SOURCE = str(Path(safekept.__file__).resolve().parent.parent)


class NotSet(ValueError):
    """The document cannot be set; the message says why and what to do."""


def typeset(document: Mapping[str, Any]) -> bytes:
    """The finished bytes, made in a process of their own. Raises NotSet."""
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-P", "-s", *PROGRAM],
            input=orjson.dumps(document), capture_output=True, cwd="/", timeout=MOST_SECONDS, check=False,
            env={"PYTHONPATH": _SOURCE, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotSet(NOT_NOW) from None
    if done.returncode == CANNOT:
        found = NOT_SHOWN.search(done.stderr.decode("utf-8", "replace"))
        sign = f" ‘{found[1]}’" if found else ""
        raise NotSet(
            f"The document cannot show a character{sign}: it has Latin, Greek and Cyrillic letters. Leave that part "
            "out, and hand it over in another way."
        )
    if done.returncode != 0:
        raise NotSet(NOT_NOW)
    return done.stdout
