"""Putting a reported concern on the record: the child, what else was involved, and the entry."""

from __future__ import annotations

from uuid import UUID

from safekept.access.viewer import Viewer
from safekept.govuk.forms import Offers
from safekept.govuk.values import first
from safekept.record.actions import NewEntry, append
from safekept.record.models import Entry
from safekept.register.actions import NewThing, add_thing
from safekept.vault import actions as vault

from . import involved
from .concern_form import ConcernForm, subject_uuid


def report(viewer: Viewer, form: ConcernForm, offers: Offers, key: UUID, ticked: bool) -> Entry:
    """Append the concern, adding the child and everything else that is not known yet; all of it or nothing.

    ``ticked``: it may hold what is kept apart about the child. Raises ThingRefused where the child cannot be added as
    typed, Refused where the entry cannot be appended, HoldsKeptApart.
    """
    moment = form.moment()
    known = subject_uuid(form)
    with vault.kept_out(viewer, known) as written:
        made = append(
            viewer,
            NewEntry(
                subject_id=known or add_thing(viewer, new_child(form)).pk,
                kind="concern",
                at=moment.at,
                at_latest=moment.at_latest,
                fields=form.fields(offers),
                basis=first(form.raw, "basis"),
                mentions=involved.mentions(viewer, form.others),
                client_key=key,
            ),
        )
        if not ticked:
            written.entry(made)
        return made


def new_child(form: ConcernForm) -> NewThing:
    """The child as typed: named, or known only by how they can be recognised."""
    description = first(form.raw, "child-description")
    return NewThing(
        kind="child",
        names=[(form.new_name, "name")] if form.new_name else [],
        label="" if form.new_name else description[:120],
        born=first(form.raw, "child-born"),
        sex=first(form.raw, "child-sex"),
        area=first(form.raw, "child-area") or None,
        description=description,
    )
