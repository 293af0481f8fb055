"""A duty that is not owed after all: a manager says so and why, in their own name, and it is readable."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.utils import timezone

from safekept.access.viewer import loader, viewer_for, viewing
from safekept.record.actions import NewEntry, Refused, append, append_many
from safekept.record.models import Entry
from tests import factories
from tests.pages import recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
RULE = "discussion-after-referral"


@pytest.fixture
def manager(worker):
    return factories.viewer("children-services", role="manager")


@pytest.fixture
def referral(worker, child):
    return recorded(worker, child, "referral", timezone.now() - DAY, fields={"to": "children-services"})


def form(**more):
    return {"client_key": str(uuid4()), "at-when": "now", "text": "", "basis": "fact", "rule": RULE, **more}


def test_a_manager_waives_a_duty_in_their_own_name(manager, child, referral):
    client, address = signed_in(manager), f"/children/{child}/record/waiver"
    page = text_of(client.get(address))
    assert "Talk the referral over WM-14.2" in page and "Because of: Referral" in page
    assert f"it carries your name: {manager.name}" in page
    assert "Which manager decided?" not in page and "Someone else" not in page
    sent = client.post(address, form(reason="Held under another referral", by="Somebody Else"))
    assert sent.status_code == 302, text_of(sent)
    with viewing(loader("test")):
        kept = Entry.objects.get(kind="waiver")
    assert kept.fields["by"] == f"{manager.name}, Manager"
    assert kept.answers == [referral]
    shown = text_of(client.get(sent.url))
    assert "Talk the referral over (WM-14.2)" in shown and RULE not in shown
    assert "No longer owed Talk the referral over" in shown
    assert "Talk the referral over (WM-14.2). Held under another referral" in text_of(client.get(f"/children/{child}"))


def test_a_name_that_says_the_role_already_is_signed_as_it_is(child, referral):
    place = factories.team(factories.agency("children-services"))
    someone = viewer_for(factories.account(place, "manager", "Ann Bell, Team manager"))
    signed_in(someone).post(f"/children/{child}/record/waiver", form(reason="Held already"))
    with viewing(loader("test")):
        assert Entry.objects.get(kind="waiver").fields["by"] == "Ann Bell, Team manager"


def test_the_rule_that_was_asked_from_is_chosen_already(manager, child, referral):
    html = signed_in(manager).get(f"/children/{child}/record/waiver?rule={RULE}").content.decode()
    assert f'value="{RULE}" checked' in html


def test_a_rule_that_is_not_owed_is_refused_and_what_was_typed_stays(manager, child, referral):
    sent = signed_in(manager).post(f"/children/{child}/record/waiver", form(rule="no-such", reason="Kept reason"))
    assert sent.status_code == 422
    assert "Which duty: choose one of the answers shown." in text_of(sent) and "Kept reason" in sent.content.decode()


def test_nothing_owed_says_so(manager, child):
    assert "There is nothing to choose from now." in text_of(signed_in(manager).get(f"/children/{child}/record/waiver"))


def test_a_practitioner_is_told_who_records_it(worker, child, referral):
    client, address = signed_in(worker), f"/children/{child}/record/waiver"
    assert "/record/waiver" not in client.get(f"/children/{child}/record/").content.decode()
    for answer in (client.get(address), client.post(address, form(reason="x", by="A manager"))):
        assert answer.status_code == 403
        assert "Manager or CSE co-ordinator" in text_of(answer)


def test_nobody_waives_in_anothers_name_by_any_way_in(worker, manager, child, referral):
    fields = {"rule": RULE, "reason": "x", "by": "Somebody Else, Manager"}
    new = NewEntry("waiver", child, timezone.now(), fields, answers=[referral])
    for viewer, says in ((worker, "Manager or CSE co-ordinator"), (manager, "in their own name")):
        with pytest.raises(Refused, match=says):
            append(viewer, new)
        with pytest.raises(Refused, match=says):
            append_many(viewer, [new])
    append_many(loader("test"), [new])


def test_an_area_that_is_not_one_is_refused(worker, child):
    sent = signed_in(worker).post(f"/children/{child}/record/circumstance", form(what="lives-in", area="narnia"))
    assert sent.status_code == 422 and "choose one of the answers shown" in text_of(sent)
