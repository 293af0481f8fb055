"""Reporting a concern from nothing to 'on the record', for a known child, a new one, and one without a name."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from safekept.access.viewer import loader, viewing
from safekept.record import drafts
from safekept.record.models import Draft, Entry, Mention
from safekept.register.models import Thing
from tests import factories
from tests.pages import a_child, recorded, signed_in, text_of

pytestmark = pytest.mark.django_db
WORDS = "She got into a grey car AB12 CDE with a man who rang from 07700 900123."


@pytest.fixture
def teacher():
    factories.coordinator()
    factories.police()
    factories.children_services()
    return factories.viewer("school")


def begun(client, query=""):
    """The address of a new concern without its step."""
    return client.get(f"/concern/{query}").url.rsplit("/", 1)[0]


def walk(client, base, **who):
    """Every step with good answers up to the last."""
    steps = [
        ("who", who),
        ("danger", {"immediate_danger": "no"}),
        ("noticed", {"noticed": WORDS, "at-when": "now", "basis": "fact"}),
        ("signs", {"signs": ["unexplained-gifts"], "online": "no"}),
        ("others", {"other-0-kind": "adult", "other-0-what": "Man with grey car", "other-0-role": "with-the-child"}),
    ]
    for name, answers in steps:
        if name == "who" and not who:
            continue
        sent = client.post(f"{base}/{name}", answers)
        assert sent.status_code == 302, f"{name}: {text_of(sent)}"
    return client.post(f"{base}/check")


def test_a_known_child_found_by_a_misspelt_name(teacher):
    child = a_child(teacher)
    client = signed_in(teacher)
    base = begun(client)
    found = client.get(f"{base}/who?q=tia+rowen")
    assert "Is it one of these?" in text_of(found) and str(child) in found.content.decode()
    done = client.get(walk(client, base, child=str(child)).url)
    page = text_of(done)
    assert "It is on the record" in page and "Your reference is" in page
    assert "Screen Tia Rowan now" in page and "What happens next" in page
    with viewing(teacher):
        entry = Entry.objects.get(subject_id=child, kind="concern")
        assert entry.fields["noticed"] == WORDS and entry.basis == "fact"
        assert entry.fields["signs"] == ["unexplained-gifts"]
        assert not Draft.objects.exists()
        assert {m.role for m in Mention.objects.filter(entry=entry)} == {"with-the-child"}


def test_a_new_child_is_added_with_the_concern(teacher):
    client = signed_in(teacher)
    who = {"child-known": "named", "child-name": "Jay Moss", "child-born": "2010", "child-area": "birmingham"}
    walk(client, begun(client), **who)
    with viewing(teacher):
        child = Thing.objects.get(label="Jay Moss")
        assert (child.area_id, child.born_precision) == ("birmingham", "year")
        assert Entry.objects.filter(subject_id=child.pk, kind="concern").count() == 1


def test_not_knowing_the_name_is_an_answer(teacher):
    client = signed_in(teacher)
    base = begun(client)
    asked = client.post(f"{base}/who", {"child-known": "unknown"})
    assert asked.status_code == 422 and "how the child can be recognised" in text_of(asked)
    sent = walk(client, base, **{"child-known": "unknown", "child-description": "Girl of about 14, green coat"})
    assert "It is on the record" in text_of(client.get(sent.url))


def test_what_the_words_hold_is_offered_as_cards_and_known_things_are_reused(teacher):
    child = a_child(teacher)
    client = signed_in(teacher)
    base = begun(client, f"?child={child}")
    client.post(f"{base}/noticed", {"noticed": WORDS, "at-when": "now", "basis": "fact"})
    html = client.get(f"{base}/others").content.decode()
    assert 'value="AB12 CDE"' in html and 'value="07700 900123"' in html
    for _ in range(2):
        base = begun(client, f"?child={child}")
        client.post(f"{base}/noticed", {"noticed": WORDS, "at-when": "now", "basis": "fact"})
        client.post(f"{base}/others", {"other-0-kind": "vehicle", "other-0-what": "AB12 CDE", "other-0-role": "used"})
        client.post(f"{base}/danger", {"immediate_danger": "no"})
        assert client.post(f"{base}/check").status_code == 302
    with viewing(loader("test")):
        assert Thing.objects.filter(kind="vehicle").count() == 1


def test_danger_now_shows_999_and_the_duty_desk_first_and_keeps_the_form(teacher):
    child = a_child(teacher)
    client = signed_in(teacher)
    opened = client.get(f"/concern/?child={child}")
    base = opened.url.rsplit("/", 1)[0]
    assert opened.url.endswith("/danger"), "whom it is about is known: danger is asked at once"
    assert "step 2 of 6" in text_of(client.get(opened.url))
    sent = client.post(opened.url, {"immediate_danger": "yes"})
    assert sent.url.endswith("/now")
    page = text_of(client.get(sent.url))
    assert "step 2 of 6" in page and "999" in page and "07700 900123" in page
    assert client.post(sent.url).url.endswith("/noticed")
    client.post(f"{base}/noticed", {"noticed": WORDS, "at-when": "now", "basis": "fact"})
    client.post(f"{base}/others", {})
    done = text_of(client.get(client.post(f"{base}/check").url))
    assert "You said that the child is in danger now." in done
    assert "Begin child protection procedures" in done


@pytest.mark.requirement("LN-9.record")
def test_errors_keep_what_was_typed(teacher):
    client = signed_in(teacher)
    base = begun(client, f"?child={a_child(teacher)}")
    wrong = client.post(
        f"{base}/noticed", {"noticed": "Half a story", "at-when": "then", "at-day": "31", "at-month": "2"}
    )
    assert wrong.status_code == 422
    assert "Half a story" in wrong.content.decode() and 'value="31"' in wrong.content.decode()
    assert "Say whether it is fact or opinion." in text_of(wrong)


def test_nothing_goes_on_the_record_before_every_step_is_answered(teacher):
    client = signed_in(teacher)
    base = begun(client)
    assert "Choose a child" in text_of(client.post(f"{base}/check"))
    with viewing(loader("test")):
        assert Entry.objects.count() == 0


def test_sent_twice_it_is_one_concern(teacher):
    client = signed_in(teacher)
    base = begun(client)
    first = walk(client, base, child=str(a_child(teacher)))
    assert client.post(f"{base}/check").url == first.url


def test_a_new_birth_date_that_cannot_be_read_is_said_and_nothing_is_half_written(teacher):
    client = signed_in(teacher)
    who = {"child-known": "named", "child-name": "Jay Moss", "child-born": "32 May 2010", "child-area": "birmingham"}
    sent = walk(client, begun(client), **who)
    assert sent.status_code == 422
    with viewing(loader("test")):
        assert not Thing.objects.filter(label="Jay Moss").exists()


def test_anothers_draft_is_not_there(teacher):
    base = begun(signed_in(teacher))
    assert signed_in(factories.viewer("school")).get(f"{base}/noticed").status_code == 404


def test_whoever_reports_from_outside_sees_what_they_reported_and_asks_to_join(teacher):
    worker = factories.children_services()
    child = a_child(worker)
    earlier = recorded(worker, child, "note", timezone.now() - dt.timedelta(days=1), text="Earlier words")
    outsider = factories.viewer("health", name="Far clinic")
    client = signed_in(outsider)
    done = text_of(client.get(walk(client, begun(client, f"?child={child}"))["Location"]))
    assert "they have been asked to let it join" in done
    page = text_of(client.get(f"/children/{child}"))
    assert "Your agency asked to join" in page and "Concern" in page
    assert "Earlier words" not in page and "Already owed" not in done
    assert client.get(f"/entries/{earlier}").status_code == 404
    with viewing(outsider):
        (mine,) = Entry.objects.filter(subject_id=child)
    assert "grey car" in text_of(client.get(f"/entries/{mine.pk}"))


def test_beginning_again_without_a_word_leaves_one_draft(teacher):
    client = signed_in(teacher)
    first, second = client.get("/concern/"), client.get("/concern/")
    assert first["Location"] == second["Location"]
    assert len(drafts.mine(teacher)) == 1


def test_danger_is_asked_right_after_whom_it_is_about(teacher):
    client = signed_in(teacher)
    base = begun(client)
    assert client.post(f"{base}/who", {"child": str(a_child(teacher))}).url.endswith("/danger")
    silent = client.post(f"{base}/danger", {})
    assert silent.status_code == 422 and "Say whether the child is in danger now." in text_of(silent)
    assert client.post(f"{base}/danger", {"immediate_danger": "no"}).url.endswith("/noticed")


def test_each_candidate_is_told_apart_by_age_and_area_and_the_order_is_explained(teacher):
    today = timezone.localdate()
    a_child(teacher, "Tia Rowan", born=f"{today.year - 15}-01-01")
    a_child(teacher, "Tia Rowan", born=str(today.year - 14), area="walsall")
    client = signed_in(teacher)
    page = text_of(client.get(f"{begun(client)}/who?q=tia+rowan"))
    assert f"15, born 1 January {today.year - 15} · Birmingham" in page
    assert f"born about {today.year - 14} · Walsall" in page
    assert "The likeliest stand first" in page and "only sound like it are left out" in page


def test_drafts_are_named_after_the_child_they_are_about(teacher):
    client = signed_in(teacher)
    client.post(f"{begun(client, f'?child={a_child(teacher)}')}/noticed", {"noticed": "Half", "later": "1"})
    named = {"child-known": "named", "child-name": "Jay Moss", "later": "1"}
    client.post(f"{begun(client)}/who", named)
    client.post(f"{begun(client)}/who", {**named, "child-known": "unknown", "child-description": "Girl in green coat"})
    page = text_of(client.get("/work"))
    for name in ("Concern: Tia Rowan", "Concern: Jay Moss", "Concern: Girl in green coat"):
        assert name in page


def test_a_name_with_characters_that_nobody_sees_is_said_and_the_draft_stays(teacher):
    client = signed_in(teacher)
    base = begun(client)
    sent = walk(client, base, **{"child-known": "named", "child-name": "Jay\u202eMoss", "child-area": "birmingham"})
    assert sent.status_code == 422 and "a character that cannot be seen" in text_of(sent)
    assert WORDS in client.get(f"{base}/noticed").content.decode()
    with viewing(loader("test")):
        assert not Thing.objects.filter(kind="child").exists()
