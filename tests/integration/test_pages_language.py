"""Words to look at: shown after sending, with better ones, and never in anybody's way."""

from __future__ import annotations

import datetime as dt
import json
import re
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from safekept.access.viewer import viewing
from safekept.record.models import Entry
from tests.pages import recorded, signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("LN-13.lang", "WM-2.1")]
NOTICE = "Words to look at"
BLAMING = "Tia puts herself at risk. He told her ‘you are promiscuous’."


def form(**more):
    return {"client_key": str(uuid4()), "at-when": "now", "text": "", "basis": "fact", **more}


def sent(client, child, kind: str, **fields):
    answer = client.post(f"/children/{child}/record/{kind}", form(**fields))
    assert answer.status_code == 302, text_of(answer)
    return client.get(answer.url)


def test_a_form_says_what_could_be_put_better_and_records_it_as_written(worker, child):
    page = sent(signed_in(worker), child, "referral", to="children-services", reason=BLAMING)
    said = text_of(page)
    assert "is on Tia Rowan’s record" in said
    assert f"{NOTICE} “puts herself at risk” Why are you referring?" in said
    assert "Better: is at risk from those who exploit them. The risk is never the child. WM-2.1" in said
    assert "“promiscuous”" not in said
    with viewing(worker):
        (entry,) = Entry.objects.filter(kind="referral")
    assert entry.fields["reason"] == BLAMING
    assert f'href="/entries/{entry.pk}/correct"' in page.content.decode()
    later = text_of(signed_in(worker).get(f"/entries/{entry.pk}"))
    assert NOTICE not in later


def test_the_page_that_puts_it_right_says_it_too(worker, child):
    entry = recorded(worker, child, "note", timezone.now() - dt.timedelta(hours=1), text="She fails to engage.")
    page = text_of(signed_in(worker).get(f"/entries/{entry}/correct"))
    assert f"{NOTICE} “fails to engage” In words" in page
    right = {**form(), "text": "We have not yet earned her trust."}
    answer = signed_in(worker).post(f"/entries/{entry}/correct", right)
    assert answer.status_code == 302
    assert NOTICE not in text_of(signed_in(worker).get(answer.url))


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("note", {"text": "A PROMISCUOUS girl."}, "PROMISCUOUS"),
        ("plan", {"outcomes-0-key": "Safe", "outcomes-0-text": "He stops absconding"}, "absconding"),
        (
            "meeting",
            {"type": "mase", "excluded-0-who": "Her father", "excluded-0-reason": "Streetwise man"},
            "Streetwise",
        ),
        ("closure", {"reason": "She refuses to co-operate."}, "refuses to co-operate"),
        ("note", {"about": "Why she puts herself at risk"}, "puts herself at risk"),
        ("coordinator-told", {"how": "By phone, as he is streetwise"}, "streetwise"),
        ("plan", {"outcomes-0-key": "No more absconding", "outcomes-0-text": "Home by ten"}, "absconding"),
        (
            "meeting",
            {"type": "mase", "excluded-0-who": "Her older boyfriend", "excluded-0-reason": "Police work"},
            "older boyfriend",
        ),
    ],
)
def test_every_place_for_own_words_is_looked_at(worker, child, kind, fields, words):
    assert f"{NOTICE} “{words}”" in text_of(sent(signed_in(worker), child, kind, **fields))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("child-voice", {"questions-q1": "I am promiscuous and I absconded"}),
        ("safe-and-well", {"findings": "They say I absconded and am streetwise"}),
        ("note", {"text": "She said “I am streetwise”."}),
        ("note", {"text": "She is at risk of exploitation."}),
    ],
)
def test_the_childs_own_words_and_plain_words_are_left_alone(worker, child, kind, fields):
    assert NOTICE not in text_of(sent(signed_in(worker), child, kind, **fields))


def test_forms_carry_the_words_of_the_childs_own_procedure_and_mark_the_childs_words(worker, child):
    html = signed_in(worker).get(f"/children/{child}/record/safe-and-well").content.decode()
    data = json.loads(unescape(re.search(r'data-words="([^"]*)"', html)[1]))
    assert data["between"] == 3 and {"puts-at-risk", "absconded"} <= {one["id"] for one in data["phrases"]}
    boxes = {re.search(r'id="([^"]*)"', tag)[1]: "data-verbatim" in tag for tag in re.findall(r"<textarea[^>]*>", html)}
    assert boxes["findings"] is True and boxes["text"] is False


def test_single_lines_for_own_words_are_marked_and_others_are_not(worker, child):
    html = signed_in(worker).get(f"/children/{child}/record/note").content.decode()
    marked = {re.search(r'id="([^"]*)"', tag)[1] for tag in re.findall(r"<input[^>]*data-own-words[^>]*>", html)}
    assert marked == {"about"}


def test_a_safe_contact_is_saved_as_written_and_said_once(worker, child):
    client = signed_in(worker)
    blaming = "Text after four; she puts herself at risk on the bus"
    answer = client.post(f"/children/{child}/safe-contact", {"text": blaming})
    assert answer.status_code == 302
    saved = client.get(answer.url)
    assert f"{NOTICE} “puts herself at risk” Safe contact" in text_of(saved) and blaming in text_of(saved)
    assert f'href="/children/{child}/safe-contact"' in saved.content.decode()
    assert NOTICE not in text_of(client.get(f"/children/{child}"))
    assert NOTICE in text_of(client.get(f"/children/{child}/safe-contact"))
    client.post(f"/children/{child}/safe-contact", {"text": "Text after four"})
    assert NOTICE not in text_of(client.get(f"/children/{child}?saved=contact"))
    assert NOTICE not in text_of(client.get(f"/children/{child}/safe-contact"))


def test_a_concern_says_it_before_it_is_sent_and_after(worker, child):
    client = signed_in(worker)
    at = client.get(f"/concern/?child={child}").url.rsplit("/", 1)[0]
    client.post(f"{at}/danger", {"immediate_danger": "no"})
    noticed = client.get(f"{at}/noticed").content.decode()
    assert "data-words=" in noticed
    client.post(f"{at}/noticed", {"noticed": BLAMING, "at-when": "now", "basis": "fact"})
    client.post(f"{at}/signs", {})
    client.post(f"{at}/others", {})
    check = client.get(f"{at}/check")
    assert f"{NOTICE} “puts herself at risk” What you noticed" in text_of(check)
    assert f'href="{at}/noticed"' in check.content.decode()
    answer = client.post(f"{at}/check", {})
    assert answer.status_code == 302
    assert f"{NOTICE} “puts herself at risk” What did you notice?" in text_of(client.get(answer.url))
