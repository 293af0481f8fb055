"""Recording anything: forms keep what was typed, entries show what they changed, corrections supersede."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.utils import timezone

from safekept.access.viewer import viewing
from safekept.kinds import KINDS
from safekept.record.models import Entry, Mention
from safekept.register.models import Thing
from tests import factories
from tests.pages import a_child, moment, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def entries(viewer, child):
    with viewing(viewer):
        return list(Entry.objects.filter(subject_id=child).order_by("recorded_at"))


def form(**more):
    return {"client_key": str(uuid4()), "at-when": "now", "text": "", "basis": "fact", **more}


@pytest.mark.requirement("WM-8.4")
def test_every_kind_about_a_child_has_a_form(worker, child):
    client = signed_in(worker)
    menu = client.get(f"/children/{child}/record/").content.decode()
    for kind in KINDS.values():
        if "child" not in kind.subjects:
            assert client.get(f"/children/{child}/record/{kind.name}").status_code == 404
            continue
        for_managers = bool(kind.roles)
        answer = client.get(f"/children/{child}/record/{kind.name}", follow=True)
        assert answer.status_code == (403 if for_managers else 200), kind.name
        assert kind.name == "withdrawn" or (f"/record/{kind.name}" in menu) is not for_managers


def test_an_entry_from_a_duty_meets_it_and_says_so(worker, child):
    referral = recorded(worker, child, "referral", timezone.now() - DAY, fields={"to": "children-services"})
    client = signed_in(worker)
    opened = client.get(f"/children/{child}/record/discussion?because={referral}&rule=discussion-after-referral")
    assert "Talk the referral over" in text_of(opened)
    assert f'name="answers" value="{referral}"' in opened.content.decode()
    sent = client.post(
        f"/children/{child}/record/discussion",
        form(answers=str(referral), attended=["police", "children-services"], decisions=["mase"]),
    )
    assert sent.status_code == 302
    page = text_of(client.get(sent.url))
    assert "This meets Talk the referral over" in page
    assert "Now owed" in page


def test_a_duty_met_in_part_says_what_is_missing(worker, child):
    referral = recorded(worker, child, "referral", timezone.now() - DAY, fields={"to": "children-services"})
    client = signed_in(worker)
    sent = client.post(
        f"/children/{child}/record/discussion", form(answers=str(referral), attended=["children-services"])
    )
    assert "Still missing: Police" in text_of(client.get(sent.url))


def test_errors_keep_everything_typed_and_name_the_question(worker, child):
    data = form(text="Kept words", **{"next_review-day": "31", "next_review-month": "2", "next_review-year": "2026"})
    response = signed_in(worker).post(f"/children/{child}/record/meeting", data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: " in html
    assert "There is a problem" in html
    assert 'href="#type"' in html and "Which meeting: answer this question." in text_of(response)
    assert 'href="#next_review-day"' in html
    assert "Kept words" in html and 'value="31"' in html
    assert entries(worker, child) == []


def test_the_same_form_sent_twice_is_one_entry(worker, child):
    client, data = signed_in(worker), form(text="Once")
    first = client.post(f"/children/{child}/record/note", data)
    again = client.post(f"/children/{child}/record/note", data)
    assert first.url == again.url
    assert len(entries(worker, child)) == 1


def test_add_another_keeps_the_form_and_records_nothing(worker, child):
    data = form(type="mase", add="excluded", **{"excluded-0-who": "Mother", "excluded-0-reason": "She asked to"})
    response = signed_in(worker).post(f"/children/{child}/record/meeting", data)
    assert 'name="excluded-1-who"' in response.content.decode()
    assert "She asked to" in response.content.decode()
    assert entries(worker, child) == []


def test_a_draft_is_saved_as_one_types_and_comes_back(worker, child):
    client = signed_in(worker)
    saved = client.post(f"/children/{child}/record/note", form(text="Half a thought", save_draft="1"))
    assert set(saved.json()) == {"saved"}
    assert "Half a thought" in client.get(f"/children/{child}/record/note").content.decode()
    page = client.get("/work")
    assert "Note: Tia Rowan" in text_of(page)
    assert (
        "Half a thought"
        not in signed_in(factories.children_services()).get(f"/children/{child}/record/note").content.decode()
    )
    client.post(f"/children/{child}/record/note", form(text="The whole thought"))
    assert "Half a thought" not in client.get(f"/children/{child}/record/note").content.decode()


def test_a_form_says_that_it_opens_with_a_draft_and_can_start_afresh(worker, child):
    client, path = signed_in(worker), f"/children/{child}/record/note"
    assert "the draft that you kept" not in text_of(client.get(path))
    client.post(path, form(text="Half a thought", save_draft="1"))
    opened = client.get(path)
    assert "This is the draft that you kept just now." in text_of(opened) and "Half a thought" in text_of(opened)
    assert client.post(path, {"afresh": "yes"}, follow=True).redirect_chain == [(path, 302)]
    opened = text_of(client.get(path))
    assert "the draft that you kept" not in opened and "Half a thought" not in opened


def test_correcting_starts_from_the_old_answers_and_supersedes(worker, child):
    old = recorded(worker, child, "screening", timezone.now() - DAY, fields={"category": 3, "rationale": "First look"})
    client = signed_in(worker)
    html = client.get(f"/entries/{old}/correct").content.decode()
    assert "First look" in html and 'value="3" checked' in html
    sent = client.post(
        f"/entries/{old}/correct", form(category="2", rationale="Second look", **moment(timezone.now() - DAY))
    )
    assert sent.status_code == 302, text_of(sent)
    assert "Corrected." in text_of(client.get(f"/entries/{old}"))
    assert entries(worker, child)[-1].supersedes == old


def test_taking_an_entry_back(worker, child):
    wrong = recorded(worker, child, "note", timezone.now() - DAY, text="About another child")
    client = signed_in(worker)
    sent = client.post(f"/children/{child}/record/withdrawn", form(answers=str(wrong), reason="Wrong child"))
    assert sent.status_code == 302, text_of(sent)
    assert "Taken back." in text_of(client.get(f"/entries/{wrong}"))


def test_what_is_taken_back_no_longer_says_what_it_brings(worker, child):
    wrong = recorded(worker, child, "referral", timezone.now() - DAY, fields={"to": "children-services"})
    client = signed_in(worker)
    assert "Now owed" in text_of(client.get(f"/entries/{wrong}"))
    client.post(f"/children/{child}/record/withdrawn", form(answers=str(wrong), reason="Wrong child"))
    assert "Now owed" not in text_of(client.get(f"/entries/{wrong}"))


def mentioned(viewer, entry):
    with viewing(viewer):
        rows = list(Mention.objects.filter(entry_id=entry))
        labels = dict(Thing.objects.values_list("pk", "label"))
        return {(labels[row.thing_id], row.role) for row in rows}


def row(number, kind, what, role="used", **more):
    parts = {"kind": kind, "what": what, "role": role, **more}
    return {f"other-{number}-{name}": text for name, text in parts.items()}


def test_who_and_what_was_involved_is_asked_and_kept_through_a_correction(worker, child):
    client = signed_in(worker)
    page = client.get(f"/children/{child}/record/return-interview")
    assert "Who, what and where else was involved?" in text_of(page)
    rows = {**row(0, "adult", "Dee", "person-of-concern"), **row(1, "vehicle", "AB12 CDE")}
    sent = client.post(f"/children/{child}/record/return-interview", form(offered="yes", accepted="yes", **rows))
    assert sent.status_code == 302, text_of(sent)
    first = sent.url.split("/")[2].split("?")[0]
    both = {("AB12 CDE", "used"), ("Dee", "person-of-concern")}
    assert mentioned(worker, first) == both
    opened = client.get(f"/entries/{first}/correct").content.decode()
    assert 'value="AB12 CDE"' in opened and 'value="Dee"' in opened
    kept = dict(re.findall(r'name="(other-\d-thing)" value="([0-9a-f-]{36})" checked', opened))
    data = form(offered="yes", accepted="no", declined_reason="Not now", **rows, **kept, **moment(timezone.now() - DAY))
    corrected = client.post(f"/entries/{first}/correct", data)
    assert corrected.status_code == 302, text_of(corrected)
    assert mentioned(worker, corrected.url.split("/")[2].split("?")[0]) == both
    with viewing(worker):
        assert Thing.objects.filter(label="Dee").count() == 1


def test_what_is_on_record_already_is_offered_before_it_is_added_again(worker, child):
    friend = a_child(worker, "Jay Moss")
    client = signed_in(worker)
    rows = row(0, "child", "Jay Mos", "also-at-risk")
    looked_up = client.post(f"/children/{child}/record/note", form(add="other", **rows))
    assert "Is ‘Jay Mos’ one of these?" in text_of(looked_up) and str(friend) in looked_up.content.decode()
    sent = client.post(
        f"/children/{child}/record/note", form(text="Seen together", **rows, **{"other-0-thing": str(friend)})
    )
    assert mentioned(worker, sent.url.split("/")[2].split("?")[0]) == {("Jay Moss", "also-at-risk")}


def test_a_row_without_its_kind_is_asked_about_and_nothing_is_half_written(worker, child):
    sent = signed_in(worker).post(f"/children/{child}/record/note", form(**row(0, "", "Grey car")))
    assert sent.status_code == 422 and "Say what ‘Grey car’ is" in text_of(sent)
    assert entries(worker, child) == []
    with viewing(worker):
        assert not Thing.objects.filter(label="Grey car").exists()


def test_an_address_can_ask_for_the_sort_of_entry(worker, child):
    html = signed_in(worker).get(f"/children/{child}/record/circumstance?what=lives-in").content.decode()
    assert 'value="lives-in" checked' in html
    assert "checked" not in signed_in(worker).get(f"/children/{child}/record/circumstance?what=no").content.decode()


def test_cautions_stand_by_the_words(worker, child):
    page = text_of(signed_in(worker).get(f"/children/{child}/record/return-interview"))
    assert "indecent image of a child" in page and "These words are never corrected" in page


def test_another_agencys_entry_is_not_offered_for_correction(worker, child):
    school = factories.viewer("police")
    theirs = recorded(school, child, "note", timezone.now() - DAY, text="Theirs")
    assert "Correct this entry" not in text_of(signed_in(worker).get(f"/entries/{theirs}"))


def test_imprecise_times_are_shown_as_such(worker, child):
    entry = recorded(
        worker, child, "note", timezone.now() - 2 * DAY, at_latest=timezone.now() - DAY, text="Some time then"
    )
    assert "between" in text_of(signed_in(worker).get(f"/entries/{entry}"))


def test_script_in_text_stays_text(worker, child):
    entry = recorded(worker, child, "note", timezone.now(), text="<script>alert(1)</script>")
    html = signed_in(worker).get(f"/entries/{entry}").content.decode()
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html


def test_no_service_beside_another_decision_is_refused_and_what_was_typed_stays(worker, child):
    client, address = signed_in(worker), f"/children/{child}/record/discussion"
    together = form(decisions=["assessment", "no-service"], actions="School looks in daily")
    sent = client.post(address, together)
    assert sent.status_code == 422
    page = sent.content.decode()
    assert "‘No social work service is needed’ cannot stand beside another answer" in page
    assert 'value="assessment" checked' in page and 'value="no-service" checked' in page
    assert "School looks in daily" in page and 'data-behaviour="exclusive"' in page
    assert entries(worker, child) == []
    for fine in (["no-service"], ["assessment", "mase"]):
        assert client.post(address, form(decisions=fine)).status_code == 302


def test_a_day_before_the_first_is_refused(worker, child):
    days = {"from-day": "4", "from-month": "3", "from-year": "2026"}
    days |= {"to-day": "3", "to-month": "3", "to-year": "2026"}
    sent = signed_in(worker).post(f"/children/{child}/record/circumstance", form(what="early-help", **days))
    assert sent.status_code == 422 and "Until which day: this day is before the first" in text_of(sent)
    assert entries(worker, child) == []


@pytest.mark.requirement("LN-E.return")
def test_a_declined_interview_asks_why_and_the_timeline_says_it(worker, child):
    client, address = signed_in(worker), f"/children/{child}/record/return-interview"
    bare = client.post(address, form(offered="yes", accepted="no", prevention="A phone of her own"))
    assert bare.status_code == 422 and "Why not, in the child’s words: answer this question." in text_of(bare)
    assert "A phone of her own" in bare.content.decode() and entries(worker, child) == []
    said = client.post(address, form(offered="yes", accepted="no", declined_reason="I want to sleep first"))
    assert said.status_code == 302
    assert "I want to sleep first" in text_of(client.get(said.url))
    assert "Offered · declined. ‘I want to sleep first’" in text_of(client.get(f"/children/{child}"))
    assert client.post(address, form(offered="yes", accepted="yes")).status_code == 302
    assert client.post(address, form(offered="no")).status_code == 302
    assert "Not offered" in text_of(client.get(f"/children/{child}"))


BOTH = ["police", "children-services"]


def withdraw(client, child, entry, **more):
    return client.post(f"/children/{child}/record/withdrawn", form(answers=str(entry), reason="In error", **more))


def test_taking_back_says_what_is_owed_again_and_never_that_it_meets(worker, child):
    referral = recorded(worker, child, "referral", timezone.now() - DAY, fields={"to": "children-services"})
    whole = recorded(worker, child, "discussion", timezone.now(), fields={"attended": BOTH}, answers=[referral])
    client = signed_in(worker)
    page = text_of(client.get(withdraw(client, child, whole).url))
    assert "Owed again Talk the referral over" in page
    assert "Met in part" not in page and "This meets" not in page


def test_taking_back_what_met_a_part_says_what_is_owed_again(worker, child):
    referral = recorded(worker, child, "referral", timezone.now() - DAY, fields={"to": "children-services"})
    fields = {"attended": ["children-services"]}
    part = recorded(worker, child, "discussion", timezone.now(), fields=fields, answers=[referral])
    client = signed_in(worker)
    page = text_of(client.get(withdraw(client, child, part).url))
    assert "Owed again Talk the referral over" in page and "Met in part" not in page


def test_an_entry_is_taken_back_once(worker, child):
    wrong = recorded(worker, child, "note", timezone.now() - DAY, text="About another child")
    client = signed_in(worker)
    key = str(uuid4())
    first = withdraw(client, child, wrong, client_key=key)
    assert withdraw(client, child, wrong, client_key=key).url == first.url
    again = withdraw(client, child, wrong)
    assert again.status_code == 422 and "has been taken back already" in text_of(again)
    assert "In error" in again.content.decode()
    assert [e.kind for e in entries(worker, child)] == ["note", "withdrawn"]
    withdrawal = entries(worker, child)[1].pk
    assert withdraw(client, child, withdrawal).status_code == 302, "the withdrawal can itself be taken back"
    assert withdraw(client, child, wrong).status_code == 302, "and then the entry once more"


def opened_form(client, address):
    """What a browser would send back untouched."""
    html = client.get(address).content.decode()
    data = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        boxed = re.search(r'type="(radio|checkbox|submit)"', tag)
        if name and value and (not boxed or " checked" in tag):
            data.setdefault(name[1], []).append(value[1])
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', html):
        data[name] = [text]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, flags=re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = [chosen[1] if chosen else ""]
    return {name: texts for name, texts in data.items() if name not in ("q", "csrfmiddlewaretoken")}


def test_a_correction_that_changes_nothing_is_refused(worker, child):
    then = timezone.now() - DAY
    person = a_child(worker, "Jay Moss")
    old = recorded(
        worker, child, "discussion", then, text="By phone", basis="fact",
        fields={"attended": BOTH, "decisions": ["mase"]}, mentions=[(person, "helps")],
    )  # fmt: skip
    client, address = signed_in(worker), f"/entries/{old}/correct"
    same = opened_form(client, address)
    sent = client.post(address, same)
    assert sent.status_code == 422 and "Nothing has changed" in text_of(sent)
    assert len(entries(worker, child)) == 1
    changed = client.post(address, {**same, "text": ["By video"]})
    assert changed.status_code == 302, text_of(changed)
    assert entries(worker, child)[-1].at == then, "the minute was not touched, so its seconds stay"


def test_the_same_sentence_stands_once_among_what_an_entry_meets(worker, child):
    for days in (1, 2):
        recorded(worker, child, "referral", timezone.now() - days * DAY, fields={"to": "children-services"})
    held = recorded(worker, child, "discussion", timezone.now(), fields={"attended": BOTH})
    page = text_of(signed_in(worker).get(f"/entries/{held}"))
    assert page.count("This meets Talk the referral over") == 1
