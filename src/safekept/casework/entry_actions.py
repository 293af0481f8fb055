"""Putting a form on the record: what else was involved, and the entry; all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from safekept.access.viewer import Viewer
from safekept.govuk.forms import Problem
from safekept.record.actions import Refused, append
from safekept.record.models import Entry
from safekept.register.facts import ThingRefused

from . import involved
from .entry_form import EntryForm


def put_on_record(viewer: Viewer, form: EntryForm, subject_id: UUID) -> Entry | None:
    """The entry that the form made, or None with the form's ``problems`` to show."""
    new = form.read(subject_id)
    if new is None:
        return None
    try:
        with transaction.atomic():
            told = involved.mentions(viewer, involved.others(form.raw))
            return append(viewer, replace(new, mentions=told))
    except ThingRefused as refused:
        form.problems = [Problem(name, "", sentence) for name, sentence in refused.errors]
    except Refused as refused:
        form.problems = [Problem("", "", str(refused))]
    return None
