"""An entry names a child of whom nothing shows to some: what they are told is owed does not rest on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection

from safekept.access import closing, naming
from safekept.access.models import Bar, HiddenLink
from safekept.access.models.closing import Level
from safekept.access.viewer import Viewer, loader, viewing
from safekept.record import queries, sealing
from safekept.record.actions import NewEntry, append, rebuild_duties
from safekept.record.entries import Refused
from safekept.record.models import Entry, Mention, Obligation
from tests import factories
from tests.pages import NOW, a_child, recorded

pytestmark = pytest.mark.django_db

RULE = "complex-abuse-considered"
WHY = "They live in the same street as the child."


@pytest.fixture
def other(worker: Viewer, child: UUID) -> UUID:
    """A child whom an entry about the first child names (WM-19.1: the complex abuse procedure is considered)."""
    made = a_child(worker, "Zephyrine Quail")
    fields = {"noticed": "Seen together.", "linked_children": [str(made)]}
    recorded(worker, child, "concern", NOW - dt.timedelta(days=1), fields=fields)
    return made


def owed(viewer: Viewer, child: UUID) -> tuple[bool, bool]:
    """Whether the duty is in lists, and whether it is on the child's page."""
    with viewing(viewer):
        listed = Obligation.objects.filter(subject_id=child, rule=RULE).exists()
        return listed, any(duty.rule == RULE for duty in queries.position_of(viewer, child).obligations)


def names(viewer: Viewer, child: UUID) -> list[object]:
    with viewing(viewer):
        return [one.fields.get("linked_children") for one in Entry.objects.filter(subject_id=child, kind="concern")]


def test_nothing_that_is_owed_tells_a_person_of_a_child_denied_to_them(
    worker: Viewer, child: UUID, other: UUID
) -> None:
    colleague, manager = factories.children_services(), factories.viewer("children-services", role="manager")
    assert owed(worker, child) == owed(colleague, child) == (True, True)
    with viewing(manager):
        sealing.deny(manager, other, colleague.account_id, WHY)
    assert owed(colleague, child) == (False, False)
    assert names(colleague, child) == [None]
    assert owed(worker, child) == owed(manager, child) == (True, True)
    assert names(worker, child) == [[str(other)]]
    guardian = factories.viewer("children-services", role="guardian")
    with viewing(guardian):
        naming.lift(guardian, Bar.objects.get().pk, "It was another person of that name.")
    assert owed(colleague, child) == (True, True)


def test_an_entry_that_comes_after_the_denial_is_hidden_as_well(worker: Viewer, child: UUID) -> None:
    colleague, manager = factories.children_services(), factories.viewer("children-services", role="manager")
    made = a_child(worker, "Zephyrine Quail")
    with viewing(manager):
        sealing.deny(manager, made, colleague.account_id, WHY)
    recorded(worker, child, "concern", NOW, fields={"linked_children": [str(made)]})
    assert owed(colleague, child) == (False, False)
    assert owed(worker, child) == (True, True)


def test_those_named_for_a_sealed_child_are_told_what_rests_on_the_link(
    worker: Viewer, child: UUID, other: UUID
) -> None:
    colleague, manager = factories.children_services(), factories.viewer("children-services", role="manager")
    with viewing(manager):
        how = closing.Closing(Level.SEALED, "A relative works in the police.", None, [worker.account_id])
        sealing.close(manager, other, how)
    assert owed(worker, child) == (True, True)
    assert owed(colleague, child) == (False, False)


def test_links_from_before_they_were_noted_are_noted_once(worker: Viewer, child: UUID, other: UUID) -> None:
    colleague, manager = factories.children_services(), factories.viewer("children-services", role="manager")
    with viewing(manager):
        naming.deny(manager, other, colleague.account_id, WHY)
    assert owed(colleague, child) == (True, False)
    sealing.note_links()
    assert owed(colleague, child) == (False, False)
    with viewing(loader("test")):
        assert [(row.subject_id, row.child_id) for row in HiddenLink.objects.all()] == [(child, other)]
        rebuild_duties(loader("test"), [child])
        assert HiddenLink.objects.count() == 1


def test_one_link_that_is_noted_does_not_stand_for_the_others(worker: Viewer, child: UUID, other: UUID) -> None:
    colleague, manager = factories.children_services(), factories.viewer("children-services", role="manager")
    second = a_child(worker, "Tom Ashe")
    recorded(worker, second, "concern", NOW, fields={"linked_children": [str(other)]})
    with viewing(manager):
        naming.deny(manager, other, colleague.account_id, WHY)
    rebuild_duties(loader("test"), [child])
    sealing.note_links()
    assert owed(colleague, child) == owed(colleague, second) == (False, False)


def test_a_correction_by_somebody_who_does_not_know_of_the_child_names_it_still(
    worker: Viewer, child: UUID, other: UUID
) -> None:
    colleague, manager = factories.children_services(), factories.viewer("children-services", role="manager")
    with viewing(manager):
        sealing.deny(manager, other, colleague.account_id, WHY)
    with viewing(colleague):
        old = Entry.objects.get(subject_id=child, kind="concern")
    same = NewEntry("concern", child, old.at, old.fields, basis=old.basis, supersedes=old.pk)
    with viewing(colleague), pytest.raises(Refused, match="Nothing has changed"):
        append(colleague, same)
    with viewing(colleague):
        made = append(colleague, replace(same, fields={"noticed": "Seen together by the river."}))
        assert "linked_children" not in made.fields
    assert owed(worker, child) == (True, True)
    assert owed(colleague, child) == (False, False)
    with viewing(worker):
        assert Entry.objects.get(pk=made.pk).fields["linked_children"] == [str(other)]
        assert list(Mention.objects.filter(entry_id=made.pk).values_list("thing_id", "role")) == [
            (other, "linked child")
        ]


def test_nobody_reads_which_links_are_hidden(worker: Viewer, child: UUID, other: UUID) -> None:
    manager = factories.viewer("children-services", role="manager")
    with viewing(manager):
        sealing.deny(manager, other, worker.account_id, WHY)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM access_hiddenlink")
            assert cursor.fetchone() == (0,)
