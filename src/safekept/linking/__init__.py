"""Finding the same person, vehicle or phone again, however it was typed. Pure: no Django, no input or output."""

from .dates import TypedDate, read_date
from .freetext import Asked, read_box
from .identifiers import SCHEMES, Normalised, normalise
from .names import fold, neighbourhood, parts_of, reach
from .people import Known
from .ranking import Match, rank
from .tokens import name_parts, query_plan, tokens_for

__all__ = [
    "SCHEMES",
    "Asked",
    "Known",
    "Match",
    "Normalised",
    "TypedDate",
    "fold",
    "name_parts",
    "neighbourhood",
    "normalise",
    "parts_of",
    "query_plan",
    "rank",
    "reach",
    "read_box",
    "read_date",
    "tokens_for",
]
