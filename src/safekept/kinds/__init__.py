"""Every kind of entry, declared once. Pure: imports nothing of Safekept."""

from . import files, noticing, organisation, pathway, police, working
from .base import KINDS, Field, Kind, Privacy, Retention, Vocabulary, ask, required_names

__all__ = [
    "KINDS",
    "Field",
    "Kind",
    "Privacy",
    "Retention",
    "Vocabulary",
    "ask",
    "files",
    "noticing",
    "organisation",
    "pathway",
    "police",
    "required_names",
    "working",
]
