"""Rows that repeat, and somebody else: nothing that was sent is left out without a word."""

from __future__ import annotations

from uuid import uuid4

import pytest

from safekept.access.viewer import viewing
from safekept.record.models import Entry, Mention
from tests import factories
from tests.pages import a_child, signed_in, text_of

pytestmark = pytest.mark.django_db


def form(**more):
    return {"client_key": str(uuid4()), "at-when": "now", "text": "", "basis": "fact", **more}


def kept(viewer, child):
    with viewing(viewer):
        return list(Entry.objects.filter(subject_id=child))


def excluded(count):
    rows = {f"excluded-{n}-who": f"Person {n}" for n in range(count)}
    return rows | {f"excluded-{n}-reason": "Asked to" for n in range(count)}


def test_forty_rows_are_kept_and_forty_one_are_refused_with_all_of_them_on_the_page(worker, child):
    client, address = signed_in(worker), f"/children/{child}/record/meeting"
    refused = client.post(address, form(type="mase", **excluded(41)))
    assert refused.status_code == 422
    assert "there are 41 rows, and an entry holds 40" in text_of(refused)
    assert 'value="Person 40"' in refused.content.decode()
    assert kept(worker, child) == []
    assert client.post(address, form(type="mase", **excluded(40))).status_code == 302
    assert len(kept(worker, child)[0].fields["excluded"]) == 40


def test_outcomes_of_a_plan_beyond_forty_are_refused(worker, child):
    rows = {f"outcomes-{n}-key": f"Outcome {n}" for n in range(41)}
    refused = signed_in(worker).post(f"/children/{child}/record/plan", form(**rows))
    assert refused.status_code == 422 and "there are 41 rows" in text_of(refused)


def others(count, start=0):
    rows = {f"other-{n}-what": f"Person {n}" for n in range(start, start + count)}
    return rows | {f"other-{n}-kind": "adult" for n in range(start, start + count)}


def test_more_people_than_an_entry_holds_are_refused(worker, child):
    client, address = signed_in(worker), f"/children/{child}/record/note"
    refused = client.post(address, form(**others(41)))
    assert refused.status_code == 422
    assert "there are 41 rows, and an entry holds 40" in text_of(refused)
    assert 'value="Person 40"' in refused.content.decode()
    assert kept(worker, child) == []


def test_a_row_with_a_large_number_is_read_like_any_other(worker, child):
    sent = signed_in(worker).post(f"/children/{child}/record/note", form(**others(1, start=12_345)))
    assert sent.status_code == 302
    with viewing(worker):
        assert Mention.objects.count() == 1


def test_a_list_that_holds_somebody_else_gets_no_second_one():
    factories.coordinator("newham")
    factories.police("newham")
    worker = factories.children_services("newham")
    child = a_child(worker, area="newham")
    client, address = signed_in(worker), f"/children/{child}/record/return-interview"
    html = client.get(address).content.decode()
    assert html.count('name="interviewer" type="radio" value="other"') == 1
    assert "Someone else the child chose" in html and 'name="interviewer-other"' in html
    for said, expected in (("", "other"), ("Her aunt", "Her aunt")):
        answers = form(offered="yes", accepted="yes", interviewer="other", **{"interviewer-other": said})
        assert client.post(address, answers).status_code == 302
        assert kept(worker, child)[-1].fields["interviewer"] == expected
    entry = kept(worker, child)[-1]
    opened = client.get(f"/entries/{entry.pk}/correct").content.decode()
    assert 'value="Her aunt"' in opened and 'value="other" checked' in opened
