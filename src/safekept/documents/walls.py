"""The walls around documents: those of the maker's agency who see the record."""

from __future__ import annotations

from safekept.access.policy import ADMITTED, MANAGES, NOT_OWN, OWN, OWN_AGENCY, AllOf, Rule
from safekept.access.rls import OWNER_ROLE, Wall, each
from safekept.access.sql import predicate

DOCUMENT: Rule = AllOf((ADMITTED, OWN_AGENCY))
"""A document is its agency's own: an agency sees the same entries of a record, and so the same document."""
MAKING: Rule = AllOf((DOCUMENT, OWN))
"""Putting a document forward: in one's own name."""
DECIDING: Rule = AllOf((DOCUMENT, MANAGES, NOT_OWN))
"""Issuing it or sending it back: a manager or co-ordinator who did not make it."""
ERASED = (
    "EXISTS (SELECT 1 FROM public.proof_act AS act WHERE act.kind = 'erasure' "
    "AND (act.entry_ids && documents_document.entry_ids OR documents_document.subject_id = ANY (act.subject_ids)))"
)
"""An erasure by law names an entry that the document holds, or whom it is about: the owner sees such, and no others."""

NOTHING_SEALED = (
    "coalesce(NOT documents_document.entry_ids && NULLIF(current_setting('safekept.shut', true), '')::uuid[], false)"
)
"""No entry that it holds is sealed from the viewer, also where it was sealed since."""

WALLS = (
    *each(
        "documents_document",
        predicate(DOCUMENT, "documents_document"),
        predicate(MAKING, "documents_document"),
        predicate(DECIDING, "documents_document"),
    ),
    Wall("documents_document", NOTHING_SEALED, command="SELECT", name="nothing_sealed", restrictive=True),
    Wall("documents_document", NOTHING_SEALED, command="UPDATE", name="nothing_sealed_decided", restrictive=True),
    Wall("documents_document", ERASED, command="SELECT", name="seen_by_law", role=OWNER_ROLE),
    Wall("documents_document", ERASED, command="UPDATE", name="changed_by_law", role=OWNER_ROLE),
)
