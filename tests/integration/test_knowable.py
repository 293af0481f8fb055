"""What somebody could never see answered is not shown to them as open for ever."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from safekept.record import queries
from tests import factories
from tests.pages import a_child, let_in, recorded

pytestmark = pytest.mark.django_db


def test_a_school_is_not_told_that_the_police_owe_a_record_which_it_never_sees() -> None:
    """London: after a concern of the police a crime record is theirs to make; they and social care see it made."""
    police, school = factories.police("newham"), factories.viewer("school", "newham")
    social_care = factories.children_services("newham")
    child = a_child(police, area="newham")
    let_in(police, school, child)
    concern = recorded(police, child, "concern", timezone.now() - dt.timedelta(days=1), fields={"signs": ["missing"]})

    def owed(viewer: object) -> set[str]:
        found = queries.position_of(viewer, child)  # type: ignore[arg-type]
        return {duty.owes for duty in found.obligations if duty.because == str(concern)}

    assert "crime-record" in owed(police) and "crime-record" in owed(social_care)
    assert "crime-record" not in owed(school)
    kinds = {
        viewer: {row.owes for row in queries.work_list(viewer, "area")} for viewer in (police, social_care, school)
    }
    assert "crime-record" in kinds[police] & kinds[social_care] and "crime-record" not in kinds[school]


def test_a_reminder_that_ends_unseen_is_for_those_who_see_it_end() -> None:
    """West Midlands 27.4: after the operational group, record disruption, which police and social care alone see."""
    worker, school = factories.children_services(), factories.viewer("school")
    child = a_child(worker)
    let_in(worker, school, child)
    recorded(worker, child, "meeting", timezone.now() - dt.timedelta(days=1), fields={"type": "cmog"})
    reminded = [{prompt.rule for prompt in queries.position_of(v, child).prompts} for v in (worker, school)]
    assert ["group-is-never-waited-for" in some for some in reminded] == [True, False]
