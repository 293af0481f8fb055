"""Read which lists of a procedure answer the questions that people come with (``answers.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from safekept.kinds.vocabularies import ASKED, QUESTIONS

from .pack import PackList
from .reading import PackError

if TYPE_CHECKING:
    from .loader import Reader

ASKABLE = {**QUESTIONS, **ASKED}
"""Every question that a procedure can name lists under, with its text."""


def read_answers(reader: Reader, lists: Mapping[str, PackList]) -> dict[str, tuple[str, ...]]:
    """Return the ids of the lists under each question, if the file is there. Raises PackError."""
    if not (reader.folder / "answers.yaml").exists():
        return {}
    head = reader.mapping("answers.yaml", set(ASKABLE), "a file of answers")
    out = {}
    for asked in head:
        named = reader.rows(head, asked, "a file of answers")
        for name in named:
            if not isinstance(name, str) or name not in lists:
                raise PackError(head.place(asked), f"there is no list '{name}'; expected the id of one in lists")
        out[asked] = tuple(dict.fromkeys(named))
    return out
