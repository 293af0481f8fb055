"""Putting a form on the record: what else was involved, and the entry; all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from safekept.access.viewer import Viewer
from safekept.govuk.forms import Problem
from safekept.kinds import KINDS
from safekept.record import sharing
from safekept.record.actions import NewEntry, Refused, append
from safekept.record.models import Entry
from safekept.record.queries import position_of
from safekept.record.writing import signature
from safekept.register.facts import ThingRefused
from safekept.vault import actions as vault

from . import apart, involved
from .entry_form import EntryForm
from .queries import sent_before

STILL = ("open", "overdue")


def put_on_record(viewer: Viewer, form: EntryForm, subject_id: UUID) -> Entry | None:
    """The entry that the form made, or None with the form's ``problems`` to show."""
    new = form.read(subject_id)
    if new is None:
        return None
    new = _signed(viewer, replace(new, answers=new.answers or _waived(viewer, new)))
    goes_on, ticked = False, apart.is_ticked(form.raw)
    try:
        with vault.kept_out(viewer, subject_id) as written:
            told = involved.mentions(viewer, involved.others(form.raw))
            made = append(viewer, replace(new, mentions=told))
            goes_on = sharing.goes_outside(made)
            if goes_on or not ticked:
                written.entry(made)
            return made
    except vault.HoldsKeptApart as held:
        form.problems = [apart.refusal(held) if goes_on else apart.warning(held)]
    except ThingRefused as refused:
        form.problems = [Problem(name, "", sentence) for name, sentence in refused.errors]
    except Refused as refused:
        if (before := sent_before(viewer, new.client_key)) is not None:
            return before  # the same form came twice at once, and the other one was first
        form.problems = [Problem("", "", str(refused))]
    return None


def _signed(viewer: Viewer, new: NewEntry) -> NewEntry:
    """The entry with whoever is signed in as the one who decided, where its kind asks for that."""
    names = [name for name, asked in KINDS[new.kind].fields.items() if asked.signed]
    return replace(new, fields={**new.fields, **dict.fromkeys(names, signature(viewer))})


def _waived(viewer: Viewer, new: NewEntry) -> tuple[UUID, ...]:
    """What a waiver answers: whatever made the duty owed that it names, so that a later one is owed none the less."""
    if new.kind != "waiver":
        return ()
    owed = [duty for duty in position_of(viewer, new.subject_id).obligations if duty.status in STILL]
    return tuple({UUID(duty.because): None for duty in owed if duty.rule == new.fields["rule"]})
