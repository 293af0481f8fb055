"""Why something is left out of a document: a closed list, each with a sentence and where it comes from.

The legal bases are told in our own words, for whoever decides; they do not take the place of advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    """Why something is left out. The order is that in which they are asked: the first that holds is given."""

    SEALED = "sealed"
    SUSPECTED = "suspected"
    LIMITED = "limited"
    CONCEALED = "concealed"
    CHILD_WORDS = "child-words"
    SOURCE = "source"
    OTHERS = "others"
    HARM = "harm"
    ENQUIRY = "enquiry"
    PRIVILEGE = "privilege"


@dataclass(frozen=True, slots=True)
class Words:
    """What a ground says to whoever makes the document, and what the schedule says to whoever receives it.

    ``told`` empty: the schedule is silent, because to say so would itself tell what is withheld.
    """

    says: str
    basis: str
    told: str = ""


GROUNDS: Mapping[Ground, Words] = {
    Ground.SEALED: Words(
        "The entry is sealed. It goes into no document.",
        "A decision of this record’s managers; two people together can end it.",
    ),
    Ground.SUSPECTED: Words(
        "Whoever receives this is thought to take part in what the entry is about.",
        "Data Protection Act 2018, Schedule 2, Part 1 (crime), and Schedule 3, Part 5 (child abuse data).",
    ),
    Ground.LIMITED: Words(
        "The entry is for certain kinds of agency, and whoever receives this is not one of them.",
        "Data Protection Act 2018, Schedule 2, Part 1 (crime): it could hinder preventing or detecting crime.",
    ),
    Ground.CONCEALED: Words(
        "It holds an address or a contact that is kept apart.",
        "Family Procedure Rules 2010, rule 29.1 (addresses need not be given to other parties); Data Protection Act "
        "2018, Schedule 2, Part 3, and Schedule 3 (serious harm).",
    ),
    Ground.CHILD_WORDS: Words(
        "It is what the child said, and the child has not agreed that whoever receives this may read it.",
        "The child’s own right to confidence; Data Protection Act 2018, Schedule 3, Parts 3 and 5.",
    ),
    Ground.SOURCE: Words(
        "It says who told us.",
        "Data Protection Act 2018, Schedule 2, Part 3 (rights of others); the common law’s protection of those who "
        "report harm to children.",
        "who gave information",
    ),
    Ground.OTHERS: Words(
        "It is about somebody else.",
        "Data Protection Act 2018, Schedule 2, Part 3 (rights of others).",
        "about somebody else",
    ),
    Ground.HARM: Words(
        "Reading it could do serious harm to the child or to somebody else.",
        "Data Protection Act 2018, Schedule 3, Parts 2 to 5 (health, social work, education, child abuse data).",
    ),
    Ground.ENQUIRY: Words(
        "It could hinder an enquiry.",
        "Data Protection Act 2018, Schedule 2, Part 1 (crime).",
    ),
    Ground.PRIVILEGE: Words(
        "It is advice from a lawyer, or was made for a court case.",
        "Data Protection Act 2018, Schedule 2, Part 4 (legal professional privilege).",
        "legal advice",
    ),
}

BY_HAND = (Ground.OTHERS, Ground.HARM, Ground.ENQUIRY, Ground.CHILD_WORDS, Ground.SOURCE, Ground.PRIVILEGE)
"""Grounds that whoever makes a document may choose for something that no rule withholds."""

SILENCE = (
    "Some information may have been left out without a line here, where the law allows that and where a line would "
    "itself do harm or hinder an enquiry. This sentence stands in every document of this kind."
)
"""Stands in every schedule, whatever was withheld, and so tells nothing."""
