"""A document as a tagged PDF (PDF/UA-1) that says nothing of who made it, where or when.

The same data gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import typst

SOURCE = Path(__file__).with_name("document.typ").read_bytes()
NOT_SHOWN = re.compile(r'text `"([^\\"])')


class NotSet(ValueError):
    """The document cannot be set; the message says why and what to do."""


def typeset(document: Mapping[str, Any]) -> bytes:
    """The finished bytes. Raises NotSet."""
    try:
        made: bytes = typst.compile(
            SOURCE,
            format="pdf",
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            sys_inputs={"document": orjson.dumps(document).decode()},
        )
    except typst.TypstError as error:
        found = NOT_SHOWN.search(str(error))
        sign = f" ‘{found[1]}’" if found else ""
        raise NotSet(
            f"The document cannot show a character{sign}: it has Latin, Greek and Cyrillic letters. Leave that part "
            "out, and hand it over in another way."
        ) from None
    return made
