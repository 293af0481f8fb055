"""Procedures as data: load packs, evaluate histories, explain. Pure: no Django."""

from .engine import evaluate, obligations
from .history import Entry, History, HistoryError, Subject, assembled, parse_history, parse_moment
from .leading import Leading
from .library import Area, Library, UnknownArea, load_library, load_library_from
from .loader import load_pack
from .pack import Guard, Item, Pack, PackList, Paragraph, Rule
from .position import Breach, Obligation, Position, Prompt
from .reading import PackError

__all__ = [
    "Area",
    "Breach",
    "Entry",
    "Guard",
    "History",
    "HistoryError",
    "Item",
    "Leading",
    "Library",
    "Obligation",
    "Pack",
    "PackError",
    "PackList",
    "Paragraph",
    "Position",
    "Prompt",
    "Rule",
    "Subject",
    "UnknownArea",
    "assembled",
    "evaluate",
    "load_library",
    "load_library_from",
    "load_pack",
    "obligations",
    "parse_history",
    "parse_moment",
]
